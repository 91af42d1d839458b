import { createPresence, type Presence } from '../../../plugins/presence/engine.ts'
import type { PresenceEvent } from '../../../plugins/presence/events.ts'
import type { Plan, PlanReceiver, PlanSample, PlanZone, Point } from '../../../plugins/presence/plan.ts'
import type { Settings } from '../../../plugins/presence/settings.ts'

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Normally distributed numbers (Box and Muller). */
export function normal(random: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

export function box(id: string, x: number, y: number, width: number, depth: number): PlanZone {
  const corners: Point[] = [
    [x, y],
    [x + width, y],
    [x + width, y + depth],
    [x, y + depth],
  ]
  return { id, polygon: corners }
}

/** A corner shop of 18 m by 12 m: the entrance on the left, dairy on the right, the till between them. */
export const cornerShop: Plan = {
  floor: { width: 18, depth: 12 },
  zones: [box('entrance', 0, 0, 6, 12), box('till', 6, 0, 6, 12), box('dairy', 12, 0, 6, 12)],
  receivers: [
    { id: 'door', x: 1, y: 6 },
    { id: 'bread', x: 6, y: 1 },
    { id: 'fruit', x: 6, y: 11 },
    { id: 'wine', x: 12, y: 1 },
    { id: 'cheese', x: 12, y: 11 },
    { id: 'milk', x: 17, y: 6 },
  ],
}

export interface Radio {
  /** dBm that a receiver hears of the tag at this point, or undefined where it hears nothing. */
  hear(tag: string, receiver: PlanReceiver, x: number, y: number): number | undefined
}

interface Air {
  seed?: number
  exponent?: number
  measuredPower?: number
  /** Scatter of each packet, and of each place: the latter stays while somebody stands still. */
  fadingDb?: number
  shadowingDb?: number
  /** dB that each receiver hears less than path loss says, such as for a shelf before it. */
  behind?: Record<string, number>
}

/**
 * What the air does to signals, told independently of what the engine believes: path loss, shadowing that belongs to
 * receiver and place (about 2 m wide), fading of each packet.
 */
export function makeRadio({
  seed = 1,
  exponent = 2.7,
  measuredPower = -59,
  fadingDb = 3,
  shadowingDb = 3,
  behind = {},
}: Air = {}): Radio {
  const fade = normal(seeded(seed))
  const shadows = new Map<string, number>()
  const shadowAt = (key: string) => {
    const known = shadows.get(key)
    if (known !== undefined) return known
    const value = fade() * shadowingDb
    shadows.set(key, value)
    return value
  }
  return {
    hear(_tag, receiver, x, y) {
      const metres = Math.max(0.5, Math.hypot(x - receiver.x, y - receiver.y, 1.2))
      const shadow = shadowAt(`${receiver.id} ${Math.floor(x / 2)} ${Math.floor(y / 2)}`)
      const loss = 10 * exponent * Math.log10(metres) + (behind[receiver.id] ?? 0)
      const rssi = measuredPower - loss + shadow + fade() * fadingDb
      return rssi < -95 ? undefined : Math.round(rssi)
    },
  }
}

export interface Walk {
  presence: Presence
  events: PresenceEvent[]
  /** Seconds of the story so far. */
  now(): number
  /** Lets everybody walk in a straight line to their points within so many seconds, advertising three times a second. */
  walk(seconds: number, to: Record<string, Point>, dead?: string[]): void
  /** Time passes and nobody is heard. */
  silence(seconds: number): void
}

/** A story: people walk the plan, their tags are heard through the air, the engine says what it makes of it. */
export function makeWalk(
  plan: Plan,
  air: Air = {},
  settings: Partial<Settings> = {},
  clock = (ms: number) => ms,
): Walk {
  const radio = makeRadio(air)
  const presence = createPresence(plan, settings)
  const events: PresenceEvent[] = []
  const at = new Map<string, Point>()
  let ms = 0
  const stepMs = 1000 / 3
  return {
    presence,
    events,
    now: () => ms / 1000,
    walk(seconds, to, dead = []) {
      const from = new Map(at)
      const end = ms + seconds * 1000
      const start = ms
      for (; ms < end; ms += stepMs) {
        const share = Math.min(1, (ms - start) / (end - start))
        for (const [tag, [toX, toY]] of Object.entries(to)) {
          const [fromX, fromY] = from.get(tag) ?? [toX, toY]
          const x = fromX + share * (toX - fromX)
          const y = fromY + share * (toY - fromY)
          for (const receiver of plan.receivers) {
            const rssi = dead.includes(receiver.id) ? undefined : radio.hear(tag, receiver, x, y)
            const time = clock(ms)
            if (rssi !== undefined) events.push(...presence.sight({ tag, receiver: receiver.id, rssi, time }))
          }
        }
        events.push(...presence.tick(clock(ms)))
      }
      for (const [tag, point] of Object.entries(to)) at.set(tag, point)
    },
    silence(seconds) {
      for (const end = ms + seconds * 1000; ms < end; ms += 250) events.push(...presence.tick(clock(ms)))
    },
  }
}

/** A technician stands at points every `step` metres and records twenty packets at each. */
export function recordSamples(plan: Plan, radio: Radio, step: number): PlanSample[] {
  const samples: PlanSample[] = []
  for (let x = step / 2; x < plan.floor.width; x += step) {
    for (let y = step / 2; y < plan.floor.depth; y += step) {
      const signals: PlanSample['signals'] = {}
      for (const receiver of plan.receivers) {
        const heard = Array.from({ length: 20 }, () => radio.hear('asset/survey', receiver, x, y))
        const values = heard.filter((rssi) => rssi !== undefined)
        if (values.length === 0) continue
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length
        const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
        signals[receiver.id] = { mean, deviation, count: values.length }
      }
      samples.push({ x, y, signals })
    }
  }
  return samples
}

/** The story of one bearer in short: `entered entrance`, `left entrance`, … */
export function storyOf(events: PresenceEvent[], who: string): string[] {
  return events
    .filter((event) => event.data.who === who && event.type !== 'presence.moved')
    .map(({ type, data }) => `${type.slice('presence.'.length)} ${data.zone}`)
}
