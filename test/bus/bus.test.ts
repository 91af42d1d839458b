import { array, assert, boolean, constantFrom, property, tuple } from 'fast-check'
import { test } from 'tap'
import { type BusOptions, createBus } from '../../runtime/bus/index.ts'
import { compileSubject } from '../../runtime/bus/pattern.ts'
import { type Consume, type Event, matchesSubject } from '../../runtime/contract/index.ts'
import { nextEvent, ownEvent, sampleEvent } from '../support/events.ts'

const collect = (options: BusOptions, consumes: Consume[]) => {
  const bus = createBus(options)
  const got: Event[] = []
  const subscription = bus.subscribe({ name: 'test', consumes, deliver: (event) => got.push(event) > 0 })
  return { bus, got, subscription }
}

test('a consumer is given what it declared, once', async (t) => {
  const { bus, got } = collect({}, [
    { type: 'shelf.*', subject: 'slot/A/#' },
    { type: 'shelf.taken' },
    { type: 'presence.entered', subject: 'zone/+', where: { zone: 'dairy', kind: 'visitor' } },
    { type: 'ble.advertisement', where: { companyIds: 1177 } },
  ])
  const wanted = [
    sampleEvent('shelf.low', { subject: 'slot/A/3/2' }),
    sampleEvent('shelf.taken', { subject: 'slot/A/3/2' }),
    sampleEvent('shelf.taken', { subject: 'slot/B/1/1' }),
    sampleEvent('presence.entered', { subject: 'zone/dairy', data: { zone: 'dairy' } }),
    sampleEvent('ble.advertisement', { data: { companyIds: [76, 1177] } }),
  ]
  const others = [
    sampleEvent('shelf.low', { subject: 'slot/B/1/1' }),
    sampleEvent('presence.entered'),
    sampleEvent('presence.entered', { subject: 'zone/dairy', data: { zone: 'dairy', kind: 'staff' } }),
    sampleEvent('presence.left', { subject: 'zone/dairy' }),
    sampleEvent('ble.advertisement', { data: { companyIds: [76] } }),
    ownEvent('shelf', 'slot/A', {}),
  ]
  for (const [i, event] of [...wanted, ...others].entries()) bus.publish(i % 2 ? event : { ...event })
  t.strictSame(got, wanted)
  t.match(bus.stats(), { published: 11, subscriptions: [{ name: 'test', delivered: 5, waiting: 0 }] })
})

test('subject patterns mean the same compiled as in the contract', async (t) => {
  const level = constantFrom('a', 'b', 'ab', '+', '')
  const pattern = tuple(array(level, { minLength: 1, maxLength: 5 }), boolean()).map(([levels, hash]) =>
    [...levels, ...(hash ? ['#'] : [])].join('/'),
  )
  const subject = array(constantFrom('a', 'b', 'ab', ''), { minLength: 1, maxLength: 6 }).map((l) => l.join('/'))
  assert(
    property(pattern, subject, (pattern, subject) => {
      return compileSubject(pattern)(subject) === matchesSubject(pattern, subject)
    }),
    { numRuns: 5000 },
  )
  t.ok(compileSubject('#')('anything/at/all'))
})

test('a subscriber that throws does not disturb the others', async (t) => {
  const faults: object[] = []
  const bus = createBus({ log: { error: (fields) => faults.push(fields) } })
  const got: string[] = []
  bus.subscribe({
    name: 'broken',
    consumes: [{ type: '*' }],
    deliver() {
      throw new Error('no')
    },
  })
  bus.subscribe({ name: 'whole', consumes: [{ type: '*' }], deliver: ({ type }) => got.push(type) > 0 })
  bus.publish(sampleEvent('shelf.taken'))
  bus.publish(sampleEvent('shelf.low'))
  t.strictSame(got, ['shelf.taken', 'shelf.low'])
  t.match(faults, [{ subscriber: 'broken', type: 'shelf.taken' }, { type: 'shelf.low' }])
})

test('everybody sees a cause before its effect', async (t) => {
  const bus = createBus()
  bus.subscribe({
    name: 'derives',
    consumes: [{ type: 'presence.entered' }],
    deliver({ id }) {
      bus.publish(sampleEvent('assist.suggested', { because: [id] }))
      return true
    },
  })
  const got: string[] = []
  bus.subscribe({ name: 'watches', consumes: [{ type: '*' }], deliver: ({ type }) => got.push(type) > 0 })
  const effect = nextEvent(bus, 'assist.*')
  const cause = sampleEvent('presence.entered')
  bus.publish(cause)
  t.strictSame(got, ['presence.entered', 'assist.suggested'])
  t.strictSame((await effect).because, [cause.id])
})

test('what a consumer wants can change, and ends with it', async (t) => {
  const { bus, got, subscription } = collect({}, [{ type: 'shelf.*' }])
  bus.publish(sampleEvent('shelf.taken'))
  subscription.consume([{ type: 'presence.*' }])
  bus.publish(sampleEvent('shelf.taken'))
  bus.publish(sampleEvent('presence.left'))
  subscription.close()
  subscription.close()
  bus.publish(sampleEvent('presence.left'))
  t.strictSame(
    got.map(({ type }) => type),
    ['shelf.taken', 'presence.left'],
  )
  t.strictSame(bus.stats().subscriptions, [])
})

test('the last value of each subject is known, and goes stale by the monotonic clock', async (t) => {
  let now = 0
  const bus = createBus({ now: () => now })
  const cold = sampleEvent('probe.temperature', { subject: 'probe/a', time: 1 })
  bus.publish(sampleEvent('probe.temperature', { subject: 'probe/a' }))
  bus.publish(cold)
  now = 200_000
  bus.publish(sampleEvent('probe.humidity', { subject: 'probe/a' }))
  bus.publish(sampleEvent('shelf.low'))
  now = 300_000
  t.strictSame(bus.last('probe.temperature', 'probe/a'), { event: cold, stale: false })
  now = 300_001
  t.strictSame(bus.last('probe.temperature', 'probe/a'), { event: cold, stale: true })
  t.equal(bus.last('probe.temperature', 'probe/b'), undefined)
  t.equal(bus.last('probe.nothing', 'probe/a'), undefined)
  t.strictSame(
    bus.lastAll('probe.*').map(({ event, stale }) => [event.type, stale]),
    [
      ['probe.temperature', true],
      ['probe.humidity', false],
    ],
  )
  now = 1e12
  t.equal(bus.last('shelf.low', 'slot/A/3/2')?.stale, false, 'a type without staleSeconds never does')
})

test('a token is forgotten wherever it stands', async (t) => {
  const bus = createBus()
  const who = 'person/k3v9'
  bus.publish(sampleEvent('presence.entered', { data: { who } }))
  bus.publish(sampleEvent('presence.moved', { subject: who, data: { who } }))
  bus.publish(sampleEvent('beacon.sighted', { subject: `${who}/at/door`, data: { tag: who } }))
  bus.publish(sampleEvent('presence.moved', { subject: 'person/k3v91', data: { who: 'person/k3v91' } }))
  bus.forget(who)
  t.strictSame(
    bus.lastAll('*').map(({ event }) => event.subject),
    ['person/k3v91'],
  )
})

test('at most 10,000 subjects of a type are remembered, the newest', async (t) => {
  let now = 0
  const bus = createBus({ now: () => now++ })
  const event = sampleEvent('presence.moved')
  for (let i = 0; i < 10_000; i++) bus.publish({ ...event, subject: `visit/${i}` })
  bus.publish({ ...event, subject: 'visit/0' })
  bus.publish({ ...event, subject: 'visit/new' })
  t.ok(bus.lastAll('presence.moved').length <= 10_000)
  t.ok(bus.last('presence.moved', 'visit/new'))
  t.ok(bus.last('presence.moved', 'visit/0'), 'what was heard of again stays')
  t.notOk(bus.last('presence.moved', 'visit/1'))
})

/** A consumer that takes one event and then says that it is full. */
const oneAtATime = (limit?: number) => {
  const bus = createBus()
  const got: Event[] = []
  const subscription = bus.subscribe({
    name: 'slow',
    consumes: [{ type: '*' }],
    ...(limit !== undefined && { limit }),
    deliver(event) {
      got.push(event)
      return false
    },
  })
  return { bus, got, subscription }
}

test('a slow consumer gets the newest telemetry and every urgent event in order', async (t) => {
  const { bus, got, subscription } = oneAtATime()
  const first = sampleEvent('presence.moved', { subject: 'visit/a' })
  bus.publish(first)
  for (let i = 0; i < 5; i++) {
    bus.publish(sampleEvent('presence.moved', { subject: 'visit/a', time: i }))
    bus.publish(sampleEvent('presence.moved', { subject: 'visit/b', time: i }))
    bus.publish(sampleEvent('shelf.taken', { time: i }))
  }
  t.strictSame(subscription.stats(), { name: 'slow', delivered: 1, waiting: 7, coalesced: 8, dropped: 0 })
  for (let i = 0; i < 9; i++) subscription.drain()
  t.strictSame(
    got.slice(1).map(({ type, subject, time }) => [type, subject, time]),
    [
      ...[0, 1, 2, 3, 4].map((time) => ['shelf.taken', 'slot/A/3/2', time]),
      ['presence.moved', 'visit/a', 4],
      ['presence.moved', 'visit/b', 4],
    ],
  )
  t.equal(subscription.stats().waiting, 0)
})

test('over its limit the oldest telemetry goes, urgent events never', async (t) => {
  const { bus, got, subscription } = oneAtATime(3)
  bus.publish(sampleEvent('shelf.low'))
  for (let i = 0; i < 5; i++) bus.publish(sampleEvent('presence.moved', { subject: `visit/${i}` }))
  t.match(subscription.stats(), { waiting: 3, dropped: 2 })
  for (let i = 0; i < 5; i++) bus.publish(sampleEvent('shelf.taken', { time: i }))
  t.match(subscription.stats(), { waiting: 5, dropped: 5 })
  while (subscription.stats().waiting > 0) subscription.drain()
  t.strictSame(
    got.slice(1).map(({ type, time }) => [type, time]),
    [0, 1, 2, 3, 4].map((time) => ['shelf.taken', time]),
  )
})

test('a narrowed consumer is not given what waited and is no longer wanted', async (t) => {
  const { bus, got, subscription } = oneAtATime()
  bus.publish(sampleEvent('shelf.low'))
  bus.publish(sampleEvent('shelf.taken'))
  bus.publish(sampleEvent('presence.moved'))
  bus.publish(sampleEvent('probe.humidity'))
  subscription.consume([{ type: 'probe.*' }])
  while (subscription.stats().waiting > 0) subscription.drain()
  t.strictSame(
    got.map(({ type }) => type),
    ['shelf.low', 'probe.humidity'],
  )
})

test('what waits for a slow consumer is forgotten with the person it is about', async (t) => {
  const bus = createBus()
  const got: string[] = []
  const slow = bus.subscribe({
    name: 'slow',
    consumes: [{ type: 'presence.*' }],
    deliver: ({ subject }) => (got.push(subject), false),
  })
  const entered = (who: string) =>
    sampleEvent('presence.entered', {
      subject: `zone/${who.split('/')[1] ?? ''}`,
      data: { ...(sampleEvent('presence.entered').data as object), who },
    })
  for (const who of ['visit/a', 'person/b', 'visit/c']) bus.publish(entered(who))
  bus.forget('person/b')
  slow.drain()
  slow.drain()
  slow.drain()
  t.strictSame(got, ['zone/a', 'zone/c'])
})
