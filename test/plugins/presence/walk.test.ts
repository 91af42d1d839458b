import { test } from 'tap'
import { createPresence } from '../../../plugins/presence/engine.ts'
import { cornerShop, makeWalk, storyOf } from './shop-radio.ts'

const staff = 'staff/anna'

void test('somebody walks from the entrance past the till to dairy', async (t) => {
  const shop = makeWalk(cornerShop)
  shop.walk(15, { [staff]: [2, 6] })
  shop.walk(15, { [staff]: [16, 6] })
  shop.walk(15, { [staff]: [16, 6] })
  t.strictSame(storyOf(shop.events, staff), [
    'entered entrance',
    'left entrance',
    'entered till',
    'left till',
    'entered dairy',
  ])

  const [, left, entered] = shop.events.filter(({ type }) => type !== 'presence.moved')
  t.match(left, { type: 'presence.left', data: { kind: 'staff', reason: 'moved', to: 'till' } })
  t.match(entered, { type: 'presence.entered', data: { from: 'entrance', zone: 'till' } })
  const stayed = left?.type === 'presence.left' ? left.data.dwellSeconds : 0
  t.ok(stayed > 12 && stayed < 27, `${stayed} s at the entrance`)
})

void test('each decision says how sure it is, and from which receivers', async (t) => {
  const shop = makeWalk(cornerShop)
  shop.walk(10, { [staff]: [1.5, 6] })
  const entered = shop.events.find(({ type }) => type === 'presence.entered')
  const { confidence = 0, evidence = [] } = entered?.data ?? {}
  t.ok(confidence >= 0.5 && confidence <= 1, `confidence ${confidence}`)
  t.equal(evidence[0]?.receiver, 'door', 'the nearest receiver hears best and stands first')
  t.ok((evidence[0]?.metres ?? 99) < 4, 'and is told to be near')
  const signals = evidence.map(({ rssi }) => rssi)
  t.strictSame(
    signals,
    signals.toSorted((a, b) => b - a),
  )
})

void test('where somebody is comes at most once a second, with the radius it holds for', async (t) => {
  const shop = makeWalk(cornerShop)
  shop.walk(30, { [staff]: [3, 6] })
  shop.walk(30, { [staff]: [15, 6] })
  const moved = shop.events.flatMap((event) => (event.type === 'presence.moved' ? [event.data] : []))
  t.ok(moved.length > 10 && moved.length <= 61, `${moved.length} in a minute`)
  const { x = 0, y = 0, accuracyMetres = 0, zone } = moved.at(-1) ?? {}
  const metres = Math.hypot(x - 15, y - 6)
  t.ok(metres < 3, `${metres} m from where she is`)
  t.ok(accuracyMetres > 0.3 && accuracyMetres < 5, `says ${accuracyMetres} m`)
  t.equal(zone, 'dairy')
})

void test('two tags at once do not disturb each other', async (t) => {
  const shop = makeWalk(cornerShop)
  shop.walk(10, { 'staff/anna': [2, 6], 'asset/cart': [16, 6] })
  shop.walk(15, { 'staff/anna': [16, 6], 'asset/cart': [2, 6] })
  shop.walk(10, { 'staff/anna': [16, 6], 'asset/cart': [2, 6] })
  const entered = (who: string) => storyOf(shop.events, who).filter((line) => line.startsWith('entered'))
  t.strictSame(entered('staff/anna'), ['entered entrance', 'entered till', 'entered dairy'])
  t.strictSame(entered('asset/cart'), ['entered dairy', 'entered till', 'entered entrance'])
})

void test('a stay is told at each dwell time, once, and anew in the next zone', async (t) => {
  const shop = makeWalk(cornerShop, {}, { dwellSeconds: [60, 20] })
  shop.walk(90, { [staff]: [2, 6] })
  const dwelled = () => shop.events.flatMap((event) => (event.type === 'presence.dwelled' ? [event.data] : []))
  t.strictSame(
    dwelled().map(({ zone, dwellSeconds }) => `${zone} ${dwellSeconds}`),
    ['entrance 20', 'entrance 60'],
  )
  shop.walk(10, { [staff]: [16, 6] })
  shop.walk(30, { [staff]: [16, 6] })
  t.equal(dwelled().at(-1)?.zone, 'dairy')
  t.equal(dwelled().at(-1)?.dwellSeconds, 20)
})

void test('a weaker tag is still where it is, since it says how weak it is', async (t) => {
  const presence = makeWalk(cornerShop).presence
  for (let second = 0; second < 10; second++) {
    const time = second * 1000
    // 12 dB below the usual tag, everywhere: 2 m from the milk receiver.
    for (const [receiver, rssi] of [
      ['milk', -79],
      ['cheese', -91],
      ['wine', -91],
    ] as const) {
      presence.sight({ tag: 'asset/cart', receiver, rssi, measuredPower: -71, time })
    }
    presence.tick(time)
  }
  t.equal(presence.where('asset/cart')?.zone, 'dairy')
})

void test('a zone may be whatever is near one receiver', async (t) => {
  const plan = { ...cornerShop, zones: [{ id: 'fridge', receiver: 'milk', radiusMetres: 3 }] }
  const shop = makeWalk(plan)
  shop.walk(10, { [staff]: [16, 6] })
  shop.walk(10, { [staff]: [4, 6] })
  shop.walk(10, { [staff]: [4, 6] })
  t.strictSame(storyOf(shop.events, staff), ['entered fridge', 'left fridge'])
  const left = shop.events.find(({ type }) => type === 'presence.left')
  t.match(left?.data, { reason: 'moved' })
  t.notOk(left && 'to' in left.data, 'she is in no other zone')
})

void test('a shop with one receiver: somebody comes close, is let in at once, and goes away within seconds', async (t) => {
  const zones = [{ id: 'door', receiver: 'box', radiusMetres: 3 }]
  const presence = createPresence({
    floor: { width: 20, depth: 12 },
    zones,
    receivers: [{ id: 'box', x: 10, y: 2 }],
  })
  const story: string[] = []
  for (let ms = 0; ms < 60_000; ms += 500) {
    const rssi = ms < 30_000 ? -55 : -85
    const events = [...presence.sight({ tag: staff, receiver: 'box', rssi, time: ms }), ...presence.tick(ms)]
    for (const { type } of events) if (type !== 'presence.moved') story.push(`${type} ${Math.floor(ms / 5000) * 5} s`)
  }
  t.strictSame(story, ['presence.entered 0 s', 'presence.dwelled 30 s', 'presence.left 30 s'])
})
