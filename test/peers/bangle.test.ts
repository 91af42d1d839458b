import { join } from 'node:path'
import { test } from 'tap'
import { readProfiles } from '../../runtime/host/index.ts'
import { openBox } from '../host/box.ts'
import { until } from '../support/box.ts'
import { peer } from '../support/peer.ts'
import { startBluez } from './bluez/index.ts'

const root = join(import.meta.dirname, '../..')
const watch = 'C4:7C:8D:6A:3E:11'
const stranger = 'D0:11:22:33:44:55'
const uart = '6e400001-b5a3-f393-e0a9-e50e24dcca9e'
const yaml = (until = '00:00') => `name: Corner shop
timezone: Europe/Zurich
floor: { width: 10, depth: 8 }
zones: [{ id: dairy, name: Dairy, polygon: [[0, 0], [4, 0], [4, 4], [0, 4]] }]
receivers: []
screens: []
staff:
  - { id: anna, name: Anna Keller, shifts: [{ days: [mon, tue, wed, thu, fri, sat, sun], from: '00:00', to: '${until}' }] }
  - { id: bruno, name: Bruno Frei, groups: [shelves], shifts: [{ days: [mon, tue, wed, thu, fri, sat, sun], from: '00:00', to: '00:00' }] }
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
  const box = await openBox(t, { folders: [join(root, 'plugins')] })
  box.host.answer('devices.profiles', async () => (await readProfiles([join(root, 'devices')])).profiles)
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
  await bluez.advertise({ address: watch, rssi: -50, name: 'Bangle.js 3e11', serviceUuids: [uart] })
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

  // A watch that nobody knows is found, with all that a click needs but its bearer.
  const found = box.next('device.discovered', ({ source }) => source.startsWith('bangle'))
  await bluez.advertise({ address: stranger, rssi: -50, name: 'Bangle.js 4455', serviceUuids: [uart] })
  t.match(await found, {
    source: 'bangle/bangle-334455',
    data: {
      kind: 'watch',
      profile: 'espruino/bangle-js',
      adopt: { config: { address: stranger.toLowerCase(), radio: 'hci0' } },
    },
  })

  // Over a restart of the plugin the watch keeps its numbers, is brought up to date, and buzzes only for what is new.
  const calm = await open('Sweep the entrance')
  await line(/"id":4,"src":"Task","title":"Sweep the entrance"/)
  const { devices = [] } = box.settings['bangle']
  box.settings['bangle'] = { enabled: false, devices }
  await box.host.reload()
  const missed = await open('Carry water')
  await shop.tasks.claim('bruno', calm)
  const restart = (await bluez.written(watch)).length
  box.settings['bangle'] = { devices }
  await box.host.reload()
  await line(/"id":5,"src":"Task","title":"Carry water"/)
  await line(/\{"t":"notify-","id":4\}/)
  const since = await until('what is theirs stands there', async () => {
    const said = (await bluez.written(watch)).slice(restart)
    return /"id":2,"src":"Yours","title":"Fridge 2 is warm".*"new":false/.test(said) ? said : undefined
  })
  t.ok(since.startsWith('\x03'), 'half a line that a broken connection left behind is forgotten first')
  t.notMatch(since, /"id":5,[^\n]*"new":false/, 'what was missed buzzes')

  // A hostile watch: numbers of nobody, tasks of others, lines without end.
  const other = (await commands.call({
    name: 'task.open',
    to: 'staff/+',
    params: { title: 'For the shelves', for: { group: 'shelves' } },
    source: 'flows',
  })) as { task: string }
  const noise = [
    '{"t":"notify","id":1,"n":"OPEN"}',
    '{"t":"notify","id":999,"n":"OPEN"}',
    '{"t":"notify","id":4,"n":"OPEN"}',
  ]
  for (const text of [...noise, 'GB('.repeat(900), '{"t":"notify","id":5', '{}', '[1', `{"id":"${other.task}"}`])
    await bluez.say(watch, `${text}\r\n`)
  const last = box.next('task.claimed')
  await bluez.say(watch, '{"t":"notify","id":5,"n":"OPEN"}\r\n')
  t.match(await last, { data: { task: missed, staff: 'anna' } }, 'only what it was shown is claimed')
  t.equal(shop.tasks.get(other.task).state, 'open')
  t.equal(shop.tasks.get(calm).claimedBy, 'bruno')

  await shop.importYaml(yaml('00:01'), 'manager')
  for (const id of [2, 5]) await line(new RegExp(`\\{"t":"notify-","id":${id}\\}`))
  t.same(await commands.call({ name: 'task.open', to: 'staff/+', params: { title: 'Late' }, source: 'flows' }), {
    told: ['bruno'],
    again: false,
    task: shop.tasks.list()[0]?.id,
  })
  t.notMatch(await bluez.written(watch), /Late/, 'off shift nothing is sent')
})
