/** What converters of load cells and scales on MQTT say. */

/** A conversion of 24 bits, two's complement, highest byte first, as the NAU7802 has it in registers 0x12 to 0x14. */
export function decodeCounts24(bytes: ArrayLike<number>): number | undefined {
  if (bytes.length !== 3) return undefined
  return (((bytes[0] ?? 0) << 24) | ((bytes[1] ?? 0) << 16) | ((bytes[2] ?? 0) << 8)) >> 8
}

/** What scales say instead of a weight when their cell is torn off or not yet read. */
const NOTHING = /^(nan|unavailable|unknown|null|none|)$/i
/** No scale weighs more, whatever its unit. */
const MOST = 1e9

/**
 * The number of a message: the whole of it, or what stands at a path in its JSON. `null` where the scale says that it
 * has none; `undefined` where the message is about something else, or is no weight. Never throws.
 */
export function decodeWeightMessage(text: string, path: readonly string[] = []): number | null | undefined {
  const weight = weightOf(messageValue(text, path))
  return Number.isNaN(weight) ? undefined : weight
}

/** What stands at a path of a message; undefined where the message is about something else. Never throws. */
export function messageValue(text: string, path: readonly string[] = []): unknown {
  let value: unknown = text
  if (path.length === 0) return value
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<string, unknown>)[key]
  }
  return value
}

/** The weight that a value says: `null` where it says that there is none, NaN where it is no weight. */
export function weightOf(value: unknown): number | null {
  if (value === null || (typeof value === 'string' && NOTHING.test(value.trim()))) return null
  const number = typeof value === 'string' ? Number(value) : value
  return typeof number === 'number' && Math.abs(number) < MOST ? number : Number.NaN
}
