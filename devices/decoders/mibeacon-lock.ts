import { littleEndian } from './numbers.ts'
import type { FlagField, SensorFrame } from './sensor.ts'

/** What was done, and whether that leaves the lock (or its child or deadlock) open. MIoT object definition, 0x000b. */
const actions: Readonly<Record<number, [open: boolean, field: FlagField, action: string]>> = {
  0: [true, 'unlocked', 'unlock-outside-the-door'],
  1: [false, 'unlocked', 'locked'],
  2: [false, 'antilock', 'turn-on-antilock'],
  3: [true, 'antilock', 'release-the-antilock'],
  4: [true, 'unlocked', 'unlock-inside-the-door'],
  5: [false, 'unlocked', 'lock-inside-the-door'],
  6: [false, 'childLock', 'turn-on-child-lock'],
  7: [true, 'childLock', 'turn-off-child-lock'],
  8: [false, 'unlocked', 'lock-outside-the-door'],
  15: [true, 'unlocked', 'abnormal'],
}

const methods: Readonly<Record<number, string>> = {
  0: 'bluetooth',
  1: 'password',
  2: 'biometrics',
  3: 'key',
  4: 'turntable',
  5: 'nfc',
  6: 'one-time-password',
  7: 'two-step-verification',
  8: 'coercion',
  9: 'homekit',
  10: 'manual',
  11: 'automatic',
  15: 'abnormal',
}

const special: Readonly<Record<number, string>> = {
  0: 'administrator',
  0xffffffff: 'unknown operator',
  0xdeadbeef: 'invalid operator',
}

/** Object 0x000b: action and method in one byte, the number of the key, the time. Numbers from 0xc0de0000 are errors. */
export function readLock(frame: SensorFrame, bytes: Uint8Array): void {
  if (bytes.length !== 9) return
  const first = bytes[0] ?? 0
  const [open, field, action] = actions[first & 0x0f] ?? []
  const method = methods[first >> 4]
  if (open === undefined || field === undefined || action === undefined || method === undefined) return
  const key = littleEndian(bytes.subarray(1, 5))
  frame.readings.push({ field, value: open }, { field: 'lockMethod', value: method })
  const wrong = key >>> 16 === 0xc0de
  if (!wrong) frame.readings.push({ field: 'lockKey', value: keyOf(key) })
  frame.actions.push({ control: 'lock', action: wrong ? 'error' : action })
}

/** Numbers up to 0x7fffffff are Bluetooth keys; above, the kind of key stands in the upper half. */
function keyOf(key: number): string {
  const own = special[key]
  if (own !== undefined) return own
  if (key <= 0x7fffffff) return `Bluetooth key ${key}`
  return `${kinds[(key >>> 16) & 0x7fff] ?? 'key'} ${key & 0xffff}`
}

const kinds: Readonly<Record<number, string>> = {
  1: 'fingerprint',
  2: 'password',
  3: 'metal key',
  4: 'NFC',
  5: 'two-step verification',
  6: 'face',
  7: 'finger veins',
  8: 'palm',
}

const fingerprints: readonly string[] = [
  'match-successful',
  'match-failed',
  'timeout',
  'low-quality-too-light-fuzzy',
  'insufficient-area',
  'skin-is-too-dry',
  'skin-is-too-wet',
]

/** Object 0x0006: the number of the key (4), how the finger was recognised. */
export function readFingerprint(frame: SensorFrame, bytes: Uint8Array): void {
  const action = fingerprints[bytes[4] ?? 255]
  if (bytes.length !== 5 || action === undefined) return
  const key = littleEndian(bytes.subarray(0, 4))
  frame.readings.push(
    { field: 'recognised', value: action === 'match-successful' },
    { field: 'lockKey', value: special[key] ?? String(key) },
  )
  frame.actions.push({ control: 'fingerprint', action })
}
