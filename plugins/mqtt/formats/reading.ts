import type { DecodedByGateway, EventData, Heard, SensorAdvertisement } from '@endcap/sdk'

/** One beacon as one gateway heard it. */
export interface Reading {
  /** The beacon's own id, or its address in lower case. Every gateway's reading of one beacon has the same. */
  id: string
  format: EventData<'beacon.sighted'>['format']
  /** dBm, −127 to 20. */
  rssi: number
  /** dBm at 1 m, −127 to 20. */
  measuredPower?: number
  batteryVolts?: number
}

/**
 * Why a message yields no sighting: it is broken, its numbers are impossible, it is about nobody we may follow, or it
 * was of a sensor, whose values went their own way.
 */
export type Refusal = 'malformed' | 'absurd' | 'ignored' | 'sensed'

/** Takes what a sensor says, or what its gateway made of it; true where it is an adopted one. */
export interface Sense {
  hear(advertisement: SensorAdvertisement & { address: string } & Heard): boolean
  report(decoded: DecodedByGateway): boolean
}

export type Fields = Record<string, unknown>

/** The object that a payload holds; undefined where it is not JSON or not an object. */
export function parseObject(text: string): Fields | undefined {
  const value = parseJson(text)
  return isObject(value) ? value : undefined
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A power that radios of this kind can have. */
export const dbm = (value: unknown): number | undefined =>
  typeof value === 'number' && value >= -127 && value <= 20 ? value : undefined

/** The volts of a battery, from millivolts. */
export const volts = (millivolts: unknown): number | undefined =>
  typeof millivolts === 'number' && millivolts > 0 && millivolts <= 10_000 ? millivolts / 1000 : undefined

const address12 = /^[0-9a-f]{12}$/
const address17 = /^[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}$/

/** `aa:bb:cc:dd:ee:ff` from any notation of an address. */
export function addressOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 17) return undefined
  const text = value.toLowerCase()
  if (address17.test(text)) return text.replaceAll('-', ':')
  if (!address12.test(text)) return undefined
  return (text.match(/../g) ?? []).join(':')
}

const uint16 = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) < 65536

/** `ibeacon:<uuid>:<major>:<minor>`; the UUID with dashes or without. */
export function ibeaconId(uuid: unknown, major: unknown, minor: unknown): string | undefined {
  if (typeof uuid !== 'string' || !uint16(major) || !uint16(minor)) return undefined
  const digits = uuid.toLowerCase().replaceAll('-', '')
  if (!/^[0-9a-f]{32}$/.test(digits)) return undefined
  const dashed = digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  return `ibeacon:${dashed}:${major}:${minor}`
}

/** Leaves out what is undefined. */
export function reading(
  id: string,
  format: Reading['format'],
  rssi: number,
  measuredPower?: number,
  batteryVolts?: number,
): Reading {
  const made: Reading = { id, format, rssi }
  if (measuredPower !== undefined) made.measuredPower = measuredPower
  if (batteryVolts !== undefined) made.batteryVolts = batteryVolts
  return made
}
