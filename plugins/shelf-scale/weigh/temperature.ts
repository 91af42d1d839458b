/** How the zero of a load cell drifts with its temperature, learnt while nobody touches the plate. */

export interface DriftLearnt {
  /** Sums of squares of degrees, and of degrees by grams, over all undisturbed stretches; old ones fade. */
  degrees2: number
  degreesGrams: number
}

/** A stretch in which nobody touched the plate. */
export interface Stretch {
  celsius: number
  grams: number
  /** Where the last sum was taken. */
  summedAt: number
}

export const nothingLearnt: DriftLearnt = { degrees2: 0, degreesGrams: 0 }

/** Degrees between two looks; less is the noise of thermometers. */
const STEP_CELSIUS = 0.5
/** So much must have been seen before anything is believed: a stretch over some three degrees. */
const ENOUGH = 8
const FADING = 0.98
/** A cell that drifts more is broken, and no compensation is to hide it. */
const MOST_GRAMS_PER_CELSIUS = 5
/** A change that is no drift: somebody took or put something. */
const TOUCHED_GRAMS = 5

/**
 * Learns from a plate at rest. `grams` is the weight before compensation. Returns the stretch that goes on, a new one
 * where the plate was touched.
 */
export function learnDrift(
  learnt: DriftLearnt,
  stretch: Stretch | undefined,
  now: { celsius: number; grams: number },
): { learnt: DriftLearnt; stretch: Stretch } {
  if (!stretch) return { learnt, stretch: { ...now, summedAt: now.celsius } }
  const degrees = now.celsius - stretch.celsius
  const grams = now.grams - stretch.grams
  const allowed = TOUCHED_GRAMS + MOST_GRAMS_PER_CELSIUS * Math.abs(degrees)
  if (Math.abs(grams) > allowed) return { learnt, stretch: { ...now, summedAt: now.celsius } }
  if (Math.abs(now.celsius - stretch.summedAt) < STEP_CELSIUS) return { learnt, stretch }
  return {
    learnt: {
      degrees2: learnt.degrees2 * FADING + degrees * degrees,
      degreesGrams: learnt.degreesGrams * FADING + degrees * grams,
    },
    stretch: { ...stretch, summedAt: now.celsius },
  }
}

/** Grams for each degree; 0 until enough was seen. */
export function gramsPerCelsius({ degrees2, degreesGrams }: DriftLearnt): number {
  if (degrees2 < ENOUGH) return 0
  return Math.max(-MOST_GRAMS_PER_CELSIUS, Math.min(MOST_GRAMS_PER_CELSIUS, degreesGrams / degrees2))
}
