/**
 * A NAU7802, the 24-bit converter of Qwiic scales, as its registers look from the bus (Nuvoton, NAU7802 data sheet
 * revision 1.7, section 11). Conversions come at the rate that was set, by a clock that the owner gives.
 */
import type { I2cChip } from './i2c-bus.ts'

export const NAU7802_ADDRESS = 0x2a

const PU_CTRL = 0x00
const CTRL1 = 0x01
const CTRL2 = 0x02
const ADC_HIGH = 0x12
const REVISION = 0x1f
const POWER_UP_READY = 0x08
const CYCLE_READY = 0x20
const CYCLE_START = 0x10
const POWERED = 0x06
/** Conversions a second by CRS, bits 6 to 4 of CTRL2. */
const RATES: Record<number, number> = { 0: 10, 1: 20, 2: 40, 3: 80, 7: 320 }

export interface Nau7802 extends I2cChip {
  /** What the converter sees on an input: 24 bits with sign, asked for with each conversion. */
  input: (channel: 1 | 2) => number
  /** Frozen: no conversion ends any more, and the last value stays. */
  frozen: boolean
  /** Cut from its supply; it forgets its registers. */
  powerCycle(): void
}

/** @param now Milliseconds of any clock that does not jump. */
export function createNau7802(now: () => number = () => performance.now()): Nau7802 {
  const registers = new Uint8Array(0x20)
  let pointer = 0
  let converted = 0
  const reset = () => {
    registers.fill(0)
    registers[REVISION] = 0x0f
  }
  reset()

  /** Ends the conversion that is due, if one is. */
  const convert = () => {
    const control = registers[PU_CTRL] ?? 0
    if ((control & POWERED) !== POWERED || !(control & CYCLE_START) || chip.frozen) return
    const period = 1000 / (RATES[((registers[CTRL2] ?? 0) >> 4) & 7] ?? 10)
    const time = now()
    if (time - converted < period) return
    converted = time
    const channel = (registers[CTRL2] ?? 0) & 0x80 ? 2 : 1
    const value = Math.max(-0x800000, Math.min(0x7fffff, Math.round(chip.input(channel)))) & 0xffffff
    registers[ADC_HIGH] = value >> 16
    registers[ADC_HIGH + 1] = (value >> 8) & 0xff
    registers[ADC_HIGH + 2] = value & 0xff
    registers[PU_CTRL] = control | CYCLE_READY
  }

  const set = (register: number, value: number) => {
    if (register === PU_CTRL) {
      if (value & 1) reset()
      const ready = value & 2 ? POWER_UP_READY : 0
      if (value & CYCLE_START && !((registers[PU_CTRL] ?? 0) & CYCLE_START)) converted = now()
      registers[PU_CTRL] = (value & ~(POWER_UP_READY | CYCLE_READY)) | ready | ((registers[PU_CTRL] ?? 0) & CYCLE_READY)
    } else if (register === CTRL2) {
      // A calibration of the input stage is over at once, without an error; another channel begins a new conversion.
      if (((registers[CTRL2] ?? 0) ^ value) & 0x80) converted = now()
      registers[CTRL2] = value & ~0x0c
    } else if (register >= CTRL1 && register < REVISION && (register < ADC_HIGH || register > ADC_HIGH + 2))
      registers[register] = value
  }

  const chip: Nau7802 = {
    input: () => 0,
    frozen: false,
    powerCycle: reset,
    write([register = 0, ...values]) {
      pointer = register & 0x1f
      for (const value of values) set(pointer++ & 0x1f, value)
    },
    read(count) {
      convert()
      return Array.from({ length: count }, () => {
        const register = pointer++ & 0x1f
        // Reading the last byte of a value makes room for the next.
        if (register === ADC_HIGH + 2) registers[PU_CTRL] = (registers[PU_CTRL] ?? 0) & ~CYCLE_READY
        return registers[register] ?? 0
      })
    },
  }
  return chip
}
