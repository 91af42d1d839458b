/** What spreadsheets, other programs and hostile hands make of our files: told in words, or taken as it is meant. */
import { test } from 'tap'
import type { EndcapError } from '../../runtime/contract/index.ts'
import { type FileFault, type FilePart, writeCsv } from '../../runtime/shop/index.ts'
import { openWorld, type World } from '../support/shop-world.ts'

const nothing = { added: 0, changed: 0, removed: 0 }
const parts = ['products', 'planogram', 'cabinets', 'orders', 'deliveries', 'roster', 'tasks'] as const

const take = (world: World, part: FilePart, type: 'csv' | 'json', text: string) => {
  const file = { name: `${part}.${type}`, type, text }
  if (part === 'tasks') return world.shop.tasks.import(file, 'manager')
  if (part === 'roster') return world.shop.team.import(file, 'manager')
  return world.shop.knowledge.import(part, file, 'manager')
}
const give = async (world: World, part: FilePart, type: 'csv' | 'json', separator: ',' | ';'): Promise<string> => {
  const { tasks, team, knowledge } = world.shop
  if (part === 'tasks')
    return type === 'csv' ? writeCsv('tasks', tasks.waiting(), separator) : JSON.stringify(tasks.waiting())
  if (part === 'roster') return team.export(type, separator)
  return (await Array.fromAsync(knowledge.export(part, type, separator))).join('')
}
/** The first fault of a refused file, as `line field reason`. */
const refusedFor = async (taken: Promise<unknown>): Promise<string> => {
  const error = await taken.then(
    () => undefined,
    (thrown: EndcapError) => thrown,
  )
  if (error?.code !== 'ENDCAP_IMPORT_INVALID') return error ? String(error) : 'taken'
  const [{ line, field, reason, remedy } = { line: 0, field: '', reason: '', remedy: '' }] = error.values[
    'faults'
  ] as FileFault[]
  return remedy === '' ? 'no remedy' : `${line} ${field} ${reason}`
}

async function filled(world: World) {
  const { knowledge } = world.shop
  const milk = { id: 'oat-milk', gtin: '4006381333931', name: '=cmd|"/c calc"!A1', weightGrams: 1034.5 }
  await knowledge.put(
    'products',
    [milk, { id: 'tea', name: '\'Tea\', "loose"\nleaf', details: { 'a/b~c': '-1' } }],
    'm',
  )
  await knowledge.put(
    'planogram',
    { fixtures: [{ id: 'A', zone: 'dairy' }], slots: [{ slot: 'A/1/1', products: ['oat-milk', 'tea'], facings: 2 }] },
    'm',
  )
  await knowledge.put('cabinets', [{ id: 'dairy', name: 'Dairy', profile: 'chilled', air: ['dairy-1'] }], 'm')
  await knowledge.put('orders', [{ id: 'w-1', lines: [{ product: 'tea', count: 2, picked: 1 }] }], 'm')
  const dueAt = '2026-06-12T09:00:00+02:00'
  await knowledge.put('deliveries', [{ id: 'd-1', dueAt, lines: [{ product: 'tea', count: 9 }] }], 'm')
  await world.call('task.open', 'staff/+', { title: '+Mop; the floor', key: 'mop' }, 'api/manager')
}

test('each kind goes out as CSV, as CSV with semicolons and as JSON, and comes back without a change', async (t) => {
  const world = await openWorld(t, t.testdir())
  await filled(world)
  for (const part of parts)
    for (const [type, separator] of [
      ['csv', ','],
      ['csv', ';'],
      ['json', ','],
    ] as const) {
      const text = await give(world, part, type, separator)
      t.match(await take(world, part, type, text), nothing, `${part}.${type} ${separator}`)
      if (type === 'csv') t.notMatch(text, /(^|[,;"])[=+@]/m, `no spreadsheet runs anything of ${part}`)
    }
})

const product = '{"id":"a","name":"A"'
const table: [what: string, part: FilePart, type: 'csv' | 'json', text: string, told: string][] = [
  [
    'a wrong check digit',
    'products',
    'csv',
    'id,gtin,name\na,4006381333932,A\n',
    '2 gtin is 4006381333932, whose last',
  ],
  ['a GTIN eaten by a spreadsheet', 'products', 'csv', 'id,gtin,name\na,4.00638E+12,A\n', '2 gtin is 4.00638E+12: a'],
  ['the same with a comma', 'products', 'csv', 'id;gtin;name\na;4,00638E+12;A\n', '2 gtin is 4,00638E+12: a'],
  ['a row twice', 'products', 'csv', 'id,name\na,A\na,A\n', '3 id is used twice: a'],
  ['a slot for no product', 'planogram', 'csv', 'slot,products\nA/1/1,gone\n', '2 products names no product'],
  ['an order for no product', 'orders', 'csv', 'id,product,count\nw,gone,1\n', '2 product names no product'],
  [
    'a delivery of no product',
    'deliveries',
    'json',
    '[{"id":"d","dueAt":"2026-06-12T09:00:00Z","lines":[{"product":"gone","count":1}]}]',
    '1 0.lines.0.product names no product',
  ],
  ['a cabinet in no zone', 'cabinets', 'csv', 'id,name,profile,air,zone\nc,C,chilled,p,moon\n', '2 zone names no zone'],
  ['a task for nobody', 'tasks', 'csv', 'title,to\nMop,zoe\n', '2 to names no associate'],
  [
    'a shift that is none',
    'roster',
    'csv',
    'id,name,shifts\nzoe,Zoe,always\n',
    '2 shifts has always, which is no shift',
  ],
  ['a key twice', 'products', 'json', `[\n${product}},\n{"id":"b",\n"name":"B","name":"C"}]`, '4 name is there twice'],
  [
    'a prototype',
    'products',
    'json',
    `[${product},"__proto__":{"polluted":true}}]`,
    '1 0.__proto__ is not a known field',
  ],
  [
    'a prototype of details',
    'products',
    'json',
    `[${product},"details":{"__proto__":"x"}}]`,
    '1 0.details.__proto__ is',
  ],
  [
    'a prototype as a column',
    'products',
    'csv',
    'id,name,detail:__proto__\na,A,x\n',
    '1 detail:__proto__ is no column',
  ],
  [
    'a constructor',
    'cabinets',
    'json',
    '[{"id":"c","name":"C","profile":"chilled","air":["p"],"constructor":1}]',
    '1 0.constructor is not a known',
  ],
  ['a file cut off', 'products', 'json', `[\n${product}},\n{"id":`, '3 the file is no JSON here'],
  ['a comma too many', 'products', 'json', `[\n${product}},\n]`, '3 the file is no JSON here'],
  ['two files in one', 'products', 'json', `[${product}}]\n[${product}}]`, '2 the file is no JSON here'],
  ['something else', 'products', 'json', '{"products":[]}', '1 the file is no list of products'],
  ['binary', 'products', 'csv', `PK\u0003\u0004${'\u0000'.repeat(40)}`, '1 PK'],
  ['a quote that is not closed', 'products', 'csv', 'id,name\na,"A\n', '2 the file has a quotation mark'],
]

test('a wrong file of any kind is refused with line, field, reason and remedy, and changes nothing', async (t) => {
  const world = await openWorld(t, t.testdir())
  await filled(world)
  const before = await Promise.all(parts.map((part) => give(world, part, 'json', ',')))
  for (const [what, part, type, text, told] of table) {
    const found = await refusedFor(take(world, part, type, text))
    t.ok(found.startsWith(told), `${what}: ${found}`)
  }
  t.same(await Promise.all(parts.map((part) => give(world, part, 'json', ','))), before)
  t.equal(Reflect.get({}, 'polluted'), undefined)
})
