/**
 * The codec of the link between host and child: a 4-byte little-endian length, then msgpack of an array of messages.
 * All messages of one turn of the event loop travel in one frame. Both ends use this file.
 */
import type { Duplex } from 'node:stream'
import { Packr, Unpackr } from 'msgpackr'
import { holdsMoreThan } from './msgpack.ts'

/** A frame larger than this ends the link: a broken or hostile peer must not exhaust memory. */
export const MAX_FRAME_BYTES = 16 * 1024 * 1024
/** A frame larger than LARGE_FRAME_BYTES may hold so many values: read, a few bytes can become a hundred. */
const MAX_VALUES = 2_000_000
const LARGE_FRAME_BYTES = 1024 * 1024
/** A full frame is written at once instead of at the end of the turn. */
const FLUSH_MESSAGES = 1024

export interface Wire<Out> {
  send(message: Out): void
  /** Bytes written but not yet taken by the peer, queued messages excluded. */
  backlogBytes(): number
  /** Stops reading until resume(): how a producer above its rate is held back. */
  pause(): void
  resume(): void
  /** Writes what is queued, then ends the stream. */
  close(): void
}

export interface WireHandlers<In> {
  message(message: In): void
  /** The peer took everything that was written. */
  drain?(): void
  /** The link is over; `error` tells why where it was not an orderly end. Called once. */
  end(error?: Error): void
}

/** Some messages of msgpackr quote what was read, which may be a radio address and must not reach a log. */
const withoutData = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\s*[[{"].*$/s, '')

/** Speaks the protocol over a stream. Throws nothing; a frame that cannot be read ends the link with its error. */
export function createWire<In, Out>(stream: Duplex, handlers: WireHandlers<In>): Wire<Out> {
  const packr = new Packr({ useRecords: false })
  const unpackr = new Unpackr({ useRecords: false })
  let queue: Out[] = []
  let scheduled = false
  let ended = false
  let chunks: Buffer[] = []
  let buffered = 0
  let wanted = 4

  const finish = (error?: Error) => {
    if (ended) return
    ended = true
    queue = []
    stream.destroy()
    handlers.end(error)
  }

  const flush = () => {
    scheduled = false
    if (ended || queue.length === 0) return
    const body = packr.pack(queue)
    queue = []
    const head = Buffer.allocUnsafe(4)
    head.writeUInt32LE(body.length)
    stream.cork()
    stream.write(head)
    stream.write(body)
    stream.uncork()
  }

  const read = (data: Buffer) => {
    chunks.push(data)
    buffered += data.length
    if (buffered < wanted) return
    let buffer = chunks.length === 1 ? data : Buffer.concat(chunks, buffered)
    let offset = 0
    wanted = 4
    while (buffer.length - offset >= 4) {
      const length = buffer.readUInt32LE(offset)
      if (length > MAX_FRAME_BYTES) return finish(new Error(`a frame of ${length} bytes`))
      if (buffer.length - offset - 4 < length) {
        wanted = length + 4
        break
      }
      const frame = buffer.subarray(offset + 4, offset + 4 + length)
      if (length > LARGE_FRAME_BYTES && holdsMoreThan(MAX_VALUES, frame))
        return finish(new Error(`a frame of more than ${MAX_VALUES} values`))
      let messages: unknown
      try {
        messages = unpackr.unpack(frame)
      } catch (error) {
        return finish(new Error(withoutData(error)))
      }
      if (!Array.isArray(messages)) return finish(new Error('a frame without messages'))
      offset += 4 + length
      for (const message of messages) {
        if (ended) return
        if (typeof message !== 'object' || message === null) return finish(new Error('a message that is none'))
        handlers.message(message as In)
      }
    }
    buffer = buffer.subarray(offset)
    chunks = buffer.length > 0 ? [buffer] : []
    buffered = buffer.length
  }

  stream.on('data', read)
  stream.on('drain', () => handlers.drain?.())
  stream.on('end', () => finish())
  stream.on('close', () => finish())
  stream.on('error', (error) => finish(error))

  return {
    send(message) {
      if (ended) return
      queue.push(message)
      if (queue.length >= FLUSH_MESSAGES) flush()
      else if (!scheduled) {
        scheduled = true
        setImmediate(flush)
      }
    },
    backlogBytes: () => stream.writableLength,
    pause: () => void stream.pause(),
    resume: () => void stream.resume(),
    close() {
      flush()
      stream.end()
    },
  }
}
