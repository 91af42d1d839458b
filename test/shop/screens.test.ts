import { mock } from 'node:test'
import { test } from 'tap'
import { playsOf, type ScreenState } from '../../runtime/shop/index.ts'
import { openWorld, type World } from '../support/shop-world.ts'

const message = (title: string) => ({ layout: 'message' as const, title })
const show = (world: World, title: string, more: { key: string; priority?: number; ttlSeconds?: number }) =>
  world.call('sign.show', 'screen/entrance', { content: message(title), ...more })
const shown = (world: World) => world.shop.screens.state('entrance').content.title

test('two signs want one screen: the higher priority shows, then the newer, then the fallback', async (t) => {
  const world = await openWorld(t, t.testdir())
  const states: ScreenState[] = []
  const leave = world.shop.screens.attach('entrance', (state) => states.push(state))
  t.equal(shown(world), 'Good to see you')

  t.same(await show(world, 'Fresh bread', { key: 'bread' }), { showing: true, players: 1 })
  t.same(await show(world, 'Closing soon', { key: 'closing', priority: 8 }), { showing: true, players: 1 })
  t.same(await show(world, 'Ripe pears', { key: 'pears' }), { showing: false, players: 1 })
  t.equal(shown(world), 'Closing soon')
  t.same(
    world.shop.screens.stack('entrance').map(({ key }) => key),
    ['closing', 'pears', 'bread'],
  )
  t.same(await world.call('sign.clear', 'screen/entrance', { key: 'closing' }), { cleared: 1 })
  t.equal(shown(world), 'Ripe pears', 'the newest of equals')
  await show(world, 'Warm bread', { key: 'bread' })
  t.equal(shown(world), 'Warm bread', 'shown again, it is the newest')
  await world.call('sign.clear', 'screen/entrance', { key: 'bread' })
  await world.call('sign.clear', 'screen/entrance', { key: 'pears' })
  t.equal(shown(world), 'Good to see you')
  t.same(await world.call('sign.clear', 'screen/entrance', { key: 'pears' }), { cleared: 0 })
  t.same(
    states.map(({ content }) => content.title),
    ['Fresh bread', 'Closing soon', 'Closing soon', 'Ripe pears', 'Warm bread', 'Ripe pears', 'Good to see you'],
  )
  leave()
  await t.rejects(world.call('sign.show', 'screen/roof', { content: message('Hello') }), {
    code: 'ENDCAP_TARGET_UNKNOWN',
  })
  t.throws(() => world.shop.screens.state('roof'), { code: 'ENDCAP_NOT_FOUND' })
})

test('a sign never shows data of a person', async (t) => {
  const world = await openWorld(t, t.testdir())
  const ask = (content: object) =>
    world.call('sign.show', 'screen/entrance', { key: 'k', content: { layout: 'message', ...content } })
  const personal = [
    { title: 'Hello person/greta' },
    { title: 'Hi', text: 'You are visit/5b1f0a77c2d94e10.' },
    { title: 'Hi', kicker: 'staff/anna' },
    { title: 'Hi', figure: 'visit/5b1f' },
    { title: 'Hi', alt: 'A picture of (person/greta)' },
  ]
  for (const content of personal)
    await t.rejects(ask(content), {
      code: 'ENDCAP_CONTENT_PERSONAL',
      message: /for screen\/entrance names (person|visit|staff)\/[a-z0-9]+: a sign never shows data of a person/,
    })
  t.equal(shown(world), 'Good to see you', 'nothing of it was shown')
  t.equal(world.shop.screens.stack('entrance').length, 0)
  await ask({ title: 'Staff / visitors only', text: 'asset/trolley, in-person/online' })
  t.equal(shown(world), 'Staff / visitors only', 'words that are no token may be shown')
})

test('who names no key has one place on each screen', async (t) => {
  const world = await openWorld(t, t.testdir())
  const ask = (title: string) => world.call('sign.show', 'screen/entrance', { content: message(title) }, 'api/manager')
  await ask('One')
  await ask('Two')
  t.match(world.shop.screens.stack('entrance'), [{ key: 'api-manager', priority: 5 }])
  await show(world, 'Three', { key: 'three' })
  t.same(await world.call('sign.clear', 'screen/entrance', {}, 'api/manager'), { cleared: 1 })
  t.equal(shown(world), 'Three')
})

test('a sign goes when its time is over', async (t) => {
  const world = await openWorld(t, t.testdir())
  await show(world, 'Always', { key: 'always' })
  mock.timers.enable({ apis: ['setTimeout'] })
  t.teardown(() => mock.timers.reset())
  const states: string[] = []
  world.shop.screens.attach('entrance', ({ key }) => states.push(key))
  const told = [
    show(world, 'Ten', { key: 'ten', ttlSeconds: 10 }),
    show(world, 'Five', { key: 'five', ttlSeconds: 5, priority: 9 }),
  ]
  await Promise.all(told)
  mock.timers.tick(4_999)
  t.equal(shown(world), 'Five')
  mock.timers.tick(1)
  t.equal(shown(world), 'Ten')
  await show(world, 'Ten more', { key: 'ten', ttlSeconds: 10 })
  mock.timers.tick(9_999)
  t.equal(shown(world), 'Ten more', 'shown again, its time starts again')
  mock.timers.tick(1)
  t.same(states, ['ten', 'five', 'ten', 'ten', 'always'])
  mock.timers.reset()
})

test('the restart keeps the sign, but not beyond its time', async (t) => {
  const folder = t.testdir()
  const first = await openWorld(t, folder)
  await show(first, 'Closing soon', { key: 'closing', priority: 8, ttlSeconds: 600 })
  await show(first, 'Fresh bread', { key: 'bread' })
  await first.shop.screens.report('entrance', { content: 'closing', play: 'p-1' })
  const { stack } = first.shop.screens
  const before = stack('entrance')
  const time = first.clock.time + 60_000
  await first.close()

  const second = await openWorld(t, folder, { time })
  t.equal(shown(second), 'Closing soon')
  t.same(second.shop.screens.stack('entrance'), before)
  t.match(second.shop.screens.state('entrance'), { shown: { content: 'closing' } })
  await second.close()

  const third = await openWorld(t, folder, { time: time + 600_000 })
  t.equal(shown(third), 'Fresh bread')
})

test('a play is counted once, however often the player repeats it, also after a restart', async (t) => {
  const folder = t.testdir()
  const first = await openWorld(t, folder)
  const { report } = first.shop.screens
  const play = { content: 'bread', play: 'p-81', shownSeconds: 12 }
  await Promise.all([report('entrance', play), report('entrance', play)])
  await report('entrance', play)
  t.equal((await first.ledger.query({ type: 'sign.shown' })).length, 1, 'committed when the player is answered')
  await first.close()
  const second = await openWorld(t, folder)
  await second.shop.screens.report('entrance', play)
  await second.shop.screens.report('entrance', { ...play, play: 'p-82' })
  t.match(await second.ledger.query({ type: 'sign.shown', ascending: true }), [
    { subject: 'screen/entrance', data: { play: 'p-81' } },
    { data: { play: 'p-82' } },
  ])
})

test('the items of a playlist are one row a report, and each counts once, also where a report is repeated in part', async (t) => {
  const folder = t.testdir()
  const first = await openWorld(t, folder)
  const at = first.clock.time - 60_000
  const plays = Array.from({ length: 6 }, (_, index) => ({
    content: index % 2 === 0 ? 'day/milk' : 'day/bread',
    play: `p-${index}`,
    shownSeconds: 10,
    time: at + index * 10_000,
  }))
  await first.shop.screens.report('entrance', ...plays.slice(0, 4), { content: 'till', play: 'b-1', time: at })
  t.equal(
    (await first.ledger.query({ type: 'sign.shown' })).length,
    1,
    'what was shown for a while is a row of its own',
  )
  await first.close()
  const second = await openWorld(t, folder)
  await second.shop.screens.report('entrance', ...plays, ...plays)
  const rows = await second.ledger.query({ type: 'sign.played', ascending: true })
  t.equal(rows.length, 2)
  t.same(
    rows.flatMap(playsOf),
    plays.map(({ content, play, shownSeconds, time }) => ({ content, play, shownSeconds, time })),
    'and nothing of them is lost',
  )
  t.match(second.shop.screens.state('entrance'), { shown: { content: 'day/bread', time: at + 50_000 } })
})

test('a screen whose player went away is told once, after a minute; one that never had a player is not', async (t) => {
  const { shop, typed } = await openWorld(t, t.testdir())
  mock.timers.enable({ apis: ['setTimeout'] })
  t.teardown(() => mock.timers.reset())
  const leave = shop.screens.attach('entrance', () => undefined)
  leave()
  mock.timers.tick(59_000)
  const back = shop.screens.attach('entrance', () => undefined)
  mock.timers.tick(120_000)
  t.same(typed('sign.offline'), [], 'it came back in time')
  back()
  mock.timers.tick(60_000)
  mock.timers.tick(600_000)
  t.match(typed('sign.offline'), [{ subject: 'screen/entrance', data: { screen: 'entrance', silentSeconds: 60 } }])
  t.equal(typed('sign.offline').length, 1)
  const pulse = { width: 1920, height: 1080, mediaReady: 0, mediaMissing: [], waitingPlays: 0 }
  const again = shop.screens.attach('entrance', () => undefined)
  t.match(typed('sign.online'), [{ subject: 'screen/entrance', data: { screen: 'entrance' } }], 'it is back')
  shop.screens.pulse('entrance', pulse)
  mock.timers.tick(99_000)
  t.equal(typed('sign.offline').length, 1)
  mock.timers.tick(1000)
  t.match(typed('sign.offline')[1], { data: { silentSeconds: 100 } }, 'its stream stands, but it hangs')
  again()
  mock.timers.tick(600_000)
  t.equal(typed('sign.offline').length, 2, 'that it went away then is no news')
  shop.screens.attach('entrance', () => undefined)
  shop.screens.pulse('entrance', pulse)
  t.equal(typed('sign.online').length, 2)
  mock.timers.reset()
})

test('a screen can be asked to show itself', async (t) => {
  const world = await openWorld(t, t.testdir())
  const identify = () => world.call('device.identify', 'screen/entrance', {})
  await t.rejects(identify(), { code: 'ENDCAP_COMMAND_FAILED', message: /no player/ })
  let flashes = 0
  world.shop.screens.attach(
    'entrance',
    () => undefined,
    () => flashes++,
  )
  await identify()
  t.equal(flashes, 1)
})

test('a screen that left the plan is gone, and comes back empty', async (t) => {
  const world = await openWorld(t, t.testdir())
  await world.call('sign.show', 'screen/dairy', { content: message('Milk'), key: 'milk' })
  const yaml = world.shop.exportYaml()
  await world.shop.importYaml(yaml.replace('  - { id: dairy, name: Dairy }\n', ''), 'manager')
  t.throws(() => world.shop.screens.state('dairy'), { code: 'ENDCAP_NOT_FOUND' })
  await world.shop.importYaml(yaml.replace('Good to see you', 'Welcome'), 'manager')
  t.match(world.shop.screens.state('dairy'), { key: 'fallback', content: { title: 'Corner Market' } })
  t.equal(shown(world), 'Welcome')
})
