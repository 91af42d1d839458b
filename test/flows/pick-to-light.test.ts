import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'tap'
import type { KnowledgeParts } from '../../runtime/shop/index.ts'
import { type Box, startBox } from '../flow-engine/box.ts'
import { waitFor } from '../support/events.ts'

const products: KnowledgeParts['products'] = [
  { id: 'oat-milk', name: 'Oat milk' },
  { id: 'rye-bread', name: 'Rye bread' },
]
const planogram: KnowledgeParts['planogram'] = {
  fixtures: [{ id: 'A', name: 'Breakfast', zone: 'bakery', screen: 'counter' }],
  slots: [
    { slot: 'A/1/1', products: ['oat-milk'], capacity: 12 },
    { slot: 'A/1/2', products: ['rye-bread'], capacity: 8 },
  ],
}
const FLASH = 'pick-to-light-flash'

type Node = Record<string, unknown> & { id: string }
async function recipe(): Promise<Node[]> {
  return JSON.parse(
    await readFile(join(import.meta.dirname, '../../flows/recipes/pick-to-light/flow.json'), 'utf8'),
  ) as Node[]
}
const tiles = (box: Box) => box.shop.screens.stack('counter').map(({ content }) => content)
const order = (box: Box, id: string, product: string, count: number) =>
  box.shop.knowledge.orders.open({ id, lines: [{ product, count }] }, 'manager')
const take = (box: Box, product: string, slot: string) =>
  box.publish('shelf.taken', { subject: `slot/${slot}`, data: { slot, product, count: 1 } })
/** How often a tile was put up for an order, whatever it said. */
const flashes = (box: Box, id: string) =>
  box.calls.filter(({ name, params }) => name === 'sign.show' && String(params['key']).endsWith(id)).length

void test('a pick lives through a crash of Node-RED and a restart of the box, and ends by its time-out', async (t) => {
  const home = t.testdir()
  const flows = await recipe()
  const timing = { firstPause: 50, stop: 100 }
  let box = await startBox({ home, flows, timing })
  t.teardown(() => box.stop())
  await box.shop.knowledge.put('products', products, 'manager')
  await box.shop.knowledge.put('planogram', planogram, 'manager')

  await t.test('the order is the cause of the tile, and nothing else is', async (t) => {
    const opened: string[] = []
    const listening = box.bus.subscribe({
      name: 'test',
      consumes: [{ type: 'order.opened' }],
      deliver: ({ id }) => opened.push(id) > 0,
    })
    t.same(tiles(box), [])
    await order(box, 'w-1', 'oat-milk', 3)
    const flash = await box.called(({ name }) => name === 'sign.show')
    listening.close()
    t.same(flash.because, opened)
    t.match(tiles(box), [{ layout: 'pick', kicker: 'Order w-1', figure: '3' }])
  })

  await t.test(
    'while Node-RED is away the tile flashes on; what comes meanwhile is neither lost nor told twice',
    async (t) => {
      process.kill(box.host.plugin('flows').pid ?? 0, 'SIGKILL')
      await waitFor(() => box.host.plugin('flows').state === 'restarting', 'its end')
      t.match(tiles(box), [{ kicker: 'Order w-1', figure: '3' }])
      await order(box, 'w-2', 'rye-bread', 1)
      take(box, 'oat-milk', 'A/1/1')
      await waitFor(() => tiles(box).length === 2 && flashes(box, 'w-1') === 2, 'both tiles')
      t.match(
        new Set(tiles(box).map(({ kicker, figure }) => `${kicker}: ${figure}`)),
        new Set(['Order w-1: 2', 'Order w-2: 1']),
      )
      take(box, 'rye-bread', 'A/1/2')
      await box.called(({ name, params }) => name === 'sign.clear' && String(params['key']).endsWith('w-2'))
      t.match(tiles(box), [{ kicker: 'Order w-1', figure: '2' }])
      t.same([flashes(box, 'w-1'), flashes(box, 'w-2')], [2, 1])
      t.match(box.shop.knowledge.orders.get('w-1'), { lines: [{ picked: 1 }] })
    },
  )

  await t.test('after a restart of the box the pick goes on where it was', async (t) => {
    await box.stop()
    box = await startBox({ home, timing })
    t.match(tiles(box), [{ kicker: 'Order w-1', figure: '2' }])
    take(box, 'oat-milk', 'A/1/1')
    await box.called(({ name }) => name === 'sign.show')
    t.match(tiles(box), [{ kicker: 'Order w-1', figure: '1' }])
    take(box, 'oat-milk', 'A/1/1')
    await box.called(({ name }) => name === 'sign.clear')
    t.same(tiles(box), [])
    t.equal(flashes(box, 'w-1'), 1)
  })

  await t.test('what nobody takes stops flashing after the time that stands in the flow', async (t) => {
    const short = flows.map((node) => (node.id === FLASH ? { ...node, seconds: 1 } : node))
    t.equal((await box.ask('POST', '/flows/flows', short)).status, 204)
    const from = box.calls.length
    await order(box, 'w-3', 'oat-milk', 1)
    const flash = await box.called(({ name }) => name === 'sign.show', from)
    t.equal(flash.params['ttlSeconds'], 1)
    t.match(tiles(box), [{ kicker: 'Order w-3' }])
    await waitFor(() => tiles(box).length === 0, 'the end of the tile')
    t.notOk(
      box.calls.slice(from).some(({ name }) => name === 'sign.clear'),
      'nobody cleared it',
    )
    const { lines } = box.shop.knowledge.orders.get('w-3') ?? {}
    t.same(
      lines?.map(({ picked = 0 }) => picked),
      [0],
      'the order is still to be picked',
    )
  })
})
