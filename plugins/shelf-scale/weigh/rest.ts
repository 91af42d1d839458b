/** Whether a plate is at rest: told from a short window of its samples, and from nothing else. */

export interface Sample {
  /** Milliseconds of a steady clock. */
  at: number
  /** Counts or grams. */
  value: number
}

export interface Rest {
  resting: boolean
  mean: number
  /** Standard deviation of what is no movement, from the differences of neighbours. */
  noise: number
}

/** Median of |difference| of two normal values is 0.6745·√2 of their standard deviation. */
const NOISE_OF_DIFFERENCE = 1 / (0.6745 * Math.SQRT2)
/** A shift of the mean that noise makes once in thousands of windows. */
const SIGMAS = 4
const FEWEST = 4

/**
 * At rest where the second half of the window lies where the first one does, within what its noise explains, and no
 * sample stands out. Differences of neighbours tell noise from a slow slope, which a plain deviation would not.
 * @param floor The least shift that counts, in the unit of the samples.
 */
export function judgeRest(samples: readonly Sample[], floor: number): Rest {
  const values = samples.map(({ value }) => value)
  const mean = average(values)
  const half = values.length >> 1
  const noise = medianDifference(values) * NOISE_OF_DIFFERENCE
  if (values.length < FEWEST) return { resting: false, mean, noise }
  const shift = Math.abs(average(values.slice(half)) - average(values.slice(0, half)))
  const spread = values.reduce((most, value) => Math.max(most, Math.abs(value - mean)), 0)
  const resting =
    shift <= Math.max(floor, SIGMAS * noise * Math.sqrt(2 / half)) &&
    spread <= Math.max(2 * floor, 1.5 * SIGMAS * noise)
  return { resting, mean, noise }
}

const average = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length

function medianDifference(values: readonly number[]): number {
  const differences = values.slice(1).map((value, i) => Math.abs(value - (values[i] ?? value)))
  differences.sort((a, b) => a - b)
  return differences[differences.length >> 1] ?? 0
}

/** The samples of the last `milliseconds`, but at least the last few of a slow scale. */
export function recent(samples: readonly Sample[], now: number, milliseconds: number): readonly Sample[] {
  const first = samples.findIndex(({ at }) => at > now - milliseconds)
  const start = first < 0 ? samples.length : first
  return samples.slice(Math.max(0, Math.min(start, samples.length - FEWEST - 1)))
}
