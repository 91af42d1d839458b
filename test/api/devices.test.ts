import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt from 'mqtt'
import pino from 'pino'
import { test } from 'tap'
import { createApi } from '../../runtime/api/index.ts'
import { saveConfig, writePluginSettings } from '../../runtime/appliance/index.ts'
import type { PluginSettings } from '../../runtime/host/index.ts'
import { readProfiles } from '../../runtime/host/index.ts'
import { until } from '../support/box.ts'
import { openBox } from '../host/box.ts'
import { client } from './box.ts'

const root = join(import.meta.dirname, '../..')

/** BTHome 2: packet and temperature, with the name of a Shelly BLU H&T. */
const frame = (packet: number, celsius: number) => {
  const raw = Math.round(celsius * 100) & 0xffff
  const service = [0x16, 0xd2, 0xfc, 0x40, 0x00, packet, 0x02, raw & 255, raw >> 8]
  const name = [0x09, ...Buffer.from('SBHT-003C')]
  return Buffer.from([service.length, ...service, name.length, ...name]).toString('hex')
}

interface Listed {
  source: string
  state: string
  name?: string
  found?: { detail: string }
}

test('a thermometer is found, adopted without disturbing the gateways, tested, renamed and replaced', async (t) => {
  // Not in t.testdir(), where the box has its ledger.
  const home = await mkdtemp(join(tmpdir(), 'endcap-devices-'))
  t.teardown(() => rm(home, { recursive: true, force: true }))
  const written = [
    '# the shop in the Bahnhofstrasse',
    'plugins:',
    '  mqtt:',
    '    config:',
    '      port: 0 # any',
    '      password: a-password-of-this-test',
    '      sensors:',
    '        # behind the milk',
    '        - { radio: blu-ht-9999, probe: milk, offsetCelsius: 0.5 }',
    '',
  ]
  await writeFile(join(home, 'endcap.yaml'), written.join('\n'))
  const box = await openBox(t, { folders: [join(root, 'plugins')], settings: () => settings })
  let settings: Record<string, PluginSettings> = {}
  const profiles = () => readProfiles([join(root, 'devices')])
  box.host.answer('devices.profiles', async () => (await profiles()).profiles)
  const only = (all: Record<string, PluginSettings>) =>
    Object.fromEntries(
      [
        'bangle',
        'ble',
        'camera',
        'cold-chain',
        'display',
        'fridge-probe',
        'infer',
        'mqtt',
        'presence',
        'shelf-scale',
        'stock',
      ].map((name) => [name, name === 'mqtt' ? (all[name] ?? {}) : { enabled: false }]),
    )
  settings = only((await saveConfig(home, () => undefined)).config.plugins)
  const api = createApi({
    ...box,
    profiles,
    enablePlugin: async () => undefined,
    configurePlugin: async (plugin, written) => {
      settings = only((await saveConfig(home, writePluginSettings(plugin, written))).config.plugins)
      await box.host.reload()
    },
    mediaFolder: join(home, 'media'),
    webRoot: home,
    stages: () => ({
      ledger: { state: 'ready' },
      api: { state: 'ready' },
      plugins: { state: 'ready' },
      flows: { state: 'off' },
    }),
    twin: false,
    log: pino({ level: 'silent' }),
    version: '0.0.0',
    network: { host: '127.0.0.1', port: 0 },
  })
  await api.start()
  t.teardown(() => api.stop())
  await box.host.start()
  const listening = () => box.ledger.documents.get<{ port: number }>('state/mqtt', 'listening')
  await until('the broker listens', async () => (await listening()) !== undefined)
  const gateway = await mqtt.connectAsync(`mqtt://127.0.0.1:${(await listening())?.port}`, {
    username: 'gateway',
    password: 'a-password-of-this-test',
    reconnectPeriod: 0,
  })
  t.teardown(() => gateway.endAsync(true))
  const says = (mac: string, packet: number, celsius: number) =>
    gateway.publish('endcap/raw/till', JSON.stringify({ mac, rssi: -60, data: frame(packet, celsius) }))

  const signedIn = await client(api.address).call('POST', '/api/v1/session', { secret: await api.signInSecret() })
  const { call } = client(api.address, (signedIn.headers.get('set-cookie') ?? '').split(';')[0])
  const listed = async (source: string) =>
    (await call<Listed[]>('GET', '/api/v1/devices')).body.find((one) => one.source === source)

  const first = 'a4:c1:38:00:12:34'
  const discovered = box.next('device.discovered', ({ data }) => (data as { kind: string }).kind === 'thermometer')
  says(first, 1, 4.5)
  await discovered
  t.match(await listed('mqtt/blu-ht-1234'), {
    state: 'discovered',
    vendor: 'Shelly',
    adopted: false,
    found: { detail: /4\.5 °C, −60 dBm at till/ },
  })
  t.match(await listed('mqtt/milk'), { adopted: true, state: 'unknown' }, 'one that was adopted before')
  const { body: form } = await call('GET', '/api/v1/devices/mqtt/blu-ht-1234/form')
  t.match(form, { named: true, zoned: true, placed: false, calibration: ['key', 'offsetCelsius'] })
  t.same(Object.keys((form['schema'] as { properties: object }).properties), ['key', 'offsetCelsius'])

  const adopt = (body: object) => call('POST', '/api/v1/devices/adopt', { source: 'mqtt/blu-ht-1234', ...body })
  t.match(await adopt({ id: 'milk' }), { status: 409, body: { code: 'ENDCAP_DEVICE_ID_TAKEN' } })
  t.match(await adopt({ id: 'dairy-1', config: { offsetCelsius: 50 } }), {
    status: 422,
    body: { message: /sensors\.1\.offsetCelsius/ },
  })
  const before = box.host.plugin('mqtt').pid
  const adopted = await adopt({
    id: 'dairy-1',
    name: 'Milk, upper shelf'.replace(',', ''),
    zone: 'entrance',
    config: { offsetCelsius: -0.5 },
  })
  t.match(adopted, {
    status: 200,
    body: { source: 'mqtt/dairy-1', name: 'Milk upper shelf', zone: 'entrance', adopted: true },
  })
  t.equal(await listed('mqtt/blu-ht-1234'), undefined, 'it is found no longer')
  t.equal(box.host.plugin('mqtt').pid, before, 'the plugin went on')
  t.ok(gateway.connected, 'and so did the gateways')
  const yaml = await readFile(join(home, 'endcap.yaml'), 'utf8')
  for (const comment of ['# the shop in the Bahnhofstrasse', '# any', '# behind the milk']) t.match(yaml, comment)

  const reading = (celsius: number) =>
    box.next('probe.temperature', ({ data }) => (data as { celsius: number }).celsius === celsius)
  const warm = reading(5)
  says(first, 2, 5.5)
  t.match(await warm, { source: 'mqtt/dairy-1', subject: 'probe/dairy-1', data: { probe: 'dairy-1' } })
  t.match(await listed('mqtt/dairy-1'), { state: 'online', kind: 'thermometer', last: { data: { celsius: 5 } } })
  t.match(await call('POST', '/api/v1/devices/mqtt/dairy-1/test'), {
    body: { works: true, asked: true, said: [/^Heard \d s ago −60 dBm at till/, /It says: 5\.5 °C/] },
  })
  t.match(
    await call('POST', '/api/v1/devices/mqtt/dairy-1/identify'),
    { status: 404 },
    'it has nothing to show itself with',
  )

  const suspect = box.next('device.suspect')
  says(first, 3, 55)
  await suspect
  t.match(await listed('mqtt/dairy-1'), { state: 'suspect', reason: /jumped/, last: { data: { celsius: 5 } } })

  t.match(await call('PATCH', '/api/v1/devices/mqtt/dairy-1', { name: 'Butter', zone: '' }), {
    body: { name: 'Butter' },
  })
  t.equal(((await listed('mqtt/dairy-1')) as { zone?: string }).zone, undefined)

  const second = 'a4:c1:38:00:56:78'
  const another = box.next('device.discovered', ({ data }) => (data as { device: string }).device === 'blu-ht-5678')
  says(second, 1, 6)
  await another
  t.match(
    await call('POST', '/api/v1/devices/mqtt/dairy-1/replace', { by: 'blu-ht-5678', config: { offsetCelsius: 1 } }),
    {
      status: 200,
      body: { source: 'mqtt/dairy-1', name: 'Butter' },
    },
  )
  const cold = reading(7)
  says(second, 2, 6)
  t.match(
    await cold,
    { source: 'mqtt/dairy-1', subject: 'probe/dairy-1' },
    'the same probe, with the correction of the new one',
  )
  const found = box.next('device.discovered', ({ data }) => (data as { device: string }).device === 'blu-ht-1234')
  says(first, 9, 20)
  await found
  const history = await box.ledger.query({ subject: 'probe/dairy-1' })
  t.match(history, [{ source: 'mqtt/dairy-1', subject: 'probe/dairy-1' }], 'its history goes on under the same name')

  t.equal((await call('POST', '/api/v1/devices/mqtt/blu-ht-1234/hide')).status, 204)
  t.match(await listed('mqtt/blu-ht-1234'), { hidden: true })
  t.equal((await call('DELETE', '/api/v1/devices/mqtt/dairy-1')).status, 204)
  t.equal(await listed('mqtt/dairy-1'), undefined)
  t.notMatch(await readFile(join(home, 'endcap.yaml'), 'utf8'), 'dairy-1')

  t.match(await listed('mqtt/till'), { kind: 'gateway', found: {} })
  t.match(await call('POST', '/api/v1/devices/adopt', { source: 'mqtt/till', id: 'till', name: 'Till', x: 3, y: 4 }), {
    status: 200,
  })
  t.match(
    box.shop.plan().receivers.find(({ id }) => id === 'till'),
    { name: 'Till', x: 3, y: 4 },
  )
  t.notOk((await listed('mqtt/till'))?.found)
  t.match(
    (await box.ledger.audit.list(20))
      .filter(({ action }) => action.startsWith('device.'))
      .map(({ action, subject }) => `${action} ${subject}`),
    [
      'device.adopt device/mqtt/till',
      'device.forget device/mqtt/dairy-1',
      'device.replace device/mqtt/dairy-1',
      'device.rename device/mqtt/dairy-1',
      'device.adopt device/mqtt/dairy-1',
    ],
  )
})
