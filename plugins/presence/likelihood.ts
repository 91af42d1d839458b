import type { RadioMap } from './radio-map.ts'

/** One receiver's part in a tag's observation. */
export interface Heard {
  /** Index in the plan. */
  receiver: number
  /** Filtered dBm, corrected for the receiver's offset and, on an unsampled map, the tag's measured power. */
  rssi: number
  /** 1 for a fresh signal, less with its age. */
  weight: number
}

export interface Workspace {
  logLikelihood: Float64Array
  offset: Float64Array
  weightSum: Float64Array
  product: Float64Array
  scratch: Float32Array
}

export function makeWorkspace(states: number): Workspace {
  const array = () => new Float64Array(states)
  return {
    logLikelihood: array(),
    offset: array(),
    weightSum: array(),
    product: array(),
    scratch: new Float32Array(states),
  }
}

/**
 * ln P(observation | state) for every state, into `workspace.logLikelihood`. Signals scatter about the map as Student's
 * t, which forgives one receiver that stands behind somebody's back. What all receivers hear more or less alike (a
 * weaker tag, a hand about it) is taken out first: the common offset has a normal prior, and its most probable value
 * stands for it. Receivers that live but did not hear the tag add what their silence tells.
 */
export function logLikelihoods(
  map: RadioMap,
  heard: Heard[],
  notHeard: number[],
  degreesOfFreedom: number,
  { logLikelihood, offset, weightSum, product }: Workspace,
): void {
  const states = map.states
  const priorPrecision = 1 / map.offsetDb ** 2
  offset.fill(0)
  weightSum.fill(priorPrecision)
  logLikelihood.fill(0)
  product.fill(1)
  for (const { receiver, rssi, weight } of heard) {
    const row = map.receivers[receiver]
    if (!row) continue
    const { mean, precision } = row
    for (let s = 0; s < states; s++) {
      const w = (precision[s] ?? 0) * weight
      offset[s] = (offset[s] ?? 0) + w * (rssi - (mean[s] ?? 0))
      weightSum[s] = (weightSum[s] ?? 0) + w
    }
  }
  for (let s = 0; s < states; s++) {
    const b = (offset[s] ?? 0) / (weightSum[s] ?? 1)
    offset[s] = b
    logLikelihood[s] = -0.5 * b * b * priorPrecision
  }
  // Π(1 + z²/ν) is kept as a product: one logarithm for each state instead of one for each receiver.
  for (const { receiver, rssi, weight } of heard) {
    const row = map.receivers[receiver]
    if (!row) continue
    const { mean, precision, logScale } = row
    const scale = weight / degreesOfFreedom
    for (let s = 0; s < states; s++) {
      const error = rssi - (mean[s] ?? 0) - (offset[s] ?? 0)
      const p = precision[s] ?? 0
      product[s] = (product[s] ?? 1) * (1 + error * error * p * scale)
      logLikelihood[s] = (logLikelihood[s] ?? 0) - weight * (logScale[s] ?? 0)
    }
  }
  const power = (degreesOfFreedom + 1) / 2
  for (let s = 0; s < states; s++) logLikelihood[s] = (logLikelihood[s] ?? 0) - power * Math.log(product[s] ?? 1)
  for (const receiver of notHeard) {
    const silence = map.receivers[receiver]?.logNotHeard
    if (!silence) continue
    for (let s = 0; s < states; s++) logLikelihood[s] = (logLikelihood[s] ?? 0) + (silence[s] ?? 0)
  }
}
