import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { setImmediate as turn } from 'node:timers/promises'
// The face without the schemas, which the worker thread need not load.
import { matchesSubject, matchesType, type Privacy } from '../contract/child.ts'
import { bytesToId, idToBytes, isUuidV7, keyOfId, keyOfTime, TURNS } from './key.ts'
import type { Row } from './protocol.ts'
import type { EventQuery } from './types.ts'

/** Rows that are looked at before waiting commits get their turn: some milliseconds on a Raspberry Pi. */
export const SLICE_ROWS = 2000
const MAX_LIMIT = 1000
const DEFAULT_LIMIT = 100
/** Effects of an event are looked for in the day that follows it. */
const EFFECTS_MS = 86_400_000
/** A row may hold for an hour after its time (lanes.ts), and its id be stamped somewhat apart from its time. */
const SLACK_MS = 2 * 3_600_000

interface Found {
  key: number
  row: Row
}

const asRow = (row: Record<string, unknown>): Row => {
  const because = row['because']
  const until = row['until']
  const bytes = because instanceof Uint8Array ? because : undefined
  return {
    id: bytesToId(row['id'] as Uint8Array),
    type: String(row['name']),
    days: Number(row['days']),
    source: String(row['source']),
    subject: String(row['subject']),
    time: Number(row['time']),
    data: String(row['data']),
    privacy: (row['privacy'] ?? 'none') as Privacy,
    ...(bytes && { because: Array.from({ length: bytes.length / 16 }, (_, i) => bytesToId(bytes, i * 16)) }),
    ...(typeof until === 'number' && { until }),
  }
}

/** What else is asked of an event that was found by its id. */
const fits = ({ type, subject, since, until, because }: EventQuery, row: Row): boolean =>
  (type === undefined || matchesType(type, row.type)) &&
  (subject === undefined || matchesSubject(subject, row.subject)) &&
  (since === undefined || (row.until ?? row.time) >= since) &&
  (until === undefined || row.time < until) &&
  (because === undefined || (row.because ?? []).includes(because))

const conditions = (query: EventQuery): { sql: string; values: SQLInputValue[] } => {
  const parts: string[] = []
  const values: SQLInputValue[] = []
  const { subject, since, until, because } = query
  if (subject !== undefined && subject !== '#') {
    parts.push(/(^|\/)[+#]/.test(subject) ? 'matches_subject(?, e.subject)' : 'e.subject = ?')
    values.push(subject)
  }
  if (since !== undefined) {
    parts.push('coalesce(e.until, e.time) >= ?')
    values.push(since)
  }
  if (until !== undefined) {
    parts.push('e.time < ?')
    values.push(until)
  }
  if (because !== undefined) {
    parts.push('instr(e.because, ?) > 0')
    values.push(idToBytes(because))
  }
  return { sql: parts.map((part) => ` AND ${part}`).join(''), values }
}

/** Answers queries on the writer's own connection, a slice at a time, so that no question holds up a commit for long. */
export function createReader(database: DatabaseSync, types: () => { id: number; type: string }[]) {
  database.function('matches_subject', { deterministic: true }, (pattern, subject) =>
    matchesSubject(String(pattern), String(subject)) ? 1 : 0,
  )
  const columns = 'e.*, t.name, t.days FROM events e JOIN types t ON t.id = e.type'
  const byId = database.prepare(`SELECT ${columns} WHERE e.key >= ? AND e.key < ? AND e.id = ?`)

  const find = (id: string): Found | undefined => {
    if (!isUuidV7(id)) return undefined
    const row = byId.get(keyOfId(id), keyOfId(id) + 2 * TURNS, idToBytes(id))
    return row && { key: Number(row['key']), row: asRow(row) }
  }

  const bounds = ({ since, until, because, after, ascending }: EventQuery): [number, number] => {
    let low = Number.MIN_SAFE_INTEGER
    let high = Number.MAX_SAFE_INTEGER
    if (since !== undefined) low = Math.max(low, keyOfTime(since - SLACK_MS))
    if (until !== undefined) high = Math.min(high, keyOfTime(until + SLACK_MS))
    if (because !== undefined) {
      low = Math.max(low, keyOfId(because))
      high = Math.min(high, keyOfId(because) + EFFECTS_MS * TURNS)
    }
    if (after !== undefined) {
      const key = find(after)?.key ?? keyOfId(after)
      if (ascending) low = Math.max(low, key + 1)
      else high = Math.min(high, key)
    }
    return [low, high]
  }

  /** The first `limit` rows of one type, or of all, in the order that is asked for. */
  const scan = async (query: EventQuery, type: number | undefined, limit: number): Promise<Found[]> => {
    const { sql, values } = conditions(query)
    const ofType = type === undefined ? '' : ` AND e.type = ${type}`
    const order = query.ascending ? 'ASC' : 'DESC'
    const range = `e.key >= ? AND e.key < ?${ofType}`
    const edgeOf = database.prepare(
      `SELECT e.key AS key FROM events e WHERE ${range} ORDER BY e.key ${order} LIMIT 1 OFFSET ${SLICE_ROWS}`,
    )
    const slice = database.prepare(`SELECT ${columns} WHERE ${range}${sql} ORDER BY e.key ${order} LIMIT ?`)
    const found: Found[] = []
    let [low, high] = bounds(query)
    for (;;) {
      const edge = edgeOf.get(low, high)?.['key']
      let [from, to] = [low, high]
      if (typeof edge === 'number') {
        if (query.ascending) to = edge
        else from = edge + 1
      }
      for (const row of slice.all(from, to, ...values, limit - found.length)) {
        found.push({ key: Number(row['key']), row: asRow(row) })
      }
      if (typeof edge !== 'number' || found.length >= limit) return found
      if (query.ascending) low = edge
      else high = edge + 1
      await turn()
    }
  }

  return async function query(asked: EventQuery): Promise<Row[]> {
    const limit = Math.max(0, Math.min(Math.trunc(asked.limit ?? DEFAULT_LIMIT), MAX_LIMIT))
    const { id, type, because, after } = asked
    for (const one of [id, because, after]) if (one !== undefined && !isUuidV7(one)) return []
    const wanted = type === undefined || type === '*' ? undefined : types().filter((one) => matchesType(type, one.type))
    if (id !== undefined) {
      const row = find(id)?.row
      return row && fits(asked, row) ? [row] : []
    }
    if (!wanted) return (await scan(asked, undefined, limit)).map(({ row }) => row)
    const found: Found[] = []
    for (const { id: number } of wanted) found.push(...(await scan(asked, number, limit)))
    found.sort((a, b) => (asked.ascending ? a.key - b.key : b.key - a.key))
    return found.slice(0, limit).map(({ row }) => row)
  }
}
