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

test('what only a person may ask for is refused to plugins, whatever they list', async (t) => {
  const box = await openBox(t)
  const eye = `ctx.command('camera.snapshot', 'hall', () => ({ jpeg: 'AAAA' }))`
  await writePlugin(box.folders[0], 'camera', { permissions: ['camera'], commands: ['camera.snapshot'] }, eye)
  const peep = `
    const refusal = (name, to) => ctx.call(name, to, {}).then(() => 'answered', ({ code }) => code)
    ctx.command('peeper.try', 'x', async () => [await refusal('camera.snapshot', 'camera/hall'), await refusal('sign.all-clear', 'screen/+')])`
  await writePlugin(box.folders[0], 'peeper', { commands: ['peeper.try'], gives: ['camera.*', 'sign.*'] }, peep)
  await box.host.start()
  await box.commands.call({ name: 'sign.emergency', to: 'screen/+', params: { title: 'Fire' }, source: 'api/manager' })
  const told = await box.commands.call({ name: 'peeper.try', to: 'peeper/x', params: {}, source: 'test' })
  t.same(told, ['ENDCAP_PLUGIN_DENIED', 'ENDCAP_PLUGIN_DENIED'])
  t.match(box.shop.screens.emergency(), { title: 'Fire' }, 'the warning stands')
})

test('no configuration opens the box or the system to a plugin', async (t) => {
  const home = t.testdir({
    'endcap.yaml': '',
    ledger: {},
    run: { twin: { w1: {} } },
    door: t.fixture('symlink', 'ledger'),
  })
  const box = await openBox(t, { closed: { folder: home, except: `${home}/run/twin` } })
  const schema = (fallback: string) => ({
    type: 'object',
    properties: {
      folder: { type: 'string', default: fallback },
      port: { type: 'string' },
      backlight: { type: 'string' },
    },
  })
  const manifest = { permissions: ['onewire', 'serial', 'display'], pluginConfig: 'settings.json' }
  await writePlugin(box.folders[0], 'probe', manifest, '', { 'settings.json': schema('/sys/bus/w1/devices') })
  await writePlugin(box.folders[0], 'greedy', manifest, '', { 'settings.json': schema('/') })
  await box.host.start()
  t.match(box.host.plugin('greedy'), {
    state: 'invalid',
    reason: /greedy cannot start: plugins.greedy.config.folder names \/, which stays shut/,
  })
  t.match(box.host.plugin('probe'), { state: 'running' })
  const above = home.slice(0, home.lastIndexOf('/'))
  for (const folder of [
    home,
    above,
    `${home}/ledger`,
    `${home}/door`,
    `${home}/x/../ledger`,
    '/etc',
    '/proc/1',
    '/home/kim',
    '/home/kim/.ssh',
  ])
    await t.rejects(box.host.check('probe', { config: { folder } }), { code: 'ENDCAP_PLUGIN_CONFIG_INVALID' }, folder)
  for (const config of [{ port: '/dev/mem' }, { port: '/dev/tty' }, { backlight: '/usr/local/bin' }])
    await t.rejects(box.host.check('probe', { config }), { code: 'ENDCAP_PLUGIN_CONFIG_INVALID' })
  for (const config of [
    { folder: `${home}/run/twin/w1` },
    { port: '/dev/ttyUSB0' },
    { backlight: '/sys/class/backlight/x' },
  ])
    await box.host.check('probe', { config })
})
