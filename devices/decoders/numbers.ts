/** The number in these bytes, lowest first; at most 6 bytes. */
export function littleEndian(bytes: Uint8Array, signed = false): number {
  let value = 0
  for (let i = bytes.length - 1; i >= 0; i--) value = value * 256 + (bytes[i] ?? 0)
  return signed ? signedOf(value, bytes.length) : value
}

/** The number in these bytes, highest first; at most 6 bytes. */
export function bigEndian(bytes: Uint8Array, signed = false): number {
  let value = 0
  for (const byte of bytes) value = value * 256 + byte
  return signed ? signedOf(value, bytes.length) : value
}

/** Two's complement. */
const signedOf = (value: number, bytes: number): number =>
  value >= 2 ** (8 * bytes - 1) ? value - 2 ** (8 * bytes) : value

/** A raw number times a factor such as 1/100, to the double that is nearest to the decimal fraction. */
export function exact(raw: number, factor: number): number {
  const divisor = Math.round(1 / factor)
  return factor < 1 && Math.abs(divisor * factor - 1) < 1e-12 ? raw / divisor : raw * factor
}
