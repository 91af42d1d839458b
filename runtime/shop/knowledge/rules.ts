/** What must hold beyond the shapes: unique ids, GTINs that check, references that lead somewhere. */
import {
  type Cabinet,
  type Delivery,
  gtin14,
  gtinFault,
  type Order,
  type Planogram,
  type Product,
} from '../../contract/index.ts'

export interface KnowledgeFault {
  /** JSON pointer into what was given. */
  path: string
  reason: string
  remedy: string
}

/** What references may lead to. */
export interface World {
  hasProduct(id: string): boolean
  hasZone(id: string): boolean
  hasScreen(id: string): boolean
}

/** Nothing is yielded now and then, so that whoever walks through 50,000 products can do something else meanwhile. */
export type Faults = Generator<KnowledgeFault | undefined>

export function* productFaults(products: readonly Product[]): Faults {
  yield* repeated(products, 'id', (index) => `/${index}/id`)
  const seen = new Map<string, string>()
  for (const [index, product] of products.entries()) {
    yield
    const { id, gtin } = product
    yield* oneProductFaults(product, `/${index}`)
    if (gtin === undefined) continue
    const first = seen.get(gtin14(gtin))
    if (first !== undefined && first !== id) yield sameGtin(`/${index}/gtin`, gtin, first)
    seen.set(gtin14(gtin), id)
  }
}

export const sameGtin = (path: string, gtin: string, other: string): KnowledgeFault => ({
  path,
  reason: `is ${gtin}, which ${other} has already`,
  remedy: 'Each article has its own GTIN: correct one of the two, or remove the product that is there twice.',
})

const currencies = new Set(Intl.supportedValuesOf('currency'))

/** Faults of a product for itself. */
export function* oneProductFaults(
  { gtin, price, weightGrams, toleranceGrams, details }: Product,
  path = '',
): Generator<KnowledgeFault> {
  const wrong = gtin === undefined ? undefined : gtinFault(gtin)
  if (wrong) yield { path: `${path}/gtin`, ...wrong }
  if (price && !currencies.has(price.currency))
    yield {
      path: `${path}/price/currency`,
      reason: `is ${price.currency}, which is no currency`,
      remedy: 'Write the code of ISO 4217, for example EUR, GBP or USD.',
    }
  if (details && Object.hasOwn(details, '__proto__'))
    yield { path: `${path}/details/__proto__`, reason: 'is no name for a detail', remedy: 'Give it another name.' }
  if (toleranceGrams !== undefined && weightGrams === undefined)
    yield {
      path: `${path}/toleranceGrams`,
      reason: 'tells how much the weight varies, but there is no weight',
      remedy: 'Give weightGrams too: weigh a few pieces and take their mean.',
    }
}

export function* planogramFaults({ fixtures, slots }: Planogram, world: World): Faults {
  yield* repeated(fixtures, 'id', (index) => `/fixtures/${index}/id`)
  for (const [index, { zone, screen }] of fixtures.entries()) {
    if (zone !== undefined && !world.hasZone(zone)) yield unknownZone(`/fixtures/${index}/zone`, zone)
    if (screen !== undefined && !world.hasScreen(screen))
      yield {
        path: `/fixtures/${index}/screen`,
        reason: `names no screen: there is no ${screen} in the shop`,
        remedy: 'Write the id of a screen as the page Screens lists it, or leave it empty.',
      }
  }
  yield* repeated(slots, 'slot', (index) => `/slots/${index}/slot`)
  const known = new Set(fixtures.map(({ id }) => id))
  for (const [index, { slot, products, capacity, lowCount }] of slots.entries()) {
    yield
    const path = `/slots/${index}`
    const fixture = slot.split('/')[0] ?? ''
    if (!slotPath.test(slot))
      yield {
        path: `${path}/slot`,
        reason: `is ${slot}, which is no path of fixture/shelf/slot`,
        remedy: 'Write it as A/3/2: fixture, shelf and slot with slashes between, without spaces.',
      }
    else if (!known.has(fixture))
      yield {
        path: `${path}/slot`,
        reason: `begins with ${fixture}, but there is no fixture ${fixture}`,
        remedy: `Add the fixture ${fixture}, or correct the slot.`,
      }
    for (const [at, product] of products.entries())
      if (!world.hasProduct(product)) yield unknownProduct(`${path}/products/${at}`, product)
    if (capacity !== undefined && lowCount !== undefined && lowCount >= capacity)
      yield {
        path: `${path}/lowCount`,
        reason: `is ${lowCount}, but only ${capacity} fit: it would always be low`,
        remedy: 'Make lowCount smaller than capacity.',
      }
  }
}

const slotPath = /^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)+$/

export function* cabinetFaults(cabinets: readonly Cabinet[], world: World): Faults {
  yield* repeated(cabinets, 'id', (index) => `/${index}/id`)
  for (const [index, { zone, profile, limitCelsius, lowestCelsius }] of cabinets.entries()) {
    if (zone !== undefined && !world.hasZone(zone)) yield unknownZone(`/${index}/zone`, zone)
    if (profile === 'custom' && limitCelsius === undefined)
      yield {
        path: `/${index}/limitCelsius`,
        reason: 'is missing: the profile custom has no limit of its own',
        remedy: 'Give the warmest temperature that its goods may have, or choose chilled, poultry or frozen.',
      }
    if (limitCelsius !== undefined && lowestCelsius !== undefined && lowestCelsius >= limitCelsius)
      yield {
        path: `/${index}/lowestCelsius`,
        reason: `is ${lowestCelsius} °C, not below the limit of ${limitCelsius} °C`,
        remedy: 'The lowest temperature must be colder than the limit.',
      }
  }
}

/** Of orders and deliveries: both have lines that name products. */
export function* linesFaults(list: readonly (Pick<Order, 'id' | 'lines'> | Delivery)[], world: World): Faults {
  yield* repeated(list, 'id', (index) => `/${index}/id`)
  for (const [index, { id, lines }] of list.entries()) {
    yield
    const seen = new Set<string>()
    for (const [at, { product }] of lines.entries()) {
      const path = `/${index}/lines/${at}/product`
      if (!world.hasProduct(product)) yield unknownProduct(path, product)
      if (seen.has(product))
        yield {
          path,
          reason: `is ${product} for the second time in ${id}`,
          remedy: 'Make one line of the two, with the sum of their counts.',
        }
      seen.add(product)
    }
  }
}

const unknownProduct = (path: string, product: string): KnowledgeFault => ({
  path,
  reason: `names no product: there is no ${product} in the catalogue`,
  remedy: 'Add the product first, or correct its id or GTIN here.',
})

const unknownZone = (path: string, zone: string): KnowledgeFault => ({
  path,
  reason: `names no zone: there is no ${zone} in the shop`,
  remedy: 'Write the id of a zone as the page Shop lists it, or leave it empty.',
})

function* repeated<K extends string>(
  list: readonly Record<K, string>[],
  field: K,
  path: (index: number) => string,
): Faults {
  const seen = new Set<string>()
  for (const [index, item] of list.entries()) {
    yield
    const key = item[field]
    if (seen.has(key))
      yield {
        path: path(index),
        reason: `is used twice: ${key}`,
        remedy: 'Give each its own, or remove the line that is there twice.',
      }
    seen.add(key)
  }
}
