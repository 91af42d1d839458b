/**
 * A NAU7802 on the I²C bus of a board, by its data sheet (Nuvoton, revision 1.7). Registers are named as there. Gain
 * 128 and 3.3 V for the bridge, as the boards of SparkFun and Adafruit are made for.
 */
import { decodeCounts24 } from '@endcap/sdk'
import type { Range } from '../weigh/faults.ts'
import type { I2c } from './i2c.ts'
import type { Reading } from './types.ts'

const ADDRESS = 0x2a
const PU_CTRL = 0x00
const CTRL1 = 0x01
const CTRL2 = 0x02
const ADCO_B2 = 0x12
const ADC = 0x15
const PWR_CTRL = 0x1c
const REVISION = 0x1f

const RESET = 0x01
const POWER_UP = 0x06
const POWER_UP_READY = 0x08
const CYCLE_START = 0x10
const CYCLE_READY = 0x20
const INTERNAL_SUPPLY = 0x80
/** VLDO 3.3 V, gain 128. */
const LDO_AND_GAIN = (0b100 << 3) | 0b111
const SECOND_CHANNEL = 0x80
const CALIBRATE = 0x04
const CALIBRATION_ERROR = 0x08
/** The clock of the chopper off, as the data sheet asks for in 9.1. */
const CHOPPER_OFF = 0x30
/** The capacitor between the inputs of channel 2, for less noise; only where that channel is not used. */
const CAPACITOR = 0x80

/** Conversions a second, and their code CRS. */
const RATES: readonly [number, number][] = [
  [10, 0],
  [20, 1],
  [40, 2],
  [80, 3],
  [320, 7],
]
/** After the input was switched, the filter needs so many conversions to forget the other one. */
const SETTLING = 4
const FROZEN_MS = 1000
const FROZEN_CONVERSIONS = 10
const TRIES = 20

export const nau7802Range: Range = { low: -0x800000, high: 0x7fffff, fine: true }

export interface Nau7802 {
  /** Readings of its channels, in their order; undefined where no conversion has ended since. Rejects with I2cError. */
  sample(): Promise<Reading[]>
}

/** Wakes it up and sets it. Rejects where it does not answer, or is not one. */
export async function openNau7802(
  i2c: I2c,
  channels: readonly (1 | 2)[],
  /** Times a second that it is asked; two channels are read in turn. */
  rate: number,
  wait: (milliseconds: number) => Promise<void>,
  clock: () => number = () => performance.now(),
): Promise<Nau7802> {
  // Faster than it is asked: what comes at the very same rate is now missed, now seen twice.
  const wanted = rate * (channels.length > 1 ? channels.length * (SETTLING + 1) : 1)
  const [perSecond, code] = RATES.find(([one]) => one > wanted) ?? [320, 7]
  let channel = channels[0] ?? 1
  let dueAt = Number.NEGATIVE_INFINITY
  let settledAt = Number.NEGATIVE_INFINITY
  const control2 = () => (code << 4) | (channel === 2 ? SECOND_CHANNEL : 0)

  const until = async (register: number, fits: (value: number) => boolean, what: string) => {
    for (let i = 0; i < TRIES; i++) {
      const [value = 0] = await i2c.read(ADDRESS, register, 1)
      if (fits(value)) return value
      await wait(10)
    }
    throw new Error(`the NAU7802 ${what}; see its supply and its wires`)
  }

  const [revision = 0] = await i2c.read(ADDRESS, REVISION, 1)
  if ((revision & 0x0f) !== 0x0f)
    throw new Error(`the chip at address 0x2a is no NAU7802: its revision reads 0x${revision.toString(16)}`)
  const start = async () => {
    await i2c.set(ADDRESS, PU_CTRL, RESET)
    await i2c.set(ADDRESS, PU_CTRL, POWER_UP)
    await until(PU_CTRL, (value) => (value & POWER_UP_READY) !== 0, 'does not power up')
    await i2c.set(ADDRESS, CTRL1, LDO_AND_GAIN)
    await i2c.set(ADDRESS, PU_CTRL, INTERNAL_SUPPLY | POWER_UP)
    await i2c.set(ADDRESS, ADC, CHOPPER_OFF)
    if (!channels.includes(2)) await i2c.set(ADDRESS, PWR_CTRL, CAPACITOR)
    await i2c.set(ADDRESS, CTRL2, control2() | CALIBRATE)
    const calibrated = await until(CTRL2, (value) => (value & CALIBRATE) === 0, 'does not end its calibration')
    if (calibrated & CALIBRATION_ERROR) throw new Error('the NAU7802 cannot calibrate itself; see its supply')
    await i2c.set(ADDRESS, PU_CTRL, INTERNAL_SUPPLY | POWER_UP | CYCLE_START)
  }
  await start()

  return {
    async sample() {
      const now = clock()
      if (dueAt === Number.NEGATIVE_INFINITY) dueAt = now
      const [control = 0] = await i2c.read(ADDRESS, PU_CTRL, 1)
      const nothing = channels.map(() => undefined)
      // It has lost its supply for a moment, and forgotten everything.
      if ((control & (POWER_UP | CYCLE_START)) !== (POWER_UP | CYCLE_START)) {
        await start()
        return nothing
      }
      if (!(control & CYCLE_READY)) {
        if (now - dueAt < Math.max(FROZEN_MS, (1000 * FROZEN_CONVERSIONS) / perSecond)) return nothing
        return channels.map(() => ({ broken: 'stuck', reason: 'its NAU7802 has stopped converting' }))
      }
      dueAt = now
      const settled = now >= settledAt
      const reading = { counts: decodeCounts24(await i2c.read(ADDRESS, ADCO_B2, 3)) ?? 0 }
      const of = channel
      if (channels.length > 1) {
        if (!settled) return nothing
        channel = channels[(channels.indexOf(channel) + 1) % channels.length] ?? channel
        await i2c.set(ADDRESS, CTRL2, control2())
        // By the clock: asked ten times a second, a chip that converts 320 times has settled before it is asked again.
        settledAt = clock() + (1000 * (SETTLING + 1)) / perSecond
      }
      return channels.map((one) => (one === of ? reading : undefined))
    },
  }
}
