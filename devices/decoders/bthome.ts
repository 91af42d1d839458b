import { hexFromBytes, type ServiceData } from './advertisement.ts'
import { type BthomeObject, bthomeObjects, bthomePresses, bthomeTurns } from './bthome-objects.ts'
import { openCcm } from './cipher.ts'
import { exact, littleEndian } from './numbers.ts'
import { addressBytes, blank, type SensorFrame } from './sensor.ts'

const plainV1 = '181c'
const sealedV1 = '181e'
const v2 = 'fcd2'

/** Counter (4) and tag (4) at the end of an encrypted frame. */
const trailerBytes = 8

interface Options {
  /** The address that the advertisement came from. */
  address?: string | undefined
  /** The bind key, 16 bytes. */
  key?: Uint8Array | undefined
}

interface Part {
  object: BthomeObject | undefined
  id: number
  /** Of version 1, where the frame itself says how a value is written: 0 unsigned, 1 signed, 2 float, 3 text, 5 time. */
  format?: number
  bytes: Uint8Array
}

/**
 * BTHome version 1 (services 181c, encrypted 181e) and 2 (service fcd2); format and encryption: bthome.io. Objects
 * follow one another until the frame ends; one that is not known ends version 2, as its length is not known either.
 * `undefined` where the advertisement is not of BTHome. Never throws.
 */
export function decodeBthome(services: ServiceData, { address, key }: Options = {}): SensorFrame | undefined {
  const plain = services[plainV1]
  if (plain) return read(blank('bthome-v1'), splitV1(plain))
  const sealed = services[sealedV1]
  if (sealed) return openV1(sealed, address, key)
  const bytes = services[v2]
  return bytes?.length ? decodeV2(bytes, address, key) : undefined
}

function openV1(bytes: Uint8Array, address: string | undefined, key: Uint8Array | undefined): SensorFrame {
  const frame = blank('bthome-v1', true)
  const payload = open(frame, bytes, bytes, [0x1e, 0x18], addressBytes(address), key, Uint8Array.of(0x11))
  return payload ? read(frame, splitV1(payload)) : frame
}

/** Device information: bit 0 encrypted, 1 carries its address, 2 speaks on events only, 5 to 7 the version. */
function decodeV2(
  bytes: Uint8Array,
  address: string | undefined,
  key: Uint8Array | undefined,
): SensorFrame | undefined {
  const info = bytes[0] ?? 0
  if (info >> 5 !== 2) return undefined
  const frame = blank('bthome-v2', (info & 1) !== 0)
  frame.sleepy = (info & 4) !== 0
  const carried = (info & 2) !== 0
  const own = carried ? bytes.slice(1, 7).toReversed() : addressBytes(address)
  if (carried && own?.length !== 6) return { ...frame, state: 'damaged' }
  if (carried && own) frame.address = (hexFromBytes(own).match(/../g) ?? []).join(':')
  const rest = bytes.subarray(carried ? 7 : 1)
  if (!frame.encrypted) return read(frame, splitV2(rest))
  const payload = open(frame, bytes, rest, [0xd2, 0xfc, info], own, key)
  return payload ? read(frame, splitV2(payload)) : frame
}

/** Nonce: address (6), UUID lowest byte first, device information in version 2, counter (4, as it stands there). */
function open(
  frame: SensorFrame,
  whole: Uint8Array,
  rest: Uint8Array,
  middle: number[],
  address: Uint8Array | undefined,
  key: Uint8Array | undefined,
  associated?: Uint8Array,
): Uint8Array | undefined {
  if (rest.length <= trailerBytes + 1) {
    frame.state = 'damaged'
    return undefined
  }
  const counter = whole.subarray(-8, -4)
  frame.encryptionCounter = littleEndian(counter)
  if (!key || !address) {
    frame.state = 'key-missing'
    return undefined
  }
  const nonce = Uint8Array.from([...address, ...middle, ...counter])
  const payload = openCcm(key, nonce, rest.subarray(0, -trailerBytes), whole.subarray(-4), associated)
  if (!payload) frame.state = 'key-wrong'
  return payload
}

/** Each object: three bits of format and five of length, then the id and the value, both counted by that length. */
function splitV1(payload: Uint8Array): Part[] {
  const parts: Part[] = []
  for (let at = 0; at + 1 < payload.length; ) {
    const control = payload[at] ?? 0
    const length = control & 0x1f
    if (length < 2 || at + 1 + length > payload.length) break
    const id = payload[at + 1] ?? 0
    parts.push({
      id,
      object: bthomeObjects.get(id),
      format: control >> 5,
      bytes: payload.subarray(at + 2, at + 1 + length),
    })
    at += 1 + length
  }
  return parts
}

/** Each object: the id, a length where it is a text, the value. */
function splitV2(payload: Uint8Array): Part[] {
  const parts: Part[] = []
  for (let at = 0; at < payload.length; ) {
    const id = payload[at] ?? 0
    const object = bthomeObjects.get(id)
    if (!object) {
      parts.push({ id, object, bytes: new Uint8Array() })
      break
    }
    const start = object.bytes === undefined ? at + 2 : at + 1
    const end = start + (object.bytes ?? payload[at + 1] ?? 0)
    if (end > payload.length || end === start) break
    parts.push({ id, object, bytes: payload.subarray(start, end) })
    at = end
  }
  return parts
}

/** Where a quantity stands there more than once, each one is numbered from 1. */
function read(frame: SensorFrame, parts: Part[]): SensorFrame {
  const many = new Map<string, number>()
  for (const { object } of parts) if (object) many.set(nameOf(object), (many.get(nameOf(object)) ?? 0) + 1)
  const numbers = new Map<string, number>()
  for (const part of parts) {
    const { object } = part
    if (!object) {
      ;(frame.unknown ??= []).push(part.id)
      continue
    }
    const name = nameOf(object)
    const number = (numbers.get(name) ?? 0) + 1
    numbers.set(name, number)
    take(frame, part, object, (many.get(name) ?? 0) > 1 ? { at: String(number) } : {})
  }
  if (parts.length === 0) frame.state = 'empty'
  return frame
}

const nameOf = (object: BthomeObject): string => ('field' in object ? object.field : object.kind)

function take(frame: SensorFrame, { bytes, format }: Part, object: BthomeObject, which: { at?: string }): void {
  const first = bytes[0] ?? 0
  switch (object.kind) {
    case 'packet':
      frame.packet = first
      return
    case 'flag':
      frame.readings.push({ field: object.field, value: first !== 0, ...which })
      return
    case 'text': {
      const value = object.field === 'raw' ? hexFromBytes(bytes) : textOf(bytes)
      if (value !== undefined) frame.readings.push({ field: object.field, value, ...which })
      return
    }
    case 'button': {
      const action = bthomePresses[first]
      if (action !== undefined) frame.actions.push({ control: 'button', action, ...which })
      return
    }
    case 'dimmer': {
      const action = bthomeTurns[first]
      if (action !== undefined)
        frame.actions.push({ control: 'dimmer', action, amount: littleEndian(bytes.subarray(1)), ...which })
      return
    }
    default: {
      const value = numberOf(bytes, object, format)
      if (value !== undefined) frame.readings.push({ field: object.field, value, ...which })
    }
  }
}

/** Undefined where it is not UTF-8. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function numberOf(bytes: Uint8Array, object: BthomeObject & { kind: 'number' }, format?: number): number | undefined {
  if (bytes.length > 6) return undefined
  if (format === 2) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    const float =
      bytes.length === 4 ? view.getFloat32(0, true) : bytes.length === 2 ? view.getFloat16(0, true) : Number.NaN
    return Number.isFinite(float) ? exact(float, object.factor) : undefined
  }
  // 5 says that it is a time.
  if (format === 5 && object.field === 'timestampSeconds') return exact(littleEndian(bytes), object.factor)
  if (format !== undefined && format > 1) return undefined
  const signed = format === undefined ? object.signed : format === 1
  return exact(littleEndian(bytes, signed), object.factor)
}
