import type { ServiceData } from './advertisement.ts'
import { bigEndian, littleEndian } from './numbers.ts'
import { blank, type SensorFrame } from './sensor.ts'

/** Weight Scale Service and Body Composition Service (Bluetooth SIG, Assigned Numbers 3.4). */
const weightScale = '181d'
const bodyComposition = '181b'
const plant = 'fd50'

const kilogramsPerPound = 0.45359237
const kilogramsPerCatty = 0.5

/**
 * Xiaomi's scales that advertise in the clear: Mi Smart Scale (10 bytes) and Mi Body Composition Scale (13 bytes). The
 * raw number is 1/200 kg, or 1/100 of a pound or a catty. `undefined` for anything else.
 */
export function decodeMiScale(services: ServiceData): SensorFrame | undefined {
  const first = services[weightScale]
  if (first?.length === 10) {
    const flags = first[0] ?? 0
    const raw = littleEndian(first.subarray(1, 3))
    const unit = { pounds: (flags & 0x01) !== 0, catty: (flags & 0x10) !== 0 }
    return weight('XMTZC01HM/XMTZC04HM', raw, unit, (flags & 0x20) !== 0 && (flags & 0x80) === 0)
  }
  const second = services[bodyComposition]
  if (second?.length !== 13) return undefined
  const [units = 0, flags = 0] = second
  const raw = littleEndian(second.subarray(11))
  const unit = { pounds: (units & 0x01) !== 0, catty: (flags & 0x40) !== 0 }
  const steady = (flags & 0x20) !== 0 && (flags & 0x80) === 0
  const frame = weight('XMTZC02HM/XMTZC05HM/NUN4049CN', raw, unit, steady)
  if (steady && raw > 0 && (flags & 0x02) !== 0)
    frame.readings.push({ field: 'impedanceOhms', value: littleEndian(second.subarray(9, 11)) })
  return frame
}

function weight(
  model: string,
  raw: number,
  { pounds, catty }: { pounds: boolean; catty: boolean },
  still: boolean,
): SensorFrame {
  const steady = still && raw > 0
  const value = catty ? (raw * kilogramsPerCatty) / 100 : pounds ? (raw * kilogramsPerPound) / 100 : raw / 200
  const frame: SensorFrame = { ...blank('mi-scale'), model, sleepy: true }
  frame.readings.push({ field: 'unsteadyKilograms', value }, { field: 'steady', value: steady })
  if (steady) frame.readings.push({ field: 'kilograms', value })
  return frame
}

/** HHCC's plant sensor HHCCJCY10 (service fd50, 9 bytes, big-endian): soil moisture, 0.1 °C, lux, battery, conductivity. */
export function decodeHhcc(services: ServiceData): SensorFrame | undefined {
  const bytes = services[plant]
  if (bytes?.length !== 9) return undefined
  const frame: SensorFrame = { ...blank('hhcc'), model: 'HHCCJCY10' }
  frame.readings.push(
    { field: 'moisturePercent', value: bytes[0] ?? 0 },
    { field: 'celsius', value: bigEndian(bytes.subarray(1, 3)) / 10 },
    { field: 'lux', value: bigEndian(bytes.subarray(3, 6)) },
    { field: 'batteryPercent', value: bytes[6] ?? 0 },
    { field: 'microsiemensPerCentimetre', value: bigEndian(bytes.subarray(7, 9)) },
  )
  return frame
}
