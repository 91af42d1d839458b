/**
 * Rows are ordered by a number made of the time in their id (UUIDv7: its first 48 bits are milliseconds since the
 * epoch, RFC 9562, 5.7) and of their turn within that millisecond. So an id is found by the table's own order, in
 * which time ranges are runs of pages too, and no index of ids is needed.
 */

/** 2024-01-01. Keys are exact in a double from 1954 to 2093, so that a box without a clock can write as well. */
const ORIGIN_MS = 1_704_067_200_000
/** Rows in one millisecond before they run over into the next. */
export const TURNS = 4096

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i

export const isUuidV7 = (id: string): boolean => UUID_V7.test(id)

/** The first key of a millisecond. */
export const keyOfTime = (milliseconds: number): number => (Math.floor(milliseconds) - ORIGIN_MS) * TURNS

/** Milliseconds since the epoch of an id. */
export const timeOfId = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)

export const keyOfId = (id: string): number => keyOfTime(timeOfId(id))

export const idToBytes = (id: string): Buffer => Buffer.from(id.replaceAll('-', ''), 'hex')

export function bytesToId(bytes: Uint8Array, offset = 0): string {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset + offset, 16).toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
