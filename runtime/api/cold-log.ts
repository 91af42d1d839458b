/** The log of a cabinet as an inspector reads it: rows of five minutes, gaps by name, and who saw to what when. */
import type { EventData } from '../contract/index.ts'
import type { KeptEvent, Ledger } from '../ledger/index.ts'
import { keptEvents } from './kept-events.ts'

/** A pause shorter than this is the beat of the log itself. */
const GAP_MILLISECONDS = 60_000
const MINUTE_MILLISECONDS = 60_000
const unwatched = 'not recorded: the box did not watch'
const unwritten = 'not recorded: the disk of the box was full or failed'
const notYet = 'not recorded yet: the log begins after it'

export interface LogRow {
  /** Milliseconds since the epoch. */
  from: number
  to: number
  /** Minutes with a measurement, and how many there should be. */
  samples: number
  expected: number
  lowest?: number
  mean?: number
  highest?: number
  product?: number
  note?: string
}
export interface LogGap {
  from: number
  to: number
  reason: string
}
export interface LogMark {
  at: number
  what: 'warning' | 'excursion' | 'recovered' | 'acknowledged'
  text: string
  staff?: string
  celsius?: number
}
export interface ColdLog {
  /** Since when it is recorded at all; undefined where it never was. */
  began?: number
  rows: LogRow[]
  gaps: LogGap[]
  marks: LogMark[]
}

/** All of a time; what the ledger keeps as one row because it stood still is given as the rows that it was. */
export async function readColdLog(
  ledger: Pick<Ledger, 'query'>,
  cabinet: string,
  from: number,
  to: number,
  /** The name of an associate by id. */
  nameOf: (staff: string) => string,
): Promise<ColdLog> {
  const subject = `cabinet/${cabinet}`
  const rows: LogRow[] = []
  // A row that stood still begins up to an hour before; the last ends behind the time.
  for await (const event of keptEvents(ledger, {
    type: 'cold.logged',
    subject,
    since: from - 3_600_000,
    until: to + 600_000,
  })) {
    const data = event.data as EventData<'cold.logged'>
    const step = Math.max(1, data.seconds) * 1000
    for (let at = event.time; at <= (event.until ?? event.time) + step / 2; at += step) {
      if (at > from && at - step < to) rows.push(rowOf(data, at - step, at))
    }
  }
  rows.sort((a, b) => a.from - b.from)
  const marks: LogMark[] = []
  for await (const event of keptEvents(ledger, { type: 'cold.*', subject, since: from, until: to })) {
    const mark = markOf(event, nameOf)
    if (mark) marks.push(mark)
  }
  const [first] = await ledger.query({ type: 'cold.logged', subject, ascending: true, limit: 1 })
  const began = first && first.time - (first.data as EventData<'cold.logged'>).seconds * 1000
  const gaps = gapsOf(rows, from, Math.min(to, Date.now()))
  await nameUnwritten(ledger, gaps, from)
  const [gap] = gaps
  if (gap?.from === from && began !== undefined && gap.to <= began + GAP_MILLISECONDS) gap.reason = notYet
  return { ...(began === undefined ? {} : { began }), rows, gaps, marks }
}

/** Gaps in which the box watched, and could not write. */
async function nameUnwritten(ledger: Pick<Ledger, 'query'>, gaps: readonly LogGap[], from: number): Promise<void> {
  if (!gaps.some(({ reason }) => reason === unwatched)) return
  for (const { data } of await ledger.query({ type: 'ledger.resumed', since: from, limit: 1000 })) {
    const { since, seconds, lost } = data as EventData<'ledger.resumed'>
    const began = Date.parse(since)
    if (lost === 0) continue
    for (const gap of gaps)
      if (gap.reason === unwatched && gap.from < began + seconds * 1000 && gap.to > began) gap.reason = unwritten
  }
}

function rowOf(data: EventData<'cold.logged'>, from: number, to: number): LogRow {
  const { samples, seconds, lowestCelsius, meanCelsius, highestCelsius, productCelsius, note } = data
  return {
    from,
    to,
    samples,
    expected: Math.max(1, Math.round(seconds / 60)),
    ...(lowestCelsius === undefined ? {} : { lowest: lowestCelsius }),
    ...(meanCelsius === undefined ? {} : { mean: meanCelsius }),
    ...(highestCelsius === undefined ? {} : { highest: highestCelsius }),
    ...(productCelsius === undefined ? {} : { product: productCelsius }),
    ...(note === undefined ? {} : { note }),
  }
}

/** Where there is no row, and where rows have no measurement; neighbours are one gap. */
function gapsOf(rows: readonly LogRow[], from: number, to: number): LogGap[] {
  const gaps: LogGap[] = []
  const add = (gap: LogGap) => {
    const last = gaps.at(-1)
    if (last && last.reason === gap.reason && gap.from - last.to < GAP_MILLISECONDS) last.to = gap.to
    else gaps.push(gap)
  }
  let until = from
  for (const row of rows) {
    if (row.from - until > GAP_MILLISECONDS) add({ from: until, to: row.from, reason: unwatched })
    const missing = row.expected - row.samples
    if (row.samples === 0) add({ from: row.from, to: row.to, reason: 'no measurement: the probe was silent' })
    else if (missing > 1)
      add({ from: row.from, to: row.to, reason: `${missing} of ${row.expected} minutes not measured` })
    until = Math.max(until, row.to)
  }
  // The row that is being written is no gap.
  if (to - until > 6 * MINUTE_MILLISECONDS) add({ from: until, to, reason: unwatched })
  return gaps
}

function markOf({ type, time, data }: KeptEvent, nameOf: (staff: string) => string): LogMark | undefined {
  if (type === 'cold.warning') {
    const { cause, reason, celsius } = data as EventData<'cold.warning'>
    return { at: time, what: 'warning', text: `${cause}: ${reason}`, ...(celsius === undefined ? {} : { celsius }) }
  }
  if (type === 'cold.excursion') {
    const { celsius, sinceSeconds } = data as EventData<'cold.excursion'>
    const long = sinceSeconds > 0 ? `, for ${Math.round(sinceSeconds / 60)} min in 24 h` : ''
    return { at: time, what: 'excursion', text: `the product is over its limit${long}`, celsius }
  }
  if (type === 'cold.recovered') {
    const { celsius, excursionSeconds } = data as EventData<'cold.recovered'>
    const long = excursionSeconds > 0 ? ` after ${Math.round(excursionSeconds / 60)} min over its limit` : ''
    return { at: time, what: 'recovered', text: `back in range${long}`, celsius }
  }
  if (type !== 'cold.acknowledged') return undefined
  const { staff, afterSeconds } = data as EventData<'cold.acknowledged'>
  const who = staff === undefined ? 'the manager' : personOf(staff, nameOf(staff))
  const text = `seen to by ${who} after ${Math.round(afterSeconds / 60)} min`
  return { at: time, what: 'acknowledged', text, ...(staff === undefined ? {} : { staff }) }
}

/** With the id, which a paper can always print and which tells apart two of one name. */
const personOf = (id: string, name: string) => (name === id ? id : `${name} (${id})`)
