import type { MiProduct } from './mibeacon-products.ts'
import { littleEndian } from './numbers.ts'
import type { NumberField, SensorFrame } from './sensor.ts'

const say = (frame: SensorFrame, field: NumberField, value: number, at?: string) =>
  void frame.readings.push({ field, value, ...(at === undefined ? {} : { at }) })

/**
 * Skin and ambient hundredths of a degree to the body's temperature, and the battery. The curve is the one that the
 * open decoders fitted to the maker's app between 36.5 and 37.8 °C (Bluetooth-Devices/xiaomi-ble, object 0x2000).
 */
export function bodyTemperature(frame: SensorFrame, bytes: Uint8Array): void {
  if (bytes.length !== 5) return
  const first = littleEndian(bytes.subarray(0, 2), true) / 100
  const second = littleEndian(bytes.subarray(2, 4), true) / 100
  // oxlint-disable-next-line oxc/approx-constant -- the published curve has this number, not ln 2
  const celsius = 3.71934e-11 * Math.exp(0.69314 * first) - 1.02801e-8 * Math.exp(0.53871 * second) + 36.413
  if (Number.isFinite(celsius)) say(frame, 'celsius', celsius)
  say(frame, 'batteryPercent', bytes[4] ?? 0)
}

/**
 * Profile, then 11 bits of 0.1 kg, 7 bits of heart rate above 50 and 14 bits of 0.1 Ω. The impedance at 250 kHz comes
 * alone and ends the measurement; the one at 50 kHz comes with the weight. A weight alone is that of somebody in
 * socks, and all zero is an empty plate.
 */
export function bodyComposition(frame: SensorFrame, bytes: Uint8Array, { scale }: MiProduct): void {
  if (bytes.length !== 9 || !scale) return
  const data = littleEndian(bytes.subarray(1, 5))
  const mass = data & 0x7ff
  const heart = (data >>> 11) & 0x7f
  const impedance = data >>> 18
  say(frame, 'profile', bytes[0] ?? 0)
  if (mass > 0) say(frame, 'kilograms', mass / 10)
  if (heart > 0 && heart < 127) say(frame, 'beatsPerMinute', heart + 50)
  const last = mass === 0 && heart === 0
  if (impedance > 0) say(frame, 'impedanceOhms', impedance / 10, last ? '250-kHz' : '50-kHz')
  frame.readings.push({ field: 'steady', value: impedance > 0 ? last : mass > 0 || heart > 0 })
}
