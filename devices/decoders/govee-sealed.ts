import { openBlock } from './cipher.ts'
import { bigEndian } from './numbers.ts'
import { blank, type SensorFrame } from './sensor.ts'

/** The model's number in the opened block. */
const models: Readonly<Record<number, string>> = {
  2: 'H5123',
  3: 'H5121',
  8: 'H5122',
  9: 'H5124',
  10: 'H5125',
  11: 'H5126',
  13: 'H5130',
}
const pressureButton = 16

/**
 * H5121 to H5126 and H5130: 2 bytes, a time (4), a block (16), its checksum (2, CRC-16 with polynomial 0x1021 from
 * 0x1d0f). The block is AES-128-ECB with key and block byte-reversed, the key being the time and zeros, so it keeps
 * nothing secret. Opened: model at 2, battery at 4, what happened at 5.
 */
export function readGoveeSealed(data: Uint8Array, named: string | undefined): SensorFrame | undefined {
  const sealed = data.subarray(6, 22)
  const frame: SensorFrame = { ...blank('govee'), sleepy: true }
  if (crc(sealed) !== bigEndian(data.subarray(22))) return { ...frame, state: 'damaged' }
  const key = new Uint8Array(16)
  key.set(data.subarray(2, 6))
  const block = openBlock(key.toReversed(), sealed.toReversed())?.toReversed()
  const model = block && (models[block[2] ?? 0] ?? named)
  if (!block || model === undefined || !Object.values(models).includes(model)) return undefined
  frame.model = model
  frame.readings.push({ field: 'batteryPercent', value: block[4] ?? 0 })
  say(frame, model, block[5] ?? 0)
  return frame
}

function say(frame: SensorFrame, model: string, what: number): void {
  const press = (number: number) =>
    void frame.actions.push({ control: 'button', at: String(number + 1), action: 'press' })
  if (model === 'H5123') frame.readings.push({ field: 'windowOpen', value: what === 2 })
  else if (model === 'H5121' || model === 'H5124') {
    const action = model === 'H5121' ? 'motion' : 'vibration'
    if (what === 1) frame.actions.push({ control: action, action })
  } else if (model !== 'H5130') press(what)
  else if (what === pressureButton) press(0)
  else frame.readings.push({ field: 'present', value: what === 1 })
}

function crc(bytes: Uint8Array): number {
  let value = 0x1d0f
  for (const byte of bytes) {
    value ^= byte << 8
    for (let bit = 0; bit < 8; bit++) value = ((value << 1) ^ (value & 0x8000 ? 0x1021 : 0)) & 0xffff
  }
  return value
}
