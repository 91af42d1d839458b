/** What keeps an empty plate at zero, and takes the creep of its load cell back, without ever taking a product. */

/** Nothing that is sold weighs less, so nothing heavier is ever taken for a drift. */
export const ZERO_BAND_GRAMS = 1.5
/** OIML R 76-1, T.3.4: zero tracking follows slow drifts alone. This is 1.2 g a minute. */
export const ZERO_GRAMS_PER_SECOND = 0.02

/**
 * How far the zero moves in `seconds` for a plate that rests at `grams`: nothing where it is further from zero than
 * the band, and never faster than the limit.
 */
export function zeroStep(grams: number, resting: boolean, seconds: number): number {
  if (!resting || Math.abs(grams) > ZERO_BAND_GRAMS) return 0
  const most = ZERO_GRAMS_PER_SECOND * Math.max(0, seconds)
  return Math.max(-most, Math.min(most, grams))
}

/** Of the exponential by which a strain gauge creeps: after the 30 minutes of data sheets it has all but ended. */
const CREEP_SECONDS = 600

/**
 * The creep that a cell shows after `seconds` more under `load` grams. It tends to `percent` of the load and never
 * passes it, so that it can explain no product.
 */
export function creepAfter(creep: number, load: number, percent: number, seconds: number): number {
  const end = (percent / 100) * load
  return end + (creep - end) * Math.exp(-Math.max(0, seconds) / CREEP_SECONDS)
}
