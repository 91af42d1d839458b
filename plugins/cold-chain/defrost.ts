/**
 * Tells a defrost by its shape: the air rises sharply, turns, and falls again, while the product hardly moves. It only
 * ever defers the warning about the air, and never for longer than a cap: what looks like the beginning of a defrost
 * can be the beginning of the end.
 */
import type { Sample } from './history.ts'
import type { Limits } from './limits.ts'

/** Learnt defrosts that make a rhythm. */
const learntFrom = 3
const learntKept = 8
/** How far from its rhythm a defrost may begin. */
const offBeat = 0.2
/** With a known rhythm, a rise out of turn is given no more than this: a door, warm goods. Minutes. */
const outOfTurnMinutes = 12
/** Beyond the cap, as long as the air falls. Minutes. */
const fallingMinutes = 30
const sharpMinutes = 10

export interface SavedDefrosts {
  starts: number[]
  lengths: number[]
  open?: { start: number; from: number; peak: number; allowed: number }
}

export interface Defrosts {
  /** Takes the newest samples, oldest first; true while the rise is believed to be a defrost. */
  see(recent: readonly Sample[], doorOpen: boolean): boolean
  /** A rise that was believed to be one, and has lasted too long. */
  overdue(): boolean
  save(): SavedDefrosts
}

export function createDefrosts(limits: Limits, saved?: SavedDefrosts): Defrosts {
  const starts = saved?.starts ?? []
  const lengths = saved?.lengths ?? []
  let open = saved?.open
  let late = false

  /** Whether a defrost is due at this minute; undefined where no rhythm is known. */
  const due = (minute: number): boolean | undefined => {
    const gaps = starts.slice(1).map((start, at) => start - (starts[at] ?? 0))
    if (gaps.length < learntFrom - 1) return undefined
    const period = gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 0
    const since = minute - (starts.at(-1) ?? 0)
    // One that was too small to be seen, or fell into an outage, does not break the rhythm.
    const beats = Math.max(1, Math.round(since / period))
    return Math.abs(since - beats * period) <= offBeat * period
  }
  const allowedAt = (minute: number): number => {
    const onTime = due(minute)
    if (onTime === undefined) return limits.defrostMinutes
    if (!onTime) return Math.min(outOfTurnMinutes, limits.defrostMinutes)
    return Math.min(limits.defrostMinutes, Math.max(...lengths) * 1.5 + 5)
  }
  const begin = (recent: readonly Sample[], now: Sample) => {
    const span = recent.filter(({ minute }) => minute > now.minute - sharpMinutes)
    const lowest = span.reduce((low, one) => (one.celsius <= low.celsius ? one : low), now)
    if (now.celsius - lowest.celsius < limits.sharpCelsius) return
    open = { start: lowest.minute, from: lowest.celsius, peak: now.celsius, allowed: allowedAt(lowest.minute) }
  }

  return {
    see(recent, doorOpen) {
      const now = recent.at(-1)
      if (!now) return false
      if (!open && !late && !doorOpen) begin(recent, now)
      // A rise that lasted too long ends, too: only then the next one may be a defrost.
      if (late && open && now.celsius <= open.from + (open.peak - open.from) * 0.25) {
        late = false
        open = undefined
      }
      if (!open || late) return false
      open.peak = Math.max(open.peak, now.celsius)
      const age = now.minute - open.start
      if (now.celsius <= open.from + (open.peak - open.from) * 0.25) {
        learn(open.start, age)
        open = undefined
        return false
      }
      const before = recent.at(-4) ?? now
      const falling = now.celsius < open.peak - 1 && now.celsius < before.celsius
      if (age <= open.allowed || (falling && age <= limits.defrostMinutes + fallingMinutes)) return true
      late = true
      return false
    },
    overdue: () => late,
    save: () => ({ starts: [...starts], lengths: [...lengths], ...(open && !late ? { open: { ...open } } : {}) }),
  }

  /** Short rises are doors and warm goods: they make no rhythm. */
  function learn(start: number, minutes: number) {
    if (minutes < limits.defrostMinutes * 0.25) return
    starts.push(start)
    lengths.push(minutes)
    if (starts.length > learntKept) {
      starts.shift()
      lengths.shift()
    }
  }
}
