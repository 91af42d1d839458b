/**
 * The whole way of a weight: real StandardFirmata on an emulated Uno, a real serial line, the plugin in the real
 * sandbox, the bus of a real host.
 */
import { createHash } from 'node:crypto'
import { cpSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Test, test } from 'tap'
import { type Box, openBox } from '../host/box.ts'
import { waitFor } from '../support/events.ts'
import { findProgram, peer } from '../support/peer.ts'
import { startAvrBoard } from './avr-board.ts'

const hex = fileURLToPath(import.meta.resolve('avrgirl-arduino/junk/hex/uno/StandardFirmata.cpp.hex'))
const root = path.join(import.meta.dirname, '../..')

interface Weights {
  plates: { slot: string; grams: number; stable: boolean }[]
  faults?: { slot: string; fault: string }[]
}
const weighs = (box: Box, slot: string, grams: number) =>
  box.next('shelf.weights', ({ data }) =>
    (data as Weights).plates.some((one) => one.slot === slot && one.stable && Math.abs(one.grams - grams) < 3),
  )
const fails = (box: Box, slot: string, fault: string) =>
  box.next('shelf.weights', ({ data }) =>
    ((data as Weights).faults ?? []).some((one) => one.slot === slot && one.fault === fault),
  )

async function boxWith(t: Test, config: object) {
  const box = await openBox(t, { bubblewrap: findProgram('bwrap') ?? '', timing: { sample: 100 } })
  const folder = path.dirname(box.folders[0])
  cpSync(path.join(root, 'plugins/shelf-scale'), path.join(box.folders[0], 'shelf-scale'), { recursive: true })
  const settle = (wanted: object) => {
    const device = { id: 'left', config: { port: path.join(folder, 'tty'), ...wanted } }
    box.settings['shelf-scale'] = { config: { discover: false }, devices: [device] }
  }
  settle(config)
  const call = (name: string, params: object = {}) =>
    box.commands.call({ name, to: 'shelf-scale/left', params, source: 'test' })
  /** Gives a command until it is not refused for what passes by itself. */
  const patiently = (name: string, params: object = {}) =>
    waitFor(
      () =>
        call(name, params).catch((error: unknown) => {
          if (/moving|said anything|not connected|nothing rests/.test(String(error))) return undefined
          throw error
        }),
      name,
    )
  return { box, folder, call, patiently, settle }
}

const chip = { slot: 'A/1/1', input: 'nau7802', capacityGrams: 5000 }
const amplifier = { slot: 'A/1/2', input: 'A0', gramsPerCount: 5, capacityGrams: 5000 }

test('an Uno with StandardFirmata weighs in the sandbox, and again after it was unplugged', async (t) => {
  if (!peer(t, 'socat', 'socat') || !peer(t, 'bubblewrap', 'bwrap')) return
  t.match(createHash('sha256').update(readFileSync(hex)).digest('hex'), /^6d57ea7c/, 'the firmware that everybody has')
  // A chip alone: nothing but its answers wakes the plugin.
  const { box, folder, call, patiently, settle } = await boxWith(t, { plates: [chip], ratePerSecond: 20 })
  const board = await startAvrBoard(t, hex, path.join(folder, 'tty'))
  board.counts(-20_000)
  board.volts(0, 0.5)
  await box.host.start()
  t.match(box.host.plugin('shelf-scale'), { state: 'running' })

  await patiently('scale.tare')
  board.counts(-20_000 + 500 * 380)
  await waitFor(async () => {
    const { scale } = (await patiently('scale.calibrate', { slot: 'A/1/1', grams: 500 })) as { scale: number }
    return Math.abs(scale * 380 - 1) < 0.01
  })
  const blinking = call('device.identify')
  board.counts(-20_000 + 1730 * 380)
  await weighs(box, 'A/1/1', 1730)

  const test = (await call('device.test')) as { works: boolean; said: string[] }
  t.ok(test.works)
  t.match(test.said[0], /It runs StandardFirmata\.ino, version 2/)
  const [, read = 0, again = 0] = /(\d+) readings so far, (\d+) had to be/.exec(test.said[1] ?? '')?.map(Number) ?? []
  t.ok(read > 20 && again <= read / 10, `each reading is answered when it is asked for: ${test.said[1]}`)
  await blinking
  t.ok(board.blinks() >= 4, 'its light blinks')

  const gone = box.next('device.offline')
  await board.unplug()
  t.match((await gone).data, { device: 'left', reason: /unplugged|not there/ })
  // While it is away, a technician adds an amplifier.
  settle({ plates: [chip, amplifier] })
  await box.host.reload()
  board.counts(-20_000 + 250 * 380)
  const kept = weighs(box, 'A/1/1', 250)
  await board.plug()
  await kept
  t.pass('tare and calibration were kept')

  // 1.5 V of 5 V in 1024 steps; the 0.5 V of the empty plate is its zero.
  await patiently('scale.tare', { slot: 'A/1/2' })
  board.volts(0, 1.5)
  await weighs(box, 'A/1/2', Math.round((1 / 5) * 1024) * 5)
  board.volts(0, 5)
  await fails(box, 'A/1/2', 'disconnected')
})
