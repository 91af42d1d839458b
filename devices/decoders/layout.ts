import { hexFromBytes, type AdvertisementData } from './advertisement.ts'
import { uuidFromBytes, viewOf } from './beacon.ts'

/** A beacon read by a layout that a technician or a vendor wrote down. */
export interface LayoutBeacon {
  /** As the field writes them: UUIDs for 16 bytes, decimals for 1 or 2, else `0x…`. */
  identifiers: string[]
  /** Unsigned; 0 where the frame ends before a field that begins behind its identifiers. */
  dataFields: number[]
  /** Received power in dBm expected 1 m away, where the layout has it. */
  measuredPower?: number
}

interface Field {
  kind: 'match' | 'service' | 'identifier' | 'power' | 'data'
  start: number
  end: number
  littleEndian: boolean
  /** Ends with the frame where that is shorter. */
  variable: boolean
  /** Bytes that must stand there (`match`, `service`), as hexadecimal. */
  expected: string
  /** dB added to a power, or the power itself where it has no byte. */
  correction: number
}

/** A layout, read once and applied to many advertisements. */
export interface BeaconLayout {
  fields: Field[]
}

const term = /^(?:([ms]):(\d+)-(\d+)=([0-9a-f]+)|([id]):(\d+)-(\d+)([lv]?)|p:(\d*)-(\d*)(?::(-?\d+))?)$/i

/**
 * Reads the layout notation that beacon vendors print in their data sheets, such as
 * `m:2-3=beac,i:4-19,i:20-21,i:22-23,p:24-24,d:25-25`. Offsets count from the company id or, with an `s:` term,
 * from the service UUID. `l` reads a field with its least significant byte first, `v` ends it with the frame;
 * `x` (extra frame of a beacon that is identified by another one) changes nothing here; `p:3-3:-41` adds −41 dB;
 * `p:-:-59` takes −59 dBm where the frame carries no power. `undefined` where the text is not such a layout.
 */
export function parseBeaconLayout(layout: string): BeaconLayout | undefined {
  const fields: Field[] = []
  for (const text of layout.split(',')) {
    if (text.trim() === 'x') continue
    const found = term.exec(text.trim())
    const field = found && fieldOf(found)
    if (!field || field.end < field.start || field.end > 63) return undefined
    fields.push(field)
  }
  return { fields }
}

/** The beacon that the layout finds in the advertisement, if it fits. Never throws. */
export function decodeByLayout(layout: BeaconLayout, advertisement: AdvertisementData): LayoutBeacon | undefined {
  for (const frame of framesFor(layout, advertisement)) {
    const beacon = readFrame(layout, frame)
    if (beacon) return beacon
  }
  return undefined
}

function fieldOf(found: RegExpExecArray): Field | undefined {
  const [, expectKind, expectStart, expectEnd, expected, kind, start, end, little, powerStart, powerEnd, correction] =
    found
  const blank = { littleEndian: false, variable: false, expected: '', correction: 0 }
  if (expected !== undefined) {
    const field = { ...blank, start: Number(expectStart), end: Number(expectEnd), expected: expected.toLowerCase() }
    if (expected.length !== 2 * (field.end - field.start + 1)) return undefined
    return { ...field, kind: expectKind?.toLowerCase() === 's' ? 'service' : 'match' }
  }
  if (kind !== undefined) {
    const field = {
      ...blank,
      start: Number(start),
      end: Number(end),
      littleEndian: little === 'l',
      variable: little === 'v',
    }
    return { ...field, kind: kind.toLowerCase() === 'i' ? 'identifier' : 'data' }
  }
  const fixed = powerStart === '' && powerEnd === ''
  if (fixed ? correction === undefined : powerStart === '' || powerStart !== powerEnd) return undefined
  const at = fixed ? noByte : Number(powerStart)
  return { ...blank, kind: 'power', start: at, end: at, correction: Number(correction ?? 0) }
}

/** Where a power stands in no byte of the frame. */
const noByte = -1

/** The candidates. Offsets count from the company id or service UUID, which stands there least significant byte first. */
function framesFor(layout: BeaconLayout, { manufacturerData, serviceData }: AdvertisementData): Uint8Array[] {
  const service = layout.fields.find((field) => field.kind === 'service')
  if (service) {
    const bytes = serviceData[service.expected]
    return bytes ? [framed(Number.parseInt(service.expected, 16), bytes)] : []
  }
  return Object.entries(manufacturerData).map(([company, bytes]) => framed(Number(company), bytes))
}

function framed(code: number, bytes: Uint8Array): Uint8Array {
  return Uint8Array.from([code & 0xff, (code >> 8) & 0xff, ...bytes])
}

function readFrame({ fields }: BeaconLayout, frame: Uint8Array): LayoutBeacon | undefined {
  const beacon: LayoutBeacon = { identifiers: [], dataFields: [] }
  for (const { kind, start, end, littleEndian, variable, expected, correction } of fields) {
    if (kind === 'service') continue
    if (kind === 'power' && start === noByte) {
      beacon.measuredPower = correction
      continue
    }
    const present = variable ? start < frame.length : end < frame.length
    if (!present && kind !== 'data') return undefined
    const bytes = frame.slice(start, end + 1)
    if (littleEndian) bytes.reverse()
    if (kind === 'match' && hexFromBytes(bytes) !== expected) return undefined
    if (kind === 'identifier') beacon.identifiers.push(identifierText(bytes))
    if (kind === 'power') beacon.measuredPower = signedByte((bytes[0] ?? 0) + correction)
    if (kind === 'data') beacon.dataFields.push(present ? unsigned(bytes) : 0)
  }
  return beacon
}

/** A power is one signed byte, after its correction too. */
const signedByte = (value: number): number => (value << 24) >> 24

function identifierText(bytes: Uint8Array): string {
  if (bytes.length === 16) return uuidFromBytes(viewOf(bytes), 0)
  return bytes.length <= 2 ? String(unsigned(bytes)) : `0x${hexFromBytes(bytes)}`
}

function unsigned(bytes: Uint8Array): number {
  return bytes.reduce((value, byte) => value * 256 + byte, 0)
}
