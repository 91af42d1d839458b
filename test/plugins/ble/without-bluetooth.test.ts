import { test } from 'tap'
import { runPlugin } from '../run.ts'

test('a box without D-Bus goes on calmly and says once what to install', async (t) => {
  const bus = 'unix:path=/nonexistent/bus'
  const plugin = await runPlugin(t, 'ble', { env: { DBUS_SYSTEM_BUS_ADDRESS: bus } })
  const offline = await plugin.event('device.offline', () => true, true)
  t.match(offline.data, { device: 'hci0', kind: 'adapter' })
  t.match(offline.data['reason'], /sudo apt install bluez && sudo systemctl start bluetooth/)
  await plugin.stop()
  t.equal(plugin.emitted.length, 1)
  t.equal(plugin.logged.length, 1)
})
