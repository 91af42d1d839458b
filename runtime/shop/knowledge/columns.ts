/** Which column of a table holds which field, for each part. docs/catalogue.md and docs/staff.md list them. */
import type { CellKind } from './cells.ts'
import type { FilePart } from './types.ts'

export interface Column {
  name: string
  kind: CellKind
  /** Where it belongs within its object: `price/amount`. */
  at: string
  /** The object of a row that it belongs to, where that is not the item itself. */
  group?: 'lines' | 'fixtures' | 'slots'
  /** Other names under which spreadsheets of others have it. */
  alias?: string[]
}

const column = (name: string, kind: CellKind = 'text', at = name, rest: Partial<Column> = {}): Column => ({
  name,
  kind,
  at,
  ...rest,
})
const number = (name: string, at = name, rest: Partial<Column> = {}) => column(name, 'number', at, rest)
const line = { group: 'lines' } as const
const fixture = { group: 'fixtures' } as const
const slot = { group: 'slots' } as const

const lines = [
  column('product', 'text', 'product', { ...line, alias: ['gtin', 'ean', 'article'] }),
  number('count', 'count', { ...line, alias: ['quantity', 'pieces'] }),
]

export const columns: Record<FilePart, Column[]> = {
  products: [
    column('id', 'text', 'id', { alias: ['sku', 'article', 'articlenumber'] }),
    column('gtin', 'text', 'gtin', { alias: ['ean', 'ean13', 'upc', 'barcode'] }),
    column('name', 'text', 'name', { alias: ['title', 'productname'] }),
    column('brand'),
    column('category'),
    number('price', 'price/amount'),
    column('currency', 'text', 'price/currency'),
    column('per', 'text', 'price/per'),
    number('priceBefore', 'price/before'),
    column('picture'),
    number('weightGrams', 'weightGrams', { alias: ['weight', 'weightg'] }),
    number('toleranceGrams', 'toleranceGrams', { alias: ['tolerance', 'toleranceg'] }),
    column('description'),
  ],
  planogram: [
    column('fixture', 'text', 'id', fixture),
    column('fixtureName', 'text', 'name', fixture),
    column('zone', 'text', 'zone', fixture),
    column('screen', 'text', 'screen', fixture),
    column('slot', 'text', 'slot', slot),
    column('products', 'list', 'products', { ...slot, alias: ['product', 'gtin', 'ean'] }),
    number('facings', 'facings', slot),
    number('capacity', 'capacity', slot),
    number('lowCount', 'lowCount', slot),
  ],
  cabinets: [
    column('id'),
    column('name'),
    column('zone'),
    column('profile'),
    number('limitCelsius'),
    number('lowestCelsius'),
    number('delayMinutes'),
    number('deadbandCelsius'),
    column('air', 'list', 'air', { alias: ['probes'] }),
    column('product'),
    column('door'),
    number('productMinutes'),
    number('doorOpenMinutes'),
    number('defrostMinutes'),
    column('roles', 'list'),
  ],
  orders: [
    column('id', 'text', 'id', { alias: ['order'] }),
    column('placedAt', 'instant'),
    column('dueAt', 'instant'),
    column('state'),
    ...lines,
    number('picked', 'picked', line),
  ],
  deliveries: [
    column('id', 'text', 'id', { alias: ['delivery'] }),
    column('supplier'),
    column('dueAt', 'instant'),
    column('received', 'boolean'),
    ...lines,
  ],
  roster: [
    column('id'),
    column('name'),
    column('roles', 'list', 'roles', { alias: ['role'] }),
    column('groups', 'list', 'groups', { alias: ['group'] }),
    column('skills', 'list', 'skills', { alias: ['skill'] }),
    number('alertsPerHour'),
    column('shifts', 'shifts', 'shifts', { alias: ['shift'] }),
    column('badges', 'list', 'badges', { alias: ['badge', 'tags'] }),
  ],
  tasks: [
    column('task'),
    column('title'),
    column('kind'),
    column('urgency'),
    column('zone'),
    column('slot'),
    column('product', 'text', 'product', { alias: ['gtin', 'ean', 'article'] }),
    column('cabinet'),
    column('key'),
    column('text', 'text', 'text', { alias: ['description'] }),
    column('to', 'text', 'to', { alias: ['associate', 'assignee'] }),
    column('role', 'text', 'for/role'),
    column('group', 'text', 'for/group'),
    column('skill', 'text', 'for/skill'),
    column('until', 'instant', 'until', { alias: ['dueat', 'due'] }),
    column('openedAt', 'instant'),
    column('claimedAt', 'instant'),
    column('staff'),
    number('passed'),
    number('escalated'),
    column('endedAt', 'instant'),
    column('outcome'),
    column('reason'),
  ],
}

/** Further columns of products: `detail:Allergens`. */
export const detailPrefix = 'detail:'

const plain = (name: string) => name.toLowerCase().replaceAll(/[\s_()-]/g, '')

/** The column of a heading, in whatever case and spacing; undefined where it is none of this part. */
export function columnOf(part: FilePart, heading: string): Column | undefined {
  const name = heading.trim()
  const detail = name.toLowerCase().startsWith(detailPrefix) ? name.slice(detailPrefix.length).trim() : ''
  if (part === 'products' && detail !== '' && detail !== '__proto__') return detailColumn(detail)
  const wanted = plain(name)
  return columns[part].find((one) => plain(one.name) === wanted || one.alias?.includes(wanted))
}

/** Slashes of its name must not look like a path. */
export const detailColumn = (name: string): Column =>
  column(`${detailPrefix}${name}`, 'text', `details/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`)
