/** DS18B20 probes on a wire of a ConfigurableFirmata board (Analog Devices, DS18B20 data sheet revision 6). */
import { packed, sysex, unpacked } from './protocol.ts'

const SEARCH = 0x40
const CONFIGURE = 0x41
const SEARCH_REPLY = 0x42
const READ_REPLY = 0x43
const SEARCH_ALARMS = 0x44
const SEARCH_ALARMS_REPLY = 0x45
/** Bits of any other subcommand: what it carries and does, in this order. */
const RESET = 0x01
const READ = 0x08
const WRITE = 0x20
const WITH_DATA = 0x3c
const CONVERT = 0x44
const READ_SCRATCHPAD = 0xbe
const POWER_ON_CELSIUS = 85

export interface Ds18b20 {
  /** Family, six bytes of serial number and their check, as printed in hex. */
  rom: string
  celsius: number
  /** Not on the wire any more. */
  gone?: boolean
  /** Flips a bit on the way, as a long wire does. */
  garbled?: boolean
}

/** CRC-8 of Maxim's 1-wire devices, x⁸ + x⁵ + x⁴ + 1, low bit first. */
export function crc8(bytes: readonly number[]): number {
  let crc = 0
  for (const byte of bytes)
    for (let bit = 0, rest = byte; bit < 8; bit++, rest >>= 1) crc = (crc >> 1) ^ ((crc ^ rest) & 1 ? 0x8c : 0)
  return crc
}

/** A probe of family 28 with this serial number. */
export function createDs18b20(serial: number, celsius: number): Ds18b20 {
  const bytes = [0x28, ...Array.from({ length: 6 }, (_, i) => Math.floor(serial / 256 ** i) & 0xff)]
  return { rom: Buffer.from([...bytes, crc8(bytes)]).toString('hex'), celsius }
}

/** Answers the 1-wire messages of a host, for the probes of each pin. */
export function createOneWire(pins: ReadonlyMap<number, readonly Ds18b20[]>) {
  /** What each probe has converted last: 85 °C until it was told to. */
  const converted = new Map<string, number>()
  const there = (pin: number) => (pins.get(pin) ?? []).filter(({ gone }) => !gone)

  const scratchpad = ({ rom, garbled }: Ds18b20): number[] => {
    const sixteenths = Math.round((converted.get(rom) ?? POWER_ON_CELSIUS) * 16)
    const bytes = [sixteenths & 0xff, (sixteenths >> 8) & 0xff, 0x4b, 0x46, 0x7f, 0xff, 0x0c, 0x10]
    const whole = [...bytes, crc8(bytes)]
    if (garbled) whole[1] = (whole[1] ?? 0) ^ 0x04
    return whole
  }

  /** A command to the probe of this address, or to all where the address is not given (skip ROM). */
  const command = (pin: number, rom: string, bytes: readonly number[]) => {
    if (!bytes.includes(CONVERT)) return
    for (const probe of there(pin)) if (/^0*$/.test(rom) || probe.rom === rom) converted.set(probe.rom, probe.celsius)
  }

  /** The messages that answer one of the host, without their first and last byte. */
  return function answer([subcommand = 0, pin = 0, ...encoded]: readonly number[]): number[][] {
    if (subcommand === CONFIGURE) return []
    if (subcommand === SEARCH || subcommand === SEARCH_ALARMS) {
      const found = subcommand === SEARCH ? there(pin).flatMap(({ rom }) => [...Buffer.from(rom, 'hex')]) : []
      const reply = subcommand === SEARCH ? SEARCH_REPLY : SEARCH_ALARMS_REPLY
      return [[sysex.oneWire, reply, pin, ...packed(found)]]
    }
    if (!(subcommand & WITH_DATA) || subcommand === RESET) return []
    const data = unpacked(encoded)
    const rom = Buffer.from(data.slice(0, 8)).toString('hex')
    const wanted = (data[8] ?? 0) | ((data[9] ?? 0) << 8)
    const written = data.slice(16)
    if (subcommand & WRITE) command(pin, rom, written)
    if (!(subcommand & READ) || wanted === 0) return []
    const probe = there(pin).find((one) => one.rom === rom)
    // Nobody pulls the wire low where the probe is gone: all ones.
    const says = probe && written.includes(READ_SCRATCHPAD) ? scratchpad(probe) : []
    const bytes = Array.from({ length: wanted }, (_, i) => says[i] ?? 0xff)
    return [[sysex.oneWire, READ_REPLY, pin, ...packed([data[10] ?? 0, data[11] ?? 0, ...bytes])]]
  }
}
