/** Load cells on a board with Firmata: NAU7802 chips in turn, amplifiers on analog pins beside them. */
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { Firmata } from 'firmata-io'
import type { BoardInput } from '../config.ts'
import type { Range } from '../weigh/faults.ts'
import { openAnalog } from './analog.ts'
import { type BoardPort, connectBoard, type OpenSerial } from './firmata-board.ts'
import { createI2c, type I2c, I2cError } from './i2c.ts'
import { type Nau7802, nau7802Range, openNau7802 } from './nau7802.ts'
import type { Reading, Source, SourceEvents } from './types.ts'

const LIGHT_PIN = 13
const BLINKS = 6
const BLINK_MS = 250
const ANSWER_MS = 2000
/** A chip that does not answer is tried again after so long, so that it does not hold up the others. */
const CHIP_PAUSE_MS = 2000

/** One chip, and the plates on its channels. */
interface Chip {
  mux?: { address: number; port: number }
  channels: { channel: 1 | 2; plate: number }[]
  open?: Nau7802
  /** Not before this time of a steady clock. */
  notBefore: number
}

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
  const chips = chipsOf(inputs)
  try {
    const channels = inputs.flatMap((input, plate) =>
      input.kind === 'analog' ? [{ plate, channel: input.channel }] : [],
    )
    const analog = await openAnalog(io, channels, period)
    const i2c = chips.length > 0 ? createI2c(io) : undefined
    const running = (async () => {
      while (!over.aborted) {
        const began = performance.now()
        const readings: Reading[] = inputs.map(() => undefined)
        for (const chip of chips) if (i2c) await readChip(i2c, chip, readings, ratePerSecond, wait)
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

function chipsOf(inputs: readonly BoardInput[]): Chip[] {
  const chips = new Map<string, Chip>()
  for (const [plate, input] of inputs.entries()) {
    if (input.kind !== 'nau7802') continue
    const key = input.mux ? `${input.mux.address}:${input.mux.port}` : ''
    const chip = chips.get(key) ?? { channels: [], notBefore: 0, ...(input.mux ? { mux: input.mux } : {}) }
    chip.channels.push({ channel: input.channel, plate })
    chips.set(key, chip)
  }
  return [...chips.values()]
}

/** Puts what a chip says into the readings of its plates; one that does not answer is left alone for a while. */
async function readChip(i2c: I2c, chip: Chip, readings: Reading[], rate: number, wait: (ms: number) => Promise<void>) {
  const now = performance.now()
  if (now < chip.notBefore) return
  const channels = chip.channels.map(({ channel }) => channel)
  try {
    if (chip.mux) i2c.write(chip.mux.address, [1 << chip.mux.port])
    chip.open ??= await openNau7802(i2c, channels, rate, wait)
    const said = await chip.open.sample()
    for (const [i, { plate }] of chip.channels.entries()) readings[plate] = said[i]
    if (said.some((reading) => reading && 'broken' in reading)) delete chip.open
    if (!chip.open) chip.notBefore = now + CHIP_PAUSE_MS
  } catch (error) {
    delete chip.open
    chip.notBefore = performance.now() + CHIP_PAUSE_MS
    const where = chip.mux ? ` on port ${chip.mux.port} of the multiplexer` : ''
    const words = error instanceof Error ? error.message : String(error)
    const hint = error instanceof I2cError ? '; see the wires SDA, SCL, supply and ground' : ''
    const reason = `${words}${where}${hint}`
    for (const { plate } of chip.channels) readings[plate] = { broken: 'disconnected', reason }
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

const wordsOf = ({ counts: { reads, retries } }: I2c): string =>
  `I²C: ${reads} readings so far, ${retries} had to be asked for again.`
