import { hexFromBytes, type ManufacturerData, type ServiceData } from './advertisement.ts'
import { bigEndian } from './numbers.ts'
import { blank, type NumberField, type SensorFrame } from './sensor.ts'

const ruuvi = 0x0499
/** Standard gravity, m/s² (BIPM, SI Brochure). */
const gravity = 9.80665

type Field = [field: NumberField, at: number, bytes: number, read: (raw: number) => number | null, signed?: boolean]

const scaled =
  (divisor: number, invalid: number, offset = 0) =>
  (raw: number) =>
    raw === invalid ? null : raw / divisor + offset

/**
 * Ruuvi Innovations' data formats 3 (RAWv1), 5 (RAWv2), 6, C5 (RAWv2 without acceleration) and E1 (docs.ruuvi.com, "Bluetooth advertisements"), company
 * 0x0499. All big-endian but format 3's temperature, which is a sign bit with whole degrees and hundredths apart. A
 * field with its "not available" value becomes null. `undefined` for other formats and other lengths.
 */
export function decodeRuuvi(manufacturerData: ManufacturerData): SensorFrame | undefined {
  const bytes = manufacturerData[ruuvi]
  if (!bytes) return undefined
  switch (bytes[0]) {
    case 0x03:
      return bytes.length >= 14 ? version3(bytes) : undefined
    case 0x05:
      return bytes.length >= 24 ? version5(bytes) : undefined
    case 0x06:
      return bytes.length >= 20 ? version6(bytes) : undefined
    case 0xc5:
      return bytes.length >= 18 ? versionC5(bytes) : undefined
    case 0xe1:
      return bytes.length >= 40 ? versionE1(bytes) : undefined
    default:
      return undefined
  }
}

function readAll(frame: SensorFrame, bytes: Uint8Array, fields: readonly Field[]): SensorFrame {
  for (const [field, at, length, read, signed = false] of fields) {
    frame.readings.push({ field, value: read(bigEndian(bytes.subarray(at, at + length), signed)) })
  }
  return frame
}

const milliG = (raw: number) => (raw === -0x8000 ? null : (raw / 1000) * gravity)

const fields3: readonly Field[] = [
  ['humidityPercent', 1, 1, (raw) => raw / 2],
  ['hectopascals', 4, 2, (raw) => (raw + 50_000) / 100],
  ['accelerationXMetresPerSecondSquared', 6, 2, milliG, true],
  ['accelerationYMetresPerSecondSquared', 8, 2, milliG, true],
  ['accelerationZMetresPerSecondSquared', 10, 2, milliG, true],
  ['batteryVolts', 12, 2, (raw) => raw / 1000],
]

function version3(bytes: Uint8Array): SensorFrame {
  const frame = readAll(blank('ruuvi-3'), bytes, fields3)
  frame.readings.unshift({ field: 'celsius', value: signAndHundredths(bytes[2] ?? 0, bytes[3] ?? 0) })
  return total(frame)
}

function signAndHundredths(whole: number, hundredths: number): number {
  const magnitude = (whole & 0x7f) + hundredths / 100
  return (whole & 0x80) === 0 ? magnitude : -magnitude
}

const fields5: readonly Field[] = [
  ['celsius', 1, 2, (raw) => (raw === -0x8000 ? null : raw / 200), true],
  ['humidityPercent', 3, 2, scaled(400, 0xffff)],
  ['hectopascals', 5, 2, (raw) => (raw === 0xffff ? null : (raw + 50_000) / 100)],
  ['accelerationXMetresPerSecondSquared', 7, 2, milliG, true],
  ['accelerationYMetresPerSecondSquared', 9, 2, milliG, true],
  ['accelerationZMetresPerSecondSquared', 11, 2, milliG, true],
  // Eleven bits of millivolts above 1.6 V, five of transmission power in steps of 2 dBm above −40 dBm.
  ['batteryVolts', 13, 2, (raw) => (raw >> 5 === 0x7ff ? null : ((raw >> 5) + 1600) / 1000)],
  ['txPowerDbm', 13, 2, (raw) => ((raw & 0x1f) === 0x1f ? null : (raw & 0x1f) * 2 - 40)],
  ['movements', 15, 1, scaled(1, 0xff)],
  ['measurementNumber', 16, 2, scaled(1, 0xffff)],
]

function version5(bytes: Uint8Array): SensorFrame {
  const frame = readAll(blank('ruuvi-5'), bytes, fields5)
  frame.address = colons(bytes.subarray(18, 24))
  return total(frame)
}

/** Format 5 without its six bytes of acceleration. */
const fieldsC5 = [
  ...fields5.slice(0, 3),
  ...fields5.slice(6).map(([field, at, ...rest]): Field => [field, at - 6, ...rest]),
]

function versionC5(bytes: Uint8Array): SensorFrame {
  const frame = readAll(blank('ruuvi-c5'), bytes, fieldsC5)
  frame.address = colons(bytes.subarray(12, 18))
  return frame
}

/** Eddystone-URL, power, `https://`, and the address that Ruuvi's first firmware kept its weather behind. */
const urlStart = [0x10, undefined, 0x03, ...Buffer.from('ruu.vi/#')]

/**
 * Formats 2 and 4 of the first firmware: an Eddystone-URL whose fragment is the weather in base64: format, humidity in halves,
 * whole degrees with their sign bit, hundredths of a degree, pressure as in format 3; behind it in format 4 a letter of its own.
 */
export function decodeRuuviUrl(serviceData: ServiceData): SensorFrame | undefined {
  const bytes = serviceData['feaa']
  if (!bytes || urlStart.some((byte, at) => byte !== undefined && bytes[at] !== byte)) return undefined
  const said = Buffer.from(Buffer.from(bytes.subarray(urlStart.length, urlStart.length + 8)).toString(), 'base64url')
  if (said.length !== 6 || (said[0] !== 2 && said[0] !== 4)) return undefined
  const frame = readAll(blank('ruuvi-url'), said, fields3.slice(0, 2))
  frame.readings.unshift({ field: 'celsius', value: signAndHundredths(said[2] ?? 0, said[3] ?? 0) })
  return frame
}

/** Luminosity is logarithmic: code 254 is 65,535 lux (docs.ruuvi.com, "Data format 6"). */
const luxStep = Math.log(65_536) / 254
/** Sound is in steps of 0.2 dB above 18 dB, its ninth and lowest bit among the flags. */
const soundFloorDb = 18

function version6(bytes: Uint8Array): SensorFrame {
  const flags = bytes[16] ?? 0
  const ninth = (high: number, bit: number) => ((bytes[high] ?? 0) << 1) | ((flags >> bit) & 1)
  const index = (raw: number) => (raw === 0x1ff ? null : raw)
  const frame = readAll(blank('ruuvi-6'), bytes, [
    ['celsius', 1, 2, (raw) => (raw === -0x8000 ? null : raw / 200), true],
    ['humidityPercent', 3, 2, scaled(400, 0xffff)],
    ['hectopascals', 5, 2, (raw) => (raw === 0xffff ? null : (raw + 50_000) / 100)],
    ['pm25MicrogramsPerCubicMetre', 7, 2, scaled(10, 0xffff)],
    ['co2PartsPerMillion', 9, 2, scaled(1, 0xffff)],
    ['lux', 13, 1, (raw) => (raw === 0xff ? null : Math.round(Math.exp(raw * luxStep) - 1))],
    ['measurementNumber', 15, 1, (raw) => raw],
  ])
  const sound = ninth(14, 4)
  frame.readings.push(
    { field: 'vocIndex', value: index(ninth(11, 6)) },
    { field: 'noxIndex', value: index(ninth(12, 7)) },
    { field: 'decibels', value: sound === 0x1ff ? null : sound / 5 + soundFloorDb },
    { field: 'calibrating', value: (flags & 1) !== 0 },
  )
  frame.address = colons(bytes.subarray(17, 20))
  return frame
}

const fieldsE1: readonly Field[] = [
  ['celsius', 1, 2, (raw) => (raw === -0x8000 ? null : raw / 200), true],
  ['humidityPercent', 3, 2, scaled(400, 0xffff)],
  ['hectopascals', 5, 2, (raw) => (raw === 0xffff ? null : (raw + 50_000) / 100)],
  ['pm1MicrogramsPerCubicMetre', 7, 2, scaled(10, 0xffff)],
  ['pm25MicrogramsPerCubicMetre', 9, 2, scaled(10, 0xffff)],
  ['pm4MicrogramsPerCubicMetre', 11, 2, scaled(10, 0xffff)],
  ['pm10MicrogramsPerCubicMetre', 13, 2, scaled(10, 0xffff)],
  ['co2PartsPerMillion', 15, 2, scaled(1, 0xffff)],
  ['lux', 19, 3, scaled(100, 0xffffff)],
  ['measurementNumber', 25, 3, scaled(1, 0xffffff)],
]

function versionE1(bytes: Uint8Array): SensorFrame {
  const flags = bytes[28] ?? 0
  const frame = readAll(blank('ruuvi-e1'), bytes, fieldsE1)
  const ninth = (high: number, bit: number) => ((bytes[high] ?? 0) << 1) | ((flags >> bit) & 1)
  const index = (raw: number) => (raw === 0x1ff ? null : raw)
  frame.readings.push(
    { field: 'vocIndex', value: index(ninth(17, 6)) },
    { field: 'noxIndex', value: index(ninth(18, 7)) },
    { field: 'calibrating', value: (flags & 1) !== 0 },
  )
  frame.address = colons(bytes.subarray(34, 40))
  return frame
}

/** The length of the acceleration, where all three parts of it are there. */
function total(frame: SensorFrame): SensorFrame {
  const parts = frame.readings.filter(({ field }) => /^acceleration[XYZ]/.test(field)).map(({ value }) => value)
  const known = parts.filter((value) => typeof value === 'number')
  const value = known.length === 3 ? Math.hypot(...known) : null
  frame.readings.push({ field: 'accelerationMetresPerSecondSquared', value })
  return frame
}

const colons = (bytes: Uint8Array): string => (hexFromBytes(bytes).match(/../g) ?? []).join(':')
