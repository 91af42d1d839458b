/**
 * The product as a body that follows the air with one time constant: dT/dt = (air − T) / τ. It warms as a bottle of
 * water or a package does, and so tells a defrost, which the product hardly feels, from a failure.
 */

/** Temperature of the product after so many minutes in this air, °C. Exact for any step. */
export const relax = (product: number, air: number, minutes: number, timeConstant: number): number =>
  air + (product - air) * Math.exp(-minutes / timeConstant)

/** No shop is warmer, so no air in a dead cabinet gets warmer, °C. */
const warmestRoom = 25
const horizonMinutes = 240

/**
 * Minutes until the product is over the limit, if the air goes on as it does (°C a minute), up to the air of a room. `undefined` where that takes more than four hours or never happens.
 */
export function minutesToLimit(
  { product, air, slope }: { product: number; air: number; slope: number },
  limit: number,
  timeConstant: number,
): number | undefined {
  let body = product
  for (let minute = 0; minute <= horizonMinutes; minute++) {
    if (body > limit) return minute
    const ahead = slope > 0 ? Math.max(air, Math.min(warmestRoom, air + slope * minute)) : air + slope * minute
    body = relax(body, ahead, 1, timeConstant)
  }
  return undefined
}

/**
 * Slope by Theil and Sen: the median of the slopes of all pairs, °C a minute. A third of the readings may lie without
 * spoiling it (Sen 1968). `undefined` for fewer than five readings.
 */
export function robustSlope(samples: readonly { minute: number; celsius: number }[]): number | undefined {
  if (samples.length < 5) return undefined
  const slopes: number[] = []
  for (const [at, one] of samples.entries()) {
    for (const other of samples.slice(at + 1)) {
      if (other.minute !== one.minute) slopes.push((other.celsius - one.celsius) / (other.minute - one.minute))
    }
  }
  slopes.sort((a, b) => a - b)
  return slopes[Math.floor(slopes.length / 2)]
}
