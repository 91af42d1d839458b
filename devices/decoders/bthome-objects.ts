import type { FlagField, NumberField, TextField } from './sensor.ts'

/** How an object of BTHome is read (bthome.io, "Format": sensor, binary sensor and event data). */
export type BthomeObject =
  | { kind: 'number'; field: NumberField; bytes: number; signed: boolean; factor: number }
  | { kind: 'flag'; field: FlagField; bytes: 1 }
  | { kind: 'text'; field: TextField; bytes: undefined }
  | { kind: 'packet'; bytes: 1 }
  | { kind: 'button'; bytes: 1 }
  | { kind: 'dimmer'; bytes: 2 }

const unsigned = (field: NumberField, bytes: number, factor = 1): BthomeObject => ({
  kind: 'number',
  field,
  bytes,
  signed: false,
  factor,
})
const signed = (field: NumberField, bytes: number, factor = 1): BthomeObject => ({
  kind: 'number',
  field,
  bytes,
  signed: true,
  factor,
})
const flag = (field: FlagField): BthomeObject => ({ kind: 'flag', field, bytes: 1 })

/** Object id to its meaning. A factor below 1 is written as the divisor 1 / factor, so that results are exact. */
export const bthomeObjects: ReadonlyMap<number, BthomeObject> = new Map<number, BthomeObject>([
  [0x00, { kind: 'packet', bytes: 1 }],
  [0x01, unsigned('batteryPercent', 1)],
  [0x02, signed('celsius', 2, 1 / 100)],
  [0x03, unsigned('humidityPercent', 2, 1 / 100)],
  [0x04, unsigned('hectopascals', 3, 1 / 100)],
  [0x05, unsigned('lux', 3, 1 / 100)],
  [0x06, unsigned('kilograms', 2, 1 / 100)],
  [0x07, unsigned('pounds', 2, 1 / 100)],
  [0x08, signed('dewPointCelsius', 2, 1 / 100)],
  [0x09, unsigned('count', 1)],
  [0x0a, unsigned('kilowattHours', 3, 1 / 1000)],
  [0x0b, unsigned('watts', 3, 1 / 100)],
  [0x0c, unsigned('volts', 2, 1 / 1000)],
  [0x0d, unsigned('pm25MicrogramsPerCubicMetre', 2)],
  [0x0e, unsigned('pm10MicrogramsPerCubicMetre', 2)],
  [0x0f, flag('on')],
  [0x10, flag('powered')],
  [0x11, flag('open')],
  [0x12, unsigned('co2PartsPerMillion', 2)],
  [0x13, unsigned('vocMicrogramsPerCubicMetre', 2)],
  [0x14, unsigned('moisturePercent', 2, 1 / 100)],
  [0x15, flag('batteryLow')],
  [0x16, flag('charging')],
  [0x17, flag('carbonMonoxide')],
  [0x18, flag('cold')],
  [0x19, flag('connected')],
  [0x1a, flag('doorOpen')],
  [0x1b, flag('garageOpen')],
  [0x1c, flag('gas')],
  [0x1d, flag('heat')],
  [0x1e, flag('light')],
  [0x1f, flag('unlocked')],
  [0x20, flag('wet')],
  [0x21, flag('motion')],
  [0x22, flag('moving')],
  [0x23, flag('occupied')],
  [0x24, flag('pluggedIn')],
  [0x25, flag('present')],
  [0x26, flag('problem')],
  [0x27, flag('running')],
  [0x28, flag('safe')],
  [0x29, flag('smoke')],
  [0x2a, flag('sound')],
  [0x2b, flag('tampered')],
  [0x2c, flag('vibration')],
  [0x2d, flag('windowOpen')],
  [0x2e, unsigned('humidityPercent', 1)],
  [0x2f, unsigned('moisturePercent', 1)],
  [0x3a, { kind: 'button', bytes: 1 }],
  [0x3c, { kind: 'dimmer', bytes: 2 }],
  [0x3d, unsigned('count', 2)],
  [0x3e, unsigned('count', 4)],
  [0x3f, signed('rotationDegrees', 2, 1 / 10)],
  [0x40, unsigned('millimetres', 2)],
  [0x41, unsigned('metres', 2, 1 / 10)],
  [0x42, unsigned('seconds', 3, 1 / 1000)],
  [0x43, unsigned('amperes', 2, 1 / 1000)],
  [0x44, unsigned('metresPerSecond', 2, 1 / 100)],
  [0x45, signed('celsius', 2, 1 / 10)],
  [0x46, unsigned('uvIndex', 1, 1 / 10)],
  [0x47, unsigned('litres', 2, 1 / 10)],
  [0x48, unsigned('millilitres', 2)],
  [0x49, unsigned('cubicMetresPerHour', 2, 1 / 1000)],
  [0x4a, unsigned('volts', 2, 1 / 10)],
  [0x4b, unsigned('cubicMetres', 3, 1 / 1000)],
  [0x4c, unsigned('cubicMetres', 4, 1 / 1000)],
  [0x4d, unsigned('kilowattHours', 4, 1 / 1000)],
  [0x4e, unsigned('litres', 4, 1 / 1000)],
  [0x4f, unsigned('waterLitres', 4, 1 / 1000)],
  [0x50, unsigned('timestampSeconds', 4)],
  [0x51, unsigned('accelerationMetresPerSecondSquared', 2, 1 / 1000)],
  [0x52, unsigned('degreesPerSecond', 2, 1 / 1000)],
  [0x53, { kind: 'text', field: 'text', bytes: undefined }],
  [0x54, { kind: 'text', field: 'raw', bytes: undefined }],
  [0x55, unsigned('storedLitres', 4, 1 / 1000)],
  [0x56, unsigned('microsiemensPerCentimetre', 2)],
  [0x57, signed('celsius', 1)],
  [0x58, signed('celsius', 1, 0.35)],
  [0x59, signed('count', 1)],
  [0x5a, signed('count', 2)],
  [0x5b, signed('count', 4)],
  [0x5c, signed('watts', 4, 1 / 100)],
  [0x5d, signed('amperes', 2, 1 / 1000)],
  [0x5e, unsigned('directionDegrees', 2, 1 / 100)],
  [0x5f, unsigned('rainMillimetres', 2, 1 / 10)],
  [0x60, unsigned('channel', 1)],
  [0x61, unsigned('revolutionsPerMinute', 2)],
  [0x62, signed('metresPerSecond', 4, 1 / 1_000_000)],
  [0x63, signed('accelerationMetresPerSecondSquared', 4, 1 / 1_000_000)],
  [0x64, unsigned('lightLevel', 1)],
])

/** What a button's byte says; 0 says nothing. */
export const bthomePresses: Readonly<Record<number, string>> = {
  0x01: 'press',
  0x02: 'double-press',
  0x03: 'triple-press',
  0x04: 'long-press',
  0x05: 'long-double-press',
  0x06: 'long-triple-press',
  0x80: 'hold',
}

export const bthomeTurns: Readonly<Record<number, string>> = { 0x01: 'rotate-left', 0x02: 'rotate-right' }
