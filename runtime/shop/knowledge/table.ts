/** Rows of a table into the items of a part, and back. */
import type { Cabinet, Delivery, Order, Planogram, Product, RosterEntry, TaskRecord } from '../../contract/index.ts'
import { type CellWorld, readCell, type Separator, writeCell } from './cells.ts'
import { type Breath, createBreath } from './breath.ts'
import { type Column, columnOf, columns, detailColumn } from './columns.ts'
import type { Records } from './records.ts'
import type { FilePart, FileParts } from './types.ts'

/** A fault by its row (-1: the headings) and column. */
export interface RowFault {
  row: number
  field: string
  reason: string
  remedy: string
}

export interface ReadTable {
  value: unknown
  faults: RowFault[]
  /** Row and column of a JSON pointer into the value. */
  placeOf(path: string): { row: number; field: string }
}

type Item = Record<string, unknown>
type Groups = Record<string, Item>

/** `before` has the items as they are: a column that the file lacks leaves that field as it was. */
export async function readTable(
  part: FilePart,
  { headings, rows, separator }: Records,
  timezone: string,
  before: ReadonlyMap<string, object>,
): Promise<ReadTable> {
  const world: CellWorld = { separator, timezone }
  const faults: RowFault[] = []
  const known = headings.map((heading) => columnOf(part, heading))
  const names = columns[part].map(({ name }) => name).join(', ')
  for (const [at, heading] of headings.entries()) {
    const column = known[at]
    const fault = (reason: string, remedy: string) => faults.push({ row: -1, field: heading, reason, remedy })
    if (!column) {
      const more = part === 'products' ? ', and detail:… for anything else' : ''
      fault('is no column that is known here', `Remove it or rename it; there are: ${names}${more}.`)
    } else if (known.indexOf(column) < at) fault('is there twice', 'Remove one of the two columns.')
  }
  if (faults.length > 0) return { value: undefined, faults, placeOf: () => ({ row: -1, field: '' }) }

  const breath = createBreath()
  const readRow = (cells: readonly string[], row: number): Groups => {
    const groups: Groups = {}
    if (cells.slice(known.length).some((cell) => cell.trim() !== ''))
      faults.push({
        row,
        field: `column ${known.length + 1}`,
        reason: `is there although there are only ${known.length} headings`,
        remedy: 'Put a text that holds the separator between quotation marks.',
      })
    for (const [at, column] of known.entries()) {
      if (!column) continue
      const cell = cells[at] ?? ''
      const item = (groups[column.group ?? 'item'] ??= {})
      if (cell.trim() === '') continue
      const found = readCell(column.kind, cell, world)
      if ('value' in found) put(item, column.at, found.value)
      else faults.push({ row, field: column.name, ...found })
    }
    return groups
  }
  const read: Groups[] = []
  for (const [row, cells] of rows.entries()) {
    read.push(readRow(cells, row))
    if (breath.due()) await breath.rest()
  }
  const present = known.filter((column) => column !== undefined)
  const { value, origins } = await fold[part](read, { before, present, faults, breath })
  return {
    value,
    faults,
    placeOf(path) {
      const [, prefix = '', rest = ''] = /^(\/(?:fixtures\/|slots\/)?\d+(?:\/lines\/\d+)?)(?:\/(.*))?$/.exec(path) ?? []
      const group = /\/(fixtures|slots|lines)\/\d+$/.exec(prefix)?.[1]
      const column = columns[part].find(
        (one) =>
          one.group === group && rest !== '' && (`${rest}/`.startsWith(`${one.at}/`) || one.at.startsWith(`${rest}/`)),
      )
      return {
        row: origins.get(prefix) ?? -1,
        field: column?.name ?? (rest.replaceAll('/', '.') || names.split(',')[0] || ''),
      }
    },
  }
}

interface Folding {
  before: ReadonlyMap<string, object>
  present: Column[]
  faults: RowFault[]
  breath: Breath
}
interface Folded {
  value: unknown
  /** Rows from which the parts of the value came. */
  origins: Map<string, number>
}
type Fold = (rows: Groups[], folding: Folding) => Promise<Folded>

/** One row, one item. */
const foldItems: Fold = async (rows, { before, present, breath }) => {
  const value: Item[] = []
  for (const { item = {} } of rows) {
    // A list of articles without ids of its own has its GTINs.
    if (item['id'] === undefined && typeof item['gtin'] === 'string') item['id'] = item['gtin']
    keepAbsent(item, before.get(String(item['id'])), present)
    const price = item['price'] as Item | undefined
    if (price && price['amount'] === undefined) delete item['price']
    value.push(item)
    if (breath.due()) await breath.rest()
  }
  return { value, origins: new Map(rows.map((_, row) => [`/${row}`, row])) }
}

/** A task is known by its id or by its key. */
const foldTasks: Fold = async (rows, { before, present }) => {
  const known = (name: unknown) => (typeof name === 'string' ? before.get(name) : undefined)
  const value = rows.map(({ item = {} }) => {
    keepAbsent(item, known(item['task']) ?? known(item['key'] ?? item['title']), present)
    return item
  })
  return { value, origins: new Map(rows.map((_, row) => [`/${row}`, row])) }
}

/** What the file has no column for stays as it was. */
function keepAbsent(item: Item, old: object | undefined, present: readonly Column[]): void {
  const given = new Set(present.map(({ at }) => at))
  for (const [name, value] of Object.entries(old ?? {}) as [string, unknown][]) {
    if (given.has(name)) continue
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      item[name] ??= value
      continue
    }
    for (const [inner, deep] of Object.entries(value)) {
      const at = `${name}/${escaped(inner)}`
      if (!given.has(at)) put(item, at, deep)
    }
  }
}

/** Rows with the same id are the lines of one item. */
const foldLines: Fold = async (rows, { faults, breath }) => {
  const items = new Map<string, { at: number; item: Item; lines: Item[] }>()
  const origins = new Map<string, number>()
  for (const [row, { item = {}, lines: line = {} }] of rows.entries()) {
    if (breath.due()) await breath.rest()
    const id = wordOf(item['id']) ?? ''
    let whole = items.get(id)
    if (!whole) {
      origins.set(`/${items.size}`, row)
      items.set(id, (whole = { at: items.size, item, lines: [] }))
    }
    for (const [name, value] of Object.entries(item))
      if (whole.item[name] !== value) faults.push({ row, field: name, ...differs(value, whole.item[name]) })
    origins.set(`/${whole.at}/lines/${whole.lines.length}`, row)
    whole.lines.push(line)
  }
  return { value: [...items.values()].map(({ item, lines }) => ({ ...item, lines })), origins }
}

/** Cells hold texts, numbers and truths; what is missing stays missing. */
const wordOf = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? `${value}` : undefined

const differs = (value: unknown, first: unknown) => ({
  reason: `is ${wordOf(value)}, but ${wordOf(first) ?? 'nothing'} in the first row of the same id`,
  remedy: 'Write the same in every row of it, or leave it empty after the first.',
})

/** Fixtures are told by the rows of their slots; one without slots has a row of its own. */
const foldPlanogram: Fold = async (rows, { before, present, faults, breath }) => {
  const ofFixtures = present.filter(({ group }) => group === 'fixtures')
  const ofSlots = present.filter(({ group }) => group === 'slots')
  const fixtures = new Map<string, Item>()
  const slots: Item[] = []
  const origins = new Map<string, number>()
  for (const [row, { fixtures: told = {}, slots: slot = {} }] of rows.entries()) {
    if (breath.due()) await breath.rest()
    const path = slot['slot']
    const id = told['id'] ?? (typeof path === 'string' ? /^([A-Za-z0-9][\w.-]*)\//.exec(path)?.[1] : undefined)
    if (typeof id === 'string') {
      let fixture = fixtures.get(id)
      if (!fixture) {
        origins.set(`/fixtures/${fixtures.size}`, row)
        fixtures.set(id, (fixture = { ...told, id }))
        keepAbsent(fixture, before.get(id), ofFixtures)
      }
      for (const [name, value] of Object.entries(told)) {
        fixture[name] ??= value
        if (fixture[name] !== value) faults.push({ row, field: name, ...differs(value, fixture[name]) })
      }
    }
    if (Object.keys(slot).length === 0) continue
    origins.set(`/slots/${slots.length}`, row)
    keepAbsent(slot, before.get(String(path)), ofSlots)
    slots.push(slot)
  }
  return { value: { fixtures: [...fixtures.values()], slots }, origins }
}

const fold: Record<FilePart, Fold> = {
  products: foldItems,
  planogram: foldPlanogram,
  cabinets: foldItems,
  orders: foldLines,
  deliveries: foldLines,
  roster: foldItems,
  tasks: foldTasks,
}

const escaped = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1')
const unescaped = (name: string) => name.replaceAll('~1', '/').replaceAll('~0', '~')

function put(item: Item, at: string, value: unknown): void {
  const names = at.split('/').map(unescaped)
  const last = names.pop() ?? ''
  let target = item
  for (const name of names) target = (target[name] ??= {}) as Item
  target[last] = value
}

function get(item: object, at: string): unknown {
  let value: unknown = item
  for (const name of at.split('/')) {
    const named = unescaped(name)
    value =
      typeof value === 'object' && value !== null && Object.hasOwn(value, named) ? (value as Item)[named] : undefined
  }
  return value
}

/** Headings and cells of a part, row by row. */
export function* writeTable<P extends FilePart>(
  part: P,
  value: FileParts[P],
  separator: Separator,
): Generator<string[]> {
  const all = part === 'products' ? [...columns.products, ...detailsOf(value as Product[])] : columns[part]
  yield all.map(({ name }) => name)
  for (const groups of unfold[part](value))
    yield all.map(({ at, kind, group = 'item' }) => writeCell(kind, get(groups[group] ?? {}, at), separator))
}

const detailsOf = (products: readonly Product[]): Column[] =>
  [...new Set(products.flatMap(({ details }) => (details ? Object.keys(details) : [])))].sort().map(detailColumn)

type Unfolded = Record<string, object>
const ofItems = (items: readonly (Product | Cabinet | RosterEntry | TaskRecord)[]): Unfolded[] =>
  items.map((item) => ({ item }))
const ofLines = (items: readonly (Order | Delivery)[]): Unfolded[] =>
  items.flatMap((item) => item.lines.map((line) => ({ item, lines: line })))

const unfold: { [P in FilePart]: (value: FileParts[P]) => Unfolded[] } = {
  products: ofItems,
  cabinets: ofItems,
  orders: ofLines,
  deliveries: ofLines,
  roster: ofItems,
  tasks: ofItems,
  planogram({ fixtures, slots }: Planogram) {
    const fixtureOf = new Map(fixtures.map((one) => [one.id, one]))
    const used = new Set(slots.map(({ slot }) => slot.split('/')[0]))
    return [
      ...slots.map((slot) => ({ slots: slot, fixtures: fixtureOf.get(slot.slot.split('/')[0] ?? '') ?? {} })),
      ...fixtures.filter(({ id }) => !used.has(id)).map((one) => ({ fixtures: one })),
    ]
  },
}
