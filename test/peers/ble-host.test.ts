import { join } from 'node:path'
import { test } from 'tap'
import { openBox } from '../host/box.ts'
import { findProgram, peer } from '../support/peer.ts'
import { startBluez } from './bluez/index.ts'

const shipped = join(import.meta.dirname, '../../plugins')
const beacon = (rssi: number) => ({
  address: 'AA:BB:CC:DD:EE:07',
  rssi,
  manufacturerData: { '76': '0215f7826da64fa24e988024bc5b71e0893e00010007c5' },
})

for (const sandbox of ['node', 'bubblewrap'] as const) {
  test(`in the host's sandbox (${sandbox}) beacons are heard without their names, also after D-Bus was restarted`, async (t) => {
    if (!peer(t, 'dbus', 'dbus-daemon') || !peer(t, 'python3-dbusmock', '/usr/bin/python3')) return
    if (sandbox === 'bubblewrap' && !peer(t, 'bubblewrap', 'bwrap')) return
    const bluez = await startBluez(t)
    const before = process.env['DBUS_SYSTEM_BUS_ADDRESS']
    process.env['DBUS_SYSTEM_BUS_ADDRESS'] = bluez.address
    t.teardown(() => {
      if (before === undefined) delete process.env['DBUS_SYSTEM_BUS_ADDRESS']
      else process.env['DBUS_SYSTEM_BUS_ADDRESS'] = before
    })
    const box = await openBox(t, {
      folders: [shipped],
      bubblewrap: (sandbox === 'bubblewrap' && findProgram('bwrap')) || false,
    })
    for (const name of ['mqtt', 'presence']) box.settings[name] = { enabled: false }
    box.settings['ble'] = { devices: [{ id: 'door' }] }
    await box.host.start()
    t.equal(box.host.plugin('ble').sandbox, sandbox)

    await bluez.scanning()
    const first = box.next('beacon.sighted')
    await bluez.advertise(beacon(-60))
    const event = await first
    t.match(event, { source: 'ble/door', data: { receiver: 'door', rssi: -60 } })
    t.match(event.subject, /^visit\/[0-9a-f]{16}\/at\/door$/)
    t.notMatch(JSON.stringify(event), /f7826da6/, 'the radio identity does not leave the host')

    await bluez.restartBus()
    await bluez.scanning()
    const second = box.next('beacon.sighted')
    await bluez.advertise(beacon(-61))
    t.equal((await second).subject, event.subject, 'and it is the same visitor')
    t.equal(box.host.plugin('ble').restarts, 0)
  })
}
