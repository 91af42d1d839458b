/** Who is where now, drawn from presence events: the zones they entered and the last position of each. */
import type { Bus, Subscription } from '../bus/index.ts'
import type { Event, EventData } from '../contract/index.ts'
import type { Ledger } from '../ledger/index.ts'

export interface Present {
  who: string
  kind: EventData<'presence.moved'>['kind']
  zone?: string
  /** Since when in this zone (or in the shop, where there is no zone), milliseconds since the epoch. */
  since: number
  position?: { x: number; y: number; accuracyMetres: number; time: number }
  evidence: EventData<'presence.moved'>['evidence']
  /** By the monotonic clock, milliseconds: a jump of the wall clock must not make anybody vanish. */
  heardAt: number
}

const STALE = 30_000
const GONE = 300_000
/** The newest; a flood of tokens must not fill the memory. */
const MOST = 10_000

export interface Occupancy {
  start(): Promise<void>
  stop(): void
  /** Whoever is in the shop, with `stale` where nothing was heard for 30 s; without those silent for five minutes. */
  all(): (Present & { stale: boolean })[]
  zoneOf(who: string): string | undefined
}

type Presence = EventData<'presence.moved'> & Partial<EventData<'presence.left'>>

export function createOccupancy(
  bus: Bus,
  ledger: Pick<Ledger, 'query'>,
  allowed: (token: string) => boolean,
): Occupancy {
  const present = new Map<string, Present>()
  let subscription: Subscription | undefined

  /** `heardAt` of an event that happened while nobody listened is estimated from the wall clock, never in the future. */
  const take = (event: Event, heardAt: number): void => {
    const { who, kind, zone, x, y, accuracyMetres, evidence, to, reason } = event.data as Presence
    const before = present.get(who)
    if (event.type === 'presence.left') {
      // Left for another zone: `entered` of that one tells. Left for no zone: still in the shop, unless silent.
      if (!before || before.zone !== zone || to !== undefined) return
      if (reason === 'silence') present.delete(who)
      else delete before.zone
      return
    }
    const stayed = before !== undefined && before.zone === zone && event.type !== 'presence.entered'
    const next: Present = { who, kind, since: stayed ? before.since : event.time, evidence, heardAt }
    if (zone !== undefined) next.zone = zone
    if (x !== undefined && y !== undefined)
      next.position = {
        x,
        y,
        accuracyMetres: accuracyMetres ?? before?.position?.accuracyMetres ?? 0,
        time: event.time,
      }
    else if (before?.position) next.position = before.position
    if (!before && present.size >= MOST) {
      const oldest = present.keys().next()
      if (!oldest.done) present.delete(oldest.value)
    }
    present.delete(who)
    present.set(who, next)
  }

  const all = (): (Present & { stale: boolean })[] => {
    const now = performance.now()
    const result = []
    for (const [who, one] of present) {
      if (now - one.heardAt > GONE || !allowed(who)) present.delete(who)
      else result.push({ ...one, stale: now - one.heardAt > STALE })
    }
    return result
  }

  return {
    async start() {
      const since = Date.now() - GONE
      subscription = bus.subscribe({
        name: 'api/occupancy',
        consumes: ['entered', 'moved', 'dwelled', 'left'].map((one) => ({ type: `presence.${one}` })),
        deliver: (event) => {
          take(event, performance.now())
          return true
        },
      })
      // What was kept before a restart; whatever is heard meanwhile is newer and stays.
      const kept = await ledger.query({ type: 'presence.*', since, limit: 1000 })
      const heard = new Map(present)
      for (const event of kept.toReversed()) {
        const age = Math.max(0, Date.now() - event.time)
        const who = (event.data as Presence).who
        if (!heard.has(who)) take(event, performance.now() - age)
      }
    },
    stop: () => subscription?.close(),
    all,
    zoneOf: (who) => all().find((one) => one.who === who)?.zone,
  }
}
