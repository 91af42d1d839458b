/** One plate: from counts to grams, with all that is learnt of it, and the two commands that a technician gives it. */
import { createFaults, createJumpGuard, type Fault, type Range } from './faults.ts'
import { judgeRest, recent, type Rest, type Sample } from './rest.ts'
import { type DriftLearnt, gramsPerCelsius, learnDrift, nothingLearnt, type Stretch } from './temperature.ts'
import { creepAfter, zeroStep } from './zero.ts'

export interface PlateOptions {
  slot: string
  range: Range
  capacityGrams?: number
  /** Grams of a count, where it is known without calibration. */
  gramsPerCount?: number
  gramsPerCelsius?: number
  creepPercent?: number
}

/** What outlives a restart. */
export interface Kept {
  zeroCounts?: number
  gramsPerCount?: number
  /** Temperature at the last tare. */
  celsius?: number
  /** How far the zero has been followed since, in grams. */
  zeroGrams?: number
  drift?: DriftLearnt
}

export interface Weight {
  grams?: number
  stable: boolean
  fault?: Fault
  /** A single sample was thrown away that no hand could have made. */
  jumped: boolean
}

const WINDOW_MS = 1000
/** A window is looked at again after so long, not with each of sixty samples a second. */
const JUDGE_MS = 90
const KEEP_MS = 10_000
const MOST_SAMPLES = 256
/** A shift smaller than this is rest, whatever the noise. */
const REST_GRAMS = 1
/** The same for a plate that nobody has calibrated: of its range. */
const REST_SHARE = 1e-5
/** What a weight must move a cell to be believed in a calibration: of its range, and of its noise. */
const LEAST_SHARE = 2e-4
const LEAST_SIGMAS = 12
/** An error that a hand may make, beyond what the cell carries. */
const JUMP_OF_CAPACITY = 1.5
const JUMP_SHARE = 0.6

export type Plate = ReturnType<typeof createPlate>

export function createPlate(options: PlateOptions, kept: Kept) {
  const { range, capacityGrams } = options
  const span = range.high - range.low
  let samples: Sample[] = []
  let rest: Rest = { resting: false, mean: 0, noise: 0 }
  let creep = 0
  let stretch: Stretch | undefined
  let at: number | undefined
  let judgedAt = Number.NaN
  let celsius: number | undefined
  const state: Kept = { ...kept }
  const scale = () => state.gramsPerCount ?? options.gramsPerCount
  const guards = () => {
    const perCount = scale()
    const known = perCount !== undefined && capacityGrams !== undefined
    return createJumpGuard(known ? (JUMP_OF_CAPACITY * capacityGrams) / Math.abs(perCount) : JUMP_SHARE * span)
  }
  let guard = guards()
  const faults = createFaults(range, capacityGrams)

  /** Weight before what is learnt of drifts; undefined where the plate is not calibrated. */
  const plain = (counts: number): number | undefined => {
    const perCount = scale()
    return perCount === undefined ? undefined : (counts - (state.zeroCounts ?? 0)) * perCount
  }
  const drift = () => {
    if (celsius === undefined || state.celsius === undefined) return 0
    const perCelsius = options.gramsPerCelsius ?? gramsPerCelsius(state.drift ?? nothingLearnt)
    return perCelsius * (celsius - state.celsius)
  }

  const follow = (counts: number, now: number): Weight => {
    const floor = scale() === undefined ? REST_SHARE * span : REST_GRAMS / Math.abs(scale() ?? 1)
    samples.push({ at: now, value: counts })
    if (samples.length > MOST_SAMPLES || now - (samples[0]?.at ?? now) > 2 * KEEP_MS)
      samples = samples.filter((sample) => sample.at > now - KEEP_MS).slice(-MOST_SAMPLES / 2)
    if (!(now - judgedAt < JUDGE_MS)) {
      rest = judgeRest(recent(samples, now, WINDOW_MS), floor)
      judgedAt = now
    }
    const seconds = at === undefined ? 0 : (now - at) / 1000
    at = now
    const weight = plain(counts)
    const fault = faults.hear({ at: now, counts, ...(weight === undefined ? {} : { grams: weight }) })
    if (fault) return { stable: false, fault, jumped: false }
    if (faults.doubted()) return { stable: false, jumped: false }
    if (weight === undefined) return { stable: rest.resting, jumped: false }
    creep = creepAfter(creep, weight, options.creepPercent ?? 0, seconds)
    const mean = (plain(rest.mean) ?? 0) - drift() - creep - (state.zeroGrams ?? 0)
    state.zeroGrams = (state.zeroGrams ?? 0) + zeroStep(mean, rest.resting, seconds)
    if (!rest.resting) stretch = undefined
    else if (celsius !== undefined && options.gramsPerCelsius === undefined) {
      const said = learnDrift(state.drift ?? nothingLearnt, stretch, { celsius, grams: plain(rest.mean) ?? 0 })
      stretch = said.stretch
      state.drift = said.learnt
    }
    return { grams: weight - drift() - creep - state.zeroGrams, stable: rest.resting, jumped: false }
  }

  return {
    slot: options.slot,
    /** A sample of its converter, at a time of a steady clock in milliseconds. */
    hear(counts: number, now: number): Weight {
      const passed = guard(counts)
      if (passed.value !== undefined) return { ...follow(passed.value, now), jumped: passed.jumped }
      const fault = faults.now()
      return { stable: false, jumped: passed.jumped, ...(fault ? { fault } : {}) }
    },
    /** Its reader found a fault itself. */
    broken(fault: Fault) {
      faults.declare(fault)
      samples = []
      rest = { ...rest, resting: false }
    },
    /** Its board is gone: what it said before tells nothing of what comes next. */
    forget() {
      faults.declare(undefined)
      samples = []
      guard = guards()
      rest = { resting: false, mean: 0, noise: 0 }
      stretch = undefined
      at = undefined
      judgedAt = Number.NaN
    },
    warmed(degrees: number) {
      celsius = degrees
      state.celsius ??= degrees
    },
    calibrated: () => scale() !== undefined,
    /** Counts and grams now, for the technician. */
    now: () => ({ counts: samples.at(-1)?.value, noise: rest.noise, fault: faults.now(), resting: rest.resting }),
    kept: (): Kept => ({ ...state }),

    /** Takes what rests on it as zero. Throws a sentence where it cannot. */
    tare() {
      mustRest()
      state.zeroCounts = rest.mean
      state.zeroGrams = 0
      if (celsius !== undefined) state.celsius = celsius
      creep = 0
      stretch = undefined
    },

    /** Takes what rests on it as so many grams, its zero being known. Returns the grams of a count. */
    calibrate(grams: number): number {
      mustRest()
      if (!(grams > 0)) throw new Error('the weight on it must be more than 0 g')
      if (state.zeroCounts === undefined)
        throw new Error('its zero is not known; empty it and tare it first, then put the weight on')
      const counts = rest.mean - state.zeroCounts
      if (Math.abs(counts) < Math.max(LEAST_SHARE * span, LEAST_SIGMAS * rest.noise))
        throw new Error(`nothing rests on it, or far too little; put the ${grams} g on and calibrate again`)
      if (capacityGrams !== undefined && grams > capacityGrams)
        throw new Error(`it carries ${capacityGrams} g; calibrate with a weight below that`)
      state.gramsPerCount = grams / counts
      state.zeroGrams = 0
      creep = 0
      stretch = undefined
      guard = guards()
      return state.gramsPerCount
    },
  }

  function mustRest() {
    const fault = faults.now()
    if (fault) throw new Error(faultWords[fault])
    if (samples.length === 0) throw new Error('it has not said anything yet')
    if (!rest.resting) throw new Error('it is moving; take your hands off and wait until it is at rest')
  }
}

/** What a fault means, for the technician. */
export const faultWords: Record<Fault, string> = {
  overload: 'it carries more than it may; take something off',
  disconnected: 'its load cell is not connected; see its four wires',
  stuck: 'its converter says the same all the time; unplug the board and plug it in again',
}
