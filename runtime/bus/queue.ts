import type { Event } from '../contract/index.ts'

/** What waits for a consumer that is full. */
export interface Queue {
  readonly waiting: number
  readonly coalesced: number
  readonly dropped: number
  /** Takes an event. Telemetry replaces what waits of its type and subject; over the limit the oldest telemetry goes. */
  add(event: Event, urgent: boolean): void
  /** The next one: urgent ones first, each kind in its order. */
  next(): Event | undefined
  /** Forgets what is no longer wanted. */
  retain(wanted: (event: Event) => boolean): void
}

/** `limit` counts both kinds, but only telemetry is ever dropped. */
export function createQueue(limit: number): Queue {
  let urgents: Event[] = []
  let head = 0
  const telemetry = new Map<string, Event>()
  let coalesced = 0
  let dropped = 0

  const trim = () => {
    while (telemetry.size > 0 && urgents.length - head + telemetry.size > limit) {
      for (const oldest of telemetry.keys()) {
        telemetry.delete(oldest)
        break
      }
      dropped++
    }
  }

  return {
    get waiting() {
      return urgents.length - head + telemetry.size
    },
    get coalesced() {
      return coalesced
    },
    get dropped() {
      return dropped
    },
    add(event, urgent) {
      if (urgent) urgents.push(event)
      else {
        const key = `${event.type}\n${event.subject}`
        if (telemetry.has(key)) coalesced++
        telemetry.set(key, event)
      }
      trim()
    },
    next() {
      if (head < urgents.length) {
        const event = urgents[head++]
        // Taken events must not pile up in front of those that wait.
        if (head === urgents.length || head > 4096) {
          urgents = urgents.slice(head)
          head = 0
        }
        return event
      }
      for (const [key, event] of telemetry) {
        telemetry.delete(key)
        return event
      }
      return undefined
    },
    retain(wanted) {
      urgents = urgents.slice(head).filter(wanted)
      head = 0
      for (const [key, event] of telemetry) if (!wanted(event)) telemetry.delete(key)
    },
  }
}
