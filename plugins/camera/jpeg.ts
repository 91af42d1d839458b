/** JPEG pictures out of a stream of bytes. Markers after ITU-T T.81, annex B. */

const START = 0xd8
const END = 0xd9
const SCAN = 0xda
/** A stream in which no picture ends within this is none of JPEG pictures. */
const MAX_BYTES = 8 * 1024 * 1024

/**
 * Gives each whole picture of a stream to `found`, and skips what stands between them. A picture that is cut short is
 * dropped with the start of the next.
 */
export function createSplitter(found: (jpeg: Uint8Array) => void): (chunk: Uint8Array) => void {
  let held = Buffer.alloc(0)
  return (chunk) => {
    held = held.length === 0 ? Buffer.from(chunk) : Buffer.concat([held, chunk])
    for (;;) {
      const start = held.indexOf(Uint8Array.of(0xff, START, 0xff))
      if (start === -1) {
        held = held.subarray(Math.max(0, held.length - 2))
        return
      }
      held = held.subarray(start)
      const end = endOf(held)
      if (end === 'broken') {
        held = held.subarray(2)
        continue
      }
      if (end === undefined) {
        if (held.length > MAX_BYTES) held = held.subarray(2)
        return
      }
      found(Uint8Array.from(held.subarray(0, end)))
      held = held.subarray(end)
    }
  }
}

/** Where the picture that begins at 0 ends; undefined while it is not whole. */
function endOf(bytes: Buffer): number | 'broken' | undefined {
  let at = 2
  for (;;) {
    if (at + 4 > bytes.length) return bytes[at] === 0xff && bytes[at + 1] === END ? at + 2 : undefined
    if (bytes[at] !== 0xff) return 'broken'
    const marker = bytes[at + 1] ?? 0
    if (marker === 0xff) {
      at++
      continue
    }
    if (marker === END) return at + 2
    if (marker === START) return 'broken'
    at += 2 + bytes.readUInt16BE(at + 2)
    if (marker !== SCAN) continue
    // In the data of a scan 0xff is followed by 0 or by a restart marker; anything else is the next marker.
    for (;;) {
      at = bytes.indexOf(0xff, at)
      if (at === -1 || at + 1 >= bytes.length) return undefined
      const next = bytes[at + 1] ?? 0
      if (next !== 0 && (next < 0xd0 || next > 0xd7)) break
      at += 2
    }
  }
}

/** Width and height as the frame header says, or undefined where the bytes are no picture. */
export function sizeOf(bytes: Uint8Array): { widthPixels: number; heightPixels: number } | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes[0] !== 0xff || bytes[1] !== START) return undefined
  for (let at = 2; at + 9 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return undefined
    const marker = bytes[at + 1] ?? 0
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
    if (isFrame) return { heightPixels: view.getUint16(at + 5), widthPixels: view.getUint16(at + 7) }
    at += 2 + view.getUint16(at + 2)
  }
  return undefined
}
