/** Shifts in words and as spans of a week, as the roster reckons them: an end that is not after its start is on the next day. */
import type { Shift } from '../../../contract/index.ts'

export const week: readonly { id: Shift['days'][number]; short: string; name: string }[] = [
  { id: 'mon', short: 'Mo', name: 'Monday' },
  { id: 'tue', short: 'Tu', name: 'Tuesday' },
  { id: 'wed', short: 'We', name: 'Wednesday' },
  { id: 'thu', short: 'Th', name: 'Thursday' },
  { id: 'fri', short: 'Fr', name: 'Friday' },
  { id: 'sat', short: 'Sa', name: 'Saturday' },
  { id: 'sun', short: 'Su', name: 'Sunday' },
]
const dayMinutes = 1440

export const isOvernight = ({ from, to }: Pick<Shift, 'from' | 'to'>): boolean => to <= from
const minutes = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))

/** `Mo–Fr 08:00–17:00`. */
export function shiftWords({ days, from, to }: Shift): string {
  const spans: number[][] = []
  for (const [at, { id }] of week.entries()) {
    if (!days.includes(id)) continue
    const last = spans.at(-1)
    if (last?.at(-1) === at - 1) last.push(at)
    else spans.push([at])
  }
  const name = (at: number | undefined) => week[at ?? 0]?.short ?? ''
  const named = spans.map((span) => (span.length > 1 ? `${name(span[0])}–${name(span.at(-1))}` : name(span[0])))
  return `${days.length === 7 ? 'Daily' : named.join(', ')} ${from === to && from === '00:00' ? 'all day' : `${from}–${to}`}`
}

/** Spans of each day as shares of it (0 to 1); what goes over midnight goes on in the next. */
export function spansOf(shifts: readonly Shift[]): { start: number; end: number }[][] {
  const spans: { start: number; end: number }[][] = week.map(() => [])
  for (const shift of shifts) {
    const [start, end] = [minutes(shift.from) / dayMinutes, minutes(shift.to) / dayMinutes]
    for (const [at, { id }] of week.entries()) {
      if (!shift.days.includes(id)) continue
      spans[at]?.push({ start, end: isOvernight(shift) ? 1 : end })
      if (isOvernight(shift) && end > 0) spans[(at + 1) % 7]?.push({ start: 0, end })
    }
  }
  return spans
}

export function weekHours(shifts: readonly Shift[]): number {
  const shares = spansOf(shifts).flatMap((day) => day.map(({ start, end }) => end - start))
  return Math.round(shares.reduce((sum, share) => sum + share, 0) * 240) / 10
}
