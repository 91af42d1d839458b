import { join } from 'node:path'
import mqtt from 'mqtt'
import { test } from 'tap'
import { openBox } from '../../host/box.ts'
import { frame } from './gateway.ts'

test('in the host a gateway signs in with the password that was made for it, and beacons lose their names', async (t) => {
  const box = await openBox(t, { folders: [join(import.meta.dirname, '../../../plugins')] })
  for (const name of ['ble', 'presence']) box.settings[name] = { enabled: false }
  box.settings['mqtt'] = { config: { port: 0 } }
  const online = box.next('device.online', ({ source }) => source === 'mqtt/broker')
  await box.host.start()
  await online
  const { username, password } = box.host.config('mqtt') as { username: string; password: string }
  t.match(password, /^[\w-]{24}$/)
  const lines = box.host.plugin('mqtt').lines.map(({ text }) => text)
  const port = Number(/:(\d+) as gateway/.exec(lines.join())?.[1])

  const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, { username, password })
  t.teardown(() => client.endAsync(true))
  const found = box.next('device.discovered')
  const sighted = box.next('beacon.sighted')
  await client.publishAsync('endcap/raw/attic', JSON.stringify({ mac: '52:ad:8f:51:c3:c1', rssi: -60, data: frame }), {
    qos: 1,
  })
  const event = await sighted
  t.match(event, { source: 'mqtt/attic', data: { receiver: 'attic', rssi: -60, measuredPower: -59 } })
  t.match(event.subject, /^visit\/[0-9a-f]{16}\/at\/attic$/)
  t.match(await found, { data: { device: 'attic', kind: 'gateway' } })
  t.equal(box.host.plugin('mqtt').refused, 0)
})
