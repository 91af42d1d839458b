import { test } from 'tap'
import type { KnowledgeParts } from '../../runtime/shop/index.ts'
import { type Box, plan, startBox } from '../flow-engine/box.ts'

const products: KnowledgeParts['products'] = [
  { id: 'oat-milk', name: 'Oat milk', weightGrams: 1034, toleranceGrams: 12 },
  { id: 'rye-bread', name: 'Rye bread', weightGrams: 520, toleranceGrams: 25 },
  { id: 'saffron', name: 'Saffron' },
]
const planogram: KnowledgeParts['planogram'] = {
  fixtures: [{ id: 'A', name: 'Breakfast', zone: 'bakery', screen: 'counter' }],
  slots: [
    { slot: 'A/1/1', products: ['oat-milk'], capacity: 12 },
    { slot: 'A/1/2', products: ['rye-bread'], capacity: 8 },
  ],
}
const cabinets: KnowledgeParts['cabinets'] = [
  { id: 'dairy', name: 'Dairy fridge', zone: 'bakery', profile: 'chilled', air: ['dairy-air'] },
]

void test('the recipes of shelves, orders and fridges, as a new box has them', async (t) => {
  const box = await startBox({ home: t.testdir(), plan })
  t.teardown(() => box.stop())
  const { knowledge, tasks, screens } = box.shop
  await knowledge.put('products', products, 'manager')
  await knowledge.put('planogram', planogram, 'manager')
  await knowledge.put('cabinets', cabinets, 'manager')
  const slot = (path: string) => ({ subject: `slot/${path}` })
  const open = () => tasks.list().filter(({ state }) => state === 'open')
  const shown = (screen: string) => screens.stack(screen).map(({ content }) => content)

  await t.test('out of stock: low and then empty is one task, which the refill closes', async (t) => {
    const low = box.publish('shelf.low', { ...slot('A/1/1'), data: { slot: 'A/1/1', product: 'oat-milk', count: 2 } })
    const first = await box.called(({ name }) => name === 'task.open')
    t.match(first, { because: [low.id], params: { title: 'Refill Oat milk', zone: 'bakery', slot: 'A/1/1' } })
    const from = box.calls.length
    box.publish('shelf.empty', { ...slot('A/1/1'), data: { slot: 'A/1/1', product: 'oat-milk', count: 0 } })
    await box.called(({ name }) => name === 'task.open', from)
    t.match(open(), [{ title: 'Refill Oat milk', text: 'A/1/1: 0 left', kind: 'refill' }], 'one, brought up to date')
    box.publish('shelf.restocked', { ...slot('A/1/1'), data: { slot: 'A/1/1', product: 'oat-milk', count: 12 } })
    await box.called(({ name, params }) => name === 'task.close' && params['key'] === 'refill/A/1/1')
    t.same(open(), [])
  })

  const taken = (product: string, at: string, count = 1) =>
    box.publish('shelf.taken', { ...slot(at), data: { slot: at, product, count } })
  const order = (id: string, ...lines: { product: string; count: number }[]) =>
    knowledge.orders.open({ id, lines }, 'manager')

  await t.test('pick to light: the tile flashes, counts down, and goes', async (t) => {
    const orders = box.calls.length
    await order('w-1', { product: 'oat-milk', count: 2 }, { product: 'saffron', count: 1 })
    const flash = await box.called(({ name }) => name === 'sign.show', orders)
    t.match(flash, {
      to: 'screen/counter',
      params: {
        key: 'pick-a-1-1-w-1',
        content: { layout: 'pick', kicker: 'Order w-1', product: 'oat-milk', slot: 'A/1/1', figure: '2' },
      },
    })
    t.equal(flash.because.length, 1)
    await box.called(({ name, params }) => name === 'task.open' && params['title'] === 'Find saffron', orders)
    t.match(shown('counter'), [{ layout: 'pick' }])

    let from = box.calls.length
    taken('oat-milk', 'A/1/1')
    const less = await box.called(({ name }) => name === 'sign.show', from)
    t.match(less.params, { key: 'pick-a-1-1-w-1', content: { figure: '1' } })
    from = box.calls.length
    taken('oat-milk', 'A/1/1')
    await box.called(({ name, params }) => name === 'sign.clear' && params['key'] === 'pick-a-1-1-w-1', from)
    t.same(shown('counter'), [])
    t.match(knowledge.orders.get('w-1'), { lines: [{ picked: 2 }, {}] })
    from = box.calls.length
    taken('oat-milk', 'A/1/1')
    await box.called(({ name }) => name === 'sign.show', from)
    t.same(shown('counter'), [], 'a shopper takes one for herself: nothing flashes, so nothing is said')
    t.match(knowledge.orders.get('w-1'), { lines: [{ picked: 2 }, {}] })
  })

  await t.test('pick to light: two orders have their own tiles and colours; the wrong thing is told', async (t) => {
    await order('w-2', { product: 'oat-milk', count: 1 })
    await order('w-3', { product: 'oat-milk', count: 3 })
    const tile = (id: string, from: number) => box.called(({ params }) => params['key'] === `pick-a-1-1-${id}`, from)
    const [second, third] = await Promise.all([tile('w-2', 0), tile('w-3', 0)])
    const tone = ({ params }: typeof second) => (params['content'] as { tone: string }).tone
    t.not(tone(second), tone(third))
    t.match(
      shown('counter').map(({ kicker }) => kicker),
      ['Order w-3', 'Order w-2'],
    )

    const from = box.calls.length
    taken('rye-bread', 'A/1/2')
    await box.called(({ name }) => name === 'sign.show', from)
    t.match(shown('counter')[0], {
      title: 'Picking? Not this one',
      text: 'Rye bread is not on the order',
      tone: 'alert',
    })
    box.publish('shelf.returned', { ...slot('A/1/2'), data: { slot: 'A/1/2', product: 'rye-bread', count: 1 } })
    await box.called(({ name }) => name === 'sign.clear', from)
    t.match(shown('counter')[0], { kicker: 'Order w-3', figure: '3' })

    taken('oat-milk', 'A/1/1')
    await box.called(({ name, params }) => name === 'sign.clear' && params['key'] === 'pick-a-1-1-w-2', from)
    t.match(shown('counter'), [{ kicker: 'Order w-3', figure: '3' }], 'what waited longest is picked first')
    taken('oat-milk', 'A/1/1', 3)
    await box.called(({ name, params }) => name === 'sign.clear' && params['key'] === 'pick-a-1-1-w-3', from)
    t.same(shown('counter'), [])
  })

  await t.test('misplaced: a calm task, once', async (t) => {
    const from = box.calls.length
    const data = { slot: 'A/1/2', product: 'rye-bread', grams: 377, confidence: 0.9 }
    box.publish('shelf.misplaced', { ...slot('A/1/2'), data })
    const { params } = await box.called(({ name }) => name === 'task.open', from)
    t.match(params, { kind: 'misplaced', urgency: 'calm', text: 'Rye bread belongs there; 377 g do not fit it.' })
  })

  await t.test('fridge watch: a door is asked to be closed, an excursion is told until it is over', async (t) => {
    let from = box.calls.length
    const cabinet = { subject: 'cabinet/dairy' }
    const door = { cabinet: 'dairy', celsius: 6, limitCelsius: 5, cause: 'door', reason: 'open for 4 min' } as const
    box.publish('cold.warning', { ...cabinet, data: door })
    await box.called(({ name, to }) => name === 'sign.show' && to === 'screen/counter', from)
    const told = await box.called(({ name }) => name === 'staff.notify', from)
    t.match(told.params, { title: 'Close Dairy fridge', text: 'open for 4 min' })
    t.match(shown('counter'), [{ title: 'Please close the door' }])
    from = box.calls.length
    box.publish('cold.excursion', {
      ...cabinet,
      data: { cabinet: 'dairy', celsius: 9, limitCelsius: 5, sinceSeconds: 900 },
    })
    await box.called(({ name }) => name === 'sign.show', from)
    t.match(shown('counter')[0], { title: 'We are seeing to this cabinet', tone: 'alert' })
    box.publish('cold.recovered', { ...cabinet, data: { cabinet: 'dairy', celsius: 4, excursionSeconds: 60 } })
    await box.called(({ name, params }) => name === 'sign.clear' && params['key'] === 'fridge-watch', from)
    t.match(shown('counter'), [{ title: 'Please close the door' }])
  })

  await t.test('associate nearby: whoever takes something is left alone', async (t) => {
    const stays = (who: string, zone: string) =>
      box.publish('presence.dwelled', {
        subject: `zone/${zone}`,
        data: { who, kind: 'visitor', zone, dwellSeconds: 120 },
      })
    const from = box.calls.length
    taken('rye-bread', 'A/1/2')
    await box.called(({ name }) => name === 'order.pick', from)
    stays('visit/1111111111111111', 'bakery')
    stays('visit/2222222222222222', 'office')
    const help = await box.called(({ name }) => name === 'staff.notify', from)
    t.match(help.params, { text: 'In Office for 120 s, and nothing was taken.', urgency: 'calm' })
    t.equal(box.calls.slice(from).filter(({ name }) => name === 'staff.notify').length, 1)
  })
})

void test('product, planogram, camera and cold chain nodes tell what they found and what they did not', async (t) => {
  const tab = { id: 'tab', type: 'tab', label: 'Test' }
  const at = { z: 'tab', x: 1, y: 1 }
  const says = (id: string, title: string) => ({
    id,
    type: 'endcap-show-on-sign',
    ...at,
    action: 'show',
    screen: 'door',
    layout: 'message',
    title,
    wires: [[]],
  })
  const box = await startBox({
    home: t.testdir(),
    flows: [
      tab,
      { id: 'find', type: 'endcap-event-in', ...at, event: 'order.picked', wires: [['product', 'place']] },
      { id: 'product', type: 'endcap-product', ...at, field: 'payload.product', wires: [['known'], ['unknown']] },
      { id: 'place', type: 'endcap-planogram', ...at, by: 'product', field: '', wires: [['there'], ['nowhere']] },
      says('known', 'known {{product.name}} {{count}}'),
      says('unknown', 'unknown {{payload.product}}'),
      says('there', 'at {{slot.slot}} in {{zone.name}} on {{screen}}'),
      says('nowhere', 'no place for {{payload.product}}'),
      { id: 'camera', type: 'endcap-camera', ...at, when: 'trouble', camera: 'door', wires: [['black'], ['well']] },
      says('black', '{{payload.trouble}}: {{payload.reason}}'),
      says('well', 'well after {{payload.afterSeconds}}'),
      { id: 'cold', type: 'endcap-cold-chain', ...at, cabinet: '', causes: ['flat'], wires: [['flat'], []] },
      says('flat', '{{cabinet.name}} {{payload.cause}}'),
    ],
  })
  t.teardown(() => box.stop())
  await box.shop.knowledge.put('products', products, 'manager')
  await box.shop.knowledge.put('planogram', planogram, 'manager')
  await box.shop.knowledge.put('cabinets', cabinets, 'manager')
  box.publish('shelf.counted', {
    subject: 'slot/A/1/1',
    data: { slot: 'A/1/1', product: 'oat-milk', count: 7, grams: 7238, confidence: 0.9 },
  })
  const title = async (box: Box, words: string) => {
    await box.called(({ params }) => (params['content'] as { title?: string } | undefined)?.title === words)
    t.pass(words)
  }
  const picked = (product: string) =>
    box.publish('order.picked', { subject: 'order/w-1', data: { order: 'w-1', product, count: 1, missing: 0 } })
  picked('oat-milk')
  await title(box, 'known Oat milk 7')
  await title(box, 'at A/1/1 in Bakery on counter')
  picked('marzipan')
  await title(box, 'unknown marzipan')
  await title(box, 'no place for marzipan')
  const camera = { subject: 'camera/door' }
  box.publish('camera.trouble', { ...camera, data: { camera: 'door', trouble: 'black', reason: 'dark for 60 s' } })
  await title(box, 'black: dark for 60 s')
  box.publish('camera.restored', { ...camera, data: { camera: 'door', afterSeconds: 5 } })
  await title(box, 'well after 5')
  const warned = (cause: 'door' | 'flat') =>
    box.publish('cold.warning', {
      subject: 'cabinet/dairy',
      data: { cabinet: 'dairy', celsius: 4, limitCelsius: 5, cause, reason: cause },
    })
  warned('door')
  warned('flat')
  await title(box, 'Dairy fridge flat')
  t.notOk(box.calls.some(({ params }) => JSON.stringify(params).includes('Dairy fridge door')))
})
