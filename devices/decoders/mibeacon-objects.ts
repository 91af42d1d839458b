import { bodyComposition, bodyTemperature } from './mibeacon-body.ts'
import { readButton, readPress } from './mibeacon-buttons.ts'
import { readFingerprint, readLock } from './mibeacon-lock.ts'
import type { MiProduct } from './mibeacon-products.ts'
import { littleEndian } from './numbers.ts'
import type { FlagField, NumberField, SensorFrame } from './sensor.ts'

type Read = (frame: SensorFrame, bytes: Uint8Array, product: MiProduct) => void

const say = (frame: SensorFrame, field: NumberField, value: number, at?: string) =>
  void frame.readings.push({ field, value, ...(at === undefined ? {} : { at }) })
const tell = (frame: SensorFrame, field: FlagField, value: boolean, at?: string) =>
  void frame.readings.push({ field, value, ...(at === undefined ? {} : { at }) })

const number =
  (field: NumberField, bytes: number, divisor = 1, signed = false): Read =>
  (frame, value) => {
    if (value.length === bytes) say(frame, field, littleEndian(value, signed) / divisor)
  }
const flag =
  (field: FlagField, isTrue: (byte: number) => boolean = (byte) => byte > 0): Read =>
  (frame, [first = 0]) =>
    tell(frame, field, isTrue(first))

/** A 32-bit float, lowest byte first, to so many decimals. */
const float =
  (field: NumberField, decimals?: number): Read =>
  (frame, bytes) => {
    const value = floatOf(bytes)
    if (value === undefined) return
    say(frame, field, decimals === undefined ? value : Math.round(value * 10 ** decimals) / 10 ** decimals)
  }

function floatOf(bytes: Uint8Array): number | undefined {
  if (bytes.length !== 4) return undefined
  const value = new DataView(bytes.buffer, bytes.byteOffset).getFloat32(0, true)
  return Number.isFinite(value) ? value : undefined
}

/** A door contact's byte: open, closed, or open for too long. */
const contact =
  (open: number, closed: number, tooLong?: number, alsoReset: readonly FlagField[] = ['leftOpen']): Read =>
  (frame, [state]) => {
    if (state !== open && state !== closed && state !== tooLong) return
    tell(frame, 'open', state !== closed)
    if (state === closed) for (const field of alsoReset) tell(frame, field, false)
    if (state === tooLong) tell(frame, 'leftOpen', true)
  }

/** Seconds since the last motion, sent at 0 and from 60 on; up to 30 the maker's own app shows motion. */
const sinceMotion =
  (length: number): Read =>
  (frame, bytes) => {
    if (bytes.length === length) tell(frame, 'motion', littleEndian(bytes) <= 30)
  }

const lightOf: Read = (frame, bytes, { light }) => {
  if (bytes.length !== 3) return
  const value = littleEndian(bytes)
  if (light === 'from-100') tell(frame, 'light', value >= 100)
  else if (light === 'lux') say(frame, 'lux', value)
}

const below = 'bottom'
const above = 'top'

/** What a lock's door says (object 0x0007): each state also ends the alarms that it contradicts. */
const doorStates: readonly [open: boolean, alarms: [FlagField, boolean][]][] = [
  [
    true,
    [
      ['doorStuck', false],
      ['knocked', false],
    ],
  ],
  [
    false,
    [
      ['leftOpen', false],
      ['pried', false],
    ],
  ],
  [true, [['leftOpen', true]]],
  [false, [['knocked', true]]],
  [true, [['pried', true]]],
  [false, [['doorStuck', true]]],
]

/**
 * Objects by their number. Up to 0x3fff: Xiaomi's list of attributes and events ("MIoT: object definition"); above,
 * properties and events of each product's own specification (miot-spec.org).
 */
export const miObjects: ReadonlyMap<number, Read> = new Map<number, Read>([
  [0x0003, (frame) => void frame.actions.push({ control: 'motion', action: 'motion-detected' })],
  [0x0006, readFingerprint],
  [
    0x0007,
    (frame, [state = 255]) => {
      const [open, alarms] = doorStates[state] ?? []
      if (open === undefined) return
      tell(frame, 'doorOpen', open)
      for (const [field, value] of alarms ?? []) tell(frame, field, value)
    },
  ],
  [
    0x0008,
    (frame, [state = 0], { handle }) => {
      tell(frame, 'armed', (state & 1) === 0)
      if (!handle) return
      frame.readings.push({ field: 'lockMethod', value: 'manual' })
      frame.actions.push({ control: 'lock', action: 'lock-outside-the-door' })
    },
  ],
  [
    0x000a,
    (frame, bytes) => {
      const value = littleEndian(bytes, true)
      if (bytes.length === 2 && value !== 0) say(frame, 'celsius', value / 100)
    },
  ],
  [0x000b, readLock],
  [
    0x000f,
    (frame, bytes, product) => {
      if (bytes.length !== 3) return
      tell(frame, 'motion', true)
      lightOf(frame, bytes, product)
    },
  ],
  [
    0x0010,
    (frame, [state, number]) => {
      tell(frame, 'brushing', state === 0)
      if (number !== undefined) say(frame, state === 0 ? 'brushings' : 'score', number)
    },
  ],
  [0x1001, readButton],
  [0x1004, number('celsius', 2, 10, true)],
  [
    0x1005,
    (frame, [power, celsius]) => {
      tell(frame, 'powered', (power ?? 0) > 0)
      if (celsius !== undefined) say(frame, 'celsius', celsius)
    },
  ],
  [
    0x1006,
    (frame, bytes, { wholeHumidity }) => {
      const percent = littleEndian(bytes) / 10
      if (bytes.length === 2) say(frame, 'humidityPercent', wholeHumidity ? Math.floor(percent) : percent)
    },
  ],
  [0x1007, lightOf],
  [0x1008, number('moisturePercent', 1)],
  [0x1009, number('microsiemensPerCentimetre', 2)],
  [0x100a, number('batteryPercent', 1)],
  [
    0x100d,
    (frame, bytes) => {
      if (bytes.length !== 4) return
      say(frame, 'celsius', littleEndian(bytes.subarray(0, 2), true) / 10)
      say(frame, 'humidityPercent', littleEndian(bytes.subarray(2)) / 10)
    },
  ],
  [
    0x100e,
    (frame, bytes, { handle }) => {
      const [state = 0] = bytes
      if (!handle || bytes.length !== 1) return
      tell(frame, 'unlocked', (state & 1) === 0)
      tell(frame, 'childLock', state >> 3 !== 1)
    },
  ],
  [0x1010, number('formaldehydeMilligramsPerCubicMetre', 2, 100)],
  [0x1012, flag('powered')],
  [0x1013, number('consumablePercent', 1)],
  [0x1014, flag('wet')],
  [0x1015, flag('smoke')],
  [0x1017, sinceMotion(4)],
  [0x1018, flag('light')],
  [0x1019, contact(0, 1, 2)],
  [0x101b, (frame) => tell(frame, 'motion', false)],
  [0x2000, bodyTemperature],
  [
    0x3003,
    (frame, bytes) => {
      const [state] = bytes
      if (state === 0 || state === 1) tell(frame, 'brushing', state === 0)
      // Behind the time of beginning or end.
      if (bytes.length === 6) say(frame, 'score', bytes[5] ?? 0)
    },
  ],
  [0x4801, float('celsius', 1)],
  [0x4802, number('humidityPercent', 1)],
  [0x4803, number('batteryPercent', 1)],
  [0x4804, contact(1, 2, undefined, ['leftOpen', 'forced'])],
  [0x4805, float('lux')],
  [0x4806, (frame, [state = 0], { leaks }) => tell(frame, 'wet', state > 0, leaks ? below : undefined)],
  [0x4808, float('humidityPercent', 1)],
  [0x480c, contact(0, 1, undefined, [])],
  [0x4818, sinceMotion(2)],
  [0x483c, flag('occupied')],
  [0x483d, number('loadedSeconds', 4)],
  [0x483e, number('unloadedSeconds', 4)],
  [0x484e, (frame, [state = 0], { leaves }) => tell(frame, 'occupied', leaves ? state === 1 : state > 0)],
  [0x4851, number('occupiedMinutes', 1)],
  [0x4852, number('unoccupiedMinutes', 1)],
  [0x487b, (frame, [state = 0], { leaks }) => leaks && tell(frame, 'wet', state > 0, above)],
  [0x4a01, flag('batteryLow')],
  [
    0x4a08,
    (frame, bytes) => {
      tell(frame, 'motion', true)
      const lux = floatOf(bytes)
      if (lux !== undefined) say(frame, 'lux', lux)
    },
  ],
  [0x4a0c, readPress('press')],
  [0x4a0d, readPress('double-press')],
  [0x4a0e, readPress('long-press')],
  [
    0x4a0f,
    (frame, [state]) => {
      if (state !== 1) return
      tell(frame, 'open', true)
      tell(frame, 'forced', true)
    },
  ],
  [0x4a12, contact(1, 2, undefined, ['leftOpen', 'forced'])],
  [0x4a13, (frame, [state], product) => state === 1 && readPress('press')(frame, new Uint8Array(), product)],
  [
    0x4a1a,
    (frame, [state]) => {
      if (state !== 1) return
      tell(frame, 'open', true)
      tell(frame, 'leftOpen', true)
    },
  ],
  [
    0x4a68,
    (frame, [state = 255], { leaks }) => {
      if (leaks && state < 4) tell(frame, 'wet', state % 2 === 0, state < 2 ? below : above)
    },
  ],
  [0x4c01, float('celsius', 2)],
  [0x4c02, number('humidityPercent', 1)],
  [0x4c03, number('batteryPercent', 1)],
  [0x4c08, float('humidityPercent')],
  [0x4e01, flag('batteryLow')],
  [0x4e0c, readPress('press')],
  [0x4e0d, readPress('double-press')],
  [0x4e0e, readPress('long-press')],
  [
    0x4e16,
    (frame, bytes) => {
      const mass = littleEndian(bytes.subarray(1, 5))
      if (bytes.length !== 9 || mass === 0) return
      say(frame, 'kilograms', mass / 100)
      say(frame, 'profile', bytes[0] ?? 0)
    },
  ],
  [0x5003, number('batteryPercent', 1)],
  // Its second property of its own: somebody within reach.
  [0x5413, (frame, [state = 0], { model }) => model === 'ES5BB' && tell(frame, 'occupied', state > 0, 'close-range')],
  [
    0x5422,
    (frame, [state = 255]) =>
      void frame.readings.push({
        field: 'chargingState',
        value: ['charging', 'not-charging', 'full'][state] ?? 'unknown',
      }),
  ],
  [0x560c, readPress('press')],
  [0x560d, readPress('double-press')],
  [0x560e, readPress('long-press')],
  [0x5810, flag('asleep', (byte) => byte === 0)],
  [0x6461, flag('worn', (byte) => byte === 0)],
  [0x6e16, bodyComposition],
])
