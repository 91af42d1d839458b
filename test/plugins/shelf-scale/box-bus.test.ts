/** NAU7802 on the I²C pins of the box: the chips as the Firmata peer has them, without the board. */
import { EventEmitter } from 'node:events'
import path from 'node:path'
import { test } from 'tap'
import {
  createBus,
  createMultiplexer,
  createNau7802,
  type I2cBus,
  NAU7802_ADDRESS,
} from '../../../devices/twin/firmata/index.ts'
import { openBoxBus } from '../../../plugins/shelf-scale/source/box-bus.ts'
import { type OpenChip, openOn } from '../../../plugins/shelf-scale/source/i2c-dev.ts'
import type { Reading } from '../../../plugins/shelf-scale/source/types.ts'

const MUX_ADDRESS = 0x70

/** As the kernel answers: whoever is not there acknowledges nothing. */
const linux =
  (bus: I2cBus): OpenChip =>
  async (address) => {
    const chip = () => {
      const found = bus.chip(address)
      if (!found) throw Object.assign(new Error('write: Remote I/O error'), { code: 'EREMOTEIO' })
      return found
    }
    return {
      write: async (bytes) => chip().write([...bytes]),
      read: async (bytes) => bytes.set(chip().read(bytes.length)),
      close: async () => undefined,
    }
  }

test('two chips behind a multiplexer weigh on the bus of the box; one is taken off and comes back', async (t) => {
  const chips = [createNau7802(), createNau7802()]
  for (const [i, chip] of chips.entries()) chip.input = () => (i + 1) * 100_000
  const ports = new Map(chips.map((chip, port) => [port, new Map([[NAU7802_ADDRESS, chip]])]))
  const bus = createBus(new Map([[MUX_ADDRESS, createMultiplexer(ports)]]))
  const events = new EventEmitter()
  const next = (plate: number, fits: (reading: NonNullable<Reading>) => boolean) =>
    new Promise<NonNullable<Reading>>((resolve) => {
      const look = (readings: Reading[]) => {
        const reading = readings[plate]
        if (!reading || !fits(reading)) return
        events.off('batch', look)
        resolve(reading)
      }
      events.on('batch', look)
    })
  const wanted = {
    bus: 1,
    inputs: [0, 1].map((port) => ({ kind: 'nau7802' as const, channel: 1 as const, mux: { address: 0x70, port } })),
    ratePerSecond: 80,
    signal: new AbortController().signal,
    openChip: linux(bus),
  }
  const first = next(0, () => true)
  const second = next(1, () => true)
  const source = await openBoxBus(wanted, {
    batch: (readings) => void events.emit('batch', readings),
    lost: (reason) => t.fail(reason),
    said: () => undefined,
  })
  t.teardown(() => source.close())
  t.same(await first, { counts: 100_000 })
  t.same(await second, { counts: 200_000 })
  t.match(await source.describe(), ['It is on I²C bus 1 of the box.', /\d+ readings so far, 0 had/])

  const chip = ports.get(1)?.get(NAU7802_ADDRESS)
  ports.get(1)?.delete(NAU7802_ADDRESS)
  t.match(await next(1, (reading) => 'broken' in reading), {
    broken: 'disconnected',
    reason: /chip at address 0x2a does not answer \(EREMOTEIO\) on port 1 of the multiplexer; see the wires SDA/,
  })
  t.same(await next(0, () => true), { counts: 100_000 }, 'the other one weighs on')
  if (chip) ports.get(1)?.set(NAU7802_ADDRESS, chip)
  t.same(await next(1, (reading) => 'counts' in reading), { counts: 200_000 })
})

test('a bus that is not there, and a file that is none, are named with what to do', async (t) => {
  await t.rejects(openOn('/dev/i2c-77')(NAU7802_ADDRESS), /there is no I²C bus \/dev\/i2c-77; switch it on/)
  const file = path.join(t.testdir({ bus: '' }), 'bus')
  await t.rejects(openOn(file)(NAU7802_ADDRESS), /does not give the chip at address 0x2a away: Linux reads it itself/)
  const options = {
    bus: 1,
    inputs: [{ kind: 'analog' as const, channel: 0 }],
    ratePerSecond: 10,
    signal: AbortSignal.abort(),
  }
  await t.rejects(
    openBoxBus(options, { batch: () => undefined, lost: () => undefined, said: () => undefined }),
    /has no analog pins; write nau7802/,
  )
})
