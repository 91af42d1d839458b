/** Which weighings are worth an event: all of them while something moves and for a while after, one a second while nothing does. */
import type { Fault } from './faults.ts'

export interface Told {
  slot: string
  grams?: number
  stable: boolean
  fault?: Fault
}

const STILL_MS = 1000
/** After a hand, whether it is over is seen by how the plate comes to rest, and stays: so long all is told. */
const AFTER_MS = 6000
/** A hand is told before the plate is known to move: so far from what was told last. */
const MOVED_GRAMS = 2
/** Noisy plates wander by themselves; a step stands out of that. */
const MOVED_SIGMAS = 4
const NOISE_WEIGHT = 0.05

export function createThinning() {
  let toldAt = Number.NEGATIVE_INFINITY
  let movedAt = Number.NEGATIVE_INFINITY
  let before = new Map<string, Told>()
  const noise = new Map<string, number>()
  const news = (one: Told): boolean => {
    const was = before.get(one.slot)
    if (!was || was.fault !== one.fault) return true
    if (one.fault) return false
    if (!one.stable || was.stable !== one.stable) return true
    const moved = Math.abs((one.grams ?? 0) - (was.grams ?? 0))
    const usual = noise.get(one.slot) ?? 0
    noise.set(one.slot, usual + NOISE_WEIGHT * (moved - usual))
    return moved > Math.max(MOVED_GRAMS, MOVED_SIGMAS * usual)
  }
  /** True where these weighings, the newest of each plate, are to be told now. */
  return function due(now: number, plates: readonly Told[]): boolean {
    if (plates.map(news).some(Boolean)) movedAt = now
    if (now - movedAt > AFTER_MS && now - toldAt < STILL_MS) return false
    toldAt = now
    before = new Map(plates.map((one) => [one.slot, one]))
    return true
  }
}
