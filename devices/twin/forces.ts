/** What hands, elbows, cups and carts do to the plates of a shelf, as forces in grams. */
import type { Random } from './random.ts'

export interface Forces {
  /** Grams that stand on a plate, without hands. */
  load(plate: number): number
  /** A hand takes (below zero) or puts down (above) so many grams, in so many seconds; a usual hand where they are not given. */
  hand(plate: number, grams: number, seconds?: number): void
  /** Somebody leans on the plate and goes away again. */
  lean(plate: number, grams: number, seconds: number): void
  /** Something runs onto the plate slowly. */
  pour(plate: number, grams: number, seconds: number): void
  /** A cart passes or a compressor starts: the whole shelf trembles. */
  shake(grams: number, seconds: number, hertz: number): void
  /** Things that stand there at once, as at the start of a day. */
  place(plate: number, grams: number): void
  /** Lets time pass; returns the grams that push on each plate now. */
  step(seconds: number): Float64Array
  /** What the trembling adds now. */
  shaking(): number
}

interface Act {
  plate: number
  /** Grams that stay when it is over, and grams that only push while it lasts. */
  stays: number
  pushes: number
  seconds: number
  passed: number
  /** A hand moves smoothly, a pour runs evenly, an elbow comes, trembles and goes. */
  kind: 'hand' | 'pour' | 'lean'
  tremor: number
}

/** An elbow comes and goes in about this time, and trembles by this share of its weight (postural sway, about 1 Hz). */
const LEAN_EDGE_SECONDS = 0.35
const TREMOR_SHARE = 0.03
const TREMOR_SECONDS = 0.25
/** A hand pushes or lifts a little while it grips: by such a share of what it takes, and by some grams. */
const GRIP_SHARE = 0.15
const GRIP_GRAMS = 20

const smooth = (share: number) => (1 - Math.cos(Math.PI * Math.min(1, Math.max(0, share)))) / 2

export function createForces(random: Random, count: number): Forces {
  const loads = new Float64Array(count)
  const pushed = new Float64Array(count)
  const shakes: { grams: number; seconds: number; passed: number; hertz: number }[] = []
  let acts: Act[] = []
  const act = (kind: Act['kind'], plate: number, stays: number, pushes: number, seconds: number) =>
    void acts.push({ kind, plate, stays, pushes, seconds, passed: 0, tremor: 0 })

  const push = (one: Act, seconds: number): number => {
    const share = one.passed / one.seconds
    if (one.kind === 'hand') return one.stays * smooth(share) + one.pushes * Math.sin(Math.PI * share)
    if (one.kind === 'pour') return one.stays * share
    const kept = Math.exp(-seconds / TREMOR_SECONDS)
    one.tremor = one.tremor * kept + Math.sqrt(1 - kept * kept) * random.normal()
    const edge = Math.min(LEAN_EDGE_SECONDS, one.seconds / 3)
    const pressed = smooth(one.passed / edge) * smooth((one.seconds - one.passed) / edge)
    return one.pushes * pressed * (1 + TREMOR_SHARE * one.tremor)
  }

  return {
    load: (plate) => loads[plate] ?? 0,
    place: (plate, grams) => void (loads[plate] = grams),
    hand(plate, grams, seconds = random.between(0.2, 0.6)) {
      const grip = random.normal() * (GRIP_GRAMS + GRIP_SHARE * Math.abs(grams))
      act('hand', plate, grams, grip, Math.max(0.02, seconds))
    },
    lean: (plate, grams, seconds) => act('lean', plate, 0, grams, Math.max(0.1, seconds)),
    pour: (plate, grams, seconds) => act('pour', plate, grams, 0, Math.max(0.02, seconds)),
    shake: (grams, seconds, hertz) => void shakes.push({ grams, seconds, passed: 0, hertz }),
    step(seconds) {
      pushed.set(loads)
      for (const one of acts) {
        one.passed += seconds
        if (one.passed < one.seconds) {
          pushed[one.plate] = (pushed[one.plate] ?? 0) + push(one, seconds)
          continue
        }
        loads[one.plate] = (loads[one.plate] ?? 0) + one.stays
        pushed[one.plate] = (pushed[one.plate] ?? 0) + one.stays
      }
      acts = acts.filter(({ passed, seconds: whole }) => passed < whole)
      for (let i = shakes.length - 1; i >= 0; i--) {
        const one = shakes[i]
        if (one && (one.passed += seconds) >= one.seconds) shakes.splice(i, 1)
      }
      return pushed
    },
    shaking() {
      let sum = 0
      for (const { grams, seconds, passed, hertz } of shakes)
        sum += grams * Math.sin(Math.PI * (passed / seconds)) * Math.sin(2 * Math.PI * hertz * passed)
      return sum
    },
  }
}
