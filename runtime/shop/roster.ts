/** Who is on shift, by the clock on the wall of the shop. */
import type { Associate } from '../contract/index.ts'

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const minuteMilliseconds = 60_000

/**
 * Associates on shift at an instant (ms since the epoch). A shift is the span between two instants, so a night shift
 * over a change of the clocks lasts an hour more or less and nobody goes off and on again in an hour that comes twice.
 * A time that is skipped means the one an hour later, a time that comes twice the first of the two (`compatible`
 * in ECMA-402 Temporal, as in RFC 5545, 3.3.5). Who has no shifts is never on shift.
 */
export function onShift(staff: readonly Associate[], timezone: string, time: number): Associate[] {
  const now = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(timezone)
  const today = now.toPlainDate()
  const dates = [today, today.subtract({ days: 1 })]
  return staff.filter(({ shifts }) =>
    shifts?.some(({ days: wanted, from, to }) =>
      dates.some((date) => {
        const day = days[date.dayOfWeek - 1]
        if (day === undefined || !wanted.includes(day)) return false
        const last = to <= from ? date.add({ days: 1 }) : date
        return instant(date, from, timezone) <= time && time < instant(last, to, timezone)
      }),
    ),
  )
}

/** When the shift ends that somebody is on at an instant, both in ms since the epoch; undefined off shift. */
export function shiftEnd(associate: Associate, timezone: string, time: number): number | undefined {
  const today = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(timezone).toPlainDate()
  const ends = (associate.shifts ?? []).flatMap(({ days: wanted, from, to }) =>
    [today, today.subtract({ days: 1 })].flatMap((date) => {
      const day = days[date.dayOfWeek - 1]
      if (day === undefined || !wanted.includes(day)) return []
      const end = instant(to <= from ? date.add({ days: 1 }) : date, to, timezone)
      return instant(date, from, timezone) <= time && time < end ? [end] : []
    }),
  )
  return ends.length > 0 ? Math.max(...ends) : undefined
}

/** The first moment after `time` at which the wall clock of the shop says `clock` (HH:MM). */
export function nextClock(time: number, clock: string, timezone: string): number {
  const today = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(timezone).toPlainDate()
  const next = instant(today, clock, timezone)
  return next > time ? next : instant(today.add({ days: 1 }), clock, timezone)
}

const instant = (date: Temporal.PlainDate, clock: string, timezone: string) =>
  date.toZonedDateTime({ timeZone: timezone, plainTime: clock }).epochMilliseconds

/** The roster with its answer kept for the minute: who asks for each event asks often, and shifts turn on the minute. */
export function createRoster() {
  let minute = Number.NaN
  let present: Associate[] = []
  let ids = new Set<string>()
  let staff: readonly Associate[] = []
  let timezone = 'UTC'
  const look = (time: number) => {
    const now = Math.floor(time / minuteMilliseconds)
    if (now === minute) return
    minute = now
    present = onShift(staff, timezone, now * minuteMilliseconds)
    ids = new Set(present.map(({ id }) => id))
  }
  return {
    set(plan: { staff: readonly Associate[]; timezone: string }) {
      ;({ staff, timezone } = plan)
      minute = Number.NaN
    },
    list(time: number): Associate[] {
      look(time)
      return present
    },
    has(id: string, time: number): boolean {
      look(time)
      return ids.has(id)
    },
  }
}
/** Calls `changed` when somebody's shift begins or ends. Returns the way to stop. */
export function watchRoster(roster: Roster, now: () => number, changed: () => void): () => void {
  const who = () =>
    roster
      .list(now())
      .map(({ id }) => id)
      .join()
  let before = who()
  let timer: NodeJS.Timeout
  const wait = () => {
    timer = setTimeout(look, minuteMilliseconds - (now() % minuteMilliseconds))
    timer.unref()
  }
  const look = () => {
    const after = who()
    if (after !== before) changed()
    before = after
    wait()
  }
  wait()
  return () => clearTimeout(timer)
}

export type Roster = ReturnType<typeof createRoster>
