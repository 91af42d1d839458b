/**
 * What a flow may hand to the host. A message can hold anything: what the wire cannot carry would end Node-RED, and
 * what is too large for it would end the link.
 */

/** Far over what any command takes, and far under the largest frame of the wire. */
const MOST_BYTES = 4 * 1024 * 1024
const MOST_DEPTH = 64

/** Throws where a value is too large, too deep or of a kind that cannot be sent; the message says what to do. */
export function checkSendable(value: unknown): void {
  let bytes = 0
  const grow = (by: number) => {
    bytes += by
    if (bytes > MOST_BYTES)
      throw new Error('the message is larger than 4 MB: take what is needed from it with a “change” node')
  }
  const look = (part: unknown, depth: number) => {
    if (depth > MOST_DEPTH)
      throw new Error('the message holds itself, or is nested too deeply: take what is needed from it with “change”')
    if (typeof part === 'string') return grow(part.length)
    if (typeof part === 'function' || typeof part === 'symbol' || typeof part === 'bigint')
      throw new Error(`the message holds a ${typeof part}, which cannot be sent: take it out with a “change” node`)
    grow(8)
    if (typeof part !== 'object' || part === null) return
    if (ArrayBuffer.isView(part) || part instanceof ArrayBuffer) return grow(part.byteLength)
    for (const one of part instanceof Map || part instanceof Set ? part : Object.values(part)) look(one, depth + 1)
  }
  look(value, 0)
}
