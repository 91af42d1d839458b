import { join } from 'node:path'
import { test } from 'tap'
import { readProfiles } from '../../runtime/host/index.ts'
import { runPlugin } from '../plugins/run.ts'
import { peer } from '../support/peer.ts'
import { type Advert, startBluez } from './bluez/index.ts'

const beacon = (rssi: number, minor = 7): Advert => ({
  address: `AA:BB:CC:DD:EE:0${minor}`,
  rssi,
  manufacturerData: {
    '76': `0215f7826da64fa24e988024bc5b71e0893e0001000${minor}c5`,
  },
})
const tag = 'radio/ibeacon:f7826da6-4fa2-4e98-8024-bc5b71e0893e:1:7'
const heard = (rssi: number) => (data: Record<string, unknown>) => data['tag'] === tag && data['rssi'] === rssi

/** A BlueZ double and our plugin on it; undefined where a Debian package is missing. */
async function start(
  t: Parameters<typeof peer>[0] & Parameters<typeof startBluez>[0],
  { silenceSeconds = 60, adapters = ['hci0'] } = {},
) {
  if (!peer(t, 'dbus', 'dbus-daemon') || !peer(t, 'python3-dbusmock', '/usr/bin/python3')) return undefined
  const bluez = await startBluez(t, adapters)
  const plugin = await runPlugin(t, 'ble', {
    env: { DBUS_SYSTEM_BUS_ADDRESS: bluez.address },
    devices: [{ id: 'door', config: { silenceSeconds } }],
  })
  return { bluez, plugin }
}

test('a beacon that comes near is heard, each advertisement of it', async (t) => {
  const both = await start(t)
  if (!both) return
  const { bluez, plugin } = both
  await bluez.scanning()
  const first = plugin.event('beacon.sighted')
  t.equal(await bluez.advertise(beacon(-60)), true)
  t.match(await first, {
    device: 'door',
    subject: `${tag}/at/door`,
    data: { tag, receiver: 'door', rssi: -60, measuredPower: -59, format: 'ibeacon' },
  })
  for (let i = 0; i < 3; i++) {
    const again = plugin.event('beacon.sighted')
    t.equal(await bluez.advertise(beacon(-60)), true, 'also where nothing has changed')
    t.match(await again, { data: { tag, rssi: -60 } })
  }
})

test('a restart of bluetoothd is survived', async (t) => {
  const both = await start(t)
  if (!both) return
  const { bluez, plugin } = both
  await bluez.scanning()
  const gone = plugin.event('device.offline')
  await bluez.stopBluetoothd()
  t.match((await gone).data['reason'], /sudo systemctl start bluetooth/, 'the command that mends it is told')

  const back = plugin.event('device.online')
  await bluez.startBluetoothd()
  await bluez.scanning()
  t.match(await back, { data: { device: 'door', kind: 'adapter' } })
  const sighted = plugin.event('beacon.sighted', heard(-51))
  t.equal(await bluez.advertise(beacon(-51)), true)
  await sighted
})

test('a restart of the D-Bus daemon is survived', async (t) => {
  const both = await start(t)
  if (!both) return
  const { bluez, plugin } = both
  await bluez.scanning()
  const gone = plugin.event('device.offline')
  await bluez.restartBus()
  await gone
  await bluez.scanning()
  const sighted = plugin.event('beacon.sighted', heard(-52))
  t.equal(await bluez.advertise(beacon(-52)), true)
  await sighted
  t.equal(plugin.logged.filter(({ level }) => level === 'fatal' || level === 'error').length, 0)
})

test('an adapter that is missing is told of, and used as soon as it is plugged in', async (t) => {
  const both = await start(t, { adapters: [] })
  if (!both) return
  const { bluez, plugin } = both
  const offline = await plugin.event('device.offline', () => true, true)
  t.match(offline.data['reason'], /There is no Bluetooth adapter hci0\. Plug it in/)
  const online = plugin.event('device.online')
  await bluez.addAdapter()
  await online
  await bluez.scanning()
  const sighted = plugin.event('beacon.sighted', heard(-53))
  await bluez.advertise(beacon(-53))
  await sighted

  const pulled = plugin.event('device.offline')
  await bluez.removeAdapter()
  t.match((await pulled).data['reason'], /There is no Bluetooth adapter hci0/)
})

test('a scan that stops without a word is noticed and started anew', async (t) => {
  const both = await start(t, { silenceSeconds: 1 })
  if (!both) return
  const { bluez, plugin } = both
  await bluez.scanning()
  await bluez.stopScanSilently()
  t.equal(await bluez.advertise(beacon(-54)), false, 'BlueZ says that it scans, and hears nothing')
  const stale = await plugin.event('device.stale', () => true, true)
  t.match(stale.data['reason'], /scan was started anew/)

  const online = plugin.event('device.online')
  const sighted = plugin.event('beacon.sighted', heard(-55))
  while (!(await bluez.advertise(beacon(-55)))) await bluez.scanning()
  await sighted
  await online
})

test('a scan that somebody ended is started anew at once', async (t) => {
  const both = await start(t)
  if (!both) return
  const { bluez, plugin } = both
  await bluez.scanning()
  await bluez.stopScan()
  await bluez.scanning()
  const sighted = plugin.event('beacon.sighted', heard(-56))
  t.equal(await bluez.advertise(beacon(-56)), true)
  await sighted
})

test('a signal that brings only the strength is completed from the one before', async (t) => {
  const both = await start(t)
  if (!both) return
  const { bluez, plugin } = both
  await bluez.scanning()
  await bluez.advertise(beacon(-60))
  const sighted = plugin.event('beacon.sighted', heard(-70))
  const { address } = beacon(-70)
  await bluez.advertise({ address, rssi: -70 })
  await sighted
})

test('a vendor gets advertisements that are no beacons in full, a phone is nobody', async (t) => {
  const both = await start(t)
  if (!both) return
  const { bluez, plugin } = both
  await bluez.scanning()
  const raw = plugin.event('ble.advertisement')
  await bluez.advertise({
    address: 'C4:7C:8D:6A:3E:11',
    rssi: -61,
    name: 'Probe 7',
    manufacturerData: { '1177': '0512fc53' },
    serviceData: { '0000181a-0000-1000-8000-00805f9b34fb': '0102' },
  })
  t.match(await raw, {
    subject: 'radio/c4:7c:8d:6a:3e:11/at/door',
    data: {
      companyIds: [1177],
      serviceUuids: ['181a'],
      manufacturerData: { '1177': '0512fc53' },
      serviceData: { '181a': '0102' },
      name: 'Probe 7',
    },
  })
  t.notOk(plugin.emitted.find(({ type }) => type === 'beacon.sighted'))
})

test('a value is read, written and subscribed to', async (t) => {
  const both = await start(t)
  if (!both) return
  const { bluez, plugin } = both
  const address = 'C4:7C:8D:6A:3E:11'
  const battery = {
    address: address.toLowerCase(),
    service: '180f',
    characteristic: '2a19',
  }
  const service = '0000180f-0000-1000-8000-00805f9b34fb'
  const characteristic = '00002a19-0000-1000-8000-00805f9b34fb'
  await bluez.scanning()
  await bluez.advertise({ address, rssi: -61 })
  await bluez.addCharacteristic(address, service, characteristic, '64')
  await t.rejects(plugin.command('ble.read', 'door', battery), /send ble\.connect first/)
  t.match(await plugin.command('ble.connect', 'door', { address }), { services: [service] })
  t.match(await plugin.command('ble.read', 'door', battery), { value: '64' })
  await plugin.command('ble.subscribe', 'door', battery)
  const notified = plugin.event('ble.notified')
  await plugin.command('ble.write', 'door', { ...battery, value: '0102' })
  t.match(await notified, { data: { tag: 'radio/c4:7c:8d:6a:3e:11', characteristic: '2a19', value: '0102' } })
  await plugin.command('ble.disconnect', 'door', { address })
  await t.rejects(plugin.command('ble.read', 'door', battery), /not connected/)
})

test('thermometers around the radio are found, an adopted one becomes a probe', async (t) => {
  if (!peer(t, 'dbus', 'dbus-daemon') || !peer(t, 'python3-dbusmock', '/usr/bin/python3')) return
  const { profiles } = await readProfiles([join(import.meta.dirname, '../../devices')])
  const bluez = await startBluez(t)
  const plugin = await runPlugin(t, 'ble', {
    env: { DBUS_SYSTEM_BUS_ADDRESS: bluez.address },
    devices: [{ id: 'door' }],
    config: { sensors: [{ radio: 'a4:c1:38:00:12:34', probe: 'dairy-1', offsetCelsius: -0.5 }] },
    profiles,
  })
  await bluez.scanning()
  const thermometer = (address: string, celsius: string): Advert => ({
    address,
    rssi: -63,
    name: 'SBHT-003C',
    serviceData: { '0000fcd2-0000-1000-8000-00805f9b34fb': `4002${celsius}` },
  })
  const temperature = plugin.event('probe.temperature')
  await bluez.advertise(thermometer('A4:C1:38:00:12:34', '9001'))
  t.match(await temperature, { device: 'dairy-1', subject: 'probe/dairy-1', data: { celsius: 3.5 } })
  const found = plugin.event('device.discovered', ({ kind }) => kind === 'thermometer')
  await bluez.advertise(thermometer('A4:C1:38:00:56:78', '9001'))
  t.match(await found, {
    data: {
      device: 'blu-ht-5678',
      profile: 'shelly/blu-ht',
      detail: /^4 °C, −63 dBm at door$/,
      adopt: { list: 'sensors', config: { radio: 'blu-ht-5678', model: 'shelly/blu-ht' } },
    },
  })
  t.match(await plugin.command('device.test', 'dairy-1', {}), { works: true, said: [/−63 dBm at door/, /4 °C/] })
  // A phone.
  await bluez.advertise({ address: '5A:00:00:00:00:01', rssi: -50, manufacturerData: { '76': '1005031c0b1c21' } })
  const suspect = plugin.event('device.suspect')
  await bluez.advertise(thermometer('A4:C1:38:00:12:34', '7017'))
  t.match(await suspect, { data: { device: 'dairy-1', reason: /jumped/ } })
  t.notOk(
    plugin.emitted.some(({ type, data }) => type.startsWith('device.') && /5a.?00/i.test(JSON.stringify(data))),
    'a phone is no device that is found',
  )
})
