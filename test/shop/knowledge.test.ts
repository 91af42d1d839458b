import { test } from 'tap'
import type { Planogram, Product } from '../../runtime/contract/index.ts'
import { ownEvent, sampleEvent } from '../support/events.ts'
import { openWorld, type World } from '../support/shop-world.ts'

const oat: Product = {
  id: 'oat-milk',
  gtin: '4006381333931',
  name: 'Oat milk 1 l',
  brand: 'Hofgut',
  category: 'Milk alternatives',
  price: { amount: 2.49, currency: 'EUR' },
  weightGrams: 1034,
  toleranceGrams: 6,
  description: 'Barista quality',
  details: { Allergens: 'oats' },
}
/** As inference gets it: without texts. */
const { description: _description, details: _details, ...plain } = oat
const brulee: Product = { id: 'creme-brulee', gtin: '96385074', name: 'Crème brûlée', weightGrams: 180 }
const cream: Product = { id: 'cream', name: 'Whipping cream' }
const shelves: Planogram = {
  fixtures: [{ id: 'A', name: 'Dairy wall', zone: 'dairy', screen: 'dairy' }],
  slots: [
    { slot: 'A/3/10', products: ['creme-brulee', 'oat-milk'] },
    { slot: 'A/3/2', products: ['oat-milk'], facings: 3, capacity: 12, lowCount: 3 },
  ],
}
async function stocked(world: World) {
  await world.shop.knowledge.put('products', [oat, brulee, cream], 'manager')
  await world.shop.knowledge.put('planogram', shelves, 'manager')
}
const names = (world: World, query: string) =>
  world.shop.knowledge.products.find(query).map(({ product }) => product.id)

test('an associate finds a product by bar code, id or words, with its place, its count and its next delivery', async (t) => {
  const world = await openWorld(t, t.testdir())
  await stocked(world)
  const { knowledge } = world.shop
  await knowledge.put(
    'deliveries',
    [
      { id: 'd-late', dueAt: '2026-06-14T06:00:00Z', lines: [{ product: 'oat-milk', count: 60 }] },
      { id: 'd-soon', dueAt: '2026-06-12T09:00:00+02:00', lines: [{ product: '4006381333931', count: 24 }] },
      { id: 'd-here', dueAt: '2026-06-09T06:00:00Z', lines: [{ product: 'oat-milk', count: 12 }], received: true },
    ],
    'manager',
  )
  world.bus.publish(
    sampleEvent('shelf.counted', {
      subject: 'slot/A/3/2',
      time: world.clock.time,
      data: { slot: 'A/3/2', product: 'oat-milk', count: 7 },
    }),
  )
  const { found } = (await world.call('product.find', 'shop/catalogue', { query: '04006381333931' })) as {
    found: unknown[]
  }
  t.same(found, [
    {
      product: oat,
      slots: [
        {
          ...shelves.slots[1],
          name: 'Oat milk 1 l',
          zone: 'dairy',
          screen: 'dairy',
          count: 7,
          countedAt: world.clock.time,
        },
        { ...shelves.slots[0], name: 'Crème brûlée', zone: 'dairy', screen: 'dairy' },
      ],
      nextDelivery: { delivery: 'd-soon', dueAt: '2026-06-12T09:00:00+02:00', count: 24 },
    },
  ])
  t.same(names(world, 'oat-milk'), ['oat-milk'])
  t.same(names(world, 'creme brul'), ['creme-brulee'], 'without its accents')
  t.same(names(world, 'cr'), ['creme-brulee', 'cream'], 'what begins so')
  t.same(names(world, 'hofgut milk'), ['oat-milk'], 'words of brand and category too')
  t.same(names(world, 'marmalade'), [])
  t.same(await world.call('planogram.find', 'shop/planogram', { product: '96385074' }), {
    slots: [{ ...shelves.slots[0], name: 'Crème brûlée', zone: 'dairy', screen: 'dairy' }],
  })
  t.match(await world.call('planogram.find', 'shop/planogram', { slot: 'A/3/2' }), { slots: [{ count: 7 }] })
})

test('a count of one product is not taken for that of its neighbour in the slot', async (t) => {
  const world = await openWorld(t, t.testdir())
  await stocked(world)
  const data = { slot: 'A/3/10', product: '96385074', count: 4, grams: 720, confidence: 0.9 }
  world.bus.publish(ownEvent('shelf.counted', 'slot/A/3/10', data))
  const countOf = (product: string) =>
    world.shop.knowledge.slots({ product }).find(({ slot }) => slot === 'A/3/10')?.count
  t.equal(countOf('creme-brulee'), 4)
  t.equal(countOf('oat-milk'), undefined)
})

test('what the shop knows outlives a power cut, is audited, and is told', async (t) => {
  const folder = t.testdir()
  const first = await openWorld(t, folder)
  await stocked(first)
  t.match(
    first.typed('shop.changed').map(({ data }) => data),
    [
      { part: 'products', version: 1 },
      { part: 'planogram', version: 1 },
    ],
  )
  t.match(await first.ledger.audit.list(2), [
    { action: 'planogram.put', actor: 'manager', detail: { added: 3, changed: 0, removed: 0 } },
    { action: 'products.put', detail: { added: 3 } },
  ])
  await first.crash()
  const second = await openWorld(t, folder)
  t.same(
    second.shop.knowledge.get('planogram'),
    { ...shelves, slots: shelves.slots.toReversed() },
    'A/3/2 before A/3/10',
  )
  t.same(second.shop.knowledge.products.get('4006381333931'), oat)
  t.same(second.shop.knowledge.forPlugins(), {
    products: [plain, brulee],
    planogram: second.shop.knowledge.get('planogram'),
    cabinets: [],
  })
  const onShelves = (...of: string[]) => {
    const { products, planogram } = second.shop.knowledge.forPlugins(of)
    return [...planogram.fixtures.map(({ id }) => id), ...products.map(({ id }) => id)]
  }
  t.same(onShelves('A/3'), ['A', 'oat-milk', 'creme-brulee'])
  t.same(onShelves('A'), onShelves('A/3'))
  t.same(onShelves('A/30', 'B'), [])
  second.events.length = 0
  t.same(await second.shop.knowledge.put('planogram', shelves, 'manager'), {
    added: 0,
    changed: 0,
    removed: 0,
    examples: { added: [], changed: [], removed: [] },
  })
  t.same(second.events, [], 'the same again is no news')
})

test('a product that something still names is not deleted, and the answer tells what to do', async (t) => {
  const world = await openWorld(t, t.testdir())
  await stocked(world)
  const { knowledge } = world.shop
  await t.rejects(knowledge.products.delete('oat-milk', 'manager'), {
    code: 'ENDCAP_PRODUCT_IN_USE',
    message: 'oat-milk cannot be deleted: slot A/3/2 still names it',
    remedy: /Take it out there/,
  })
  await t.rejects(knowledge.put('products', [brulee, cream], 'manager'), {
    code: 'ENDCAP_KNOWLEDGE_INVALID',
    message: /leaves out oat-milk, which slot A\/3\/2 still names/,
  })
  await knowledge.put('planogram', { fixtures: shelves.fixtures, slots: [] }, 'manager')
  await knowledge.orders.open({ id: 'w-1', lines: [{ product: 'oat-milk', count: 1 }] }, 'manager')
  await t.rejects(knowledge.products.delete('oat-milk', 'manager'), { message: /order w-1 still names it/ })
  await knowledge.orders.end('w-1', 'cancelled', 'manager')
  await knowledge.products.delete('oat-milk', 'manager')
  t.same(names(world, 'oat'), [])
  await t.rejects(knowledge.products.delete('oat-milk', 'manager'), { code: 'ENDCAP_NOT_FOUND' })
})

test('an order is opened, picked and done, and each step is an event', async (t) => {
  const world = await openWorld(t, t.testdir())
  await stocked(world)
  world.events.length = 0
  const { orders } = world.shop.knowledge
  const lines = [
    { product: '4006381333931', count: 2 },
    { product: 'cream', count: 1 },
  ]
  await orders.open({ id: 'w-1042', lines }, 'manager')
  t.match(world.typed('order.opened'), [
    {
      subject: 'order/w-1042',
      data: {
        lines: [
          { product: 'oat-milk', count: 2, slot: 'A/3/2' },
          { product: 'cream', count: 1 },
        ],
      },
    },
  ])
  t.same(await world.call('order.pick', 'order/+', { product: 'milk-of-nobody', count: 1 }), {
    missing: 0,
    done: false,
  })
  t.same(await world.call('order.pick', 'order/+', { product: 'oat-milk', count: 1 }), {
    order: 'w-1042',
    missing: 1,
    done: false,
  })
  t.same(await world.call('order.pick', 'order/w-1042', { product: '4006381333931', count: 1 }), {
    order: 'w-1042',
    missing: 0,
    done: false,
  })
  t.same(await world.call('order.pick', 'order/w-1042', { product: 'cream', count: 1 }), {
    order: 'w-1042',
    missing: 0,
    done: true,
  })
  t.same(
    world.events.map(({ type }) => type),
    ['order.opened', 'order.picked', 'order.picked', 'order.picked', 'order.done'],
  )
  t.match(world.typed('order.done'), [{ data: { order: 'w-1042', complete: true } }])
  t.equal(orders.get('w-1042')?.state, 'done')
  await t.rejects(world.call('order.pick', 'order/w-1042', { product: 'cream', count: 1 }), {
    code: 'ENDCAP_COMMAND_FAILED',
    message: /the order is done/,
  })
  await t.rejects(world.call('order.pick', 'order/nobody', { product: 'cream', count: 1 }), {
    code: 'ENDCAP_TARGET_UNKNOWN',
  })
  await t.rejects(orders.open({ id: 'w-1042', lines }, 'manager'), { message: '/id is used already: w-1042' })
  await t.rejects(orders.open({ id: 'w-2', lines: [{ product: 'gone', count: 1 }] }, 'manager'), {
    message: '/lines/0/product names no product: there is no gone in the catalogue',
  })
  world.events.length = 0
  await orders.open({ id: 'w-3', lines: [{ product: 'cream', count: 1 }] }, 'manager')
  await world.shop.knowledge.put('orders', [], 'manager')
  t.match(
    world.typed('order.done'),
    [{ data: { order: 'w-3', complete: false } }],
    'an order that is taken off is over',
  )
})
