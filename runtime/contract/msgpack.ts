/** How much a msgpack text would become, before it is read: 16 MB of empty lists are half a gigabyte of objects. */

/** Bytes that follow the first of a value which has no parts; by the first byte, from 0xc0 on (msgpack specification). */
const SIZES: Record<number, number> = {
  0xca: 4,
  0xcb: 8,
  0xcc: 1,
  0xcd: 2,
  0xce: 4,
  0xcf: 8,
  0xd0: 1,
  0xd1: 2,
  0xd2: 4,
  0xd3: 8,
  0xd4: 2,
  0xd5: 3,
  0xd6: 5,
  0xd7: 9,
  0xd8: 17,
  0xdc: 2,
  0xdd: 4,
  0xde: 2,
  0xdf: 4,
}
/** Bytes of the length that stands before binary data, extensions (with their type) and text. */
const LENGTHS: Record<number, readonly [bytes: number, more: number]> = {
  0xc4: [1, 0],
  0xc5: [2, 0],
  0xc6: [4, 0],
  0xc7: [1, 1],
  0xc8: [2, 1],
  0xc9: [4, 1],
  0xd9: [1, 0],
  0xda: [2, 0],
  0xdb: [4, 0],
}

/**
 * True where the bytes hold more than `most` values, keys and parts of others included. Goes through all of them, not by
 * what lists say of their length, so that nothing can hide behind a false one.
 */
export function holdsMoreThan(most: number, bytes: Buffer): boolean {
  let values = 0
  for (let at = 0; at < bytes.length; ) {
    if (++values > most) return true
    const first = bytes[at++] ?? 0
    if (first >= 0xa0 && first < 0xc0) at += first & 31
    if (first < 0xc4 || first >= 0xe0) continue
    const length = LENGTHS[first]
    if (length === undefined) at += SIZES[first] ?? 0
    else {
      const [size, more] = length
      if (at + size > bytes.length) return false
      at += size + more + bytes.readUIntBE(at, size)
    }
  }
  return false
}
