import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'tap'
import { openDeviceBox } from '../support/device-box.ts'

test('a thermometer is found, adopted without disturbing the gateways, tested, renamed and replaced', async (t) => {
  const box = await openDeviceBox(t, [
    '      sensors:',
    '        # behind the milk',
    '        - { radio: blu-ht-9999, probe: milk, offsetCelsius: 0.5 }',
  ])
  const { call, home, gateway, says, listed } = box

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

  const mine = '/api/v1/devices/mqtt/dairy-1'
  const { body: asked } = await call('GET', `${mine}/form`)
  t.match(asked, { config: { radio: 'blu-ht-1234', offsetCelsius: -0.5 }, may: [/network/] })
  t.notOk(Object.hasOwn(asked['config'] as object, 'key'), 'its bind key is not shown')
  const settings = { radio: 'blu-ht-1234', offsetCelsius: -0.25 }
  t.match(await call('PUT', `${mine}/settings`, { config: settings }), {
    status: 200,
    body: { name: 'Milk upper shelf' },
  })
  t.match((await call('GET', `${mine}/form`)).body, { config: settings })
  t.match(await call('PUT', `${mine}/settings`, { config: { ...settings, offsetCelsius: 50 } }), { status: 422 })
  await call('PUT', `${mine}/settings`, { config: { ...settings, offsetCelsius: -0.5 } })

  const reading = (celsius: number) =>
    box.next('probe.temperature', ({ data }) => (data as { celsius: number }).celsius === celsius)
  const warm = reading(5)
  says(first, 2, 5.5)
  t.match(await warm, { source: 'mqtt/dairy-1', subject: 'probe/dairy-1', data: { probe: 'dairy-1' } })
  t.match(await listed('mqtt/dairy-1'), { state: 'online', kind: 'thermometer', last: { data: { celsius: 5 } } })
  t.match(await call('POST', '/api/v1/devices/mqtt/dairy-1/test'), {
    body: { works: true, asked: true, said: [/^Heard \d s ago, −60 dBm at till/, /It says: 5\.5 °C/] },
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
  t.equal((await listed('mqtt/dairy-1'))?.zone, undefined)

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
      'device.configure device/mqtt/dairy-1',
      'device.configure device/mqtt/dairy-1',
      'device.adopt device/mqtt/dairy-1',
    ],
  )

  await mkdir(join(home, 'devices/acme'), { recursive: true })
  await writeFile(join(home, 'devices/acme/frost.json'), '{\n  "id": "acme/frost",\n  "vendor": "ACME"\n}\n')
  t.match(await call('GET', '/api/v1/devices/profiles/wrong'), {
    body: [{ code: 'ENDCAP_PROFILE_INVALID', message: /acme\/frost\.json, line \d/, remedy: /docs\/devices\.md/ }],
  })
  t.match(await listed('mqtt/till'), { kind: 'gateway' }, 'a wrong profile takes nothing away')
})
