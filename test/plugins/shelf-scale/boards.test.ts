/** Boards with Firmata as the plugin meets them, over TCP: tared, calibrated, unplugged, and with their faults. */
import tap, { type Test, test } from 'tap'
import {
  createBoard,
  createBus,
  createMultiplexer,
  createNau7802,
  NAU7802_ADDRESS,
  serveBoard,
} from '../../../devices/twin/firmata/index.ts'
import { waitFor } from '../../support/events.ts'
import { runPlugin, type RunningPlugin } from '../run.ts'

// They wait for weights to rest, each for its own.
tap.jobs = 4

const MUX_ADDRESS = 0x70
const COUNTS_PER_GRAM = 400
const ZERO_COUNTS = 52_000

/** Two load cells of 5 kg behind a multiplexer, and what stands on them. */
async function shelf(t: Test) {
  const grams = [0, 0]
  const chips = grams.map((_, i) => {
    const chip = createNau7802()
    chip.input = () => ZERO_COUNTS + COUNTS_PER_GRAM * (grams[i] ?? 0) + Math.random() * 60
    return chip
  })
  const ports = new Map(chips.map((chip, port) => [port, new Map([[NAU7802_ADDRESS, chip]])]))
  const board = createBoard({ i2c: createBus(new Map([[MUX_ADDRESS, createMultiplexer(ports)]])) })
  const served = await serveBoard(board)
  t.teardown(served.stop)
  return { grams, chips, ports, board, served }
}

const plates = [
  { slot: 'A/1/1', input: 'mux0/nau7802', capacityGrams: 5000 },
  { slot: 'A/1/2', input: 'mux1/nau7802', capacityGrams: 5000 },
]

interface Weights {
  plates: { slot: string; grams: number; stable: boolean }[]
  faults?: { slot: string; fault: string }[]
}
const weigh = (plugin: RunningPlugin, fits: (weights: Weights) => boolean) =>
  plugin.event<Weights>('shelf.weights', fits)
const gramsOf = (weights: Weights, slot: string) => weights.plates.find((one) => one.slot === slot)
const rests = (slot: string, grams: number) => (weights: Weights) => {
  const plate = gramsOf(weights, slot)
  return plate !== undefined && plate.stable && Math.abs(plate.grams - grams) < 2
}
const fault = (slot: string, wanted: string) => (weights: Weights) =>
  (weights.faults ?? []).some((one) => one.slot === slot && one.fault === wanted)

/** Gives a command until it is not refused for what passes by itself. */
const patiently = (
  plugin: RunningPlugin,
  name: string,
  device: string,
  params: unknown,
  passing = /moving|said anything|not connected/,
): Promise<unknown> =>
  waitFor(
    () =>
      plugin.command(name, device, params).catch((error: unknown) => {
        if (passing.test(String(error))) return undefined
        throw error
      }),
    name,
  )

test('two plates are tared and calibrated, weigh, and come back after the board was unplugged', async (t) => {
  const { grams, board, served } = await shelf(t)
  const lamp: boolean[] = []
  board.switched = (_pin, on) => void lamp.push(on)
  const config = { port: `tcp://127.0.0.1:${served.port}`, plates, ratePerSecond: 20 }
  const plugin = await runPlugin(t, 'shelf-scale', { devices: [{ id: 'left', config }], config: { discover: false } })

  const told = await plugin.event('device.suspect', () => true, true)
  t.match(told.data, { device: 'left', reason: /A\/1\/1: it is not calibrated; empty it, tare/ })
  await t.rejects(plugin.command('scale.calibrate', 'left', { grams: 500 }), /name one of its plates: A\/1\/1, A\/1\/2/)
  await t.rejects(
    patiently(plugin, 'scale.calibrate', 'left', { slot: 'A/1/1', grams: 500 }),
    /its zero is not known; empty it and tare it first/,
  )
  await patiently(plugin, 'scale.tare', 'left', {})
  await t.rejects(
    patiently(plugin, 'scale.calibrate', 'left', { slot: 'A/1/1', grams: 500 }),
    /nothing rests on it, or far too little; put the 500 g on/,
  )
  grams.fill(500)
  for (const { slot } of plates)
    await waitFor(async () => {
      const { scale } = (await patiently(
        plugin,
        'scale.calibrate',
        'left',
        { slot, grams: 500 },
        /moving|nothing rests/,
      )) as { scale: number }
      // Else the weight that was just put on was not yet all that rested there.
      return Math.abs(scale * COUNTS_PER_GRAM - 1) < 0.01
    })
  await weigh(plugin, (data) => rests('A/1/1', 500)(data) && rests('A/1/2', 500)(data))
  await plugin.event('device.online', () => true, true)

  grams[0] = 1534
  const moved = weigh(plugin, rests('A/1/1', 1534))
  t.ok(rests('A/1/2', 500)((await moved).data), 'the neighbour stands as it did')

  board.shortReads = 2
  grams[0] = 1200
  await weigh(plugin, rests('A/1/1', 1200))
  t.equal(plugin.emitted.filter(({ type }) => type === 'device.offline').length, 0, 'a short answer is asked for again')

  const tested = (await plugin.command('device.test', 'left', {})) as { works: boolean; said: string[] }
  t.ok(tested.works)
  t.match(tested.said[0], /It runs StandardFirmata\.ino, version 2\.6/)
  t.match(
    tested.said.find((line) => line.startsWith('A/1/1')),
    /A\/1\/1: 1(199|200)\.\d g, at rest/,
  )
  await plugin.command('device.identify', 'left', {})
  t.same(lamp.slice(0, 4), [true, false, true, false], 'its light blinks')

  const gone = plugin.event('device.offline')
  await served.unplug()
  t.match((await gone).data, { device: 'left', reason: /unplugged/ })
  grams[1] = 900
  const back = plugin.event('device.online')
  const again = weigh(plugin, rests('A/1/2', 900))
  await served.plug()
  await back
  await again
})

test('a torn cell, an overload and a frozen converter are told, and kept out of the weights', async (t) => {
  const { grams, chips, ports, served } = await shelf(t)
  const known = plates.map((plate) => ({ ...plate, gramsPerCount: 1 / COUNTS_PER_GRAM }))
  const config = { port: `tcp://127.0.0.1:${served.port}`, plates: known, ratePerSecond: 20 }
  const plugin = await runPlugin(t, 'shelf-scale', { devices: [{ id: 'left', config }], config: { discover: false } })
  await patiently(plugin, 'scale.tare', 'left', {})
  await weigh(plugin, rests('A/1/1', 0))

  grams[0] = 6200
  const overloaded = await weigh(plugin, fault('A/1/1', 'overload'))
  t.equal(gramsOf(overloaded.data, 'A/1/1'), undefined, 'no weight is told of it')
  t.match((await plugin.event('device.suspect', () => true, true)).data, {
    reason: /A\/1\/1: it carries more than it may/,
  })
  await t.rejects(plugin.command('scale.tare', 'left', { slot: 'A/1/1' }), /carries more than it may/)
  grams[0] = 300
  await weigh(plugin, rests('A/1/1', 300))

  const [first, second] = chips
  if (!first || !second) throw new Error('two chips')
  const { input } = first
  first.input = () => 0x7fffff
  await weigh(plugin, fault('A/1/1', 'disconnected'))
  first.input = input
  await weigh(plugin, rests('A/1/1', 300))

  second.frozen = true
  await weigh(plugin, fault('A/1/2', 'stuck'))
  second.frozen = false
  await weigh(plugin, rests('A/1/2', 0))

  ports.get(1)?.delete(NAU7802_ADDRESS)
  await weigh(plugin, fault('A/1/2', 'disconnected'))
  const test = (await plugin.command('device.test', 'left', {})) as { works: boolean; said: string[] }
  t.notOk(test.works)
  t.ok(
    test.said.some((line) => /A\/1\/2: the chip at address 0x2a answers 0 of 3 bytes|answers 0 of 1 bytes/.test(line)),
    test.said.join(' '),
  )
})

test('a board that falls silent is stale, and what is wrong in its configuration is said', async (t) => {
  const { board, served } = await shelf(t)
  board.analog = (input) => 200 + 100 * input + Math.random()
  const port = `tcp://127.0.0.1:${served.port}`
  const plugin = await runPlugin(t, 'shelf-scale', {
    devices: [
      { id: 'pins', config: { port, silenceSeconds: 2, plates: [{ slot: 'B/1', input: 'A1', gramsPerCount: 2 }] } },
      { id: 'typo', config: { port, plates: [{ slot: 'C/1', input: 'D7' }] } },
      { id: 'pi', config: { port: 'i2c:77', plates: [{ slot: 'D/1', input: 'nau7802' }] } },
    ],
    config: { discover: false },
  })
  const reasonOf = async (id: string) =>
    (await plugin.event('device.offline', ({ device }) => device === id, true)).data['reason']
  t.match(await reasonOf('typo'), /plate C\/1: “D7” is no input of a board; write A0 to A15/)
  t.match(await reasonOf('pi'), /there is no I²C bus \/dev\/i2c-77; switch it on/)
  await weigh(plugin, ({ plates: [plate] }) => plate !== undefined && plate.grams >= 600 && plate.grams <= 604)
  const stale = plugin.event('device.stale', ({ device }) => device === 'pins')
  board.silent = true
  t.match((await stale).data, { reason: /says nothing/, silentSeconds: 2 })
  const back = plugin.event('device.online', ({ device }) => device === 'pins')
  board.silent = false
  await back
})

test('both channels of one NAU7802 weigh, each its own load', async (t) => {
  const chip = createNau7802()
  chip.input = (channel) => COUNTS_PER_GRAM * (channel === 1 ? 400 : 1100) + Math.random() * 60
  const served = await serveBoard(createBoard({ i2c: createBus(new Map([[NAU7802_ADDRESS, chip]])) }))
  t.teardown(served.stop)
  const both = ['nau7802', 'nau7802/2'].map((input, i) => ({
    slot: `E/${i + 1}`,
    input,
    gramsPerCount: 1 / COUNTS_PER_GRAM,
  }))
  const config = { port: `tcp://127.0.0.1:${served.port}`, plates: both }
  const plugin = await runPlugin(t, 'shelf-scale', { devices: [{ id: 'two', config }], config: { discover: false } })
  await weigh(plugin, (data) => rests('E/1', 400)(data) && rests('E/2', 1100)(data))
})
