import { join } from 'node:path'
import { test } from 'tap'
import { openBox } from '../host/box.ts'
import { until } from '../support/box.ts'
import { peer } from '../support/peer.ts'
import { startBluez } from './bluez/index.ts'

const watch = 'C4:7C:8D:6A:3E:11'
const yaml = (until = '00:00') => `name: Corner shop
timezone: Europe/Zurich
floor: { width: 10, depth: 8 }
zones: [{ id: dairy, name: Dairy, polygon: [[0, 0], [4, 0], [4, 4], [0, 4]] }]
receivers: []
screens: []
staff:
  - { id: anna, name: Anna Keller, shifts: [{ days: [mon, tue, wed, thu, fri, sat, sun], from: '00:00', to: '${until}' }] }
`

test('a task reaches the wrist, a tap claims it, and a watch that was away is brought up to date', async (t) => {
  if (!peer(t, 'dbus', 'dbus-daemon') || !peer(t, 'python3-dbusmock', '/usr/bin/python3')) return
  const bluez = await startBluez(t)
  const before = process.env['DBUS_SYSTEM_BUS_ADDRESS']
  process.env['DBUS_SYSTEM_BUS_ADDRESS'] = bluez.address
  t.teardown(() => {
    if (before === undefined) delete process.env['DBUS_SYSTEM_BUS_ADDRESS']
    else process.env['DBUS_SYSTEM_BUS_ADDRESS'] = before
  })
  const box = await openBox(t, { folders: [join(import.meta.dirname, '../../plugins')] })
  const { shop, commands } = box
  await shop.importYaml(yaml(), 'manager')
  for (const name of [
    'mqtt',
    'presence',
    'camera',
    'cold-chain',
    'display',
    'fridge-probe',
    'infer',
    'shelf-scale',
    'stock',
  ])
    box.settings[name] = { enabled: false }
  box.settings['ble'] = { devices: [{ id: 'hci0' }] }
  box.settings['bangle'] = { devices: [{ id: 'anna', config: { address: watch, staff: 'anna' } }] }

  const online = box.next('device.online', ({ source }) => source.startsWith('bangle'))
  await box.host.start()
  await bluez.scanning()
  await bluez.advertise({ address: watch, rssi: -50, name: 'Bangle.js 3e11' })
  await bluez.addUart(watch)
  await online

  const open = async (title: string, urgency: 'normal' | 'urgent' = 'normal') => {
    const params = { title, text: 'Dairy, "shelf" 2', zone: 'dairy', urgency }
    const answer = await commands.call({ name: 'task.open', to: 'staff/+', params, source: 'flows' })
    return (answer as { task: string }).task
  }
  const line = (wanted: RegExp) =>
    until(String(wanted), async () => (await bluez.written(watch)).split('\n').findLast((one) => wanted.test(one)))
  const task = await open('Käse “nachfüllen”')
  const shown = await line(/GB\(\{"t":"notify",.*nachf/)
  t.match(shown, String.raw`"src":"Task","title":"K\xe4se \"nachf\xfcllen\""`)
  t.match(shown, String.raw`Dairy, \"shelf\" 2 dairy`)

  const claimed = box.next('task.claimed')
  await bluez.say(watch, '{"t":"notify","id":1,"n":"OPEN"}\r\n')
  t.match(await claimed, { data: { task, staff: 'anna' } }, 'the tap claims it for whoever wears the watch')
  await line(/"id":1,"src":"Yours"/)
  const done = box.next('task.done')
  await bluez.say(watch, '{"t":"notify","id":1,"n":"OPEN"}\r\n')
  await done
  await line(/\{"t":"notify-","id":1\}/)

  const offline = box.next('device.offline', ({ source }) => source.startsWith('bangle'))
  await bluez.walkAway(watch)
  const away = await open('Fridge 2 is warm', 'urgent')
  await offline
  const gone = await open('Till 2', 'urgent')
  await shop.tasks.close(gone, 'nobody waits', 'manager')
  const length = (await bluez.written(watch)).length
  await line(/Fridge 2 is warm/)
  t.notMatch((await bluez.written(watch)).slice(length), /Till 2/, 'what is over is not told any more')

  const taken = box.next('task.claimed')
  await bluez.say(watch, '{"t":"notify","id":2,"n":"OPEN"}\r\n')
  t.match(await taken, { data: { task: away } })
  await commands.call({ name: 'device.identify', to: 'bangle/anna', params: {}, source: 'api/manager' })
  await line(/\{"t":"find","n":true\}/)
  t.match(await commands.call({ name: 'device.test', to: 'bangle/anna', params: {}, source: 'api/manager' }), {
    works: true,
  })

  await shop.importYaml(yaml('00:01'), 'manager')
  await line(/\{"t":"notify-","id":2\}/)
  const quiet = await bluez.written(watch)
  t.same(await commands.call({ name: 'task.open', to: 'staff/+', params: { title: 'Late' }, source: 'flows' }), {
    told: [],
    again: false,
    task: shop.tasks.list()[0]?.id,
  })
  t.equal(await bluez.written(watch), quiet, 'off shift nothing is sent')
})
