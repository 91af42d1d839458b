import { test } from 'tap'
import type { Purpose } from '../../runtime/contract/index.ts'
import { sampleEvent } from '../support/events.ts'
import { cornerShop, openWorld, type World } from '../support/shop-world.ts'

const tag = 'ibeacon:f7826da6-4fa2-4e98-8024-bc5b71e0893e:1:7'

async function withMara(world: World, ...purposes: Purpose[]) {
  const { people } = world.shop
  const { id } = await people.add({ name: 'Mara Lind', tags: [tag], favourite: 'bruno' }, 'manager')
  for (const purpose of purposes) await people.give(id, purpose, 'manager')
  return { id, token: `person/${id}` }
}

test('a customer withdraws: within the same turn she is anonymous, and what was told of her is gone', async (t) => {
  const folder = t.testdir()
  const world = await openWorld(t, folder)
  const { shop, bus, ledger, typed, call } = world
  const { id, token } = await withMara(world, 'recognition', 'arrival-notice')
  t.equal(shop.identity.token(tag), token)

  bus.publish(sampleEvent('presence.moved', { subject: token, data: { who: token, kind: 'customer' } }))
  await call('staff.notify', 'staff/anna', { title: '{{name}} has come in', about: token })
  t.match(shop.notices.list('anna'), [{ title: 'Mara Lind has come in', about: token }])
  const page: { id: string; title: string; gone?: true }[] = []
  shop.notices.attach('anna', (notice) => page.push(notice))

  const withdrawn = shop.people.withdraw(id, 'recognition', 'manager')
  t.match(shop.identity.token(tag), /^visit\//, 'nothing was awaited yet')
  t.notOk(shop.identity.allowed(token))
  t.same(shop.notices.list('anna'), [])
  t.match(page, [{ gone: true, title: '' }], 'her page drops it')
  t.notOk(bus.last('presence.moved', token), 'the map forgets her place')

  await withdrawn
  t.match(typed('consent.withdrawn'), [
    { subject: token, privacy: 'person', data: { who: token, purpose: 'recognition' } },
  ])
  t.match(await ledger.audit.list(1), [
    { action: 'consent.withdraw', subject: token, detail: { purpose: 'recognition' } },
  ])
  t.match(shop.people.list()[0]?.consents[0], { purpose: 'recognition', withdrawnAt: Number }, 'the receipt tells when')
  t.match(await call('staff.notify', 'staff/anna', { title: '{{name}} is back', about: token }), {
    told: [],
    reason: 'there is no consent for recognition',
  })
  await t.rejects(shop.people.withdraw(id, 'recognition', 'manager'), { code: 'ENDCAP_CONSENT_MISSING' })

  await world.close()
  const after = await openWorld(t, folder)
  t.notOk(after.shop.people.consents(token, 'recognition'), 'and so it is after a restart')
  t.ok(after.shop.people.consents(token, 'arrival-notice'))
  t.same(after.shop.notices.list('anna'), [])
})

test('a receipt says what was agreed to, in the words that were shown', async (t) => {
  const world = await openWorld(t, t.testdir())
  const { shop, ledger, typed } = world
  const { id, token } = await withMara(world)
  t.match(shop.identity.token(tag), /^visit\//, 'being known to the shop is no consent')
  const consent = await shop.people.give(id, 'recognition', 'manager')
  t.match(consent, { purpose: 'recognition', text: /recognise my tag/, recordedBy: 'manager', receipt: /^r-/ })
  t.same(await shop.people.give(id, 'recognition', 'manager'), consent, 'said twice is agreed to once')
  t.match(typed('consent.given'), [{ data: { who: token, purpose: 'recognition', receipt: consent.receipt } }])
  t.match(await ledger.query({ type: 'consent.given' }), [{ subject: token }])
  await t.rejects(shop.people.give(id, 'advertising' as Purpose, 'manager'), { code: 'ENDCAP_CONSENT_PURPOSE_UNKNOWN' })
  await t.rejects(shop.people.give('nobody', 'recognition', 'manager'), { code: 'ENDCAP_NOT_FOUND' })
})

test('erasure leaves nothing of a person but an entry that somebody was erased', async (t) => {
  const folder = t.testdir()
  const world = await openWorld(t, folder)
  const { shop, ledger, call } = world
  const { id, token } = await withMara(world, 'recognition', 'arrival-notice')
  await ledger.commit(sampleEvent('presence.entered', { data: { who: token, kind: 'customer' } }))
  await call('staff.notify', 'staff/anna', {
    title: '{{name}} has come in',
    about: token,
    once: { key: `arrival/${id}`, seconds: 600 },
  })

  const erased = shop.people.erase(id, 'manager')
  t.match(shop.identity.token(tag), /^visit\//)
  t.same(shop.people.list(), [])
  t.equal(await erased, 3, 'two receipts and an arrival')
  t.same(await ledger.query({ type: 'presence.*' }), [])
  t.same(await ledger.query({ type: 'consent.*' }), [])
  for (const kind of ['person', 'notice', 'notice-once']) t.equal((await ledger.documents.all(kind)).size, 0, kind)
  t.match(await ledger.audit.list(1), [{ action: 'person.erase', subject: token }])
  await t.rejects(shop.people.erase(id, 'manager'), { code: 'ENDCAP_NOT_FOUND' })

  await world.close()
  t.same((await openWorld(t, folder)).shop.people.list(), [])
})

test('what a full disk could not record is held back, and can be said again', async (t) => {
  const folder = t.testdir()
  const world = await openWorld(t, folder)
  const { shop, ledger } = world
  const { id, token } = await withMara(world, 'recognition')
  const { put } = ledger.documents
  const full = Object.assign(new Error('disk is full'), { code: 'ENDCAP_LEDGER_BROKEN' })
  ledger.documents.put = () => Promise.reject(full)
  await t.rejects(shop.people.withdraw(id, 'recognition', 'manager'), full)
  t.match(shop.identity.token(tag), /^visit\//, 'her wish holds, though the manager was told that it is not recorded')
  await t.rejects(shop.people.withdraw(id, 'recognition', 'manager'), full, 'and not that there is nothing to withdraw')
  await t.rejects(shop.people.erase(id, 'manager'), full)
  t.match(shop.people.list(), [{ id }], 'she can be found to be erased later')
  ledger.documents.put = put

  await shop.people.withdraw(id, 'recognition', 'manager')
  t.equal(world.typed('consent.withdrawn').length, 1)
  await world.close()
  const again = await openWorld(t, folder)
  t.notOk(again.shop.people.consents(token, 'recognition'))
  await again.shop.people.erase(id, 'manager')
  t.same(again.shop.people.list(), [])
})

test('an erasure that a power cut stopped is finished at the next start', async (t) => {
  const folder = t.testdir()
  const world = await openWorld(t, folder)
  const { id, token } = await withMara(world, 'recognition')
  world.ledger.erase = () => new Promise<never>(() => undefined)
  void world.shop.people.erase(id, 'manager')
  while (JSON.stringify(await world.ledger.documents.get('person', id)).includes('Mara'));
  t.ok((await world.ledger.query({ subject: token })).length > 0)
  await world.crash()

  const after = await openWorld(t, folder)
  t.same(after.shop.people.list(), [])
  t.same(await after.ledger.query({ subject: token }), [])
  t.notOk(await after.ledger.documents.get('person', id))
  t.match(await after.ledger.audit.list(1), [{ action: 'person.erase', actor: 'manager', subject: token }])
})

test('no name is in an event, a log line or the audit trail', async (t) => {
  const world = await openWorld(t, t.testdir())
  const { shop, events, lines, ledger, call } = world
  const { id, token } = await withMara(world, 'recognition', 'arrival-notice', 'favourite-associate')
  await shop.people.update(id, { name: 'Mara Lind-Okoye', favourite: null }, 'manager')
  await shop.people.update(id, { favourite: 'anna' }, 'manager')
  await call('staff.notify', 'staff/+', {
    title: '{{name}} has come in',
    text: '{{favourite}} knows her',
    about: token,
  })
  t.match(shop.notices.list('bruno'), [{ title: 'Mara Lind-Okoye has come in', text: 'Anna Keller knows her' }])
  await shop.people.withdraw(id, 'arrival-notice', 'manager')
  await shop.people.erase(id, 'manager')
  const told = JSON.stringify([events, lines, await ledger.audit.list(100)])
  t.match(told, /A customer has come in/)
  t.notMatch(told, /Mara|Lind|Keller/)
})

test('a tag belongs to one bearer', async (t) => {
  const world = await openWorld(t, t.testdir())
  const { people, importYaml } = world.shop
  const { id } = await withMara(world)
  const refused = (tags: string[]) =>
    t.rejects(people.add({ name: 'Ole', tags }, 'manager'), { code: 'ENDCAP_REQUEST_INVALID' }, tags.join())
  await refused(['AA:BB:CC:00:00:01'])
  await refused([tag.toUpperCase()])
  await refused(['c4:7c:8d:6a:3e:11', 'C4:7C:8D:6A:3E:11'])
  await refused(['a/b'])
  await t.rejects(people.add({ name: 'Ole', tags: [], favourite: 'nobody' }, 'manager'), { message: /nobody/ })
  t.equal(people.list().length, 1)
  await t.rejects(importYaml(cornerShop.replace('aa:bb:cc:00:00:02', tag), 'manager'), {
    message: /line 35: \/tags\/1\/id is registered already, for a customer/,
  })
  t.match(await people.update(id, { tags: [tag, 'c4:7c:8d:6a:3e:11'] }, 'manager'), {
    tags: [tag, 'c4:7c:8d:6a:3e:11'],
  })
})
