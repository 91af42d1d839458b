/** Company identifier (Bluetooth SIG, Assigned Numbers 7.1) to the bytes after it. */
export type ManufacturerData = Record<number, Uint8Array>

/** Service UUID in lower case, as `shortUuid` writes it, to the bytes after it. */
export type ServiceData = Record<string, Uint8Array>

/** What an advertisement says, whoever heard it. */
export interface AdvertisementData {
  name?: string
  /** The advertised Tx Power Level in dBm at the antenna (AD type 0x0a). Not a beacon's measured power. */
  txPower?: number
  manufacturerData: ManufacturerData
  serviceData: ServiceData
  serviceUuids?: string[]
}

/** One advertisement as one receiver heard it. */
export interface Advertisement extends AdvertisementData {
  /** The radio address, in whatever notation the receiver uses. */
  address: string
  /** dBm. */
  rssi: number
}

const baseUuidTail = '-0000-1000-8000-00805f9b34fb'

/**
 * The shortest lower-case form of a service UUID: `feaa` for a 16-bit one in any notation (`FEAA`, `0xFEAA`,
 * `0000feaa-0000-1000-8000-00805f9b34fb`), eight digits for a 32-bit one, else all 36 characters.
 * Base UUID: Bluetooth Core Specification 5.4, Vol 3, Part B, 2.5.1.
 */
export function shortUuid(uuid: string): string {
  const lower = uuid.toLowerCase()
  const text = lower.startsWith('0x') ? lower.slice(2) : lower
  const digits = text.endsWith(baseUuidTail) ? text.slice(0, -baseUuidTail.length) : text
  return digits.length === 8 && digits.startsWith('0000') ? digits.slice(4) : digits
}

/** The bytes that a hexadecimal text stands for; `undefined` for an odd number of digits or anything else than digits. */
export function bytesFromHex(hex: string): Uint8Array | undefined {
  if (hex.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(hex)) return undefined
  return new Uint8Array(Buffer.from(hex, 'hex'))
}

/** Lower-case hexadecimal, no separators. */
export function hexFromBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}
