/** What must hold in a shop.yaml beyond its shape: unique ids, references that lead somewhere, outlines that are outlines. */
import type { ShopPlan } from '../contract/index.ts'

export interface PlanFault {
  /** JSON pointer into the file. */
  path: string
  reason: string
}

type Point = readonly [number, number]

/** The first fault in the order of the file's sections, or undefined where the plan is sound. */
export function planFault(plan: ShopPlan): PlanFault | undefined {
  for (const fault of everyFault(plan)) return fault
  return undefined
}

function* everyFault(plan: ShopPlan): Generator<PlanFault> {
  if (!isTimeZone(plan.timezone))
    yield { path: '/timezone', reason: `names no time zone: ${plan.timezone}; write one as Europe/Berlin` }
  if (plan.locale !== undefined && !isLocale(plan.locale))
    yield { path: '/locale', reason: `names no language: ${plan.locale}; write one as de-CH` }
  for (const section of ['zones', 'receivers', 'screens', 'staff', 'assets'] as const)
    yield* repeatedIds(plan[section] ?? [], `/${section}`)
  yield* repeatedIds(plan.floor.fixtures ?? [], '/floor/fixtures')
  for (const [index, fixture] of (plan.floor.fixtures ?? []).entries())
    yield* outlineFaults(fixture.polygon, `/floor/fixtures/${index}/polygon`)

  const zones = ids(plan.zones)
  const receivers = ids(plan.receivers)
  yield* zoneFaults(plan, receivers)
  for (const [index, { zone }] of plan.screens.entries())
    if (zone !== undefined && !zones.has(zone))
      yield { path: `/screens/${index}/zone`, reason: `names no zone: there is no ${zone} under zones` }
  yield* tagFaults(plan)
  for (const [index, { zone, x, y, signals }] of (plan.samples ?? []).entries()) {
    const path = `/samples/${index}`
    if (zone !== undefined && !zones.has(zone))
      yield { path: `${path}/zone`, reason: `names no zone: there is no ${zone} under zones` }
    if (zone === undefined && (x === undefined || y === undefined))
      yield { path, reason: 'needs a zone, or x and y, for the place where it was taken' }
    for (const receiver of Object.keys(signals))
      if (!receivers.has(receiver))
        yield {
          path: `${path}/signals/${receiver}`,
          reason: `names no receiver: there is no ${receiver} under receivers`,
        }
  }
}

function* zoneFaults(plan: ShopPlan, receivers: Set<string>): Generator<PlanFault> {
  for (const [index, { polygon, receiver, radiusMetres }] of plan.zones.entries()) {
    const path = `/zones/${index}`
    const near = receiver !== undefined && radiusMetres !== undefined
    if (!polygon && !near) yield { path, reason: 'needs a polygon, or a receiver with radiusMetres' }
    if (polygon && (receiver !== undefined || radiusMetres !== undefined))
      yield { path, reason: 'has both a polygon and a receiver or radiusMetres; keep one of the two' }
    if (receiver !== undefined && !receivers.has(receiver))
      yield { path: `${path}/receiver`, reason: `names no receiver: there is no ${receiver} under receivers` }
    if (polygon) yield* outlineFaults(polygon, `${path}/polygon`)
  }
}

function* tagFaults(plan: ShopPlan): Generator<PlanFault> {
  const bearers = new Set([
    ...plan.staff.map(({ id }) => `staff/${id}`),
    ...(plan.assets ?? []).map(({ id }) => `asset/${id}`),
  ])
  const seen = new Map<string, string>()
  for (const [index, { id, bearer }] of (plan.tags ?? []).entries()) {
    const first = seen.get(id.toLowerCase())
    if (first !== undefined)
      yield { path: `/tags/${index}/id`, reason: `is registered twice; ${first} carries it already` }
    seen.set(id.toLowerCase(), bearer)
    if (!bearers.has(bearer)) yield { path: `/tags/${index}/bearer`, reason: `names nobody: there is no ${bearer}` }
  }
}

function* repeatedIds(list: readonly { id: string }[], path: string): Generator<PlanFault> {
  const seen = new Set<string>()
  for (const [index, { id }] of list.entries()) {
    if (seen.has(id)) yield { path: `${path}/${index}/id`, reason: `is used twice: ${id}` }
    seen.add(id)
  }
}

function* outlineFaults(polygon: readonly Point[], path: string): Generator<PlanFault> {
  const count = polygon.length
  const corner = (index: number): Point => polygon[index % count] ?? [0, 0]
  for (let i = 0; i < count; i++) {
    const [a, b] = [corner(i), corner(i + 1)]
    if (a[0] === b[0] && a[1] === b[1]) yield { path: `${path}/${i}`, reason: 'is the same corner twice in a row' }
    for (let j = i + 2; j < count; j++) {
      if (i === 0 && j === count - 1) continue
      if (crosses(a, b, corner(j), corner(j + 1)))
        yield { path: `${path}/${j}`, reason: `starts an edge that crosses the one from corner ${i + 1}` }
    }
  }
  if (Math.abs(area(polygon)) < 1e-6) yield { path, reason: 'encloses no area' }
}

const turn = (a: Point, b: Point, c: Point) => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

/** True where two segments cross in their interiors; edges that only touch, as in a drawing by hand, are let through. */
const crosses = (a: Point, b: Point, c: Point, d: Point) =>
  turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0

const area = (polygon: readonly Point[]) =>
  polygon.reduce((sum, [x, y], index) => {
    const [nextX, nextY] = polygon[(index + 1) % polygon.length] ?? [x, y]
    return sum + (x * nextY - nextX * y) / 2
  }, 0)

const ids = (list: readonly { id: string }[]) => new Set(list.map(({ id }) => id))

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone.length > 0
  } catch {
    return false
  }
}

function isLocale(name: string): boolean {
  try {
    return Intl.getCanonicalLocales(name).length === 1
  } catch {
    return false
  }
}
