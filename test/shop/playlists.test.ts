import { test } from 'tap'
import { berlin, cornerShop, openWorld, type World } from '../support/shop-world.ts'

const yaml = cornerShop
  .replace(
    '  - id: entrance\n    name: Entrance\n    zone: entrance\n    fallback',
    '  - id: entrance\n    name: Entrance\n    zone: entrance\n    group: window\n    fallback',
  )
  .replace(
    '- { id: dairy, name: Dairy }\nstaff',
    '- { id: dairy, name: Dairy, group: window, playlist: all-day }\nstaff',
  )

const playlists = `# What the screens of the corner shop play
playlists:
  - id: all-day
    name: All day
    items:
      - { id: milk, seconds: 10, content: { layout: message, title: Milk } }
      - { id: bread, seconds: 20, content: { layout: message, title: Bread } }
  - id: breakfast
    name: Breakfast
    groups: [window]
    hours: [{ days: [mon, tue, wed, thu, fri], from: '06:00', to: '11:00' }]
    items:
      - { seconds: 5, content: { layout: message, title: Coffee } }
      - { seconds: 5, content: { layout: message, title: Advent }, from: 2026-12-01, until: 2026-12-24 }
  - id: night
    name: Night
    priority: 7
    screens: [entrance]
    hours: [{ days: [sat], from: '22:00', to: '02:30' }]
    items: [{ seconds: 60, content: { layout: message, title: Closed } }]
`
const put = (world: World, text = playlists) => world.shop.playlists.importYaml(text, 'manager')
const shown = (world: World, screen: string, time: number) => {
  world.clock.time = time
  return world.shop.screens.state(screen).content.title
}

test('day parts, priorities and defaults decide what a screen plays, by the clock of the shop', async (t) => {
  const world = await openWorld(t, t.testdir(), { yaml })
  t.equal(shown(world, 'entrance', berlin('2026-06-10T10:00')), 'Good to see you', 'the fallback, without playlists')
  await put(world)
  t.match(world.typed('shop.changed'), [{ data: { part: 'playlists', version: 1 } }])
  t.equal(world.shop.playlists.exportYaml(), playlists, 'comes out as it was written, with its comments')
  t.equal(shown(world, 'entrance', berlin('2026-06-10T05:59:59')), 'Good to see you')
  t.equal(shown(world, 'entrance', berlin('2026-06-10T06:00')), 'Coffee')
  t.equal(shown(world, 'entrance', berlin('2026-06-10T11:00')), 'Good to see you')
  t.equal(shown(world, 'entrance', berlin('2026-06-13T08:00')), 'Good to see you', 'not on a Saturday')
  t.equal(
    shown(world, 'dairy', berlin('2026-06-10T08:00')),
    'Coffee',
    'what was given to its group goes before its default',
  )
  t.equal(shown(world, 'dairy', berlin('2026-06-10T12:00:09')), 'Milk')
  t.equal(shown(world, 'dairy', berlin('2026-06-10T12:00:10')), 'Bread')
  t.equal(shown(world, 'dairy', berlin('2026-06-10T12:00:30')), 'Milk')
  t.equal(shown(world, 'dairy', berlin('2026-12-01T06:00:05')), 'Advent', 'an item that is valid from that day')
  t.equal(shown(world, 'dairy', berlin('2026-12-24T10:59:55')), 'Advent', 'to the end of its last day')
  t.equal(shown(world, 'dairy', berlin('2026-12-25T06:00:05')), 'Coffee')
  t.equal(shown(world, 'entrance', berlin('2026-06-13T23:00')), 'Closed')
  t.equal(shown(world, 'entrance', berlin('2026-06-14T02:29:59')), 'Closed', 'into the next day')
  t.equal(shown(world, 'entrance', berlin('2026-06-14T02:30')), 'Good to see you')
})

test('the clocks change: a night lasts an hour less or more, and no hour is played twice', async (t) => {
  const world = await openWorld(t, t.testdir(), { yaml })
  await put(world)
  const night = (evening: string) => {
    world.clock.time = berlin(evening)
    const span = world.shop.screens.programme('entrance').spans.filter(({ playlist }) => playlist === 'night')
    return span.slice(0, 2).reduce((hours, { from, until }) => hours + (until - from) / 3_600_000, 0)
  }
  t.equal(night('2026-06-13T12:00'), 4.5)
  t.equal(
    night('2026-03-28T12:00'),
    4.5,
    '02:30 is skipped and means 03:30: 22:00 to 03:30 without the hour from 2 to 3',
  )
  t.equal(night('2026-10-24T12:00'), 4.5, '02:30 comes twice and the first counts')
  t.equal(
    shown(world, 'entrance', Date.parse('2026-10-25T00:30:00Z')),
    'Good to see you',
    'the first 02:30, in summer time',
  )
  await put(world, playlists.replace("from: '22:00', to: '02:30'", "from: '22:00', to: '04:00'"))
  t.equal(night('2026-03-28T12:00'), 5)
  t.equal(night('2026-10-24T12:00'), 7)
  await put(
    world,
    playlists.replace("days: [sat], from: '22:00', to: '02:30'", "days: [sun], from: '02:10', to: '02:50'"),
  )
  world.clock.time = berlin('2026-03-29T00:30')
  const windows = world.shop.screens.programme('entrance').spans.find(({ playlist }) => playlist === 'night')
  t.equal(
    new Date(windows?.from ?? 0).toISOString(),
    '2026-03-29T01:10:00.000Z',
    'a whole window that is skipped comes an hour later',
  )
})

test('wrong playlists are refused with line, field and remedy, and what ran before keeps running', async (t) => {
  const world = await openWorld(t, t.testdir(), { yaml })
  await put(world)
  const wrong: [string, string, RegExp][] = [
    ['screens: [entrance]', 'screens: [roof]', /line 18: \/playlists\/2\/screens\/0 names no screen: there is no roof/],
    ['groups: [window]', 'groups: [floor]', /line 10: .*names no group/],
    ['id: bread,', 'id: milk,', /line 7: \/playlists\/0\/items\/1\/id is used twice/],
    ['id: night', 'id: all-day', /line 15: \/playlists\/2\/id is used twice/],
    ['seconds: 60', 'seconds: 0', /line 20: \/playlists\/2\/items\/0\/seconds must be >= 2/],
    ["to: '02:30'", "to: '25:30'", /line 19: \/playlists\/2\/hours\/0\/to/],
    ['until: 2026-12-24', 'until: 2026-02-30', /line 14: .*until is no day of the calendar/],
    ['until: 2026-12-24', 'until: 2026-11-24', /is before from/],
    [
      'title: Closed',
      'title: "Hello {{name}}"',
      /line 20: \/playlists\/2\/items\/0\/content\/title names {{name}}: a sign never shows/,
    ],
    ['title: Closed', 'title: Hello person/greta', /names person\/greta/],
    ['layout: message, title: Closed', 'layout: picture', /needs media/],
    [
      'content: { layout: message, title: Closed }',
      'product: milk, content: { layout: message, title: Closed }',
      /either content or product/,
    ],
  ]
  for (const [before, after, message] of wrong)
    await t.rejects(put(world, playlists.replace(before, after)), {
      code: 'ENDCAP_PLAYLIST_INVALID',
      message,
      remedy: /stay as they were/,
    })
  await t.rejects(world.shop.playlists.importYaml('{ "playlists": [{ "id": 1 }] }', 'manager', 'playlists.json'), {
    message: /^playlists\.json, line 1/,
  })
  t.equal(world.shop.playlists.version(), 1)
  t.equal(shown(world, 'entrance', berlin('2026-06-10T08:00')), 'Coffee')
  await world.close()
})

test('playlists survive a restart, and a trigger only interrupts them', async (t) => {
  const folder = t.testdir()
  const first = await openWorld(t, folder, { yaml })
  await put(first)
  await first.close()
  const world = await openWorld(t, folder, { yaml, time: berlin('2026-06-10T12:00:12') })
  const states: { key: string; until?: number }[] = []
  world.shop.screens.attach('dairy', (state) => states.push(state))
  t.match(world.shop.screens.state('dairy'), { key: 'all-day/bread', until: berlin('2026-06-10T12:00:30') })
  const content = { layout: 'message' as const, title: 'Till 2 is open' }
  t.same(await world.call('sign.show', 'group/window', { content, key: 'till', ttlSeconds: 30 }), {
    showing: true,
    players: 1,
  })
  for (const screen of ['entrance', 'dairy']) t.equal(world.shop.screens.state(screen).key, 'till')
  t.same(await world.call('sign.clear', 'group/window', { key: 'till' }), { cleared: 2 })
  t.match(
    states.map(({ key }) => key),
    ['till', 'all-day/bread'],
  )
  t.same(await world.call('sign.show', 'screen/+', { content, key: 'all' }), { showing: true, players: 1 })
  t.same(await world.call('sign.clear', 'screen/+', { key: 'all' }), { cleared: 2 })
  await t.rejects(world.call('sign.show', 'group/roof', { content }), { code: 'ENDCAP_TARGET_UNKNOWN' })
})

test('products come from the catalogue, a change is shown at once, and one that is gone leaves no gap', async (t) => {
  const world = await openWorld(t, t.testdir(), { yaml: yaml.replace('timezone:', 'locale: de-DE\ntimezone:') })
  const { products } = world.shop.knowledge
  const price = { amount: 2.49, before: 2.99, currency: 'EUR', per: '1 l' }
  await products.put({ id: 'oat-milk', name: 'Oat milk', brand: 'Haferkorn', price }, 'manager')
  await put(
    world,
    'playlists:\n  - id: offers\n    name: Offers\n    screens: [entrance]\n    items:\n      - { seconds: 10, product: oat-milk }\n      - { id: hello, seconds: 10, content: { layout: message, title: Hello } }\n',
  )
  world.clock.time = berlin('2026-06-10T00:00:05')
  t.match(world.shop.screens.state('entrance'), {
    key: 'offers/oat-milk',
    product: { name: 'Oat milk', brand: 'Haferkorn', price: '2,49\u00A0€', before: '2,99\u00A0€', per: '1 l' },
  })
  const tile = { content: { layout: 'pick' as const, product: 'oat-milk', slot: 'A/3/2', figure: '2' }, key: 'pick' }
  await world.call('sign.show', 'screen/entrance', tile)
  t.match(world.shop.screens.state('entrance'), { key: 'pick', product: { name: 'Oat milk' } })
  await world.call('sign.clear', 'screen/entrance', { key: 'pick' })
  await t.rejects(world.call('sign.show', 'screen/entrance', { content: { layout: 'product', product: 'gold' } }), {
    code: 'ENDCAP_NOT_FOUND',
    message: /gold/,
  })
  await t.rejects(
    world.call('sign.show', 'screen/entrance', {
      content: { layout: 'pick', slot: 'visit/5b1f', product: 'oat-milk' },
    }),
    { code: 'ENDCAP_CONTENT_PERSONAL' },
  )
  const told: (string | undefined)[] = []
  world.shop.screens.attach('entrance', ({ key, product }) => told.push(product?.price ?? key))
  await products.put({ id: 'oat-milk', name: 'Oat milk', price: { ...price, amount: 1.99 } }, 'manager')
  await products.put({ id: 'bread', name: 'Bread' }, 'manager')
  t.same(told, ['1,99\u00A0€'], 'a change reaches the screen at once, one that does not concern it does not')
  await products.put({ id: 'oat-milk', name: 'For visit/5b1f0a77c2d94e10' }, 'manager')
  t.match(
    world.shop.screens.state('entrance'),
    { key: 'offers/hello' },
    'nor does the catalogue put a person on a sign',
  )
  await products.put({ id: 'oat-milk', name: 'Oat milk', price }, 'manager')
  t.match(world.shop.screens.state('entrance'), { key: 'offers/oat-milk' })
  await products.delete('oat-milk', 'manager')
  t.match(world.shop.screens.state('entrance'), { key: 'offers/hello' }, 'without a gap')
})

test('an emergency stands on every screen until the all-clear, over a restart, and is in the trail', async (t) => {
  const folder = t.testdir()
  const first = await openWorld(t, folder, { yaml })
  await first.call('sign.show', 'screen/entrance', { content: { layout: 'message', title: 'Loud' }, priority: 9 })
  first.shop.screens.attach('entrance', () => undefined)
  const { emergency } = (await first.call('sign.emergency', 'screen/+', { title: 'Please leave' }, 'api/manager')) as {
    emergency: string
  }
  t.match(first.shop.screens.state('entrance'), {
    emergency: true,
    key: emergency,
    content: { title: 'Please leave', tone: 'alert' },
  })
  await first.shop.screens.report('entrance', { content: emergency, play: 'p-1' })
  t.match(first.shop.screens.emergency(), {
    screens: [
      { screen: 'entrance', confirmed: true },
      { screen: 'dairy', confirmed: false },
    ],
  })
  await first.crash()
  const world = await openWorld(t, folder, { yaml })
  t.match(world.shop.screens.state('dairy'), { emergency: true, content: { title: 'Please leave' } })
  await t.rejects(world.call('sign.emergency', 'screen/+', { title: 'Leave, visit/5b1f' }), {
    code: 'ENDCAP_CONTENT_PERSONAL',
  })
  t.same(await world.call('sign.all-clear', 'screen/+', {}, 'api/manager'), { ended: true })
  t.same(await world.call('sign.all-clear', 'screen/+', {}, 'api/manager'), { ended: false })
  t.equal(world.shop.screens.state('entrance').content.title, 'Loud')
  t.match(
    (await world.ledger.audit.list(10)).map(({ action, actor }) => `${action} ${actor}`),
    ['sign.all-clear api/manager', 'sign.emergency api/manager'],
  )
  t.match(world.typed('sign.emergency'), [{ data: { active: false } }])
})
