import { cholesky, forwardSubstitute, solveCholesky } from './cholesky.ts'
import { middleOf } from './geometry.ts'
import { normalCdf, type Grid } from './grid.ts'
import { expectedRssi, metresToReceiver } from './path-loss.ts'
import type { Plan, PlanReceiver, PlanSample } from './plan.ts'
import type { Settings } from './settings.ts'

/** What each receiver is expected to hear from each state (a cell of the grid, or a place). */
export interface RadioMap {
  states: number
  /** True where it rests on recorded samples; the expected signal then holds for tags as they are. */
  sampled: boolean
  /** How much tags differ in power (standard deviation). */
  offsetDb: number
  /** For each receiver of the plan. */
  receivers: ReceiverMap[]
}

/** By state. */
interface ReceiverMap {
  /** Expected dBm. */
  mean: Float32Array
  /** 1 / variance, and ln of the standard deviation. */
  precision: Float32Array
  logScale: Float32Array
  /** ln P(not heard). */
  logNotHeard: Float32Array
}

/** A sample at a point: dBm by receiver of the plan. */
interface Point {
  x: number
  y: number
  rssi: Float64Array
  /** Variance of what was recorded there about what a passer-by will see, in dB². */
  noise: number
}

/** Scatter between neighbouring points that distance does not explain, in dB², and how far it reaches. */
const shadowingVariance = 25
const shadowingMetres = 4
/** Variance of a recorded mean against a walk past the same point, in dB². */
const sampleVariance = 8
/** The same for a sample that tells its zone only. */
const zoneSampleVariance = 25
/** More points than these are merged with their neighbours: the fit costs the cube of their number. */
const maxPoints = 250

/** The map of a floor where nobody has recorded anything: path loss alone. */
export function pathLossMap(plan: Plan, grid: Grid, settings: Settings): RadioMap {
  const precision = 1 / settings.unsampledScatterDb ** 2
  const receivers = plan.receivers.map((receiver) => {
    const mean = new Float32Array(grid.count)
    for (let cell = 0; cell < grid.count; cell++) {
      const metres = metresToReceiver(grid.x[cell] ?? 0, grid.y[cell] ?? 0, receiver)
      mean[cell] = expectedRssi(metres, settings.measuredPower, settings.pathLossExponent)
    }
    return withSilence(mean, new Float32Array(grid.count).fill(precision), settings)
  })
  return { states: grid.count, sampled: false, offsetDb: settings.unsampledOffsetDb, receivers }
}

/**
 * The map between a technician's samples: for each receiver a path loss fitted to them, and about it a Gaussian
 * process with exponential covariance, which is ordinary in radio maps (shadowing correlates as exp(−d/d₀): Gudmundson,
 * Electronics Letters 27, 1991). `undefined` where no sample tells where it was recorded.
 */
export function sampledMap(plan: Plan, grid: Grid, settings: Settings): RadioMap | undefined {
  const points = mergePoints(samplePoints(plan, settings))
  if (points.length === 0) return undefined
  const size = points.length
  const covariance = new Float64Array(size * size)
  for (const [i, a] of points.entries()) {
    for (const [j, b] of points.entries()) covariance[i * size + j] = shadowing(a.x - b.x, a.y - b.y)
    covariance[i * size + i] = shadowingVariance + a.noise
  }
  const lower = cholesky(covariance, size)
  const toPoints = Array.from({ length: grid.count }, (_, cell) =>
    Float64Array.from(points, ({ x, y }) => shadowing(x - (grid.x[cell] ?? 0), y - (grid.y[cell] ?? 0))),
  )
  const precision = Float32Array.from(toPoints, (near) => {
    const known = forwardSubstitute(lower, near).reduce((sum, value) => sum + value * value, 0)
    return 1 / (settings.sampledScatterDb ** 2 + shadowingVariance - known)
  })
  const receivers = plan.receivers.map((receiver, index) => {
    const trend = fitPathLoss(points, index, receiver, settings)
    const residual = Float64Array.from(points, ({ x, y, rssi }) => (rssi[index] ?? 0) - trend(x, y))
    const weights = solveCholesky(lower, residual)
    const mean = Float32Array.from(toPoints, (near, cell) => {
      const correction = near.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), 0)
      return trend(grid.x[cell] ?? 0, grid.y[cell] ?? 0) + correction
    })
    return withSilence(mean, precision, settings)
  })
  return { states: grid.count, sampled: true, offsetDb: settings.sampledOffsetDb, receivers }
}

/**
 * A map whose states are the samples themselves, whatever the floor plan says: somebody who carries a tag through a
 * zone is heard now as in one of its recordings, now as in another.
 */
export function recordingMap(plan: Plan, recordings: PlanSample[], settings: Settings): RadioMap {
  const receivers = plan.receivers.map(({ id, offset = 0 }) => {
    const signals = recordings.map((recording) => recording.signals[id] ?? silent(settings))
    const mean = Float32Array.from(signals, (signal) => signal.mean - offset)
    const precision = Float32Array.from(
      signals,
      ({ deviation }) => 1 / (deviation ** 2 + settings.recordingScatterDb ** 2),
    )
    return withSilence(mean, precision, settings)
  })
  return { states: recordings.length, sampled: true, offsetDb: settings.sampledOffsetDb, receivers }
}

/**
 * ln P(a living receiver hears nothing): the signal lies below its sensitivity, or it is missed all the same.
 */
function withSilence(mean: Float32Array, precision: Float32Array, settings: Settings): ReceiverMap {
  const { sensitivityDbm, missRate } = settings
  const logNotHeard = mean.map((dbm, state) => {
    const below = normalCdf((sensitivityDbm - dbm) * Math.sqrt(precision[state] ?? 1))
    return Math.log(missRate + (1 - missRate) * below)
  })
  return { mean, precision, logScale: precision.map((value) => -0.5 * Math.log(value)), logNotHeard }
}

function shadowing(dx: number, dy: number): number {
  return shadowingVariance * Math.exp(-Math.hypot(dx, dy) / shadowingMetres)
}

/** What stands for a receiver that did not hear the tag. */
function silent({ sensitivityDbm }: Settings): PlanSample['signals'][string] {
  return { mean: sensitivityDbm - 2, deviation: 3, count: 1 }
}

function samplePoints(plan: Plan, settings: Settings): Point[] {
  return (plan.samples ?? []).flatMap((sample) => {
    const zone = plan.zones.find(({ id }) => id === sample.zone)
    const exact = sample.x !== undefined && sample.y !== undefined
    const place = exact ? ([sample.x ?? 0, sample.y ?? 0] as const) : zone && middleOf(zone, plan)
    if (!place) return []
    const rssi = Float64Array.from(
      plan.receivers,
      ({ id, offset = 0 }) => (sample.signals[id] ?? silent(settings)).mean - offset,
    )
    return [{ x: place[0], y: place[1], rssi, noise: exact ? sampleVariance : zoneSampleVariance }]
  })
}

/** Neighbouring points become their mean, in squares that grow until few enough are left. */
function mergePoints(points: Point[]): Point[] {
  let merged = points
  for (let side = 0.5; merged.length > maxPoints; side *= 1.5) {
    const squares = Map.groupBy(points, ({ x, y }) => `${Math.floor(x / side)} ${Math.floor(y / side)}`)
    merged = [...squares.values()].map(meanPoint)
  }
  return merged
}

function meanPoint(points: Point[]): Point {
  const mean = (value: (point: Point) => number) => points.reduce((sum, one) => sum + value(one), 0) / points.length
  const rssi = Float64Array.from(points[0]?.rssi ?? [], (_, i) => mean((point) => point.rssi[i] ?? 0))
  return { x: mean(({ x }) => x), y: mean(({ y }) => y), rssi, noise: mean(({ noise }) => noise) }
}

/**
 * Least squares of RSSI over log₁₀ distance, held to the usual path loss by as much as some dozen samples weigh, so that
 * few samples, or samples all equally far away, do not bend it.
 */
function fitPathLoss(points: Point[], index: number, receiver: PlanReceiver, settings: Settings) {
  const usual = (x: number, y: number) =>
    expectedRssi(metresToReceiver(x, y, receiver), settings.measuredPower, settings.pathLossExponent)
  const decades = (x: number, y: number) => Math.log10(metresToReceiver(x, y, receiver))
  const held = 0.5
  let n = held
  let sumU = 0
  let sumV = 0
  let sumUU = held
  let sumUV = 0
  for (const { x, y, rssi } of points) {
    const u = decades(x, y)
    const v = (rssi[index] ?? 0) - usual(x, y)
    n += 1
    sumU += u
    sumV += v
    sumUU += u * u
    sumUV += u * v
  }
  const slope = (n * sumUV - sumU * sumV) / (n * sumUU - sumU * sumU)
  const level = (sumV - slope * sumU) / n
  return (x: number, y: number) => usual(x, y) + level + slope * decades(x, y)
}
