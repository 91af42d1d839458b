import type { Socket } from 'node:net'

/**
 * Ends a connection that announces an MQTT packet of more than `maxBytes`, before its bytes are gathered in memory:
 * the protocol allows 256 MiB, and the broker reads a packet whole. The fixed header is one byte and a remaining
 * length of at most four, seven bits each, the lowest first (MQTT 3.1.1, 2.2.3).
 */
export function limitFrames(socket: Socket, maxBytes: number, exceeded: () => void): void {
  const plain = socket.read.bind(socket)
  /** Bytes of the packet under way that are still to come; in its header, what has been read of that. */
  let left = 0
  let header: { length: number; shift: number } | undefined
  let over = false

  const scan = (chunk: Uint8Array) => {
    let at = 0
    while (at < chunk.length) {
      if (left > 0) {
        const skipped = Math.min(left, chunk.length - at)
        left -= skipped
        at += skipped
      } else if (!header) {
        header = { length: 0, shift: 0 }
        at += 1
      } else {
        const byte = chunk[at] ?? 0
        at += 1
        header.length += (byte & 0x7f) * 2 ** header.shift
        header.shift += 7
        if (header.length > maxBytes || header.shift > 28) return false
        if (byte < 0x80) {
          left = header.length
          header = undefined
        }
      }
    }
    return true
  }

  // The broker takes bytes by read() alone, so this sees every one, at no cost for a stream in between.
  socket.read = (size?: number) => {
    const chunk: unknown = over ? null : plain(size)
    if (!(chunk instanceof Uint8Array) || scan(chunk)) return chunk
    over = true
    exceeded()
    socket.destroy()
    return null
  }
}
