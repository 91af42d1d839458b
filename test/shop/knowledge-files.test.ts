import * as fc from 'fast-check'
import { test } from 'tap'
import { checkDigit, type EndcapError, gtin14, gtinFault, type Product } from '../../runtime/contract/index.ts'
import type { FileFault, KnowledgePart } from '../../runtime/shop/index.ts'
import { openWorld, type World } from '../support/shop-world.ts'

const take = (world: World, part: KnowledgePart, text: string, options: { dry?: boolean; keep?: boolean } = {}) =>
  world.shop.knowledge.import(part, { name: `${part}.csv`, type: 'csv', text }, 'manager', options)
const takeJson = (world: World, part: KnowledgePart, value: unknown) => {
  const text = typeof value === 'string' ? value : JSON.stringify(value, undefined, 1)
  return world.shop.knowledge.import(part, { name: `${part}.json`, type: 'json', text }, 'manager')
}
const textOf = async (pieces: AsyncIterable<string>): Promise<string> => (await Array.fromAsync(pieces)).join('')

/** Faults of a refused import, as `line field reason`. */
const faultsOf = async (refused: Promise<unknown>): Promise<string[]> => {
  const error = await refused.then(
    () => undefined,
    (thrown: EndcapError) => thrown,
  )
  if (error?.code !== 'ENDCAP_IMPORT_INVALID') throw new Error('it was not refused', { cause: error })
  return (error.values['faults'] as FileFault[]).map(({ line, field, reason }) => `${line} ${field} ${reason}`)
}

const catalogue = `id,gtin,name,price,currency,weightGrams,toleranceGrams,detail:Allergens
oat-milk,4006381333931,Oat milk 1 l,2.49,EUR,1034,6,oats
yoghurt,96385074,"Yoghurt, plain",0.89,EUR,520,,milk
`

test('a spreadsheet of Germany and one of England bring the same catalogue', async (t) => {
  const world = await openWorld(t, t.testdir())
  t.match(await take(world, 'products', catalogue, { dry: true }), {
    added: 2,
    examples: { added: ['oat-milk', 'yoghurt'] },
  })
  t.equal(world.shop.knowledge.products.count(), 0, 'a dry run changes nothing')
  t.match(await take(world, 'products', catalogue), { added: 2, changed: 0, removed: 0 })
  t.same(world.shop.knowledge.products.get('96385074'), {
    id: 'yoghurt',
    gtin: '96385074',
    name: 'Yoghurt, plain',
    price: { amount: 0.89, currency: 'EUR' },
    weightGrams: 520,
    details: { Allergens: 'milk' },
  })
  const german = [
    '\uFEFFId;EAN;Name;Price;Currency;Weight (g);Tolerance_Grams;detail:Allergens',
    'oat-milk;4006381333931;Oat milk 1 l;2,49;EUR;1034;6;oats',
    '',
    'yoghurt;96385074;Yoghurt, plain;0,89;EUR;520;;milk',
    ';;;;;;;',
  ].join('\r\n')
  t.match(await take(world, 'products', german), { added: 0, changed: 0, removed: 0 })
  t.match(await take(world, 'products', catalogue.replaceAll(',', '\t').replace('\t plain', ', plain')), {
    changed: 0,
    added: 0,
  })
})

test('every fault of a file is told by line and column with a remedy, and nothing is taken', async (t) => {
  const world = await openWorld(t, t.testdir())
  await take(world, 'products', catalogue)
  world.events.length = 0
  const wrong = `id,gtin,name,price,currency,weightGrams,toleranceGrams
oat-milk,4006381333932,Oat milk 1 l,2.49,EUR,1034,6
Yoghurt 2,96385074,"Yoghurt
plain",0.89,EUR,520,

butter,4.00638E+12,Butter,cheap,EUR,,
cream,96385074,Cream,1.20,XXY,,
milk,096385074,,"1,034",EUR,,5
oat-milk,,Oat milk,2,EUR,,
`
  t.same(await faultsOf(take(world, 'products', wrong)), [
    '2 gtin is 4006381333932, whose last digit should be 1: one of its digits is wrong',
    '3 id is not as it must be: lower-case id without slashes',
    '6 price is cheap, which is not a number',
    '6 gtin is 4.00638E+12: a spreadsheet has shortened the number',
    '7 currency is XXY, which is no currency',
    '8 price is 1,034, which could be 1034 or 1.034',
    '8 name is missing',
    '8 gtin has 9 digits; a GTIN has 8, 12, 13 or 14',
    '9 id is used twice: oat-milk',
  ])
  await t.rejects(take(world, 'products', wrong), {
    message: /^products\.csv, line 2: gtin is 4006381333932, whose last digit should be 1: .* \(and 8 more\)$/,
    remedy: /Compare it with the bar code; 4006381333931 would be a valid number\. Nothing was imported/,
  })
  t.equal(world.shop.knowledge.products.get('oat-milk')?.gtin, '4006381333931', 'what was there is there')
  t.same(world.events, [])
  t.same(await faultsOf(take(world, 'products', 'id,name,colour\na,A,red\n')), [
    '1 colour is no column that is known here',
  ])
  await t.rejects(take(world, 'products', 'id,name,colour\na,A,red\n'), {
    code: 'ENDCAP_IMPORT_INVALID',
    remedy: /there are: id, gtin, name, brand, .*detail:/,
  })
  t.same(await faultsOf(take(world, 'products', 'id,name\na,A\nb,"B\nc,C\n')), [
    '3 the file has a quotation mark in the wrong place',
  ])
  t.same(await faultsOf(take(world, 'products', '')), ['1 the file is empty'])
  t.same(await faultsOf(take(world, 'products', 'id,name\nb,B,and more\n')), [
    '2 column 3 is there although there are only 2 headings',
  ])
})

test('a planogram that names what is not there is refused, with its lines', async (t) => {
  const world = await openWorld(t, t.testdir())
  await take(world, 'products', catalogue)
  const planogram = `slot,products,facings,capacity,lowCount,fixtureName,zone,screen
A/3/2,4006381333931,3,12,3,Dairy wall,dairy,dairy
A/3/10,yoghurt|oat-milk,,,,,,
B/1/1,yoghurt,,,,Cooler,,
`
  t.match(await take(world, 'planogram', planogram), { added: 5 })
  t.match(world.shop.knowledge.get('planogram'), {
    fixtures: [
      { id: 'A', name: 'Dairy wall', zone: 'dairy', screen: 'dairy' },
      { id: 'B', name: 'Cooler' },
    ],
    slots: [
      { slot: 'A/3/2', products: ['oat-milk'], lowCount: 3 },
      { slot: 'A/3/10', products: ['yoghurt', 'oat-milk'] },
      {},
    ],
  })
  t.match(await take(world, 'planogram', 'slot,facings\nA/3/2,4\n', { keep: true }), {
    changed: 1,
    removed: 0,
    added: 0,
  })
  t.match(world.shop.knowledge.slots({ slot: 'A/3/2' }), [{ facings: 4, capacity: 12, zone: 'dairy' }])
  const wrong = `slot,products,capacity,lowCount,zone
A/3/2,butter,4,4,cellar
A 3,yoghurt,,,
A/3/2,yoghurt,,,
`
  t.same(await faultsOf(take(world, 'planogram', wrong)), [
    '2 zone names no zone: there is no cellar in the shop',
    '2 products names no product: there is no butter in the catalogue',
    '2 lowCount is 4, but only 4 fit: it would always be low',
    '3 slot is A 3, which is no path of fixture/shelf/slot',
    '4 slot is used twice: A/3/2',
  ])
  t.match(await faultsOf(take(world, 'products', 'id,name\noat-milk,Oat milk\n')), [
    /^1 id leaves out yoghurt, which slot .* still names$/,
  ])
  t.match(await take(world, 'products', 'id,price,currency\noat-milk,2.29,EUR\n', { keep: true }), { changed: 1 })
  t.match(
    world.shop.knowledge.products.get('oat-milk'),
    { name: 'Oat milk 1 l', price: { amount: 2.29 } },
    'a price list',
  )
})

test('cabinets, orders and deliveries are held against their rules, and JSON against its lines', async (t) => {
  const world = await openWorld(t, t.testdir())
  await take(world, 'products', catalogue)
  t.same(await faultsOf(takeJson(world, 'cabinets', [{ id: 'f1', name: 'Freezer', profile: 'custom', air: ['p1'] }])), [
    '2 0.limitCelsius is missing: the profile custom has no limit of its own',
  ])
  const warm = '[\n {"id": "f1",\n "profile": "warm", "name": "F", "air": ["p1"]}]'
  t.same(await faultsOf(takeJson(world, 'cabinets', warm)), [
    '3 0.profile must be one of chilled, poultry, frozen, custom',
  ])
  t.same(await faultsOf(takeJson(world, 'cabinets', '[\n{"id": }')), [
    "2 the file is no JSON here: Unexpected token '}'",
  ])
  t.match(await faultsOf(takeJson(world, 'cabinets', '[\n{"id": "a" "b"}]')), [/^2 the file is no JSON here/])
  t.same(
    await faultsOf(
      take(
        world,
        'orders',
        'id,product,count,dueAt\nw-1,oat-milk,2,2026-06-12 09:00\nw-1,butter,1,\nw-2,yoghurt,0,soon\n',
      ),
    ),
    [
      '3 product names no product: there is no butter in the catalogue',
      '4 dueAt is soon, which is no date and time',
      '4 count must be >= 1',
    ],
  )
  t.match(await take(world, 'orders', 'id,product,count,dueAt\nw-1,oat-milk,2,2026-06-12 09:00\nw-1,96385074,1,\n'), {
    added: 1,
  })
  t.match(world.shop.knowledge.orders.get('w-1'), {
    dueAt: '2026-06-12T09:00:00+02:00',
    lines: [{ product: 'oat-milk' }, { product: 'yoghurt', count: 1 }],
  })
  t.match(world.typed('order.opened'), [{ data: { order: 'w-1' } }], 'an order that was imported is to be picked')
})

test('what is exported is taken back without a change, and runs as no formula', async (t) => {
  const world = await openWorld(t, t.testdir())
  const { knowledge } = world.shop
  const sly = {
    id: 'sly',
    name: '=HYPERLINK("http://x";"y")',
    brand: "'=1+1",
    category: '-5',
    description: '@d',
  }
  await knowledge.put('products', [sly], 'manager')
  const csv = await textOf(knowledge.export('products', 'csv'))
  t.match(csv, 'sly,,"\'=HYPERLINK(')
  for (const cell of csv.split(/[,\r\n]/)) t.notMatch(cell, /^"?[=+\-@]/)

  const text = fc.string({ unit: 'grapheme', maxLength: 20 })
  const gtin = fc
    .tuple(fc.constantFrom(7, 11, 12, 13), fc.integer({ min: 0, max: 999_999 }))
    .map(([length, number]) => String(number).padStart(length, '4'))
    .map((digits) => `${digits}${checkDigit(digits)}`)
  const amount = fc.double({ min: 0, max: 1e6, noNaN: true })
  const product = fc.record(
    {
      id: fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,10}$/),
      gtin,
      name: text.map((name) => `n${name}`),
      brand: text,
      price: fc.record(
        { amount, currency: fc.constantFrom('EUR', 'JPY'), per: text },
        { requiredKeys: ['amount', 'currency'] },
      ),
      weightGrams: fc.double({ min: 0.001, max: 1e5, noNaN: true }),
      description: text,
      details: fc.dictionary(
        text.filter((key) => key !== '__proto__'),
        text,
        { maxKeys: 3 },
      ),
    },
    { requiredKeys: ['id', 'name'] },
  )
  const list = fc.uniqueArray(product, { maxLength: 6, selector: ({ id }) => id }).map((all) => {
    const seen = new Set<string>()
    return all.map(({ gtin: code, ...rest }): Product => {
      const own = code === undefined || seen.has(gtin14(code)) ? {} : { gtin: code }
      seen.add(gtin14(code ?? ''))
      return { ...rest, ...own }
    })
  })
  await fc.assert(
    fc.asyncProperty(list, fc.constantFrom(',' as const, ';' as const), async (products, separator) => {
      await knowledge.put('products', products, 'manager')
      const before = knowledge.get('products')
      const back = {
        name: 'x',
        type: 'csv' as const,
        text: await textOf(knowledge.export('products', 'csv', separator)),
      }
      const json = { name: 'x', type: 'json' as const, text: await textOf(knowledge.export('products', 'json')) }
      for (const file of [back, json]) {
        const { added, changed, removed } = await knowledge.import('products', file, 'manager', { dry: true })
        // Random text in the name of an assertion would spoil the report.
        if (added + changed + removed > 0) throw new Error(`${JSON.stringify(before)} came back as ${file.text}`)
      }
    }),
    { numRuns: 40 },
  )
})

test('the check digit of a GTIN finds each wrong digit', (t) => {
  // Examples of the GS1 General Specifications and of real packs.
  for (const gtin of ['4006381333931', '96385074', '036000291452', '10614141000415'])
    t.equal(gtinFault(gtin), undefined, gtin)
  t.match(gtinFault('36000291452')?.remedy, /leading zero/)
  t.match(gtinFault('40063813 33931')?.reason, /not made of digits alone/)
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9]{12}$/), fc.nat(12), fc.integer({ min: 1, max: 9 }), (digits, at, by) => {
      const gtin = `${digits}${checkDigit(digits)}`
      const other = String((Number(gtin[at]) + by) % 10)
      return gtinFault(gtin) === undefined && gtinFault(gtin.slice(0, at) + other + gtin.slice(at + 1)) !== undefined
    }),
    { numRuns: 200 },
  )
  t.end()
})

test('a file that means ill is refused at once, and the box goes on', async (t) => {
  const { shop } = await openWorld(t, t.testdir())
  const { knowledge } = shop
  await knowledge.put('products', [{ id: 'cream', name: 'Cream' }], 'manager')
  const endless = `id,dueAt,product,count\nd-1,${'T'.repeat(2_000_000)},cream,1\n`
  const file = { name: 'd.csv', type: 'csv', text: endless } as const
  await t.rejects(knowledge.import('deliveries', file, 'manager'), { message: /is no date and time/ })
  const nothing = { name: 'p.json', type: 'json', text: 'null' } as const
  for (const keep of [false, true])
    await t.rejects(knowledge.import('planogram', nothing, 'manager', { keep }), { message: /fixtures and slots/ })
})
