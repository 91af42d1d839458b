/**
 * What a program of ours has yet to hear: urgent events that it was given and did not confirm before it ended, and those
 * that came while it was away, so that its crash swallows no alarm. Telemetry and the comings and goings of visitors are
 * out of date by then.
 */
import type { Bus } from '../bus/index.ts'
import { type Consume, type Event, vocabulary } from '../contract/index.ts'

/** An alarm that is told later than this is history: the console tells it. */
const LONGEST_MILLISECONDS = 600_000
/** Of more than these, the oldest go. */
const MOST = 2000

export interface Owed {
  /** The child was sent its `count`th event in this life. */
  gave(event: Event, count: number): void
  /** The child has heard its first `count` events of this life. */
  heard(count: number): void
  /** A life has ended, or none has begun: what it would have heard of is kept from now on. */
  away(consumes: readonly Consume[]): void
  /** A life has begun: what waits, in its order. Nothing is given back twice, lest an event that ends the child does so for ever. */
  back(): Event[]
  stop(): void
}

interface Waiting {
  event: Event
  at: number
  /** Its place in this life; undefined where it came while there was none. */
  count?: number
}

/** `now` is a monotonic clock in milliseconds. */
export function createOwed(name: string, bus: Pick<Bus, 'subscribe'>, now = () => performance.now()): Owed {
  const waiting = new Map<string, Waiting>()
  /** Given back in this life. */
  const again = new Set<string>()
  let absence: ReturnType<Bus['subscribe']> | undefined

  const keep = (event: Event, count?: number) => {
    const definition = vocabulary.get(event.type)
    if (definition?.lane !== 'urgent' || !definition.keep || definition.privacy === 'visit') return
    waiting.set(event.id, { event, at: now(), ...(count === undefined ? {} : { count }) })
    const [oldest] = waiting.size > MOST ? waiting.keys() : []
    if (oldest !== undefined) waiting.delete(oldest)
  }

  return {
    gave(event, count) {
      if (!again.has(event.id)) keep(event, count)
    },
    heard(heard) {
      for (const [id, { count }] of waiting) {
        if (count === undefined || count > heard) return
        waiting.delete(id)
      }
    },
    away(consumes) {
      if (absence) return
      again.clear()
      for (const one of waiting.values()) delete one.count
      absence = bus.subscribe({
        name: `${name} (away)`,
        consumes,
        deliver(event) {
          keep(event)
          return true
        },
      })
    },
    back() {
      absence?.close()
      absence = undefined
      const oldest = now() - LONGEST_MILLISECONDS
      const events = [...waiting.values()].filter(({ at }) => at >= oldest).map(({ event }) => event)
      waiting.clear()
      for (const { id } of events) again.add(id)
      return events
    },
    stop() {
      absence?.close()
      absence = undefined
      waiting.clear()
    },
  }
}
