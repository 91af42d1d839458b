/** Tells a plate that cannot be believed: a cell torn off, overloaded, or a converter that says the same for ever. */

export type Fault = 'overload' | 'disconnected' | 'stuck'

/** What a converter can say. */
export interface Range {
  low: number
  high: number
  /** So many steps that noise never lets it say the same twice for long: 20 bits and more. */
  fine: boolean
}

export interface Heard {
  at: number
  counts: number
  /** The weight, where the plate is calibrated. */
  grams?: number
}

/** Samples that agree before a fault begins or ends. */
const AGREE = 3
/** Converters with noise do not repeat a value for so long, nor so often. A gap in what is heard proves nothing. */
const STUCK_MS = 3000
const STUCK_SAMPLES = 6
const ERRATIC_SAMPLES = 8
/** An input that hangs in the air wanders over the range; a load cell under a hand does not, from sample to sample. */
const ERRATIC_SHARE = 0.05
/** Below so much of its capacity an overload is over. */
const RELIEVED = 0.97

/** Watches one plate. `hear` returns the fault that holds after this sample. */
export function createFaults(range: Range, capacityGrams = Number.POSITIVE_INFINITY) {
  let fault: Fault | undefined
  let candidate: Fault | undefined
  let agreed = 0
  let last: number | undefined
  let changedAt = Number.NaN
  let repeats = 0
  const steps: number[] = []

  const look = ({ at, counts, grams = 0 }: Heard): Fault | undefined => {
    if (last !== undefined) steps.push(Math.abs(counts - last))
    if (steps.length > ERRATIC_SAMPLES) steps.shift()
    if (counts !== last || Number.isNaN(changedAt)) {
      changedAt = at
      repeats = 0
    } else repeats++
    last = counts
    const limit = fault === 'overload' ? RELIEVED * capacityGrams : capacityGrams
    const railed = counts <= range.low || counts >= range.high
    // Only a load that grew beyond the capacity before drives it to the end of its range; a torn wire does so at once.
    if (railed) return fault === 'overload' ? 'overload' : 'disconnected'
    if (grams > limit) return 'overload'
    if (erratic()) return 'disconnected'
    return range.fine && repeats >= STUCK_SAMPLES && at - changedAt >= STUCK_MS ? 'stuck' : undefined
  }
  const erratic = () => {
    if (steps.length < ERRATIC_SAMPLES) return false
    const middle = steps.toSorted((a, b) => a - b)[ERRATIC_SAMPLES >> 1] ?? 0
    return middle > ERRATIC_SHARE * (range.high - range.low)
  }

  return {
    hear(heard: Heard): Fault | undefined {
      const seen = look(heard)
      agreed = seen === candidate ? agreed + 1 : 1
      candidate = seen
      if (agreed >= AGREE || candidate === 'stuck') fault = candidate
      return fault
    },
    /** Its reader says so itself, whatever the last value was. */
    declare(declared: Fault | undefined) {
      fault = candidate = declared
      agreed = AGREE
      // What it says next is compared with nothing from before.
      last = undefined
      steps.length = 0
    },
    now: () => fault,
    /** The last sample speaks of a fault that others must confirm. */
    doubted: () => candidate !== undefined && candidate !== fault,
  }
}

/**
 * Holds back a sample that jumps further than a plate can be loaded at once, until the next one stands by it. Returns
 * what may go on: nothing, or the sample.
 */
export function createJumpGuard(most: number) {
  let last: number | undefined
  let held: number | undefined
  return function pass(value: number): { value?: number; jumped: boolean } {
    const near = (other: number | undefined) => other === undefined || Math.abs(value - other) <= most
    if (near(last) || (held !== undefined && Math.abs(value - held) <= most / 4)) {
      const jumped = held !== undefined && near(last)
      last = value
      held = undefined
      return { value, jumped }
    }
    const jumped = held !== undefined
    held = value
    return { jumped }
  }
}
