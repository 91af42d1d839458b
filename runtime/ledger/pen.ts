import { EndcapError, type Event } from '../contract/index.ts'
import { type Lanes, URGENT_MS } from './lanes.ts'
import type { Batch, Change } from './protocol.ts'
import type { LedgerFault, LedgerGap } from './types.ts'

/** After a failed write it is tried again so often, with so many rows, until one succeeds. */
const RETRY_MS = 1000
const RETRY_ROWS = 256
/** Changes that wait while the file cannot be written. */
const MAX_OWED = 10_000

interface Waiter {
  resolve(answer: number | undefined): void
  reject(error: Error): void
}

interface Item {
  change: Change
  /** Tried again until it is written. */
  owed: boolean
  /** Missing where it was told that it failed. */
  waiter?: Waiter
}

export interface PenOptions {
  lanes: Lanes
  /** Resolves after COMMIT. */
  write(batch: Batch): Promise<(number | undefined)[]>
  file: string
  log?: { error(fields: object, text: string): void }
  /** The file can be written again. */
  resumed(gap: LedgerGap): void
}

const now = () => performance.now()

/** Which document a change is about; what is no document has none. */
const documentOf = (change: Change): string | undefined =>
  change.do === 'put' || change.do === 'delete' ? `${change.kind}\n${change.id}` : undefined

/** Without what a later change of the same document has overtaken, where nobody waits for it. */
function newest(items: readonly Item[]): Item[] {
  const seen = new Set<string>()
  const kept = items.toReversed().filter(({ change, waiter }) => {
    const document = documentOf(change)
    if (document === undefined) return true
    if (!waiter && seen.has(document)) return false
    seen.add(document)
    return true
  })
  return kept.toReversed()
}

/** Gathers what is to be written into batches and writes each when it is due, one at a time. */
export function createPen({ lanes, write, file, log, resumed }: PenOptions) {
  let changes: Item[] = []
  let commits: { id: string; waiter: Waiter }[] = []
  /** When `changes` must be written. */
  let changesDue = Infinity
  let timer: NodeJS.Timeout | undefined
  let timerDue = Infinity
  let writing = 0
  /** After a failure nothing is tried before; monotonic milliseconds. */
  let notBefore = -Infinity
  /** Why the writes fail since when (`began` by the monotonic clock), where none has succeeded since. */
  let fault: { error: Error; since: number; began: number; lost: number } | undefined
  let stopped = false

  const schedule = () => {
    // What comes while a batch is written waits for it: on a slow card batches grow, not their number.
    if (writing > 0 || stopped) return
    const due = Math.max(notBefore, Math.min(lanes.due() ?? Infinity, changesDue))
    if (due >= timerDue) return
    clearTimeout(timer)
    timerDue = due
    timer = setTimeout(() => void flush(), Math.max(0, due - now()))
  }

  const succeeded = () => {
    notBefore = -Infinity
    if (!fault) return
    const { error, since, began, lost } = fault
    fault = undefined
    resumed({ reason: error.message, since, seconds: Math.max(1, Math.round((now() - began) / 1000)), lost })
  }

  const failed = (error: Error, batch: Batch, items: readonly Item[], asked: ReadonlySet<string>) => {
    for (const { waiter } of items) waiter?.reject(error)
    // Who waited for COMMIT was told; the rest is tried again. Rows that stood may not exist: begin new ones.
    lanes.forget()
    notBefore = now() + RETRY_MS
    const owed = items.flatMap(({ change, owed }): Item[] => (owed ? [{ change, owed }] : []))
    const wanted = newest([...owed, ...changes])
    const surplus = Math.max(0, wanted.filter(({ waiter }) => !waiter).length - MAX_OWED)
    changes = surplus > 0 ? wanted.slice(surplus) : wanted
    if (changes.length > 0) changesDue = Math.min(changesDue, notBefore)
    const dropped =
      surplus +
      lanes.restore(
        batch.rows.filter(({ id }) => !asked.has(id)),
        notBefore,
      )
    // Once: it is tried every second, perhaps for days.
    if (!fault) log?.error({ err: error }, 'the ledger could not be written; what is to be kept waits in memory')
    if (dropped > 0 && !fault?.lost) log?.error({ dropped }, 'too much waits for the ledger; the least needed is lost')
    fault ??= { error, since: Date.now(), began: now(), lost: 0 }
    fault.error = error
    fault.lost += dropped
  }

  const send = async (batch: Batch, items: readonly Item[], told: typeof commits): Promise<void> => {
    writing++
    try {
      const answers = await write(batch)
      for (const [i, { waiter }] of items.entries()) waiter?.resolve(answers[i])
      for (const { waiter } of told) waiter.resolve(undefined)
      succeeded()
    } catch (error) {
      const reason = error instanceof Error ? error : new Error(String(error))
      for (const { waiter } of told) waiter.reject(reason)
      failed(reason, batch, items, new Set(told.map(({ id }) => id)))
    } finally {
      writing--
      schedule()
    }
  }

  /** Writes what is due and what may ride along, behind what is being written. */
  function flush(all = false): Promise<void> {
    clearTimeout(timer)
    timerDue = Infinity
    // What failed a moment ago would fail again, at the cost of whoever asks for something else.
    if (!all && fault && now() < notBefore) {
      schedule()
      return Promise.resolve()
    }
    const { rows, refreshes } = lanes.take(now(), all)
    if (rows.length + refreshes.length + changes.length === 0) {
      schedule()
      return Promise.resolve()
    }
    const items = changes
    let told = commits
    changes = []
    commits = []
    changesDue = Infinity
    if (fault && !all && rows.length > RETRY_ROWS) {
      const rest = rows.splice(RETRY_ROWS)
      lanes.restore(rest, now())
      const later = new Set(rest.map(({ id }) => id))
      commits = told.filter(({ id }) => later.has(id))
      told = told.filter(({ id }) => !later.has(id))
    }
    return send({ rows, refreshes, changes: items.map(({ change }) => change) }, items, told)
  }

  const refuse = () => Promise.reject(new EndcapError('ENDCAP_LEDGER_BROKEN', { file, reason: 'it is closed' }))

  return {
    append(event: Event): void {
      if (!stopped && lanes.add(event, now())) schedule()
    },

    commit(event: Event): Promise<void> {
      if (stopped) return refuse()
      return new Promise((resolve, reject) => {
        if (!lanes.add(event, now(), true)) return resolve()
        commits.push({ id: event.id, waiter: { resolve: () => resolve(), reject } })
        schedule()
      })
    },

    /** `owed`: where it cannot be written it is tried again until it is, whatever the caller was told. */
    change(change: Change, owed = false): Promise<number | undefined> {
      if (stopped) return refuse()
      return new Promise((resolve, reject) => {
        changes.push({ change, owed, waiter: { resolve, reject } })
        changesDue = Math.min(changesDue, now() + URGENT_MS)
        schedule()
      })
    },

    flush(all = false): void {
      void flush(all)
    },

    get fault(): LedgerFault | undefined {
      if (!fault) return undefined
      const { error, since } = fault
      const remedy = error instanceof EndcapError ? error.remedy : ''
      return { reason: error.message, remedy, since, waiting: lanes.pending + changes.length }
    },
    get pending() {
      return lanes.pending + changes.length
    },

    /** Writes all that is pending. */
    async stop(): Promise<void> {
      stopped = true
      await flush(true)
      clearTimeout(timer)
    },
  }
}
