/** Load cells on a board with Firmata: NAU7802 chips in turn, amplifiers on analog pins beside them. */
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { Firmata } from 'firmata-io'
import type { BoardInput } from '../config.ts'
import type { Range } from '../weigh/faults.ts'
import { openAnalog } from './analog.ts'
import { createChips, wordsOf } from './chips.ts'
import { type BoardPort, connectBoard, type OpenSerial } from './firmata-board.ts'
import { createI2c } from './i2c.ts'
import { nau7802Range } from './nau7802.ts'
import type { Reading, Source, SourceEvents } from './types.ts'

const LIGHT_PIN = 13
const BLINKS = 6
const BLINK_MS = 250
const ANSWER_MS = 2000
export interface BoardOptions {
  port: BoardPort
  inputs: readonly BoardInput[]
  ratePerSecond: number
  openSerial: OpenSerial
  signal: AbortSignal
}

/** Rejects with a sentence where the board does not answer. */
export async function openBoard(
  { port, inputs, ratePerSecond, openSerial, signal }: BoardOptions,
  events: SourceEvents,
) {
  const connection = await connectBoard(port, openSerial, signal)
  const { io } = connection
  const stopping = new AbortController()
  const over = AbortSignal.any([signal, stopping.signal])
  const wait = (ms: number): Promise<void> => delay(ms, undefined, { signal: over }).catch(() => undefined)
  io.on('string', (text: string) => events.said(text))
  const period = 1000 / ratePerSecond
  const chips = createChips(inputs, ratePerSecond, wait)
  try {
    const channels = inputs.flatMap((input, plate) =>
      input.kind === 'analog' ? [{ plate, channel: input.channel }] : [],
    )
    const analog = await openAnalog(io, channels, period)
    const i2c = chips.count > 0 ? createI2c(io) : undefined
    const running = (async () => {
      while (!over.aborted) {
        const began = performance.now()
        const readings: Reading[] = inputs.map(() => undefined)
        if (i2c) await chips.read(i2c, readings)
        analog.take(readings)
        if (over.aborted) return
        if (readings.some(Boolean)) events.batch(readings)
        await wait(Math.max(1, period - (performance.now() - began)))
      }
    })()
    void connection.ended.then((reason) => (over.aborted ? undefined : events.lost(reason)))
    const ranges: Range[] = inputs.map(({ kind }) => (kind === 'analog' ? analog.range : nau7802Range))
    const source: Source = {
      ranges,
      describe: async () => [await describe(io, over), ...(i2c ? [wordsOf(i2c)] : [])],
      async identify() {
        io.pinMode(LIGHT_PIN, io.MODES.OUTPUT)
        for (let i = 0; i < BLINKS; i++) {
          io.digitalWrite(LIGHT_PIN, i % 2 === 0 ? 1 : 0)
          await wait(BLINK_MS)
        }
      },
      async close() {
        stopping.abort()
        analog.close()
        await connection.close()
        await running
      },
    }
    return source
  } catch (error) {
    stopping.abort()
    await connection.close()
    throw error
  }
}

async function describe(io: Firmata, signal: AbortSignal): Promise<string> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)])
  const answered = once(io, 'queryfirmware', { signal: limit }).catch(() => {
    throw new Error('The board does not answer any more. Unplug it and plug it in again.')
  })
  io.queryFirmware(() => undefined)
  await answered
  const { name = 'a sketch without a name', version } = io.firmware
  return `It runs ${name}${version ? `, version ${version.major}.${version.minor}` : ''}.`
}
