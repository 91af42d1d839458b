import { test } from 'tap'
import { createPresence } from '../../../plugins/presence/engine.ts'
import { box, cornerShop, makeWalk, storyOf } from './shop-radio.ts'

const staff = 'staff/anna'

void test('somebody leaves silently: the stay ends with the last word heard, and ends once', async (t) => {
  const shop = makeWalk(cornerShop, {}, { silenceSeconds: 20 })
  shop.walk(30, { [staff]: [2, 6] })
  shop.silence(15)
  t.strictSame(storyOf(shop.events, staff), ['entered entrance'], 'a pause is no departure')
  shop.silence(60)
  t.strictSame(storyOf(shop.events, staff), ['entered entrance', 'left entrance'])
  const left = shop.events.at(-1)
  t.match(left, { type: 'presence.left', data: { reason: 'silence', zone: 'entrance' } })
  const stayed = left?.type === 'presence.left' ? left.data.dwellSeconds : Infinity
  t.ok(stayed <= 30, `${stayed} s: the silence is not part of the stay`)
  t.equal(shop.presence.where(staff), undefined, 'and nothing is remembered')
})

void test('a tag that stands between two zones changes no more than once a minute', async (t) => {
  const zones = [box('left', 0, 0, 9, 12), box('right', 9, 0, 9, 12)]
  for (const seed of [7, 8, 9]) {
    const shop = makeWalk({ ...cornerShop, zones }, { seed, fadingDb: 4, shadowingDb: 4 })
    shop.walk(600, { [staff]: [9, 5] })
    const entered = storyOf(shop.events, staff).filter((line) => line.startsWith('entered'))
    t.ok(entered.length >= 1 && entered.length <= 11, `${entered.length - 1} changes in ten minutes, seed ${seed}`)
  }
})

void test('a receiver dies, and nobody is moved by its silence', async (t) => {
  const shop = makeWalk(cornerShop)
  shop.walk(30, { [staff]: [15, 6] })
  shop.walk(60, { [staff]: [15, 6] }, ['milk'])
  t.strictSame(
    storyOf(shop.events, staff).filter((line) => line.startsWith('entered')),
    ['entered dairy'],
  )
  shop.walk(15, { [staff]: [2, 6] }, ['milk'])
  shop.walk(10, { [staff]: [2, 6] }, ['milk'])
  t.equal(shop.presence.where(staff)?.zone, 'entrance', 'the others still follow')
})

void test('the clock is set back an hour, and dwell goes on as if it were not', async (t) => {
  const hour = 3_600_000
  const shop = makeWalk(cornerShop, {}, { dwellSeconds: [40] }, (ms) => (ms < 30_000 ? ms + hour : ms))
  shop.walk(60, { [staff]: [2, 6] })
  t.strictSame(storyOf(shop.events, staff), ['entered entrance', 'dwelled entrance'])
})

void test('sightings that overtake each other do no harm', async (t) => {
  let step = 0
  const shop = makeWalk(cornerShop, {}, {}, (ms) => ms - (step++ % 3) * 700)
  shop.walk(15, { [staff]: [2, 6] })
  shop.walk(15, { [staff]: [16, 6] })
  shop.walk(10, { [staff]: [16, 6] })
  t.strictSame(
    storyOf(shop.events, staff).filter((line) => line.startsWith('entered')),
    ['entered entrance', 'entered till', 'entered dairy'],
  )
})

void test('a flood of addresses that nobody knows is bounded, and staff are followed all the same', async (t) => {
  const presence = createPresence(cornerShop, { maxTags: 50 })
  const entered = new Set<string>()
  for (let i = 0; i < 20_000; i++) {
    const time = i
    const events = presence.sight({ tag: `visit/${i}`, receiver: 'till', rssi: -60, time })
    presence.sight({ tag: `visit/once-${i}`, receiver: 'door', rssi: -60, time })
    // Some come again and again: more than may be followed.
    presence.sight({ tag: `visit/often-${i % 500}`, receiver: 'door', rssi: -60, time })
    if (i % 300 === 0) events.push(...presence.sight({ tag: staff, receiver: 'door', rssi: -55, time }))
    events.push(...presence.tick(time))
    for (const event of events) if (event.type === 'presence.entered') entered.add(event.data.who)
  }
  const { tags, ignoredSightings, unplacedSightings, unplacedReceivers } = presence.stats()
  t.ok(tags <= 50, `${tags} tags`)
  t.ok(ignoredSightings > 20_000, 'most were not followed')
  t.equal(unplacedSightings, 20_000, 'a receiver that is not on the plan is counted')
  t.strictSame(unplacedReceivers, ['till'], 'and named')
  t.ok(entered.has(staff), 'Anna came in through the crowd')
})

void test('more tags than can be decided at once take turns, and nobody is forgotten', async (t) => {
  const presence = createPresence(cornerShop, { maxUpdatesPerSecond: 40 })
  const told = new Set<string>()
  for (let ms = 0; ms < 20_000; ms += 250) {
    for (let i = 0; i < 100; i++) {
      const events = presence.sight({ tag: `asset/cart-${i}`, receiver: 'door', rssi: -52, time: ms })
      for (const event of events) told.add(event.data.who)
    }
    for (const event of presence.tick(ms)) told.add(event.data.who)
  }
  t.equal(told.size, 100)
})

void test('who comes in is told of at once, though more tags stand there than can be decided', async (t) => {
  const presence = createPresence(cornerShop, { maxUpdatesPerSecond: 40 })
  let enteredAt: number | undefined
  for (let ms = 0; ms < 30_000; ms += 250) {
    const events = []
    for (let i = 0; i < 400; i++)
      events.push(...presence.sight({ tag: `asset/cart-${i}`, receiver: 'door', rssi: -52, time: ms }))
    // The carts have stood there for a while; now Anna comes.
    if (ms >= 25_000) events.push(...presence.sight({ tag: staff, receiver: 'door', rssi: -52, time: ms }))
    events.push(...presence.tick(ms))
    if (events.some(({ type, data }) => type === 'presence.entered' && data.who === staff)) enteredAt ??= ms
  }
  t.equal(presence.stats().tags, 401)
  t.ok(presence.stats().waiting > 300, 'carts wait for their turn')
  t.ok(enteredAt !== undefined && enteredAt < 27_000, `Anna came at 25 s, and was told of at ${enteredAt} ms`)
})

void test('the plan is changed while people are inside', async (t) => {
  const shop = makeWalk(cornerShop)
  shop.walk(20, { 'staff/anna': [2, 6], 'staff/ben': [15, 6] })
  const renamed = cornerShop.zones.map((zone) => (zone.id === 'dairy' ? { ...zone, id: 'frozen' } : zone))
  const events = shop.presence.replan({ ...cornerShop, zones: renamed })
  t.match(events, [{ type: 'presence.left', data: { who: 'staff/ben', zone: 'dairy', reason: 'shop-changed' } }])
  t.equal(events.length, 1, 'Anna’s zone is still there')
  shop.walk(20, { 'staff/anna': [2, 6], 'staff/ben': [15, 6] })
  t.same(storyOf(shop.events, 'staff/ben').at(-1), 'entered frozen')
  t.strictSame(storyOf(shop.events, 'staff/anna'), ['entered entrance', 'dwelled entrance'])
})
