import { EndcapError, type Event } from '../contract/index.ts'
import { type Lanes, URGENT_MS } from './lanes.ts'
import type { Batch, Change } from './protocol.ts'

/** After a failed write, appended events are tried again so often. */
const RETRY_MS = 1000

interface Waiter {
  resolve(answer: number | undefined): void
  reject(error: Error): void
}

export interface PenOptions {
  lanes: Lanes
  /** Resolves after COMMIT. */
  write(batch: Batch): Promise<(number | undefined)[]>
  file: string
  log?: { error(fields: object, text: string): void }
}

const now = () => performance.now()

/** Gathers what is to be written into batches and writes each when it is due, one at a time. */
export function createPen({ lanes, write, file, log }: PenOptions) {
  let changes: { change: Change; waiter: Waiter }[] = []
  let commits: { id: string; waiter: Waiter }[] = []
  /** When `changes` must be written. */
  let changesDue = Infinity
  let timer: NodeJS.Timeout | undefined
  let timerDue = Infinity
  let writing = 0
  /** After a failure nothing is tried before; monotonic milliseconds. */
  let notBefore = -Infinity
  /** Why the last write failed, where none has succeeded since. */
  let fault: string | undefined
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

  const send = async (batch: Batch, waiters: Waiter[], asked: Set<string>): Promise<void> => {
    writing++
    try {
      const answers = await write(batch)
      for (const [i, waiter] of waiters.entries()) waiter.resolve(answers[i])
      fault = undefined
      notBefore = -Infinity
    } catch (error) {
      const reason = error instanceof Error ? error : new Error(String(error))
      for (const waiter of waiters) waiter.reject(reason)
      // Who waited for COMMIT was told; the rest is tried again. Rows that stood may not exist: begin new ones.
      lanes.forget()
      notBefore = now() + RETRY_MS
      const dropped = lanes.restore(
        batch.rows.filter(({ id }) => !asked.has(id)),
        notBefore,
      )
      if (fault === undefined || dropped > 0) log?.error({ err: error, dropped }, 'the ledger could not be written')
      fault = reason.message
    } finally {
      writing--
      schedule()
    }
  }

  /** Writes what is due and what may ride along, behind what is being written. */
  function flush(all = false): Promise<void> {
    clearTimeout(timer)
    timerDue = Infinity
    const { rows, refreshes } = lanes.take(now(), all)
    if (rows.length + refreshes.length + changes.length === 0) {
      schedule()
      return Promise.resolve()
    }
    const waiters = [...changes, ...commits].map(({ waiter }) => waiter)
    const batch = { rows, refreshes, changes: changes.map(({ change }) => change) }
    const asked = new Set(commits.map(({ id }) => id))
    changes = []
    commits = []
    changesDue = Infinity
    return send(batch, waiters, asked)
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

    change(change: Change): Promise<number | undefined> {
      if (stopped) return refuse()
      return new Promise((resolve, reject) => {
        changes.push({ change, waiter: { resolve, reject } })
        changesDue = Math.min(changesDue, now() + URGENT_MS)
        schedule()
      })
    },

    flush(all = false): void {
      void flush(all)
    },

    get fault() {
      return fault
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
