/** How the last blocks of a plate lie. The answer stands in one object that is used again, so that nothing is allocated. */
export const BLOCKS = 16

export interface Rest {
  mean: number
  range: number
  /** Standard deviation of blocks, from their differences, so that a trend does not count. */
  deviation: number
  /** Mean of the later half less that of the earlier. */
  trend: number
}

export const atRest: Rest = { mean: 0, range: 0, deviation: 0, trend: 0 }

/** Looks at the last `window` (2 to 16) blocks of a plate in a ring that has taken `blocks` of them. */
export function rest(ring: Float64Array, plate: number, blocks: number, window: number): void {
  let sum = 0
  let early = 0
  let lowest = Infinity
  let highest = -Infinity
  let squares = 0
  let before = Number.NaN
  const half = window >> 1
  for (let i = 0; i < window; i++) {
    const value = ring[plate * BLOCKS + ((blocks - window + i + BLOCKS) % BLOCKS)] as number
    sum += value
    if (i < half) early += value
    if (value < lowest) lowest = value
    if (value > highest) highest = value
    if (i > 0) squares += (value - before) ** 2
    before = value
  }
  atRest.mean = sum / window
  atRest.range = highest - lowest
  atRest.deviation = Math.sqrt(squares / (window - 1) / 2)
  atRest.trend = (sum - early) / (window - half) - early / half
}
