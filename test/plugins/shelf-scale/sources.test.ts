/** Converters that Linux reads, scales that speak MQTT, and boards that are found. */
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Aedes } from 'aedes'
import mqtt from 'mqtt'
import { test } from 'tap'
import { parseBoardInput, parsePort, parseTopic } from '../../../plugins/shelf-scale/config.ts'
import { findBoards, idOf } from '../../../plugins/shelf-scale/discover.ts'
import { readingOf } from '../../../plugins/shelf-scale/source/mqtt.ts'
import { readProfiles } from '../../../runtime/host/index.ts'
import { waitFor } from '../../support/events.ts'
import { startStation } from '../mqtt/gateway.ts'
import { runPlugin } from '../run.ts'

interface Weights {
  plates: { slot: string; grams: number; stable: boolean }[]
  faults?: { slot: string; fault: string }[]
}

test('an HX711 that Linux reads is tared and weighs; its driver unloaded and loaded again', async (t) => {
  // Not t.testdir(): that is removed before the writing has stopped.
  const folder = mkdtempSync(path.join(tmpdir(), 'endcap-iio-'))
  const place = path.join(folder, 'iio:device0')
  let counts = 0x800000 + 12_000
  // As the kernel does it: whoever reads sees a whole number.
  const write = () => {
    if (!existsSync(place)) return
    writeFileSync(path.join(place, 'new'), `${counts + Math.round(Math.random() * 90)}\n`)
    renameSync(path.join(place, 'new'), path.join(place, 'in_voltage0_raw'))
  }
  const load = () => {
    mkdirSync(place)
    writeFileSync(path.join(place, 'name'), 'hx711\n')
    writeFileSync(path.join(place, 'in_voltage0_scale'), '0.000023\n')
    write()
  }
  load()
  let timer = setInterval(write, 20)
  t.teardown(() => {
    clearInterval(timer)
    rmSync(folder, { recursive: true, force: true })
  })
  const config = {
    port: 'iio:hx711',
    plates: [{ slot: 'A', input: 'voltage0', gramsPerCount: 0.0025 }],
    ratePerSecond: 40,
  }
  const wrong = { port: 'iio:hx711', plates: [{ slot: 'B', input: 'voltage7' }] }
  const absent = { port: 'iio:ads1232', plates: [{ slot: 'C', input: 'voltage0' }] }
  const plugin = await runPlugin(t, 'shelf-scale', {
    config: { iioFolder: folder, discover: false },
    devices: [
      { id: 'left', config },
      { id: 'wrong', config: wrong },
      { id: 'absent', config: absent },
    ],
  })
  const offline = async (id: string) =>
    (await plugin.event('device.offline', ({ device }) => device === id, true)).data['reason']
  t.match(await offline('wrong'), /has no channel voltage7; it has voltage0/)
  t.match(await offline('absent'), /there is no converter iio:ads1232; there is iio:device0 \(hx711\)/)
  await waitFor(() => plugin.command('scale.tare', 'left', {}).catch(() => undefined), 'tare')
  counts += 400 * 812
  const weighs = (grams: number) =>
    plugin.event<Weights>('shelf.weights', ({ plates: [plate] }) => {
      return plate?.stable === true && Math.abs(plate.grams - grams) < 2
    })
  await weighs(812)
  const said = (await plugin.command('device.test', 'left', {})) as { works: boolean; said: string[] }
  t.match(said, { works: true, said: [/Linux reads it as hx711/, /A: 81\d\.\d g, at rest/] })
  await t.rejects(plugin.command('device.identify', 'left', {}), /no light that Endcap can switch/)

  const gone = plugin.event('device.offline', ({ device }) => device === 'left')
  clearInterval(timer)
  rmSync(place, { recursive: true })
  t.match((await gone).data, { reason: /is gone; see whether its driver/ })
  const again = weighs(812)
  load()
  timer = setInterval(write, 20)
  await again
})

test('a scale that speaks MQTT weighs in its own unit, and says when its cell is torn off', async (t) => {
  const broker = await Aedes.createBroker()
  const server = createServer(broker.handle).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const scale = mqtt.connect(`mqtt://127.0.0.1:${port}`)
  t.teardown(async () => {
    clearInterval(timer)
    await scale.endAsync(true)
    await new Promise<void>((resolve) => broker.close(resolve))
    await new Promise((resolve) => server.close(resolve))
  })
  let weight: number | null = 1.25
  const topic = 'tele/tasmota_5/SENSOR'
  const timer = setInterval(() => scale.publish(topic, JSON.stringify({ Time: 'x', HX711: { Weight: weight } })), 30)
  await scale.publishAsync('kitchen/weight', '4711', { retain: true })
  const plugin = await runPlugin(t, 'shelf-scale', {
    config: { discover: false },
    devices: [
      {
        id: 'kitchen',
        config: {
          port: `mqtt://127.0.0.1:${port}`,
          plates: [
            { slot: 'A', input: `${topic}#HX711.Weight`, unit: 'kg', capacityGrams: 3000 },
            { slot: 'B', input: 'kitchen/weight' },
          ],
        },
      },
    ],
  })
  const told = (fits: (weights: Weights) => boolean) => plugin.event<Weights>('shelf.weights', fits, true)
  await told(({ plates: [plate] }) => plate?.slot === 'A' && plate.grams === 1250)
  weight = null
  await told(({ faults = [] }) => faults.some(({ fault }) => fault === 'disconnected'))
  weight = 3.4
  await told(({ faults = [] }) => faults.some(({ fault }) => fault === 'overload'))
  t.notOk(
    plugin.emitted.some(({ data }) => JSON.stringify(data).includes('4711')),
    'what the broker had kept is no weight of now',
  )
})

test('a scale that publishes to the broker of the box weighs, for a reader that signs in', async (t) => {
  const readerPassword = 'a-reader-of-this-test'
  const station = await startStation(t, { readerPassword, readTopics: ['scales/+/weight'] })
  const scale = await station.gateway()
  const timer = setInterval(() => scale.publish('scales/kitchen/weight', '812.5'), 30)
  t.teardown(() => clearInterval(timer))
  const plates = [{ slot: 'A', input: 'scales/kitchen/weight', unit: 'g', capacityGrams: 3000 }]
  const config = { port: `mqtt://127.0.0.1:${station.port}`, username: 'reader', password: readerPassword, plates }
  const plugin = await runPlugin(t, 'shelf-scale', {
    config: { discover: false },
    devices: [{ id: 'kitchen', config }],
  })
  const { data } = await plugin.event('shelf.weights', () => true, true)
  t.match(data, { plates: [{ slot: 'A', grams: 812.5 }] })
})

test('messages, ports and inputs that cannot be meant are refused', (t) => {
  t.same(readingOf(' 12.5 ', [])?.(1000), { counts: 12_500 })
  t.same(readingOf('{"a":{"b":"3"}}', ['a', 'b'])?.(1), { counts: 3 })
  t.match(readingOf('unavailable', [])?.(1), { broken: 'disconnected' })
  for (const text of ['heavy', '1e12', '{"a":', '[]', '{"a":{}}']) t.equal(readingOf(text, ['a', 'b']), undefined, text)
  t.match(readingOf('heavy', [])?.(1), { broken: 'disconnected', reason: /it says "heavy", which is no weight/ })
  t.same(parsePort('tcp://board.local'), { kind: 'tcp', host: 'board.local', port: 3030 })
  t.throws(() => parsePort('COM3'), /write \/dev\/ttyACM0/)
  t.same(parseBoardInput('mux0x71:3/nau7802/2'), { kind: 'nau7802', channel: 2, mux: { address: 0x71, port: 3 } })
  t.throws(() => parseBoardInput('mux9/nau7802'), /no input of a board/)
  t.same(parseTopic('a/b#c.d'), { topic: 'a/b', path: ['c', 'd'] })
  t.throws(() => parseTopic('a/+/b'), /no topic/)
  t.end()
})

test('a board on USB is found by what the kernel tells of it', async (t) => {
  const folder = t.testdir({
    class: { tty: { ttyACM0: {}, ttyS0: {} } },
    usb: {
      idVendor: '2341\n',
      idProduct: '0043\n',
      product: 'Arduino Uno\n',
      serial: '75830303934351618212\n',
      interface: {},
    },
  })
  const place = path.join(folder, 'class/tty')
  symlinkSync(path.join(folder, 'usb/interface'), path.join(place, 'ttyACM0/device'))
  const { profiles } = await readProfiles([path.join(import.meta.dirname, '../../../devices')])
  const found = await findBoards(place, profiles)
  t.match(found, [{ port: '/dev/ttyACM0', usb: '2341:0043', profiles: [{ id: 'arduino/uno-r3' }] }])
  t.same(found.map(idOf), ['board-51618212'])
  t.same(await findBoards(path.join(folder, 'nowhere'), profiles), [])

  const plugin = await runPlugin(t, 'shelf-scale', { config: { serialFolder: place, iioFolder: folder }, profiles })
  t.match((await plugin.event('device.discovered', () => true, true)).data, {
    device: 'board-51618212',
    kind: 'board',
    detail: /\/dev\/ttyACM0, USB 2341:0043/,
    adopt: { config: { port: '/dev/ttyACM0' } },
    profile: 'arduino/uno-r3',
  })
})
