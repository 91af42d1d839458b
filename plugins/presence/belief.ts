import { logLikelihoods, type Heard, type Workspace } from './likelihood.ts'
import type { Settings } from './settings.ts'
import type { Space } from './space.ts'

/** Where a tag may be: a probability for every state. */
export type Belief = Float32Array

export interface Estimate {
  x: number
  y: number
  /** Radius that holds the position in 68 of 100 cases. */
  accuracyMetres: number
  /** Probability of each zone; what is missing to 1 lies outside all of them. */
  inZone: Float64Array
}

/** So much of the belief is spread evenly at each step: nobody is ever ruled out of a place for good. */
const surprise = 1e-4

/** For a round normal distribution 68 % lie within 1.51 standard deviations of the middle. */
const radiusOf68Percent = 1.51

export function newBelief(space: Space): Belief {
  return new Float32Array(space.map.states).fill(1 / space.map.states)
}

/** One step of a Bayes filter: moves the belief on by `seconds`, then weighs it by what was heard meanwhile. */
export function updateBelief(
  belief: Belief,
  space: Space,
  heard: Heard[],
  notHeard: number[],
  seconds: number,
  settings: Settings,
  workspace: Workspace,
): void {
  space.predict(belief, workspace.scratch, seconds)
  logLikelihoods(space.map, heard, notHeard, settings.degreesOfFreedom, workspace)
  const { logLikelihood } = workspace
  const power = space.evidencePerSecond * Math.min(seconds, 2)
  let highest = -Infinity
  for (const value of logLikelihood) if (value > highest) highest = value
  let total = 0
  for (let s = 0; s < belief.length; s++) {
    const weighed = (belief[s] ?? 0) * Math.exp(power * ((logLikelihood[s] ?? 0) - highest))
    belief[s] = weighed
    total += weighed
  }
  const share = (1 - surprise) / total
  const floor = surprise / belief.length
  for (let s = 0; s < belief.length; s++) belief[s] = (belief[s] ?? 0) * share + floor
}

/** Mean, spread and zones of a belief. */
export function estimateOf(belief: Belief, space: Space): Estimate {
  const inZone = new Float64Array(space.zones.length)
  let x = 0
  let y = 0
  let squares = 0
  for (let s = 0; s < belief.length; s++) {
    const p = belief[s] ?? 0
    const sx = space.x[s] ?? 0
    const sy = space.y[s] ?? 0
    x += p * sx
    y += p * sy
    squares += p * (sx * sx + sy * sy)
    const zone = space.zoneOf[s] ?? -1
    if (zone >= 0) inZone[zone] = (inZone[zone] ?? 0) + p
  }
  const variance = Math.max(0, squares - x * x - y * y) / 2
  const accuracyMetres = Math.max(space.resolutionMetres, radiusOf68Percent * Math.sqrt(variance))
  return { x, y, accuracyMetres, inZone }
}

/** Probability of being in a zone or within the margin about it. */
export function probabilityNear(belief: Belief, space: Space, zone: number): number {
  let sum = 0
  for (const state of space.near[zone] ?? []) sum += belief[state] ?? 0
  return sum
}
