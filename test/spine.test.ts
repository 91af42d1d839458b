import { test } from 'tap'
import type { Person, ScreenState } from '../runtime/shop/index.ts'
import { listen, SHOP_UUID, stand, startBox, until, watchScreen } from './support/box.ts'

interface OutsideEvent {
  id: string
  type: string
  source: string
  subject: string
  privacy: string
  because?: string[]
  data: Record<string, unknown>
}
interface Heard {
  notice?: { id: string; title: string; about?: string }
}
const STRANGER = '11111111-2222-4333-8444-555555555555'

test('a shopper walks in: a sign and an associate answer, and all of it says why', async (t) => {
  const box = await startBox(t)
  const person = await box.ask<Person>('POST', '/api/v1/people', {
    name: 'Mrs Okafor',
    tags: [`ibeacon:${SHOP_UUID}:2:1`],
    favourite: 'anna',
  })
  for (const purpose of ['recognition', 'arrival-notice', 'favourite-associate'])
    await box.ask('PUT', `/api/v1/people/${person.id}/consents/${purpose}`)
  const events = await listen<OutsideEvent>(box, '/api/v1/stream?type=presence.*&type=staff.*')
  const anna = await listen<Heard>(box, '/api/v1/staff/me/stream', await box.signInAs('staff', 'anna'))
  const sign = await watchScreen<ScreenState>(box, 'entrance', await box.signInAs('screen', 'entrance'))
  t.teardown(() => [events, anna, sign].forEach((one) => one.close()))
  await sign.next('the sign shows its fallback', ({ content }) => content.title === 'Open until nine')

  const leave = stand(box, 1, 'door')
  t.teardown(leave)
  const entered = await events.next(
    'she enters',
    ({ type, data }) => type === 'presence.entered' && data['zone'] === 'entrance',
  )
  t.match(entered, {
    source: 'presence',
    subject: 'zone/entrance',
    privacy: 'person',
    data: { who: `person/${person.id}`, kind: 'customer' },
  })
  const evidence = entered.data['evidence'] as { receiver: string; rssi: number }[]
  t.equal(evidence[0]?.receiver, 'door', 'the event says which receiver it was decided from')

  const { notice } = await anna.next('anna is told', (heard) => heard.notice !== undefined)
  t.equal(notice?.title, 'Mrs Okafor has come in')
  const shown = await sign.next('the sign greets', ({ because }) => because.length > 0)
  t.ok(shown.because.includes(entered.id), 'the sign says what caused it')
  const notified = await events.next('the notice is an event', ({ type }) => type === 'staff.notified')
  t.ok(notified.because?.includes(entered.id))
  t.notMatch(JSON.stringify([events.got, box.log]), /Okafor/, 'her name is in no event and no log line')
  t.notMatch(JSON.stringify(events.got), /c4:00:00/, 'no radio address leaves the host')

  const acknowledged = events.next('anna acknowledges', ({ type }) => type === 'staff.acknowledged')
  await box.ask('POST', `/api/v1/staff/anna/notices/${notice?.id}/acknowledge`)
  await acknowledged

  leave()
  await events.next('she is gone', ({ type, data }) => type === 'presence.left' && data['zone'] === 'entrance')
  const before = sign.got.length
  await until(
    'the sign falls back',
    () =>
      sign.got.at(-1)?.because.length === 0 ||
      (sign.got.length > before && sign.got.at(-1)?.because.length === 0) ||
      undefined,
  )
  const kept = await box.ask<{ events: OutsideEvent[] } | OutsideEvent[]>('GET', `/api/v1/events?because=${entered.id}`)
  t.ok(
    (Array.isArray(kept) ? kept : kept.events).some(({ type }) => type === 'staff.notified'),
    'the ledger knows what came of it',
  )
})

test('without consent nobody is told, and a withdrawal holds within a second', async (t) => {
  const box = await startBox(t)
  const person = await box.ask<Person>('POST', '/api/v1/people', { name: 'Tomasz', tags: [`ibeacon:${SHOP_UUID}:2:6`] })
  const events = await listen<OutsideEvent>(box, '/api/v1/stream?type=presence.*&type=staff.*')
  t.teardown(() => events.close())

  const leave = stand(box, 6, 'door')
  t.teardown(leave)
  const anonymous = await events.next('somebody enters', ({ type }) => type === 'presence.entered')
  t.match(anonymous, { privacy: 'visit', data: { who: /^visit\//, kind: 'visitor' } })

  await box.ask('PUT', `/api/v1/people/${person.id}/consents/recognition`)
  await events.next('with consent it is him', ({ data }) => data['who'] === `person/${person.id}`)
  await box.ask('DELETE', `/api/v1/people/${person.id}/consents/recognition`)
  const withdrawn = events.got.length
  await events.next(
    'he is anonymous again',
    (event) => events.got.indexOf(event) >= withdrawn && String(event.data['who']).startsWith('visit/'),
  )
  t.notOk(
    events.got.slice(withdrawn).some(({ data }) => data['who'] === `person/${person.id}`),
    'not one event about him after the answer',
  )
  t.notOk(
    events.got.some(({ type }) => type === 'staff.notified'),
    'nobody was told',
  )
})

test('kill −9 of each child in turn under load: the others do not notice, and it is back', async (t) => {
  const box = await startBox(t)
  const leave = stand(box, 7, 'bread', STRANGER)
  t.teardown(leave)
  const moved = await listen<OutsideEvent>(box, '/api/v1/stream?type=presence.*&type=plugin.*')
  t.teardown(() => moved.close())
  await moved.next('the stranger is at the bread', ({ data }) => data['zone'] === 'bakery')

  const acknowledged: string[] = []
  for (const victim of ['mqtt', 'presence', 'flows']) {
    const before = new Map((await box.plugins()).map(({ name, pid }) => [name, pid]))
    const { id } = await box.ask<{ id: string }>('POST', '/api/v1/events', {
      type: 'assist.suggested',
      subject: 'zone/wine',
      data: { zone: 'wine', reason: `before ${victim} dies` },
    })
    acknowledged.push(id)
    const pid = before.get(victim)
    if (!pid) throw new Error(`${victim} does not run`)
    process.kill(pid, 'SIGKILL')
    await until(`${victim} is back`, async () => {
      const now = (await box.plugins()).find(({ name }) => name === victim)
      return now?.state === 'running' && now.pid !== pid ? now : undefined
    })
    for (const { name, pid: now, restarts } of await box.plugins()) {
      if (!before.get(name)) continue
      if (name === victim) t.equal(restarts, 1, `${name} was restarted once`)
      else t.equal(now, before.get(name), `${name} did not notice`)
    }
    const already = moved.got.length
    await moved.next(
      'sightings become presence again',
      (event) =>
        moved.got.indexOf(event) >= already && event.type.startsWith('presence.') && event.data['zone'] === 'bakery',
    )
  }
  for (const id of acknowledged) t.match(await box.ask('GET', `/api/v1/events/${id}`), { id })
})
