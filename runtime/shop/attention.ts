/**
 * Few alerts, and the right ones: each associate is disturbed at most so often an hour. What is above that, and what
 * comes while somebody wants quiet, waits in the list without a sound, ranked, and disturbs when there is room. Urgent
 * alerts always come. Several of one kind within a minute are one alert, while nobody has seen to the first.
 */
import type { Alarms } from './alarms.ts'
import type { Attention, HeldAlert } from './types.ts'

export const defaultAlertsPerHour = 12
const hourMilliseconds = 3_600_000
const foldMilliseconds = 60_000
/** Ages within one step count as equal, so that nearness decides among what came at about the same time. */
const ageStepMilliseconds = 300_000
/** What waits for one associate; of more the one ranked last is left to the list. */
const limit = 100

/** Something that wants to disturb somebody. */
export interface Wish {
  what: 'task' | 'notice'
  id: string
  urgency: 'calm' | 'normal' | 'urgent'
  /** What counts as one kind: those of a kind within a minute are folded into one alert. */
  fold: string
  zone?: string
  time: number
}

/** What is kept of an associate over a restart. */
export interface KeptAttention {
  /** When alerts disturbed within the last hour, oldest first (ms since the epoch); an older release kept no `what`. */
  alerts: { time: number; fold: string; id: string; what?: Wish['what'] }[]
  held: (Wish & { why: 'budget' | 'quiet' | 'folded' })[]
}

export interface AttentionDependencies {
  now(): number
  alarms: Alarms
  alertsPerHour(staff: string): number
  quiet(staff: string): boolean
  /** Metres between an associate and a zone; undefined where nobody knows. */
  metres(staff: string, zone: string): number | undefined
  /** Whether it still waits for this associate. */
  waits(staff: string, wish: Pick<Wish, 'what' | 'id'>): boolean
  deliver(staff: string, wish: Wish, folded: number): void
  /** Something of this associate's list changed. */
  changed(staff: string): void
  restored: ReadonlyMap<string, KeptAttention>
}

const urgencyRank = { urgent: 0, normal: 1, calm: 2 }

export function createAttention(dependencies: AttentionDependencies) {
  const { now, alarms, alertsPerHour, quiet, metres, waits, deliver, changed, restored } = dependencies
  const people = new Map<string, KeptAttention>(restored)

  const of = (staff: string): KeptAttention => {
    const known = people.get(staff) ?? { alerts: [], held: [] }
    people.set(staff, known)
    // One from the future was noted before the clock was set back; it must not fill the hour until then.
    known.alerts = known.alerts.filter(({ time }) => time <= now() && now() - time < hourMilliseconds)
    return known
  }
  const distance = (staff: string, { zone }: Wish) => (zone === undefined ? undefined : metres(staff, zone)) ?? Infinity
  const ageStep = ({ time }: Wish) => Math.floor(time / ageStepMilliseconds)
  const near = (a: number, b: number) => (a === b ? 0 : a - b)
  const ranked = (staff: string) => (a: Wish, b: Wish) =>
    urgencyRank[a.urgency] - urgencyRank[b.urgency] ||
    ageStep(a) - ageStep(b) ||
    near(distance(staff, a), distance(staff, b)) ||
    a.time - b.time

  function disturb(staff: string, wish: Wish, folded: number) {
    const { alerts } = of(staff)
    alerts.push({ time: now(), fold: wish.fold, id: wish.id, what: wish.what })
    deliver(staff, wish, folded)
  }

  function hold(staff: string, wish: Wish, why: 'budget' | 'quiet' | 'folded') {
    const mine = of(staff)
    mine.held = [...mine.held, { ...wish, why }].sort(ranked(staff)).slice(0, limit)
  }

  const waiting = (staff: string) => {
    const mine = of(staff)
    mine.held = mine.held.filter((wish) => waits(staff, wish))
    return mine
  }

  /** The next alert of those held falls due when the oldest of the hour leaves it. */
  const room = (staff: string): number | undefined => {
    const { alerts } = of(staff)
    const oldest = alerts[alerts.length - alertsPerHour(staff)]
    return oldest && oldest.time + hourMilliseconds
  }

  function arm(staff: string) {
    const mine = waiting(staff)
    const at = room(staff)
    if (at !== undefined && mine.held.some(({ why }) => why === 'budget')) alarms.set(staff, at, () => release(staff))
    else alarms.clear(staff)
  }

  /** Lets as many of those that wait disturb as there is room for, the highest ranked first. */
  function release(staff: string) {
    const mine = waiting(staff)
    if (!quiet(staff))
      for (const first of mine.held.filter(({ why }) => why !== 'folded').sort(ranked(staff))) {
        if (room(staff) !== undefined) break
        if (!mine.held.includes(first)) continue
        // Those of its kind come with it.
        const alike = mine.held.filter((one) => one !== first && one.fold === first.fold && one.why !== 'folded')
        mine.held = mine.held.flatMap((one) =>
          one === first ? [] : [alike.includes(one) ? { ...one, why: 'folded' as const } : one],
        )
        disturb(staff, first, alike.length)
      }
    for (const wish of mine.held) if (wish.why === 'quiet' && !quiet(staff)) wish.why = 'budget'
    arm(staff)
    changed(staff)
  }

  return {
    /** Disturbs now, or holds it back and remembers why. */
    ask(staff: string, wish: Wish) {
      const mine = of(staff)
      mine.held = mine.held.filter(({ id }) => id !== wish.id)
      // One that was seen to already stands for nothing that comes after it.
      const alike = mine.alerts.findLast(
        ({ fold, time, what, id }) =>
          fold === wish.fold && now() - time < foldMilliseconds && (what === undefined || waits(staff, { what, id })),
      )
      if (wish.urgency === 'urgent') disturb(staff, wish, 0)
      else if (quiet(staff)) hold(staff, wish, 'quiet')
      else if (alike && alike.id !== wish.id) hold(staff, wish, 'folded')
      else if (room(staff) !== undefined) hold(staff, wish, 'budget')
      else disturb(staff, wish, 0)
      arm(staff)
      changed(staff)
    },
    /** Quiet mode, budget or what waits may have changed. */
    look: release,
    /** A shift is over: whoever comes back starts afresh. */
    forget(staff: string) {
      alarms.clear(staff)
      people.delete(staff)
      changed(staff)
    },
    people: () => people.keys(),
    kept: (staff: string): KeptAttention | undefined => people.get(staff),
    state(staff: string): Attention {
      const mine = waiting(staff)
      const most = alertsPerHour(staff)
      const next = room(staff)
      const held = mine.held.map(
        ({ what, id, why }, index): HeldAlert => ({
          what,
          id,
          rank: index + 1,
          why,
          reason: reasons[why](most),
        }),
      )
      return { alertsPerHour: most, used: mine.alerts.length, ...(next === undefined ? {} : { roomAt: next }), held }
    },
  }
}

const reasons: Record<HeldAlert['why'], (most: number) => string> = {
  budget: (most) => `${most} alerts have disturbed you within the hour; this one waits for room`,
  quiet: () => 'you want quiet; only urgent alerts disturb',
  folded: () => 'it came with others of its kind within a minute; one alert stood for all',
}
