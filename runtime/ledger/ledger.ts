import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { EndcapError, type Event, type EventDefinition, vocabulary } from '../contract/index.ts'
import { isUuidV7 } from './key.ts'
import { createLanes, type Keep } from './lanes.ts'
import { createPen } from './pen.ts'
import type { Answered, Asked, Change, RequestName, Row, StoredAudit, StoredVersion } from './protocol.ts'
import { startThread } from './thread.ts'
import type { AuditEntry, KeptEvent, Ledger, LedgerGap, Version } from './types.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
/** The first pruning waits until the box has started. */
const FIRST_PRUNE_MS = 60_000
const DEFAULT_KEPT_VERSIONS = 50
/** How types without a definition are kept: those of a plugin that is gone. */
const UNKNOWN: Keep = { lane: 'telemetry', keep: { days: 7, everySeconds: 30 } }

export interface LedgerOptions {
  /** The SQLite file; it and its folder are made where they are missing. */
  file: string
  log?: { error(fields: object, text: string): void; info?(fields: object, text: string): void }
  /** Definition of a type; the vocabulary where it is not given. Give one that knows the types of plugins too. */
  definition?: (type: string) => EventDefinition | undefined
  /** Told after a time in which the file could not be written. */
  onResumed?: (gap: LedgerGap) => void
}

function asEvent({ id, type, source, subject, time, data, privacy, because, until }: Row): KeptEvent {
  const event = { id, type, source, subject, time, data: JSON.parse(data) as unknown, privacy }
  return { ...event, ...(because && { because }), ...(until !== undefined && { until }) }
}
function asAudit({ sequence, hash, time, actor, action, subject, detail }: StoredAudit) {
  const entry = { sequence, hash, time, actor, action, subject }
  return detail === null ? entry : { ...entry, detail: JSON.parse(detail) as unknown }
}
const asVersion = <T>({ value, ...version }: StoredVersion): Version<T> => ({
  ...version,
  value: JSON.parse(value) as T,
})

const trailOf = ({ time, actor, action, subject, detail }: AuditEntry): Change => ({
  do: 'audit',
  entry: { time, actor, action, subject },
  detail: detail === undefined ? null : JSON.stringify(detail),
})
const checked = (event: Event): Event => {
  if (isUuidV7(event.id)) return event
  throw new EndcapError('ENDCAP_INTERNAL', { reason: `the id ${event.id} of ${event.type} is not a UUIDv7` })
}

/**
 * Opens the ledger. Throws ENDCAP_LEDGER_BROKEN where the file is damaged, not ours, or cannot be written; it is left
 * as it is.
 */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  const { file, log } = options
  const define = options.definition ?? ((type: string) => vocabulary.get(type))
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new EndcapError('ENDCAP_LEDGER_BROKEN', { file, reason: (error as Error).message, cause: error })
  }
  const thread = await startThread(file)
  const lanes = createLanes((type) => define(type) ?? UNKNOWN)
  const resumed = (gap: LedgerGap) => {
    log?.info?.({ seconds: gap.seconds, lost: gap.lost }, 'the ledger can be written again')
    options.onResumed?.(gap)
  }
  const pen = createPen({ lanes, write: (batch) => thread.ask('write', batch), file, resumed, ...(log && { log }) })
  let stages = 0
  let closing: Promise<void> | undefined

  /** Asks the file after everything that was said before is on its way to it. */
  const read = <N extends RequestName>(name: N, asked: Asked<N>): Promise<Answered<N>> => {
    pen.flush()
    return thread.ask(name, asked)
  }
  const change = (wanted: Change) => pen.change(wanted)
  const keep = (wanted: Change) =>
    pen.change(wanted, true).then(
      () => true,
      () => false,
    )

  const prune = async () => {
    const types = await read('types', {})
    const before = types.map(({ type, days }) => {
      const keep = define(type)?.keep
      return { type, time: Date.now() - (keep === undefined ? days : keep === false ? 0 : keep.days) * DAY_MS }
    })
    return thread.ask('prune', { before })
  }
  const pruneByItself = () => {
    prune().catch((error: unknown) => log?.error({ err: error }, 'the ledger could not be pruned'))
  }
  const firstPrune = setTimeout(pruneByItself, FIRST_PRUNE_MS).unref()
  const everyHour = setInterval(pruneByItself, HOUR_MS).unref()

  const close = async () => {
    clearTimeout(firstPrune)
    clearInterval(everyHour)
    await pen.stop()
    await thread.ask('close', {}).catch((error: unknown) => log?.error({ err: error }, 'the ledger did not close'))
    await thread.ended
  }
  return {
    append: (event) => pen.append(checked(event)),
    commit: async (event) => pen.commit(checked(event)),
    query: async (query) => (await read('query', query)).map(asEvent),

    documents: {
      async all<T>(kind: string) {
        const rows = await read('all', { kind })
        return new Map(rows.map(({ id, value }) => [id, JSON.parse(value) as T]))
      },
      async get<T>(kind: string, id: string) {
        const value = await read('get', { kind, id })
        return value === undefined ? undefined : (JSON.parse(value) as T)
      },
      async put(kind, id, value) {
        await change({ do: 'put', kind, id, value: JSON.stringify(value ?? null) })
      },
      async delete(kind, id) {
        await change({ do: 'delete', kind, id })
      },
      keep: (kind, id, value) =>
        keep(value === undefined ? { do: 'delete', kind, id } : { do: 'put', kind, id, value: JSON.stringify(value) }),
      stage() {
        const stage = ++stages
        return {
          async add(changes) {
            const those = changes.map(
              ({ kind, id, value }): Change =>
                value === undefined
                  ? { do: 'delete', kind, id }
                  : { do: 'put', kind, id, value: JSON.stringify(value) },
            )
            await thread.ask('stage', { stage, changes: those })
          },
          async apply() {
            try {
              await change({ do: 'staged', stage })
            } finally {
              await thread.ask('stage', { stage }).catch(() => undefined)
            }
          },
        }
      },
    },

    versions: {
      async add(kind, value, by, summary, keep = DEFAULT_KEPT_VERSIONS) {
        const time = Date.now()
        const json = JSON.stringify(value ?? null)
        const version = await change({ do: 'version', kind, value: json, time, by, summary, keep })
        return { version: version ?? 0, time, by, summary, value }
      },
      list: (kind) => read('versions', { kind }),
      async get<T>(kind: string, version: number) {
        const found = await read('version', { kind, version })
        return found && asVersion<T>(found)
      },
      async latest<T>(kind: string) {
        const found = await read('version', { kind })
        return found && asVersion<T>(found)
      },
    },

    audit: {
      async add(entry) {
        await change(trailOf(entry))
      },
      keep: (entry) => keep(trailOf(entry)),
      list: async (limit) => (await read('audit', { limit })).map(asAudit),
      verify: () => read('verify', {}),
    },

    async erase(token) {
      // What is held back must be in the file to be found there; the rows that stood may be gone afterwards.
      pen.flush(true)
      lanes.forget()
      return thread.ask('erase', { token })
    },
    async redact(redaction) {
      pen.flush(true)
      lanes.forget()
      return thread.ask('redact', redaction)
    },
    prune,
    fault: () => pen.fault,
    async stats() {
      const { events, commits, fileBytes } = await thread.ask('stats', {})
      return { events, commits, fileBytes, pending: pen.pending, coalesced: lanes.coalesced }
    },
    close: () => (closing ??= close()),
  }
}
