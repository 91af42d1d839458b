import { diffuse, makeGrid, type Grid } from './grid.ts'
import { distanceToZone, middleOf } from './geometry.ts'
import type { Plan } from './plan.ts'
import { pathLossMap, recordingMap, sampledMap, type RadioMap } from './radio-map.ts'
import type { Settings } from './settings.ts'

/**
 * Where somebody can be, in states: the cells of the floor's grid, or the recordings themselves where they say no more
 * than the zone they were made in. The rest of the engine does not know which.
 */
export interface Space {
  map: RadioMap
  /** Middle of each state in metres. */
  x: Float64Array
  y: Float64Array
  /** Half the size of a state: no estimate is finer. */
  resolutionMetres: number
  /** Ids of the zones, and for each state the index of its zone, −1 for none. */
  zones: string[]
  zoneOf: Int16Array
  /** For each zone, the states within the margin about it. */
  near: Int32Array[]
  /** Probability at which a zone is believed. */
  enough: number
  /** How many independent observations one second of signals is worth. */
  evidencePerSecond: number
  /** Moves a belief on by so many seconds, in place. */
  predict(belief: Float32Array, scratch: Float32Array, seconds: number): void
}

/**
 * On the grid a zone competes with all that lies about it, and borders ask for calm. Recordings compete with few others,
 * and their evidence is weighed slowly already.
 */
const enoughOnGrid = 0.7
const enoughAmongRecordings = 0.5

export function makeSpace(plan: Plan, settings: Settings): Space {
  return knowsZonesOnly(plan) ? recordingSpace(plan, settings) : gridSpace(plan, settings)
}

/** Samples without coordinates, but of every zone: then the samples decide, and geometry does not matter. */
export function knowsZonesOnly({ zones, samples = [] }: Plan): boolean {
  const located = samples.some(({ x, y }) => x !== undefined && y !== undefined)
  return !located && zones.length > 1 && zones.every(({ id }) => samples.some(({ zone }) => zone === id))
}

function gridSpace(plan: Plan, settings: Settings): Space {
  const grid = makeGrid(plan, settings.maxCells)
  const distances = plan.zones.map((zone) =>
    Float32Array.from({ length: grid.count }, (_, cell) =>
      distanceToZone(grid.x[cell] ?? 0, grid.y[cell] ?? 0, zone, plan),
    ),
  )
  return {
    map: sampledMap(plan, grid, settings) ?? pathLossMap(plan, grid, settings),
    x: grid.x,
    y: grid.y,
    resolutionMetres: grid.cellMetres / 2,
    zones: plan.zones.map(({ id }) => id),
    zoneOf: smallestZones(distances, grid),
    near: distances.map((metres) => statesWithin(metres, settings.marginMetres)),
    enough: enoughOnGrid,
    evidencePerSecond: settings.evidencePerSecond,
    predict: walking(grid, settings),
  }
}

/** People linger, and at times they stride: a narrow and a wide random walk, mixed. */
function walking(grid: Grid, { lingerMetres, strideMetres, strideShare }: Settings): Space['predict'] {
  const striding = new Float32Array(grid.count)
  return (belief, scratch, seconds) => {
    const root = Math.sqrt(Math.min(seconds, 30))
    diffuse(grid, belief, scratch, lingerMetres * root)
    striding.set(belief)
    diffuse(grid, striding, scratch, strideMetres * root)
    for (let cell = 0; cell < belief.length; cell++) {
      belief[cell] = (1 - strideShare) * (belief[cell] ?? 0) + strideShare * (striding[cell] ?? 0)
    }
  }
}

function statesWithin(metres: Float32Array, margin: number): Int32Array {
  return Int32Array.from([...metres.keys()].filter((state) => (metres[state] ?? Infinity) <= margin))
}

/** Where zones overlap, the smaller one is meant: the till within the entrance hall. */
function smallestZones(distances: Float32Array[], grid: Grid): Int16Array {
  const sizes = distances.map((metres) => metres.reduce((cells, value) => cells + (value === 0 ? 1 : 0), 0))
  const zoneOf = new Int16Array(grid.count).fill(-1)
  const order = [...sizes.keys()].sort((a, b) => (sizes[b] ?? 0) - (sizes[a] ?? 0))
  for (const zone of order) {
    for (let cell = 0; cell < grid.count; cell++) if (distances[zone]?.[cell] === 0) zoneOf[cell] = zone
    // A zone smaller than a cell has at least the cell nearest to its edge.
    if (sizes[zone] === 0) markNearest(zoneOf, distances[zone], zone)
  }
  return zoneOf
}

function markNearest(zoneOf: Int16Array, metres: Float32Array | undefined, zone: number): void {
  if (!metres) return
  let nearest = 0
  for (let cell = 0; cell < metres.length; cell++) {
    if ((metres[cell] ?? Infinity) < (metres[nearest] ?? Infinity)) nearest = cell
  }
  if (Number.isFinite(metres[nearest])) zoneOf[nearest] = zone
}

function recordingSpace(plan: Plan, settings: Settings): Space {
  const zones = plan.zones.map(({ id }) => id)
  const recordings = (plan.samples ?? []).filter(({ zone }) => zones.includes(zone ?? ''))
  const zoneOf = Int16Array.from(recordings, ({ zone }) => zones.indexOf(zone ?? ''))
  const middles = plan.zones.map((zone) => middleOf(zone, plan) ?? [0, 0])
  const sizes = zones.map((_, zone) => zoneOf.reduce((count, one) => count + (one === zone ? 1 : 0), 0))
  const masses = new Float64Array(zones.length)
  return {
    map: recordingMap(plan, recordings, settings),
    x: Float64Array.from(zoneOf, (zone) => middles[zone]?.[0] ?? 0),
    y: Float64Array.from(zoneOf, (zone) => middles[zone]?.[1] ?? 0),
    resolutionMetres: 1,
    zones,
    zoneOf,
    near: zones.map((_, zone) => Int32Array.from([...zoneOf.keys()].filter((state) => zoneOf[state] === zone))),
    enough: enoughAmongRecordings,
    evidencePerSecond: settings.recordingEvidencePerSecond,
    predict(belief, _scratch, seconds) {
      const leaving = 1 - Math.exp(-settings.zoneChangesPerSecond * seconds)
      const shifting = 1 - Math.exp(-settings.spotChangesPerSecond * seconds)
      masses.fill(0)
      for (let s = 0; s < belief.length; s++) masses[zoneOf[s] ?? 0] = (masses[zoneOf[s] ?? 0] ?? 0) + (belief[s] ?? 0)
      for (let s = 0; s < belief.length; s++) {
        const zone = zoneOf[s] ?? 0
        const mass = masses[zone] ?? 0
        const stay = (1 - shifting) * (belief[s] ?? 0) + (shifting * mass) / (sizes[zone] ?? 1)
        const arrive = (1 - mass) / (zones.length - 1) / (sizes[zone] ?? 1)
        belief[s] = (1 - leaving) * stay + leaving * arrive
      }
    },
  }
}
