/** NAU7802 chips on one I²C bus, perhaps behind a multiplexer, read in turn. */
import type { BoardInput } from '../config.ts'
import { type I2c, I2cError } from './i2c.ts'
import { type Nau7802, openNau7802 } from './nau7802.ts'
import type { Reading } from './types.ts'

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

export interface Chips {
  count: number
  /** Puts what each chip says into the readings of its plates. */
  read(i2c: I2c, readings: Reading[]): Promise<void>
}

export function createChips(
  inputs: readonly BoardInput[],
  ratePerSecond: number,
  wait: (milliseconds: number) => Promise<void>,
): Chips {
  const chips = chipsOf(inputs)
  return {
    count: chips.length,
    async read(i2c, readings) {
      for (const chip of chips) await readChip(i2c, chip, readings, ratePerSecond, wait)
    },
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

/** One that does not answer is left alone for a while. */
async function readChip(i2c: I2c, chip: Chip, readings: Reading[], rate: number, wait: (ms: number) => Promise<void>) {
  const now = performance.now()
  if (now < chip.notBefore) return
  const channels = chip.channels.map(({ channel }) => channel)
  try {
    if (chip.mux) await i2c.write(chip.mux.address, [1 << chip.mux.port])
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

export const wordsOf = ({ counts: { reads, retries } }: I2c): string =>
  `I²C: ${reads} readings so far, ${retries} had to be asked for again.`
