/**
 * Day parts as instants. A window is the span between two instants of the shop's clock, so one that runs over a change of
 * the clocks lasts an hour more or less. A time that is skipped in spring means the one an hour later, a time that comes
 * twice in autumn the first of the two (`compatible` in ECMA-402 Temporal, as in RFC 5545, 3.3.5). A window of which
 * nothing is left by that, as 02:00 to 03:00 in spring, does not take place that day.
 */
import type { DayPart } from '../contract/index.ts'

export interface Window {
  /** Milliseconds since the epoch, inclusive and exclusive. */
  from: number
  until: number
}

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

export const dateAt = (time: number, timezone: string): Temporal.PlainDate =>
  Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(timezone).toPlainDate()

export const instantOf = (date: Temporal.PlainDate, clock: string, timezone: string): number =>
  date.toZonedDateTime({ timeZone: timezone, plainTime: clock }).epochMilliseconds

/** The windows of these day parts that begin on `count` days from `first` on, and those of the day before that reach into it. */
export function windowsOf(
  hours: readonly DayPart[],
  first: Temporal.PlainDate,
  count: number,
  timezone: string,
): Window[] {
  const found: Window[] = []
  for (let offset = -1; offset < count; offset++) {
    const date = first.add({ days: offset })
    const day = days[date.dayOfWeek - 1]
    for (const { days: wanted, from, to } of hours) {
      if (wanted && (day === undefined || !wanted.includes(day))) continue
      const last = to <= from ? date.add({ days: 1 }) : date
      const window = { from: instantOf(date, from, timezone), until: instantOf(last, to, timezone) }
      if (window.until > window.from) found.push(window)
    }
  }
  return found
}

/** `2026-12-24` or `2026-12-24T18:00` as an instant; a day alone is its start, or its end where `end` is set. */
export function momentOf(moment: string, timezone: string, end = false): number {
  const [date = '', clock] = moment.split('T')
  const day = Temporal.PlainDate.from(date)
  if (clock !== undefined) return instantOf(day, clock, timezone)
  return instantOf(end ? day.add({ days: 1 }) : day, '00:00', timezone)
}
