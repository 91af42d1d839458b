/**
 * Events to a WebSocket: all of one turn in one message, each made to JSON once for all readers. While a reader is
 * behind, the bus keeps its queue (the newest telemetry of each subject); one that stays far behind is closed.
 */
import type { WebSocket } from 'ws'
import type { Bus } from '../bus/index.ts'
import type { Consume, Event } from '../contract/index.ts'
import { eventText } from './outside.ts'
import { TRY_AGAIN_LATER } from './sockets.ts'

/** Bytes on their way to one reader above which it counts as full. */
const FULL_BYTES = 1024 * 1024
const WAITING_LIMIT = 10_000
/** Urgent events are never dropped by the bus, so a reader that keeps so many waiting has to go. */
const FAR_BEHIND = 20_000
const WATCH_MILLISECONDS = 1000
const BATCH = 256

/** Returns the way to stop. */
export function streamEvents(bus: Bus, socket: WebSocket, name: string, consumes: readonly Consume[]): () => void {
  let batch: string[] = []
  let scheduled = false
  let full = false

  const written = (): void => {
    if (!full || socket.bufferedAmount > FULL_BYTES / 2) return
    full = false
    subscription.drain()
  }
  const flush = (): void => {
    scheduled = false
    if (batch.length === 0 || socket.readyState !== socket.OPEN) return
    const text = `[${batch.join(',')}]`
    batch = []
    socket.send(text, written)
    full = socket.bufferedAmount > FULL_BYTES
  }
  const deliver = (event: Event): boolean => {
    batch.push(eventText(event))
    if (batch.length >= BATCH) flush()
    else if (!scheduled) {
      scheduled = true
      setImmediate(flush)
    }
    return !full
  }
  const subscription = bus.subscribe({ name, consumes, deliver, limit: WAITING_LIMIT })
  const watch = setInterval(() => {
    if (full && subscription.stats().waiting > FAR_BEHIND) socket.close(TRY_AGAIN_LATER, 'too far behind')
  }, WATCH_MILLISECONDS)
  return () => {
    clearInterval(watch)
    subscription.close()
  }
}
