/** What the nine bytes of a probe are worth. */
import { bytesFromHex, decodeScratchpad } from '@endcap/sdk'

/** A temperature, or why there is none that could be believed. `gone`: nothing answers under that address. */
export type Reading = { celsius: number } | { doubt: string } | { gone: string }

/** Families that have a thermometer's scratchpad: DS18S20, DS1822, DS18B20, and two that the kernel alone decodes. */
export const families = ['10', '22', '28', '3b', '42'] as const
const decoded = new Set(['10', '22', '28'])

export const doubts = {
  checksum: 'Its checksum is wrong: the wire is long or disturbed, or a plug is loose.',
  shorted: 'It gives zeros alone: the bus is held low, so the data wire touches ground or the probe has no power.',
  absent: 'Nobody answers under its address: it is unplugged, or its wire is broken.',
  powerOn: '85 °C is what it says before it has measured: its supply is interrupted, or too weak for a long wire.',
  late: 'It does not answer in time.',
} as const

/** The address as the kernel writes it, from the eight bytes of the bus: family, serial number lowest byte first, checksum. */
export const romName = (bytes: readonly number[]): string => {
  const hex = (byte: number) => byte.toString(16).padStart(2, '0')
  return `${hex(bytes[0] ?? 0)}-${bytes.slice(1, 7).toReversed().map(hex).join('')}`
}

/** Reads the scratchpad of the probe at `rom`. A bus that nobody pulls down reads as ones. */
export function readScratchpad(rom: string, bytes: Uint8Array): Reading {
  if (bytes.length === 9 && bytes.every((byte) => byte === 0xff)) return { doubt: doubts.absent }
  if (bytes.length === 9 && bytes.every((byte) => byte === 0)) return { doubt: doubts.shorted }
  const reading = decodeScratchpad(rom.slice(0, 2), bytes)
  if (!reading) return { doubt: doubts.checksum }
  return reading.powerOn ? { doubt: doubts.powerOn } : { celsius: reading.celsius }
}

/**
 * Reads what the kernel's `w1_slave` holds: the nine bytes with `crc=… YES`, and again with `t=` in thousandths of a
 * degree (Documentation/w1/slaves/w1_therm.rst). The bytes are decoded here wherever their family is known, since the
 * kernel passes zeros and the power-on value on as if they were measured.
 */
export function readKernelText(rom: string, text: string): Reading {
  const lines = text.split('\n')
  const first = /^((?:[0-9a-f]{2} ){9}): crc=[0-9a-f]{2} (YES|NO)\s*$/i.exec(lines[0] ?? '')
  if (!first) return { doubt: doubts.checksum }
  const bytes = bytesFromHex((first[1] ?? '').replaceAll(' ', '')) ?? new Uint8Array()
  if (bytes.every((byte) => byte === 0xff)) return { doubt: doubts.absent }
  if (first[2]?.toUpperCase() !== 'YES') return { doubt: doubts.checksum }
  if (decoded.has(rom.slice(0, 2))) return readScratchpad(rom, bytes)
  const thousandths = /\bt=(-?\d+)\s*$/.exec(lines[1] ?? '')?.[1]
  return thousandths === undefined ? { doubt: doubts.checksum } : believed(Number(thousandths))
}

/** Reads the kernel's `temperature` file: thousandths of a degree, whose checksum the kernel has tested. */
export function readThousandths(text: string): Reading {
  const trimmed = text.trim()
  return /^-?\d{1,6}$/.test(trimmed) ? believed(Number(trimmed)) : { doubt: doubts.checksum }
}

/** Exactly 85 °C can be a measurement, but in a shop it is the power-on value. */
const believed = (thousandths: number): Reading =>
  thousandths === 85_000 ? { doubt: doubts.powerOn } : { celsius: thousandths / 1000 }
