/**
 * Tells a defrost by its shape: the air rises sharply, turns, and falls again, while the product hardly moves. It only
 * ever defers the warning about the air, and never for longer than a cap: what looks like the beginning of a defrost
 * can be the beginning of the end.
 */
import type { Sample } from './history.ts'
import { actingLimit, type Limits } from './limits.ts'

const learntKept = 8
/** So many like lengths tell how long the next may be. */
const lengthsFrom = 3
const likeLengths = 0.6
/** So many like pauses make a rhythm; a controller that defrosts on demand has none. */
const pausesFrom = 4
const alike = 0.15
/** How much longer than the longest that was learnt a defrost may be, and how much of that one out of turn may have. */
const longer = 1.3
const longerMinutes = 5
const outOfTurn = 0.75
/** Beyond that, once the air has come some of the way back. Minutes. */
const fallingMinutes = 30
const fallen = 0.7
const sharpMinutes = 10

export interface SavedDefrosts {
  starts: number[]
  lengths: number[]
  open?: { start: number; from: number; peak: number; allowed: number; fell: boolean }
  late?: boolean
}

export interface Defrosts {
  /** Takes the newest samples, oldest first; true while the rise is believed to be a defrost. `usual`: as History. */
  see(recent: readonly Sample[], usual: number | undefined, doorOpen: boolean): boolean
  /** A rise that was believed to be one, and has lasted too long. */
  overdue(): boolean
  save(): SavedDefrosts
}

export function createDefrosts(limits: Limits, saved?: SavedDefrosts): Defrosts {
  const starts = saved?.starts ?? []
  const lengths = saved?.lengths ?? []
  let open = saved?.open
  let late = saved?.late ?? false

  const allowedAt = (minute: number): number => {
    const longest = Math.max(...lengths)
    if (lengths.length < lengthsFrom || Math.min(...lengths) < longest * likeLengths) return limits.defrostMinutes
    const usual = longest * longer + longerMinutes
    return Math.min(limits.defrostMinutes, isDue(starts, minute) ? usual : usual * outOfTurn)
  }
  const begin = (recent: readonly Sample[], now: Sample) => {
    const span = recent.filter(({ minute }) => minute > now.minute - sharpMinutes)
    const lowest = span.reduce((low, one) => (one.celsius <= low.celsius ? one : low), now)
    if (now.celsius - lowest.celsius < limits.sharpCelsius) return
    open = {
      start: lowest.minute,
      from: lowest.celsius,
      peak: now.celsius,
      allowed: allowedAt(lowest.minute),
      fell: false,
    }
  }
  /** Back where it may be: then it is over, whatever it was. */
  const isBack = ({ from, peak }: { from: number; peak: number }, celsius: number, usual = from) =>
    celsius <= Math.min(actingLimit(limits) - limits.deadbandCelsius, Math.max(from + (peak - from) * 0.25, usual))

  const learn = ({ start, peak }: { start: number; peak: number }, minutes: number) => {
    // What stays below the limit is a door or warm goods: it needs no patience, and teaches none.
    if (peak <= actingLimit(limits)) return
    starts.push(start)
    lengths.push(minutes)
    if (starts.length > learntKept) {
      starts.shift()
      lengths.shift()
    }
  }

  return {
    see(recent, usual, doorOpen) {
      const now = recent.at(-1)
      if (!now) return false
      if (!open && !doorOpen) begin(recent, now)
      if (!open) return false
      open.peak = Math.max(open.peak, now.celsius)
      const age = now.minute - open.start
      if (isBack(open, now.celsius, usual)) {
        if (!late) learn(open, age)
        open = undefined
        late = false
        return false
      }
      if (late) return false
      // Once on its way back it is given time: a door that is opened then changes nothing.
      open.fell ||= now.celsius < open.from + (open.peak - open.from) * fallen
      late = age > (open.fell ? limits.defrostMinutes + fallingMinutes : open.allowed)
      return !late
    },
    overdue: () => late,
    save: () => ({ starts: [...starts], lengths: [...lengths], ...(open ? { open: { ...open }, late } : {}) }),
  }
}

/** False only where defrosts keep a rhythm, and none is due. */
function isDue(starts: readonly number[], minute: number): boolean {
  const pauses = starts.slice(1).map((start, at) => start - (starts[at] ?? 0))
  if (pauses.length < pausesFrom) return true
  const period = pauses.toSorted((a, b) => a - b)[Math.floor(pauses.length / 2)] ?? 0
  if (pauses.some((pause) => Math.abs(pause - period) > alike * period)) return true
  const since = minute - (starts.at(-1) ?? 0)
  // One that was too small to be seen, or fell into an outage, does not break the rhythm.
  const beats = Math.max(1, Math.round(since / period))
  return Math.abs(since - beats * period) <= alike * period
}
