import type { AdvertisementData } from './advertisement.ts'

/** What a number stands for; its unit is in the name. */
export const numberFields = [
  'accelerationMetresPerSecondSquared',
  'accelerationXMetresPerSecondSquared',
  'accelerationYMetresPerSecondSquared',
  'accelerationZMetresPerSecondSquared',
  'alarmCelsius',
  'amperes',
  'batteryPercent',
  'batteryVolts',
  'beatsPerMinute',
  'brushings',
  'celsius',
  'channel',
  'co2PartsPerMillion',
  'consumablePercent',
  'count',
  'cubicMetres',
  'cubicMetresPerHour',
  'decibels',
  'degreesPerSecond',
  'dewPointCelsius',
  'directionDegrees',
  'formaldehydeMilligramsPerCubicMetre',
  'hectopascals',
  'humidityPercent',
  'impedanceOhms',
  'kilograms',
  'kilowattHours',
  'lightLevel',
  'litres',
  'lowAlarmCelsius',
  'lux',
  'measurementNumber',
  'metres',
  'metresPerSecond',
  'microsiemensPerCentimetre',
  'millilitres',
  'millimetres',
  'moisturePercent',
  'movements',
  'noxIndex',
  'pm1MicrogramsPerCubicMetre',
  'pm25MicrogramsPerCubicMetre',
  'pm4MicrogramsPerCubicMetre',
  'pm10MicrogramsPerCubicMetre',
  'pounds',
  'pressedMinutes',
  'profile',
  'rainMillimetres',
  'revolutionsPerMinute',
  'rotationDegrees',
  'score',
  'seconds',
  'storedLitres',
  'timestampSeconds',
  'txPowerDbm',
  'unloadedSeconds',
  'loadedSeconds',
  'unoccupiedMinutes',
  'occupiedMinutes',
  'unsteadyKilograms',
  'uvIndex',
  'vocIndex',
  'vocMicrogramsPerCubicMetre',
  'volts',
  'waterLitres',
  'watts',
] as const
export type NumberField = (typeof numberFields)[number]

/** What a yes or no stands for: true is what the name says. */
export const flagFields = [
  'alarmed',
  'antilock',
  'armed',
  'asleep',
  'batteryLow',
  'brushing',
  'calibrating',
  'carbonMonoxide',
  'charging',
  'childLock',
  'cold',
  'connected',
  'doorOpen',
  'doorStuck',
  'forced',
  'garageOpen',
  'gas',
  'heat',
  'knocked',
  'leftOpen',
  'light',
  'motion',
  'moving',
  'occupied',
  'on',
  'open',
  'pluggedIn',
  'powered',
  'present',
  'problem',
  'pried',
  'recognised',
  'running',
  'safe',
  'smoke',
  'sound',
  'steady',
  'tampered',
  'unlocked',
  'vibration',
  'wet',
  'windowOpen',
  'worn',
] as const
export type FlagField = (typeof flagFields)[number]

export const textFields = ['text', 'raw', 'lockMethod', 'lockKey', 'chargingState'] as const
export type TextField = (typeof textFields)[number]

/** One thing that a sensor says. */
export type Reading = {
  /** Which of several it is, where a device has more than one: `1`, `probe-2`, `remote`. */
  at?: string
} & (
  | { field: NumberField /** null: the sensor itself says that it has no valid reading. */; value: number | null }
  | { field: FlagField; value: boolean }
  | { field: TextField; value: string }
)

/** Something that was done to a device. */
export interface Action {
  /** `button`, `dimmer`, `cube`, `lock`, `motion`, `vibration`. */
  control: string
  /** Which of several. */
  at?: string
  /** `press`, `double-press`, `rotate-left` … */
  action: string
  /** How many steps, presses or seconds. */
  amount?: number
}

export type SensorFormat =
  | 'bthome-v1'
  | 'bthome-v2'
  | 'mibeacon'
  | 'mi-scale'
  | 'hhcc'
  | 'govee'
  | 'ruuvi-3'
  | 'ruuvi-5'
  | 'ruuvi-6'
  | 'ruuvi-c5'
  | 'ruuvi-e1'
  | 'ruuvi-url'
  /** A gateway has decoded it by itself. */
  | 'gateway'

/** What a sensor's advertisement says. */
export interface SensorFrame {
  format: SensorFormat
  /** Of the format, where it has one beside its name: 2 to 5 for MiBeacon. */
  version?: number
  /** The model, where the frame names one. */
  model?: string
  /** Who makes it, where the frame's product number tells. */
  vendor?: string
  /** MiBeacon's number of the product. */
  product?: number
  /** The device's own address or its end, where the frame carries it; lower case with colons. */
  address?: string
  encrypted: boolean
  /**
   * `empty`: nothing was to be said. `key-missing`, `key-wrong`: encrypted, and not readable with the key given.
   * `damaged`: of this format, but cut short or failing its check.
   */
  state: 'readable' | 'empty' | 'key-missing' | 'key-wrong' | 'damaged'
  readings: Reading[]
  actions: Action[]
  /** Numbers of objects that nothing is known of. */
  unknown?: number[]
  /** Grows with each encrypted frame: guards against replays. */
  encryptionCounter?: number
  /** Counts frames modulo 256, so that repetitions can be told. */
  packet?: number
  /** The device speaks only when something happens, so its silence means nothing. */
  sleepy?: boolean
}

/** A sensor's advertisement, and the address that it came from where that is known. */
export interface SensorAdvertisement extends AdvertisementData {
  address?: string
}

/** A frame with nothing in it yet. */
export const blank = (format: SensorFormat, encrypted = false): SensorFrame => ({
  format,
  encrypted,
  state: 'readable',
  readings: [],
  actions: [],
})

/** The six bytes of an address in the order in which it is written; undefined for anything else. */
export function addressBytes(address: string | undefined): Uint8Array | undefined {
  const digits = address?.replaceAll(/[:-]/g, '') ?? ''
  return /^[0-9a-f]{12}$/i.test(digits) ? new Uint8Array(Buffer.from(digits, 'hex')) : undefined
}
