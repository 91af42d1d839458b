import { test } from 'tap'
import { openBox, openStream } from './box.ts'

interface State {
  screen: string
  key: string
  content: { title?: string }
  players: number
}

test('a screen is told at once what to show, and each change', async (t) => {
  const box = await openBox(t)
  const window = await box.device('screen', 'entrance')
  const stream = await openStream(box.address, '/api/v1/screens/entrance/stream', window.cookie)
  t.equal(stream.status, 200)
  t.match(stream.headers.get('content-type'), 'text/event-stream')
  t.equal(await stream.block(), 'retry: 2000')
  t.match(await stream.event<State>('state'), { screen: 'entrance', content: { title: 'Welcome' }, players: 1 })

  const show = {
    name: 'sign.show',
    to: 'screen/entrance',
    params: { key: 'offer', content: { layout: 'message', title: 'Fresh bread' } },
  }
  t.match((await box.manager.call('POST', '/api/v1/commands', show)).body, { showing: true, players: 1 })
  t.match(await stream.event<State>('state'), { key: 'offer', content: { title: 'Fresh bread' } })
  const whole = await window.call('GET', '/api/v1/screens/entrance')
  t.match(whole.body, { name: 'Window', zone: 'entrance', key: 'offer', stack: [{ key: 'offer', since: /Z$/ }] })
  t.match((await box.manager.call('GET', '/api/v1/screens')).body, [{ screen: 'entrance' }, { screen: 'dairy' }])

  await box.manager.call('POST', '/api/v1/commands', { name: 'device.identify', to: 'screen/entrance' })
  t.same(await stream.event('identify'), {})
  await box.manager.call('POST', '/api/v1/commands', {
    name: 'sign.clear',
    to: 'screen/entrance',
    params: { key: 'offer' },
  })
  t.match(await stream.event<State>('state'), { content: { title: 'Welcome' } })
  t.equal((await box.manager.call('GET', '/api/v1/screens/attic')).status, 404)
})

test('somebody who only watches is not counted as a player', async (t) => {
  const box = await openBox(t)
  const watch = await openStream(box.address, '/api/v1/screens/dairy/stream?watch=true', box.manager.cookie)
  t.match(await watch.event<State>('state'), { players: 0 })
  watch.close()
})

test('proof of play is kept once, whatever the network repeats', async (t) => {
  const box = await openBox(t)
  const window = await box.device('screen', 'entrance')
  const report = { content: 'offer', play: 'p-1', shownSeconds: 12 }
  for (let i = 0; i < 3; i++) t.equal((await window.call('POST', '/api/v1/screens/entrance/shown', report)).status, 204)
  const { body } = await box.manager.call<unknown[]>('GET', '/api/v1/events?type=sign.shown')
  t.equal(body.length, 1)
  t.match(body, [{ data: { screen: 'entrance', play: 'p-1', shownSeconds: 12 } }])
  t.match((await box.manager.call('GET', '/api/v1/screens/entrance')).body, { shown: { content: 'offer', time: /Z$/ } })
})

test('a play that is told late keeps the time at which it was shown', async (t) => {
  const box = await openBox(t)
  const window = await box.device('screen', 'entrance')
  const tell = (body: object) => window.call('POST', '/api/v1/screens/entrance/shown', body)
  const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()
  const [now, late] = [at(0), at(-5)]
  t.equal((await tell({ content: 'new', play: 'p-2', time: now })).status, 204)
  t.equal((await tell({ content: 'old', play: 'p-1', shownSeconds: 30, time: late })).status, 204)
  const { body } = await box.manager.call('GET', '/api/v1/events?type=sign.shown')
  t.match(body, [{ data: { play: 'p-1', shownAt: late } }, { data: { play: 'p-2', shownAt: now } }])
  const { body: screen } = await box.manager.call('GET', '/api/v1/screens/entrance')
  t.match(screen, { shown: { content: 'new', time: now } }, 'what was told late is not what shows')
  for (const time of [at(1), at(-24 * 31), 'yesterday'])
    t.match(await tell({ content: 'x', play: 'p-3', time }), { status: 400, body: { message: /body\/time/ } })
})

test('a box that stops ends its streams', async (t) => {
  const box = await openBox(t)
  const stream = await openStream(box.address, '/api/v1/screens/entrance/stream', box.manager.cookie)
  await stream.event('state')
  const events = box.manager.socket('/api/v1/stream')
  await events.opened
  await box.api.stop()
  t.equal(await stream.event('state'), undefined)
  t.ok(await events.over)
})

test('a staff device learns that the shift is over, and a new name', async (t) => {
  const box = await openBox(t)
  const anna = await box.device('staff', 'anna')
  const device = anna.socket('/api/v1/staff/me/stream')
  const greeting = async () => {
    for (;;) {
      const { hello } = await device.next<{ hello?: object }>()
      if (hello) return hello
    }
  }
  t.match(await greeting(), { name: 'Anna Keller', onShift: true })
  const yaml = box.shop.exportYaml()
  await box.shop.importYaml(yaml.replace('Anna Keller', 'Anna Weber'), 'test')
  t.match(await greeting(), { name: 'Anna Weber', onShift: true })
  await box.shop.importYaml(yaml.replace(/staff:[\s\S]*/, 'staff: [{ id: anna, name: Anna Keller }]\n'), 'test')
  t.match(await greeting(), { name: 'Anna Keller', onShift: false })
})

test('an associate is told, acknowledges with one request, and sees what is still open', async (t) => {
  const box = await openBox(t)
  const anna = await box.device('staff', 'anna')
  const device = anna.socket('/api/v1/staff/me/stream')
  t.match(await device.next(), { hello: { id: 'anna', notices: [] } })
  const tell = { name: 'staff.notify', to: 'staff/anna', params: { title: 'Till 2 is waiting', zone: 'dairy' } }
  t.match((await box.manager.call('POST', '/api/v1/commands', tell)).body, { told: ['anna'] })
  const seen: { notice?: { id: string; title: string } }[] = []
  while (!seen.some(({ notice }) => notice)) seen.push(await device.next())
  const notice = seen.find(({ notice }) => notice)?.notice
  t.match(notice, { title: 'Till 2 is waiting', staff: 'anna', time: /Z$/ })
  const acknowledge = () => anna.call('POST', `/api/v1/staff/me/notices/${notice?.id}/acknowledge`)
  const first = await acknowledge()
  t.match(first, { status: 200, body: { acknowledgedAt: /Z$/ } })
  t.same((await acknowledge()).body, first.body, 'again changes nothing')
  t.equal((await anna.call('GET', '/api/v1/staff/bruno/notices')).status, 403)
  t.match((await box.manager.call('GET', '/api/v1/staff')).body, [
    { id: 'anna', name: 'Anna Keller', onShift: true },
    { id: 'bruno', onShift: false },
  ])
})
