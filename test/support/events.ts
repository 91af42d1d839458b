/** Makers of valid events, and ways to wait for what must happen without guessing how long it takes. */
import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Bus } from '../../runtime/bus/index.ts'
import { type Consume, type Event, type EventData, type EventType, vocabulary } from '../../runtime/contract/index.ts'

/** A UUIDv7 (RFC 9562, 5.7) of a time in milliseconds since the epoch: what the host stamps. */
export function uuidv7(time = Date.now()): string {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(Math.trunc(time), 0, 6)
  bytes.writeUInt8(0x70 | (bytes.readUInt8(6) & 0x0f), 6)
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8)
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

type Given<T extends EventType> = Partial<Omit<Event, 'type' | 'data'>> & { data?: Partial<EventData<T>> }

/** A valid event of a type: the vocabulary's example, changed by what is given. Its id is of its time. */
export function sampleEvent<T extends EventType>(type: T, given: Given<T> = {}): Event<EventData<T>> {
  const definition = vocabulary.get(type)
  if (!definition) throw new Error(`there is no type ${type}`)
  const { example, privacy } = definition
  const time = given.time ?? Date.now()
  const { data, ...attributes } = given
  return {
    id: uuidv7(time),
    type,
    source: 'test/sample',
    subject: example.subject,
    time,
    privacy,
    ...attributes,
    data: { ...(example.data as EventData<T>), ...data },
  }
}

/** An event of a type that is not in the vocabulary, as a plugin's own. */
export function ownEvent(type: string, subject: string, data: unknown, given: Partial<Event> = {}): Event {
  const time = given.time ?? Date.now()
  return { id: uuidv7(time), type, source: 'test/own', subject, time, data, privacy: 'none', ...given }
}

/** Resolves with the first value of a condition that is neither false nor undefined; fails after `timeoutMs`. */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  what = 'the condition',
  timeoutMs = 15_000,
): Promise<Exclude<T, false | undefined | null>> {
  const end = performance.now() + timeoutMs
  for (;;) {
    const value = await condition()
    if (value !== false && value !== undefined && value !== null) return value as Exclude<T, false | undefined | null>
    if (performance.now() > end) throw new Error(`waited ${timeoutMs} ms for ${what}`)
    await pause(5)
  }
}

/** Resolves with the next event on a bus that fits. Call it before the cause, await it after. */
export function nextEvent(
  bus: Bus,
  consume: Consume | string,
  fits: (event: Event) => boolean = () => true,
  timeoutMs = 15_000,
): Promise<Event> {
  const wanted = typeof consume === 'string' ? { type: consume } : consume
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      subscription.close()
      reject(new Error(`waited ${timeoutMs} ms for an event ${wanted.type}`))
    }, timeoutMs)
    const subscription = bus.subscribe({
      name: 'test',
      consumes: [wanted],
      deliver(event) {
        if (!fits(event)) return true
        clearTimeout(timer)
        subscription.close()
        resolve(event)
        return true
      },
    })
  })
}
