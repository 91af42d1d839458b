/** What a plugin that means ill may not say: about people, in the box's name, or under its name. */
import { test } from 'tap'
import { openBox, writePlugin } from './box.ts'

const device = { device: 'door', kind: 'lock' }

test('a person who took consent back is in no subject either, whoever emits and whatever the type', async (t) => {
  const box = await openBox(t)
  const { id } = await box.shop.people.add({ name: 'Kim', tags: ['ibeacon:1'] }, 'manager')
  const who = `person/${id}`
  const tell = (subject: string) => box.host.emit('lock/door', { type: 'device.online', subject, data: device })
  await t.rejects(tell(who), { code: 'ENDCAP_CONSENT_MISSING' })
  await t.rejects(tell(`${who}/at/door`), { code: 'ENDCAP_CONSENT_MISSING' })
  await t.rejects(tell('radio/aa:bb:cc:dd:ee:ff'), { code: 'ENDCAP_EVENT_INVALID' })
  const given = box.next('consent.given')
  await box.shop.people.give(id, 'recognition', 'manager')
  await given
  const online = box.next('device.online')
  await tell(who)
  t.equal((await online).privacy, 'person')
  const withdrawn = box.next('consent.withdrawn')
  await box.shop.people.withdraw(id, 'recognition', 'manager')
  t.equal((await withdrawn).subject, who, 'the receipt itself still names her')
  await t.rejects(tell(who), { code: 'ENDCAP_CONSENT_MISSING' })
})

test('what only the box says is refused to plugins, whose own types hide no identity in their depths', async (t) => {
  const box = await openBox(t)
  const { id } = await box.shop.people.add({ name: 'Kim', tags: ['ibeacon:1'] }, 'manager')
  await box.shop.people.give(id, 'recognition', 'manager')
  const who = `person/${id}`
  const receipt = JSON.stringify({ who, purpose: 'recognition', receipt: 'r-forged' })
  const schema = { type: 'object' }
  const events = [{ type: 'forger.told', meaning: 'Says what it likes.', schema }]
  const forge = `
    const refusal = async (type, data, more) => ctx.emit.committed(type, { data, ...more }).then(() => 'taken', ({ code }) => code)
    ctx.command('forger.try', 'x', async () => [
      await refusal('consent.given', ${receipt}, { subject: '${who}' }),
      await refusal('plugin.started', { plugin: 'mqtt', startMilliseconds: 1 }),
      await refusal('forger.told', { list: ['${who}'] }),
      await refusal('forger.told', { deep: { tag: 'radio/aa:bb:cc:dd:ee:ff' } }),
      await refusal('forger.told', { deep: [{ who: 'person/nobody' }] }),
      await refusal('forger.told', { deep: [{ of: 'visit/0123456789abcdef' }], who: '${who}' }),
    ])`
  const manifest = { permissions: ['radio-address'], produces: ['*'], commands: ['forger.try'], events }
  await writePlugin(box.folders[0], 'forger', manifest, forge)
  await box.host.start()
  const told = await box.commands.call({ name: 'forger.try', to: 'forger/x', params: {}, source: 'test' })
  t.strictSame(told, [
    'ENDCAP_EVENT_RESERVED',
    'ENDCAP_EVENT_RESERVED',
    'ENDCAP_EVENT_INVALID',
    'ENDCAP_EVENT_INVALID',
    'ENDCAP_CONSENT_MISSING',
    'taken',
  ])
})

test('no plugin takes the name of the box itself, under which its sources and secrets stand', async (t) => {
  const box = await openBox(t)
  for (const name of ['flows', 'shop', 'api']) await writePlugin(box.folders[1], name, {}, '')
  await box.host.start()
  for (const name of ['flows', 'shop', 'api'])
    t.match(box.host.plugin(name), { state: 'invalid', reason: /must not be/ })
})

test('a plugin that asks for more kinds of events than anybody needs is ended, the box goes on', async (t) => {
  const box = await openBox(t)
  const code = `for (let n = 0; n < 1100; n++) ctx.on({ type: 'device.*', subject: 'device/' + n }, () => {})`
  await writePlugin(box.folders[0], 'greedy', { consumes: [{ type: 'device.*' }] }, code)
  await box.host.start()
  await box.state('greedy', 'restarting')
  t.match(box.host.plugin('greedy').reason, /wants to hear more than 1000 kinds of events/)
})
