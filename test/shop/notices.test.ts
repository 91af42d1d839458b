import { mock } from 'node:test'
import { test } from 'tap'
import type { Notice } from '../../runtime/shop/index.ts'
import { berlin, openWorld } from '../support/shop-world.ts'

test('an associate is told, taps once, and the shop knows how long it took', async (t) => {
  const folder = t.testdir()
  const world = await openWorld(t, folder)
  const { shop, call, clock, typed } = world
  const page: Notice[] = []
  const leave = shop.notices.attach('anna', (notice) => page.push(notice))
  const cause = '0198f1de-0000-7000-8000-000000000001'
  const answer = await call('staff.notify', 'staff/anna', { title: 'Till 2, please', zone: 'till' }, 'flows', [cause])
  const [notice] = page
  t.match(notice, { title: 'Till 2, please', zone: 'till', urgency: 'normal', staff: 'anna' })
  t.match(answer, { notice: notice?.id, told: ['anna'] })
  t.match(typed('staff.notified'), [{ subject: 'staff/anna', because: [cause], data: { title: 'Till 2, please' } }])

  clock.time += 7_500
  const id = notice?.id ?? ''
  t.match(await shop.notices.acknowledge('anna', id), { acknowledgedAt: clock.time })
  clock.time += 60_000
  t.match(await shop.notices.acknowledge('anna', id), { acknowledgedAt: clock.time - 60_000 }, 'the first tap counts')
  const told = typed('staff.notified')[0]?.id
  t.match(typed('staff.acknowledged'), [{ because: [told], data: { staff: 'anna', notice: id, afterSeconds: 7.5 } }])
  t.equal(typed('staff.acknowledged').length, 1)
  await t.rejects(shop.notices.acknowledge('bruno', id), { code: 'ENDCAP_NOT_FOUND' }, 'nobody taps for another')
  leave()

  await world.close()
  const after = await openWorld(t, folder, { time: clock.time })
  t.match(after.shop.notices.list('anna'), [{ id, acknowledgedAt: Number }], 'the page finds it again')
})

test('everybody on shift is told at once; nobody off shift ever', async (t) => {
  const { shop, call, clock, typed } = await openWorld(t, t.testdir())
  t.match(await call('staff.notify', 'staff/+', { title: 'Spill in dairy', urgency: 'urgent' }), {
    told: ['anna', 'bruno'],
  })
  t.equal(typed('staff.notified').length, 2)
  t.equal(shop.notices.list('anna')[0]?.id, shop.notices.list('bruno')[0]?.id)
  t.match(await call('staff.notify', 'staff/nadia', { title: 'Hello' }), { told: [], reason: 'nadia is not on shift' })
  clock.time = berlin('2026-06-10T20:00')
  t.match(await call('staff.notify', 'staff/+', { title: 'Hello' }), { told: [], reason: 'nobody is on shift' })
  t.same(shop.notices.list('nadia'), [])
  await t.rejects(call('staff.notify', 'staff/otto', { title: 'Hello' }), { code: 'ENDCAP_TARGET_UNKNOWN' })
  t.throws(() => shop.notices.list('otto'), { code: 'ENDCAP_NOT_FOUND' })
})

test('once in ten minutes is once, over a restart and for two flows at the same moment', async (t) => {
  const folder = t.testdir()
  const first = await openWorld(t, folder)
  const params = { title: 'Mind the door', once: { key: 'door', seconds: 600 } }
  const both = await Promise.all([
    first.call('staff.notify', 'staff/anna', params),
    first.call('staff.notify', 'staff/anna', params),
  ])
  t.match(both, [{ told: ['anna'] }, { told: [], reason: /already/ }])
  const { time } = first.clock
  await first.close()

  const second = await openWorld(t, folder, { time: time + 599_000 })
  t.match(await second.call('staff.notify', 'staff/anna', params), { told: [] })
  second.clock.time = time + 600_000
  t.match(await second.call('staff.notify', 'staff/anna', params), { told: ['anna'] })
})

test('what was told to nobody does not count as told', async (t) => {
  const { call, clock } = await openWorld(t, t.testdir(), { time: berlin('2026-06-10T05:59') })
  const params = { title: 'Delivery is here', once: { key: 'delivery', seconds: 3600 } }
  t.match(await call('staff.notify', 'staff/+', params), { told: [] })
  clock.time += 60_000
  t.match(await call('staff.notify', 'staff/+', params), { told: ['bruno'] })
})

test('a name is asked for in vain where nobody gave one', async (t) => {
  const { shop, call } = await openWorld(t, t.testdir())
  const { id } = await shop.people.add({ name: 'Mara', tags: [] }, 'manager')
  const about = `person/${id}`
  const ask = (title: string, about?: string) =>
    call('staff.notify', 'staff/anna', { title, ...(about === undefined ? {} : { about }) })
  t.match(await ask('{{name}} has come in'), { told: [], reason: /about nobody/ })
  t.match(await ask('{{name}} has come in', 'visit/5b1f0a77c2d94e10'), { told: [] })
  t.match(await ask('Somebody has come in', 'visit/5b1f0a77c2d94e10'), { told: ['anna'] })
  await shop.people.give(id, 'recognition', 'manager')
  t.match(await ask('Somebody has come in', about), { told: [], reason: /arrival-notice/ }, 'not even without her name')
  await shop.people.give(id, 'arrival-notice', 'manager')
  t.match(await ask('{{ name }} asks for {{favourite}}', about), { told: [], reason: /favourite-associate/ })
  t.match(await ask('{{name}} has come in', about), { told: ['anna'] })
})

test('a notice nobody answered goes when its time is over', async (t) => {
  const { shop, call, ledger } = await openWorld(t, t.testdir())
  await call('staff.notify', 'staff/anna', { title: 'Stays', ttlSeconds: 3600 })
  const page: Notice[] = []
  shop.notices.attach('anna', (notice) => page.push(notice))
  mock.timers.enable({ apis: ['setTimeout'] })
  t.teardown(() => mock.timers.reset())
  const told = call('staff.notify', 'staff/anna', { title: 'A minute', ttlSeconds: 60 })
  // The ledger's own timer stands still as well; reading makes it commit.
  const kept = () => ledger.documents.all('notice')
  const waiting = Symbol('waiting')
  while ((await Promise.race([told, kept().then(() => waiting)])) === waiting);
  mock.timers.tick(59_999)
  t.equal(shop.notices.list('anna').length, 2)
  mock.timers.tick(1)
  t.match(page, [{ title: 'A minute' }, { gone: true }])
  t.match(shop.notices.list('anna'), [{ title: 'Stays' }])
  t.equal((await kept()).size, 1)
  mock.timers.reset()
})
