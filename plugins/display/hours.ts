export interface Hours {
  days?: string[]
  from: string
  to: string
}

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']

/**
 * True where a display is on at an instant (ms since the epoch). A window is the span between two instants of the shop's
 * clock: a time that is skipped in spring means the one an hour later, one that comes twice in autumn the first of the two
 * (`compatible` in ECMA-402 Temporal), as for playlists and shifts.
 */
export function isOn(hours: readonly Hours[], timezone: string, time: number): boolean {
  if (hours.length === 0) return true
  const today = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(timezone).toPlainDate()
  const at = (date: Temporal.PlainDate, clock: string) =>
    date.toZonedDateTime({ timeZone: timezone, plainTime: clock }).epochMilliseconds
  return [today, today.subtract({ days: 1 })].some((date) =>
    hours.some(({ days: wanted, from, to }) => {
      const day = days[date.dayOfWeek - 1] ?? ''
      if (wanted && wanted.length > 0 && !wanted.includes(day)) return false
      return at(date, from) <= time && time < at(to <= from ? date.add({ days: 1 }) : date, to)
    }),
  )
}
