/**
 * Load cells under a shelf as they really behave: they ring, creep, drift, hum, feel carts pass, and feel their neighbours.
 * Pure and seeded; the virtual shop weighs with it, and so does the score of `stock`.
 */
import { createForces, type Forces } from './forces.ts'
import type { Random } from './random.ts'

export interface PlatesOptions {
  /** Idle standard deviation of each plate at 60 Hz, grams; drawn as of real plates where it is not given. */
  noiseGrams?: (plate: number) => number
  /** Share of a neighbour's load that a plate feels through the shelf; drawn up to this. */
  crosstalk?: number
  /** Grams that the zero of a plate wanders in an hour (one standard deviation). */
  driftGramsPerHour?: number
}

/** A row of plates on one shelf; neighbours stand beside each other. */
export interface Plates extends Omit<Forces, 'step'> {
  /** Lets time pass and writes the weight that each plate shows, in grams. */
  read(seconds: number, grams: Float64Array): void
  /** Idle standard deviation of a plate at 60 Hz, grams. */
  noiseGrams(plate: number): number
}

/** Idle noise of real plates: median 0.74 g, 95th percentile 4.5 g (so 1.097 is the deviation of its logarithm), worst 13.8 g. */
export const drawNoise = (random: Random): number =>
  Math.min(13.8, Math.max(0.15, 0.74 * Math.exp(1.097 * random.normal())))

/** So much of the variance hums slowly, with this time constant; the rest is white. */
const HUM_SHARE = 0.25
const HUM_SECONDS = 0.15
/** A shelf board with a plate rings at a few hertz and is damped within some cycles. */
const RING_HERTZ = [6, 14] as const
const DAMPING = [0.15, 0.5] as const
/** Creep of cells of class C3: a few hundredths of a per cent of the load within half an hour (OIML R 60); cheap ones creep more. */
const CREEP_SHARE = [0.0002, 0.002] as const
const CREEP_SECONDS = [60, 600] as const
/** The integration of the ring is stable and good to 1 % with steps as short as this. */
const STEP_SECONDS = 1 / 240
/** Movements smaller than this nobody sees. */
const STILL_GRAMS = 1e-3
/** A converter of 24 bits resolves far below its noise, so that it never says the same twice for long: that is how a stuck one is told. */
const RESOLUTION_GRAMS = 0.001

export function createPlates(random: Random, count: number, options: PlatesOptions = {}): Plates {
  const { noiseGrams = () => drawNoise(random), crosstalk = 0.002, driftGramsPerHour = 3 } = options
  const forces = createForces(random, count)
  const drawn = (low: number, high: number) => Float64Array.from({ length: count }, () => random.between(low, high))
  const noise = Float64Array.from({ length: count }, (_, plate) => noiseGrams(plate))
  const stiffness = drawn(...RING_HERTZ).map((hertz) => (2 * Math.PI * hertz) ** 2)
  const friction = drawn(...DAMPING).map((ratio, plate) => 2 * ratio * Math.sqrt(stiffness[plate] ?? 0))
  const leak = drawn(-crosstalk / 3, crosstalk)
  const creepShare = drawn(...CREEP_SHARE)
  const creepSeconds = drawn(...CREEP_SECONDS)
  const position = new Float64Array(count)
  const speed = new Float64Array(count)
  const crept = new Float64Array(count)
  const hum = new Float64Array(count)
  const zero = new Float64Array(count)
  const felt = new Float64Array(count)
  const at = (values: Float64Array, plate: number) => values[plate] ?? 0

  /** A plate that stands still goes on standing still; that is most of a day. */
  const still = (plate: number) =>
    Math.abs(at(felt, plate) - at(position, plate)) < STILL_GRAMS && Math.abs(at(speed, plate)) < 10 * STILL_GRAMS
  const ring = (plate: number, seconds: number) => {
    const steps = Math.max(1, Math.ceil(seconds / STEP_SECONDS))
    const dt = seconds / steps
    let here = at(position, plate)
    let moving = at(speed, plate)
    for (let i = 0; i < steps; i++) {
      moving += dt * (at(stiffness, plate) * (at(felt, plate) - here) - at(friction, plate) * moving)
      here += dt * moving
    }
    position[plate] = here
    speed[plate] = moving
  }

  return {
    ...forces,
    place(plate, grams) {
      forces.place(plate, grams)
      position[plate] = grams
      speed[plate] = 0
    },
    noiseGrams: (plate) => at(noise, plate),
    read(seconds, grams) {
      const pushed = forces.step(seconds)
      const shaken = forces.shaking()
      const humming = Math.exp(-seconds / HUM_SECONDS)
      for (let plate = 0; plate < count; plate++) {
        const neighbours = at(pushed, plate - 1) + at(pushed, plate + 1)
        felt[plate] = at(pushed, plate) + at(leak, plate) * neighbours + shaken
      }
      for (let plate = 0; plate < count; plate++) {
        // Long pauses are not integrated: the plate has long come to rest.
        if (seconds > 5 || still(plate)) {
          position[plate] = at(felt, plate)
          speed[plate] = 0
        } else ring(plate, seconds)
        const creeping = at(creepShare, plate) * forces.load(plate) - at(crept, plate)
        crept[plate] = at(crept, plate) + creeping * (1 - Math.exp(-seconds / at(creepSeconds, plate)))
        zero[plate] = at(zero, plate) + driftGramsPerHour * Math.sqrt(seconds / 3600) * random.normal()
        const deviation = at(noise, plate)
        hum[plate] =
          at(hum, plate) * humming + deviation * Math.sqrt(HUM_SHARE * (1 - humming * humming)) * random.normal()
        const white = deviation * Math.sqrt(1 - HUM_SHARE) * random.normal()
        const shown = at(position, plate) + at(crept, plate) + at(zero, plate) + at(hum, plate) + white
        grams[plate] = Math.round(shown / RESOLUTION_GRAMS) * RESOLUTION_GRAMS
      }
    },
  }
}
