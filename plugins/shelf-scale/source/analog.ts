/** Amplifiers on analog pins, through johnny-five: the median of what came since the last look. */
import { once } from 'node:events'
import type { Firmata } from 'firmata-io'
import type { Range } from '../weigh/faults.ts'
import type { Reading } from './types.ts'

const USUAL_RESOLUTION = 1023
/** Boards report no faster than each 10 ms. */
const FASTEST_MS = 10

export interface Analog {
  range: Range
  /** Puts what came since into the readings of its plates. */
  take(readings: Reading[]): void
  close(): void
}

export async function openAnalog(
  io: Firmata,
  inputs: readonly { plate: number; channel: number }[],
  periodMs: number,
): Promise<Analog> {
  // A value at either end of the range means an amplifier without a cell.
  const range: Range = { low: 0, high: io.RESOLUTION.ADC ?? USUAL_RESOLUTION, fine: false }
  if (inputs.length === 0) return { range, take: () => undefined, close: () => undefined }
  const missing = inputs.find(({ channel }) => io.analogPins[channel] === undefined)
  if (missing)
    throw new Error(`the board has no analog pin A${missing.channel}; its last one is A${io.analogPins.length - 1}`)
  const { default: five } = await import('johnny-five')
  // Several reports to a look, so that a median is worth its name.
  io.setSamplingInterval(Math.max(FASTEST_MS, Math.round(periodMs / 4)))
  const board = new five.Board({ io, repl: false, debug: false, sigint: false })
  await once(board, 'ready')
  const values = new Map<number, number>()
  const heard = new Set<number>()
  const sensors = inputs.map(({ plate, channel }) => {
    const sensor = new five.Sensor({ board, pin: `A${channel}`, freq: Math.max(FASTEST_MS, Math.round(periodMs)) })
    // It says its last value for ever, also where the board has fallen silent.
    io.on(`analog-read-${channel}`, () => void heard.add(plate))
    sensor.on('data', (value: number) => {
      if (heard.delete(plate)) values.set(plate, value)
    })
    return sensor
  })
  return {
    range,
    take(readings) {
      for (const [plate, counts] of values) readings[plate] = { counts }
      values.clear()
    },
    close() {
      for (const sensor of sensors) sensor.disable()
      const { cache } = five.Board
      const index = cache.indexOf(board)
      if (index >= 0) cache.splice(index, 1)
      io.removeAllListeners()
      io.on('error', () => undefined)
    },
  }
}
