import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'tap'
import { openLedger } from '../../runtime/ledger/index.ts'
import { ownEvent, sampleEvent, uuidv7, waitFor } from '../support/events.ts'

const DAY = 86_400_000
const ids = (events: { id: string }[]) => events.map(({ id }) => id)

test('an event comes back as it was given', async (t) => {
  const ledger = await openLedger({ file: join(t.testdir(), 'ledger', 'endcap.db') })
  t.teardown(() => ledger.close())
  const cause = sampleEvent('presence.entered')
  const effect = sampleEvent('staff.notified', { because: [cause.id, uuidv7()], source: 'flows' })
  await ledger.commit(cause)
  await ledger.commit(effect)
  t.strictSame(await ledger.query({ id: cause.id }), [cause])
  t.strictSame(await ledger.query({ because: cause.id }), [effect], 'the effect is found by its cause')
  t.strictSame(await ledger.query({ id: cause.id, type: 'shelf.*' }), [])
  t.strictSame(await ledger.query({ id: uuidv7() }), [])
  t.strictSame(await ledger.query({ id: 'no id' }), [])
})

test('events are found by type, family, subject and time', async (t) => {
  const ledger = await openLedger({ file: join(t.testdir(), 'endcap.db') })
  t.teardown(() => ledger.close())
  const start = Date.now() - 10_000
  const events = [
    sampleEvent('shelf.taken', { subject: 'slot/A/1/1', time: start }),
    sampleEvent('shelf.returned', { subject: 'slot/A/1/2', time: start + 1000 }),
    sampleEvent('presence.entered', { subject: 'zone/dairy', time: start + 2000 }),
    sampleEvent('shelf.taken', { subject: 'slot/B/1/1', time: start + 3000 }),
    // In the same millisecond: the order of arrival counts.
    sampleEvent('shelf.taken', { subject: 'slot/B/1/2', time: start + 3000 }),
  ]
  for (const event of events) ledger.append(event)
  const at = (...wanted: number[]) => wanted.map((i) => events[i]?.id)
  t.strictSame(ids(await ledger.query({})), at(4, 3, 2, 1, 0), 'the newest first')
  t.strictSame(ids(await ledger.query({ type: '*', ascending: true })), at(0, 1, 2, 3, 4))
  t.strictSame(ids(await ledger.query({ type: 'shelf.taken' })), at(4, 3, 0))
  t.strictSame(ids(await ledger.query({ type: 'shelf.*' })), at(4, 3, 1, 0))
  t.strictSame(ids(await ledger.query({ type: 'shelf.*', limit: 2 })), at(4, 3))
  t.strictSame(ids(await ledger.query({ type: 'nothing.*' })), [])
  t.strictSame(ids(await ledger.query({ subject: 'slot/A/1/1' })), at(0))
  t.strictSame(ids(await ledger.query({ subject: 'slot/+/1/1' })), at(3, 0))
  t.strictSame(ids(await ledger.query({ subject: 'slot/A/#' })), at(1, 0))
  t.strictSame(ids(await ledger.query({ since: start + 1000, until: start + 3000 })), at(2, 1), 'until is exclusive')
})

test('pages follow each other without gap or repetition, while others write', async (t) => {
  const ledger = await openLedger({ file: join(t.testdir(), 'endcap.db') })
  t.teardown(() => ledger.close())
  // More than one slice of the scan, and many in one millisecond.
  const all = Array.from({ length: 4500 }, (_, i) =>
    sampleEvent(i % 9 === 0 ? 'shelf.returned' : 'shelf.taken', { subject: i % 50 === 0 ? 'slot/rare' : 'slot/A' }),
  )
  for (const event of all) ledger.append(event)
  for (const query of [
    {},
    { type: 'shelf.*' },
    { subject: 'slot/rare' },
    { ascending: true },
    { type: 'shelf.taken' },
  ]) {
    const wanted = all.filter(
      ({ type, subject }) =>
        (query.type !== 'shelf.taken' || type === query.type) && (!query.subject || subject === query.subject),
    )
    if (!query.ascending) wanted.reverse()
    const seen: string[] = []
    for (let after: string | undefined; ; after = seen.at(-1)) {
      const page = await ledger.query({ ...query, limit: 700, ...(after && { after }) })
      if (page.length === 0) break
      seen.push(...ids(page))
    }
    t.strictSame(seen, ids(wanted), JSON.stringify(query))
  }
})

test('telemetry that stands still is one row, also over a restart', async (t) => {
  const file = join(t.testdir(), 'endcap.db')
  const first = await openLedger({ file })
  const time = Date.now() - 60_000
  for (let i = 0; i < 100; i++) first.append(sampleEvent('probe.temperature', { time: time + i * 100 }))
  for (let i = 0; i < 50; i++) first.append(sampleEvent('beacon.sighted'))
  t.equal((await first.query({})).length, 1, 'found before its second is over')
  await first.close()
  const again = await openLedger({ file })
  t.teardown(() => again.close())
  const rows = await again.query({})
  t.equal(rows.length, 1)
  t.match(rows[0], { type: 'probe.temperature', time, until: time + 9900 }, 'closing says how long it held')
  t.equal((await again.query({ since: time + 5000 })).length, 1, 'it is found by the time at which it still held')
})

test('what nobody waits for is written by itself', async (t) => {
  const file = join(t.testdir(), 'endcap.db')
  const ledger = await openLedger({ file })
  t.teardown(() => ledger.close())
  ledger.append(sampleEvent('cold.excursion'))
  ledger.append(sampleEvent('probe.temperature'))
  ledger.append(sampleEvent('presence.moved'))
  t.equal((await ledger.stats()).pending, 3)
  const other = new DatabaseSync(file, { readOnly: true })
  t.teardown(() => other.close())
  const rows = await waitFor(() => {
    const { n } = other.prepare('SELECT count(*) AS n FROM events').get() ?? {}
    return n === 3 && n
  }, 'the rows to be in the file')
  t.equal(rows, 3)
  t.equal((await ledger.stats()).commits, 1, 'telemetry rode along with the alarm')
})

test('each type is dropped after its days', async (t) => {
  const ledger = await openLedger({ file: join(t.testdir(), 'endcap.db') })
  t.teardown(() => ledger.close())
  const now = Date.now()
  const old = now - 31 * DAY
  for (let i = 0; i < 1200; i++) ledger.append(sampleEvent('presence.entered', { time: old + i }))
  const excursion = sampleEvent('cold.excursion', { time: old })
  const fresh = sampleEvent('presence.entered', { time: now })
  ledger.append(excursion)
  ledger.append(fresh)
  t.equal((await ledger.query({ limit: 1000 })).length, 1000)
  t.equal(await ledger.prune(), 1200, 'presence is kept for 30 days')
  t.strictSame(ids(await ledger.query({})), [fresh.id, excursion.id], 'an excursion for two years')
  t.equal((await ledger.stats()).events, 2)
})

test('a type of a plugin is kept as the given definition says', async (t) => {
  const ledger = await openLedger({
    file: join(t.testdir(), 'endcap.db'),
    definition: (type) =>
      type === 'acme.pressed'
        ? { ...baseDefinition, type, lane: 'urgent', keep: { days: 2 } }
        : { ...baseDefinition, type, lane: 'telemetry', keep: false },
  })
  t.teardown(() => ledger.close())
  ledger.append(ownEvent('acme.pressed', 'button/a', { n: 1 }, { time: Date.now() - 3 * DAY }))
  ledger.append(ownEvent('acme.pressed', 'button/a', { n: 1 }))
  ledger.append(ownEvent('acme.noise', 'button/a', { n: 1 }))
  t.equal((await ledger.query({})).length, 2)
  t.equal(await ledger.prune(), 1)
})
const baseDefinition = {
  meaning: '',
  subject: '',
  data: {},
  privacy: 'none' as const,
  example: { subject: '', data: {} },
}

const bytesWithoutOther = (path: string) => readFileSync(path, 'latin1').replaceAll('person/k3v91', '')

test('erasing a person leaves nothing of the token, not even in the bytes of the file', async (t) => {
  const file = join(t.testdir(), 'endcap.db')
  const ledger = await openLedger({ file })
  t.teardown(() => ledger.close())
  const token = 'person/k3v9'
  const other = sampleEvent('presence.entered', { data: { who: 'person/k3v91' } })
  const events = [
    sampleEvent('presence.entered', { privacy: 'person', data: { who: token } }),
    sampleEvent('consent.given', { subject: token }),
    sampleEvent('presence.moved', { subject: token, data: { who: token } }),
    ownEvent('acme.level', `${token}/at/door`, {}),
    ownEvent('acme.level', 'door', { nested: [{ who: token }] }),
    other,
  ]
  for (const event of events) ledger.append(event)
  await ledger.query({})
  // Still held back: must not be written later.
  ledger.append(sampleEvent('presence.moved', { subject: token, data: { who: token, x: 9 } }))
  t.equal(await ledger.erase(token), 6)
  t.strictSame(ids(await ledger.query({})), [other.id], 'a token that only begins alike stays')
  t.equal((await ledger.stats()).events, 1)
  t.notOk(bytesWithoutOther(file).includes(token))
  t.notOk(bytesWithoutOther(`${file}-wal`).includes(token))
})

test('a document that was replaced and deleted leaves nothing in the file, however long it was', async (t) => {
  const file = join(t.testdir(), 'endcap.db')
  const tags = Array.from({ length: 30 }, (_, n) => `tag-of-kim-${n}-${'ab'.repeat(20)}`)
  const values = [{ tags }, { tags, consents: ['x'.repeat(3000)] }, { erasing: true }]
  for (const value of values) {
    const ledger = await openLedger({ file })
    await ledger.documents.put('person', 'kim', value)
    await ledger.close()
  }
  const last = await openLedger({ file })
  await last.erase('person/kim')
  await last.documents.delete('person', 'kim')
  await last.close()
  t.notOk(readFileSync(file).includes('tag-of-kim'))
})

test('documents, and documents with history', async (t) => {
  const file = join(t.testdir(), 'endcap.db')
  const first = await openLedger({ file })
  const { documents, versions } = first
  await documents.put('state/ble', 'zero', { grams: 3 })
  await documents.put('state/ble', 'zero', { grams: 4 })
  void documents.put('state/ble', 'later', null)
  t.strictSame(await documents.get('state/ble', 'later'), null, 'a change is seen at once')
  await documents.delete('state/ble', 'later')
  t.equal(await documents.get('state/ble', 'later'), undefined)
  t.strictSame([...(await documents.all('state/ble'))], [['zero', { grams: 4 }]])
  t.strictSame([...(await documents.all('state/other'))], [])

  for (const n of [1, 2, 3, 4]) await versions.add('flows', { n }, 'manager', `change ${n}`, 3)
  await first.close()

  const again = await openLedger({ file })
  t.teardown(() => again.close())
  t.strictSame(await again.documents.get('state/ble', 'zero'), { grams: 4 })
  t.match(await again.versions.latest('flows'), { version: 4, by: 'manager', summary: 'change 4', value: { n: 4 } })
  t.match(await again.versions.get('flows', 2), { version: 2, value: { n: 2 } })
  t.equal(await again.versions.get('flows', 1), undefined, 'the newest three stay')
  const list = await again.versions.list('flows')
  t.strictSame(
    list.map(({ version }) => version),
    [4, 3, 2],
  )
  t.notOk(list.some((version) => 'value' in version))
  t.equal((await again.versions.add('shop', {}, 'manager', 'first')).version, 1)
})

test('the audit trail shows who changed it', async (t) => {
  const file = join(t.testdir(), 'endcap.db')
  const tamper = async (sql: string) => {
    const database = new DatabaseSync(file)
    database.exec(sql)
    database.close()
    const ledger = await openLedger({ file })
    const found = await ledger.audit.verify()
    await ledger.close()
    return found
  }
  const ledger = await openLedger({ file })
  t.equal(await ledger.audit.verify(), undefined)
  for (const n of [1, 2, 3, 4, 5]) {
    await ledger.audit.add({
      time: n,
      actor: 'manager',
      action: 'consent.withdraw',
      subject: `person/${n}`,
      detail: { n },
    })
  }
  const [newest] = await ledger.audit.list(2)
  t.match(newest, { sequence: 5, actor: 'manager', subject: 'person/5', detail: { n: 5 }, hash: /^[0-9a-f]{64}$/ })
  t.equal(await ledger.audit.verify(), undefined)
  await ledger.close()

  const whole = readFileSync(file)
  t.equal(await tamper("UPDATE audit SET actor = 'nobody' WHERE sequence = 3"), 3, 'a changed entry')
  writeFileSync(file, whole)
  t.equal(await tamper('DELETE FROM audit WHERE sequence = 2'), 2, 'a removed entry')
  writeFileSync(file, whole)
  t.equal(await tamper('DELETE FROM audit WHERE sequence = 5'), 5, 'an end that was cut off')
  writeFileSync(file, whole)
  t.equal(await tamper('UPDATE audit SET time = time'), undefined, 'an untouched one')
})

test('closing commits, and a closed ledger says so', async (t) => {
  const file = join(t.testdir(), 'endcap.db')
  const ledger = await openLedger({ file })
  const event = sampleEvent('shelf.taken')
  const waited = ledger.commit(sampleEvent('shelf.taken'))
  ledger.append(event)
  await Promise.all([ledger.close(), ledger.close()])
  await waited
  await t.rejects(ledger.commit(event), { code: 'ENDCAP_LEDGER_BROKEN' })
  await t.rejects(ledger.query({}), { code: 'ENDCAP_LEDGER_BROKEN' })
  await t.rejects(ledger.documents.put('a', 'b', 1), { code: 'ENDCAP_LEDGER_BROKEN' })
  ledger.append(event)
  const again = await openLedger({ file })
  t.teardown(() => again.close())
  t.equal((await again.stats()).events, 2)
})

test('a file that is no ledger of ours is refused and left as it is', async (t) => {
  const folder = t.testdir({ 'text.db': 'this is not a database, but it is long enough to look like a header of one' })
  const foreign = join(folder, 'foreign.db')
  const database = new DatabaseSync(foreign)
  database.exec('CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)')
  database.close()

  const damaged = join(folder, 'damaged.db')
  const ledger = await openLedger({ file: damaged })
  for (let i = 0; i < 500; i++) ledger.append(sampleEvent('shelf.taken'))
  await ledger.close()
  const bytes = readFileSync(damaged)
  bytes.fill(0x5a, 8192, 16384)
  writeFileSync(damaged, bytes)

  for (const name of ['text.db', 'foreign.db', 'damaged.db']) {
    const file = join(folder, name)
    const before = readFileSync(file)
    await t.rejects(openLedger({ file }), { code: 'ENDCAP_LEDGER_BROKEN', message: new RegExp(name) }, name)
    t.ok(readFileSync(file).equals(before), `${name} is as it was`)
  }
  await t.rejects(openLedger({ file: join(folder, 'text.db', 'endcap.db') }), { code: 'ENDCAP_LEDGER_BROKEN' })
})

test('an id that is no UUIDv7 is refused', async (t) => {
  const ledger = await openLedger({ file: join(t.testdir(), 'endcap.db') })
  t.teardown(() => ledger.close())
  await t.rejects(ledger.commit(sampleEvent('shelf.taken', { id: 'e-1' })), { code: 'ENDCAP_INTERNAL' })
})
