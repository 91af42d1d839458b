/** What was given, made tidy and held against shape and rules: every fault, not only the first. */
import {
  Cabinet,
  Delivery,
  faults as schemaFaults,
  Fixture,
  fits,
  gtinFault,
  Order,
  Planogram,
  PlanogramSlot,
  Product,
} from '../../contract/index.ts'
import type { TSchema } from 'typebox'
import { explain } from '../yaml-file.ts'
import { type Breath, createBreath } from './breath.ts'
import {
  cabinetFaults,
  type Faults,
  type KnowledgeFault,
  linesFaults,
  planogramFaults,
  productFaults,
  type World,
} from './rules.ts'
import type { KnowledgePart, KnowledgeParts } from './types.ts'

export type Checked<P extends KnowledgePart> =
  | { faults: KnowledgeFault[]; value?: undefined }
  | { faults: readonly []; value: KnowledgeParts[P] }

const shapeRemedy = 'Correct that field; docs/catalogue.md tells what each may hold.'
/** So many of each at most; more is a mistake, or another sort of shop. */
const limits: Record<KnowledgePart, number> = {
  products: 200_000,
  planogram: 1,
  cabinets: 500,
  orders: 20_000,
  deliveries: 5000,
}
const itemOf = { products: Product, cabinets: Cabinet, orders: Order, deliveries: Delivery }

const isItem = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Texts without blanks around them, and nothing that is empty: so that a table, which cannot tell them apart, loses nothing. */
export function tidy(value: unknown): unknown {
  if (typeof value === 'string') return value.trim()
  // Minus nought is nought.
  if (typeof value === 'number') return value + 0
  if (Array.isArray(value)) return value.map(tidy).filter((one) => one !== '')
  if (!isItem(value)) return value
  const entries = Object.entries(value).map(([name, one]) => [name.trim(), tidy(one)] as const)
  return Object.fromEntries(entries.filter(([name, one]) => name !== '' && (name === '__proto__' || !isEmpty(one))))
}
const isEmpty = (value: unknown) =>
  value === undefined ||
  value === '' ||
  (typeof value === 'object' && value !== null && Object.keys(value).length === 0)

/** Faults of the shape of one item, the first of each field. */
export function* shapeFaults(schema: TSchema, item: unknown, path = ''): Generator<KnowledgeFault> {
  if (fits(schema, item)) return
  const told = new Set<string>()
  for (const fault of schemaFaults(schema, item)) {
    const [, missing] = /^must have required propert(?:y|ies) (\w+)/.exec(fault.reason) ?? []
    const own = `${fault.path === '/' ? '' : fault.path}${missing === undefined ? '' : `/${missing}`}`
    if (told.has(own)) continue
    told.add(own)
    const given = isItem(item) ? item['gtin'] : undefined
    const gtin = own === '/gtin' && typeof given === 'string' ? gtinFault(given) : undefined
    const reason = missing === undefined ? inWords(explain(schema, fault.path, fault.reason)) : 'is missing'
    yield { path: `${path}${own}`, ...(gtin ?? { reason, remedy: shapeRemedy }) }
  }
}

/** What a field must be says more than the pattern that tests it. */
const inWords = (reason: string) => reason.replace(/^must match pattern ".*" \((.*)\)$/, 'is not as it must be: $1')

export interface CheckWorld extends World {
  /** Id of a product by id or GTIN. */
  idOf(product: string): string
}

/** Checks a part; products may be named by their GTIN and have their id afterwards. */
export async function check<P extends KnowledgePart>(part: P, given: unknown, world: CheckWorld): Promise<Checked<P>> {
  const found = part === 'planogram' ? await checkPlanogram(given, world) : await checkList(part, given, world)
  // What passed the schema of a part has its type.
  return found.faults.length > 0 ? { faults: found.faults } : { faults: [], value: found.value as KnowledgeParts[P] }
}

interface Found {
  value: unknown
  faults: KnowledgeFault[]
}

async function checkPlanogram(given: unknown, world: CheckWorld): Promise<Found> {
  const { fixtures, slots, ...rest } = isItem(given) ? given : {}
  const unknown = Object.keys(rest)[0]
  if (!Array.isArray(fixtures) || !Array.isArray(slots) || unknown !== undefined) {
    const reason = unknown === undefined ? 'is no planogram: it needs fixtures and slots' : 'is not a known field'
    return { value: given, faults: [{ path: unknown === undefined ? '' : `/${unknown}`, reason, remedy: shapeRemedy }] }
  }
  const breath = createBreath()
  const value = {
    fixtures: fixtures.map(tidy),
    slots: await mapped(slots, breath, (one) =>
      withIds(tidy(one), 'products', (id) => (typeof id === 'string' ? world.idOf(id) : id)),
    ),
  }
  const shape = [
    ...(await mapped(value.fixtures, breath, (one, at) => [...shapeFaults(Fixture, one, `/fixtures/${at}`)])).flat(),
    ...(await mapped(value.slots, breath, (one, at) => [...shapeFaults(PlanogramSlot, one, `/slots/${at}`)])).flat(),
    ...tooMany(fixtures.length, 500, '/fixtures'),
    ...tooMany(slots.length, 20_000, '/slots'),
  ]
  if (shape.length > 0) return { value, faults: shape }
  // What fits slot by slot has its type.
  return { value, faults: await walked(planogramFaults(value as Planogram, world), breath) }
}

async function checkList(part: Exclude<KnowledgePart, 'planogram'>, given: unknown, world: CheckWorld): Promise<Found> {
  if (!Array.isArray(given))
    return { value: given, faults: [{ path: '', reason: `is no list of ${part}`, remedy: shapeRemedy }] }
  const breath = createBreath()
  const value = await mapped(given, breath, (one) =>
    withIds(tidy(one), 'lines', (line) =>
      isItem(line) && typeof line['product'] === 'string' ? { ...line, product: world.idOf(line['product']) } : line,
    ),
  )
  const shape = tooMany(value.length, limits[part], '')
  const whole: number[] = []
  for (const [at, item] of value.entries()) {
    if (breath.due()) await breath.rest()
    const wrong = [...shapeFaults(itemOf[part], item, `/${at}`)]
    if (wrong.length === 0) whole.push(at)
    shape.push(...wrong)
  }
  // A line that is wrong in itself must not hide what is wrong with the others.
  const others = whole.map((at) => value[at])
  const back = ({ path, ...fault }: KnowledgeFault): KnowledgeFault => ({
    ...fault,
    path: path.replace(/^\/(\d+)/, (_, index: string) => `/${whole[Number(index)]}`),
  })
  const rules = {
    products: () => productFaults(others as Product[]),
    cabinets: () => cabinetFaults(others as Cabinet[], world),
    orders: () => linesFaults(others as Order[], world),
    deliveries: () => linesFaults(others as Delivery[], world),
  }
  const faults = [...shape, ...(await walked(rules[part](), breath)).map(back)]
  const placed = faults.map((fault) => ({ fault, at: itemAt(fault) }))
  return { value, faults: placed.sort((a, b) => a.at - b.at).map(({ fault }) => fault) }
}

/** Array.map, in slices. */
async function mapped<T, U>(list: readonly T[], breath: Breath, change: (item: T, at: number) => U): Promise<U[]> {
  const all: U[] = []
  for (const [at, item] of list.entries()) {
    all.push(change(item, at))
    if (breath.due()) await breath.rest()
  }
  return all
}
async function walked(faults: Faults, breath: Breath): Promise<KnowledgeFault[]> {
  const all: KnowledgeFault[] = []
  for (const fault of faults) {
    if (fault) all.push(fault)
    if (breath.due()) await breath.rest()
  }
  return all
}

const itemAt = ({ path }: KnowledgeFault) => Number(path.split('/')[1] ?? -1)

const tooMany = (count: number, limit: number, path: string): KnowledgeFault[] =>
  count > limit
    ? [{ path, reason: `has ${count} entries; there may be ${limit}`, remedy: 'Import fewer, or ask us.' }]
    : []

/** An item with the entries of one of its lists replaced. */
const withIds = (item: unknown, list: string, replaced: (entry: unknown) => unknown): unknown =>
  isItem(item) && Array.isArray(item[list]) ? { ...item, [list]: item[list].map(replaced) } : item
