import { test } from 'tap'
import { sampleEvent } from '../support/events.ts'
import { client, openBox } from './box.ts'

interface Zone {
  id: string
  present: { who: string; stale: boolean; since: string; x?: number }[]
}

const visitor = (id: number) => `visit/5b1f0a77c2d94e1${id}`

test('shop.yaml comes out, goes in, and a fault is named by line', async (t) => {
  const box = await openBox(t)
  const { call } = box.manager
  const yaml = await call<string>('GET', '/api/v1/shop.yaml')
  t.match(yaml.headers.get('content-type'), 'text/yaml')
  const put = (text: string) => call('PUT', '/api/v1/shop.yaml', text, { 'content-type': 'text/yaml' })
  const changed = yaml.body.replace('Corner shop', 'Corner shop, new')
  t.match(await put(changed), { status: 200, body: { version: Number } })
  t.match((await call('GET', '/api/v1/shop')).body, { name: 'Corner shop, new' })
  t.equal((await call<string>('GET', '/api/v1/shop.yaml')).body, changed, 'as it was written')

  const broken = await put(changed.replace('width: 10', 'width: wide'))
  t.match(broken, { status: 422, body: { code: 'ENDCAP_SHOP_INVALID', message: /shop\.yaml, line \d+: .*width/ } })
  t.match((await call('GET', '/api/v1/shop')).body, { floor: { width: 10 } }, 'the shop stays as it was')
  t.equal((await call('PUT', '/api/v1/shop.yaml', { name: 'x' })).status, 400, 'JSON is not taken')
})

test('the zones tell who is in them, the floor plan where', async (t) => {
  const box = await openBox(t)
  const { call } = box.manager
  const who = 'visit/5b1f0a77c2d94e10'
  const zones = async () => (await call<Zone[]>('GET', '/api/v1/zones')).body
  t.same(
    (await zones()).map(({ id, present }) => [id, present]),
    [
      ['entrance', []],
      ['dairy', []],
    ],
  )
  const entered = sampleEvent('presence.entered', { subject: 'zone/entrance', data: { who, zone: 'entrance' } })
  box.bus.publish(entered)
  box.bus.publish(sampleEvent('presence.moved', { subject: who, data: { who, zone: 'entrance', x: 2.1, y: 1.4 } }))
  const [entrance] = await zones()
  t.match(entrance?.present, [
    { who, kind: 'visitor', since: new Date(entered.time).toISOString(), x: 2.1, y: 1.4, stale: false },
  ])
  t.match((await call('GET', '/api/v1/presence')).body, [
    { who, zone: 'entrance', x: 2.1, accuracyMetres: 1.5, stale: false, evidence: [{ receiver: 'door', rssi: -58.5 }] },
  ])
  const data = { who, zone: 'entrance', to: 'dairy', reason: 'moved' } as const
  box.bus.publish(sampleEvent('presence.left', { subject: 'zone/entrance', data }))
  box.bus.publish(sampleEvent('presence.entered', { subject: 'zone/dairy', data: { who, zone: 'dairy' } }))
  t.same(
    (await zones()).map(({ present }) => present.length),
    [0, 1],
    'moved on',
  )
  const { to: _, ...silent } = sampleEvent('presence.left', { data: { who, zone: 'dairy', reason: 'silence' } }).data
  box.bus.publish({ ...sampleEvent('presence.left', { subject: 'zone/dairy' }), data: silent })
  t.same(
    (await zones()).map(({ present }) => present.length),
    [0, 0],
    'gone',
  )
  t.same((await call('GET', '/api/v1/presence')).body, [])
  const anna = await box.device('staff', 'anna')
  box.bus.publish(sampleEvent('presence.entered', { subject: 'zone/dairy', data: { who, zone: 'dairy' } }))
  const counts = [
    { id: 'entrance', name: 'Entrance', count: 0 },
    { id: 'dairy', name: 'Dairy', count: 1 },
  ]
  t.same((await anna.call('GET', '/api/v1/zones')).body, counts, 'staff learn how many, not who')
  t.equal((await anna.call('GET', '/api/v1/presence')).status, 403)
})

test('after a restart those who are still there are shown, and stale until they are heard', async (t) => {
  const box = await openBox(t)
  const entered = (id: number, secondsAgo: number) =>
    sampleEvent('presence.entered', {
      time: Date.now() - secondsAgo * 1000,
      subject: 'zone/entrance',
      data: { who: visitor(id), zone: 'entrance' },
    })
  await box.ledger.commit(entered(1, 60))
  await box.ledger.commit(entered(2, 5))
  await box.ledger.commit(entered(3, 3600))
  await box.ledger.commit(entered(4, 50))
  const left = sampleEvent('presence.left', { time: Date.now() - 10_000, subject: 'zone/entrance' })
  const { to: _, ...data } = { ...left.data, who: visitor(4), zone: 'entrance', reason: 'silence' as const }
  await box.ledger.commit({ ...left, data })
  const there = client((await box.again()).address, box.manager.cookie)
  const [entrance] = (await there.call<Zone[]>('GET', '/api/v1/zones')).body
  t.same(
    entrance?.present.map((one) => [one.who, one.stale]).sort(),
    [
      [visitor(1), true],
      [visitor(2), false],
    ],
    'neither who left nor who was silent for an hour',
  )
})

test('a withdrawn consent takes the person off the floor plan', async (t) => {
  const box = await openBox(t)
  const { call } = box.manager
  const added = await call<{ id: string }>('POST', '/api/v1/people', {
    name: 'Kim',
    tags: ['aa:bb:cc:dd:ee:ff'],
    favourite: 'anna',
  })
  t.match(added, { status: 201, body: { name: 'Kim', favourite: 'anna', consents: [] } })
  const { id } = added.body
  const consent = `/api/v1/people/${id}/consents/recognition`
  t.match((await call('PUT', consent)).body, {
    purpose: 'recognition',
    text: /recognise/,
    givenAt: /Z$/,
    recordedBy: 'manager',
  })
  const who = `person/${id}`
  box.bus.publish(sampleEvent('presence.moved', { subject: who, data: { who, kind: 'customer', zone: 'entrance' } }))
  t.match((await call('GET', '/api/v1/presence')).body, [{ who }])
  t.equal((await call('DELETE', consent)).status, 204)
  t.same((await call('GET', '/api/v1/presence')).body, [])
  t.match((await call('GET', '/api/v1/people')).body, [{ id, consents: [{ withdrawnAt: /Z$/ }] }])
  t.match((await call('PUT', `/api/v1/people/${id}/consents/everything`)).body, {
    code: 'ENDCAP_CONSENT_PURPOSE_UNKNOWN',
    remedy: /recognition/,
  })
  t.match((await call('PATCH', `/api/v1/people/${id}`, { favourite: null })).body, { name: 'Kim' })
  t.match((await call('DELETE', `/api/v1/people/${id}`)).body, { erased: Number })
  t.same((await call('GET', '/api/v1/people')).body, [])
  t.notMatch(box.lines.join(''), 'Kim', 'no name stands in the log')
})
