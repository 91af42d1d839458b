import { hexFromBytes, type ServiceData } from './advertisement.ts'
import { openCcm, openCcmUnchecked } from './cipher.ts'
import { miObjects } from './mibeacon-objects.ts'
import { type MiProduct, miProducts } from './mibeacon-products.ts'
import { littleEndian } from './numbers.ts'
import { addressBytes, blank, type SensorFrame } from './sensor.ts'

const service = 'fe95'
/** What versions 2 and 3 put in the middle of a key of 12 bytes. */
const legacyKeyMiddle = [0x8d, 0x3d, 0x3c, 0x97]
const associated = Uint8Array.of(0x11)

interface Options {
  address?: string | undefined
  /** The bind key: 16 bytes, or 12 for versions 2 and 3. */
  key?: Uint8Array | undefined
}

/**
 * MiBeacon versions 2 to 5 (service fe95; Xiaomi, "MIoT: BLE advertising format"): frame control (2, lowest byte
 * first), product (2), frame counter (1), then what frame control announces: address (6), capability (1 or 2), objects.
 * `undefined` where the advertisement is not of MiBeacon, is of a mesh device, or says another address than it came
 * from. Never throws.
 */
export function decodeMiBeacon(services: ServiceData, { address, key }: Options = {}): SensorFrame | undefined {
  const bytes = services[service]
  if (!bytes || bytes.length < 5) return undefined
  const control = littleEndian(bytes.subarray(0, 2))
  const has = (bit: number) => ((control >> bit) & 1) === 1
  const version = control >> 12
  if (has(7) || version < 2) return undefined
  const number = littleEndian(bytes.subarray(2, 4))
  const product: MiProduct = miProducts.get(number) ?? { model: '' }
  const frame: SensorFrame = { ...blank('mibeacon', has(3) && has(6)), version, product: number, packet: bytes[4] ?? 0 }
  if (product.model !== '') {
    frame.model = product.model
    frame.vendor = product.vendor ?? 'Xiaomi'
  }
  frame.sleepy = product.sleepy ?? false

  const sender = addressBytes(address)
  let at = 5
  let own = sender
  if (has(4)) {
    own = bytes.slice(at, at + 6).toReversed()
    at += 6
    if (own.length < 6) return { ...frame, state: 'damaged' }
    if (sender && Buffer.compare(own, sender) !== 0) return undefined
    frame.address = (hexFromBytes(own).match(/../g) ?? []).join(':')
  }
  if (has(5)) {
    const more = ((bytes[at] ?? 0) & 0x20) !== 0
    at += more ? 2 : 1
  }
  if (at > bytes.length) return { ...frame, state: 'damaged' }
  if (!has(6)) {
    if (product.scale) frame.readings.push({ field: 'steady', value: false })
    return { ...frame, state: 'empty' }
  }
  if (!has(3)) return readObjects(frame, bytes.subarray(at), product)
  return version <= 3 ? openLegacy(frame, bytes, at, own, key, product) : open(frame, bytes, at, own, key, product)
}

/** Versions 4 and 5. Nonce: address, lowest byte first (6), product and counter (3), the counter's upper bytes (3). */
function open(
  frame: SensorFrame,
  bytes: Uint8Array,
  at: number,
  address: Uint8Array | undefined,
  key: Uint8Array | undefined,
  product: MiProduct,
): SensorFrame {
  if (bytes.length < at + 9) return { ...frame, state: 'damaged' }
  const upper = bytes.subarray(-7, -4)
  frame.encryptionCounter = littleEndian(upper) * 256 + (bytes[4] ?? 0)
  if (!key || !address) return { ...frame, state: 'key-missing' }
  const nonce = Uint8Array.from([...address.toReversed(), ...bytes.subarray(2, 5), ...upper])
  const payload = openCcm(key, nonce, bytes.subarray(at, -7), bytes.subarray(-4), associated)
  return payload ? readObjects(frame, payload, product) : { ...frame, state: 'key-wrong' }
}

/** Versions 2 and 3 cannot be checked: what does not fall into objects exactly was opened with a wrong key. */
function openLegacy(
  frame: SensorFrame,
  bytes: Uint8Array,
  at: number,
  address: Uint8Array | undefined,
  key: Uint8Array | undefined,
  product: MiProduct,
): SensorFrame {
  if (bytes.length < at + 7) return { ...frame, state: 'damaged' }
  const upper = bytes.subarray(-4, -1)
  frame.encryptionCounter = littleEndian(upper) * 256 + (bytes[4] ?? 0)
  if (!key || !address) return { ...frame, state: 'key-missing' }
  const whole =
    key.length === 12 ? Uint8Array.from([...key.subarray(0, 6), ...legacyKeyMiddle, ...key.subarray(6)]) : key
  const nonce = Uint8Array.from([...bytes.subarray(0, 5), ...upper, ...address.toReversed().subarray(0, 5)])
  const payload = openCcmUnchecked(whole, nonce, bytes.subarray(at, -4))
  if (!payload) return { ...frame, state: 'key-wrong' }
  const read = readObjects(frame, payload, product)
  return read.state === 'damaged' ? { ...frame, readings: [], actions: [], state: 'key-wrong' } : read
}

/** Objects: number (2, lowest byte first), length (1), value. Presses may have no value. */
function readObjects(frame: SensorFrame, payload: Uint8Array, product: MiProduct): SensorFrame {
  let at = 0
  while (at + 3 <= payload.length) {
    const number = littleEndian(payload.subarray(at, at + 2))
    const end = at + 3 + (payload[at + 2] ?? 0)
    if (end > payload.length) return { ...frame, state: 'damaged' }
    const bytes = payload.subarray(at + 3, end)
    const read = miObjects.get(number)
    if (!read) (frame.unknown ??= []).push(number)
    else if (bytes.length > 0 || isPress(number)) read(frame, bytes, product)
    at = end
  }
  return payload.length < 3 ? { ...frame, state: 'damaged' } : frame
}

const isPress = (number: number): boolean => (number & 0xff) >= 0x0c && (number & 0xff) <= 0x0e && number >= 0x4a0c
