/** Who is in which zone, counted here so that a restart of Node-RED forgets nobody. */
import type { Bus } from '../bus/index.ts'
import type { Event, EventData } from '../contract/index.ts'

/** `presence.moved` repeats every 10 s; whoever is silent for so long is gone, even if nobody said so. */
const SILENT_MILLISECONDS = 60_000
/** A flood of tokens must not fill the memory: the one heard longest ago goes first. */
const MOST = 10_000

export interface Occupancy {
  /** How many of these kinds are in each zone where somebody is. */
  count(kinds: readonly string[]): Record<string, number>
  stop(): void
}

type Presence = Pick<EventData<'presence.moved'>, 'who' | 'kind' | 'zone'>

/** `now` is a monotonic clock in milliseconds. */
export function createOccupancy(bus: Pick<Bus, 'subscribe'>, now: () => number = () => performance.now()): Occupancy {
  const present = new Map<string, { kind: string; zone: string; heardAt: number }>()

  const take = (event: Event) => {
    const { who, kind, zone } = event.data as Presence
    const before = present.get(who)
    if (event.type === 'presence.left') {
      if (before?.zone === zone) present.delete(who)
      return
    }
    present.delete(who)
    if (zone === undefined) return
    present.set(who, { kind, zone, heardAt: now() })
    const oldest = present.size > MOST ? present.keys().next() : undefined
    if (oldest && !oldest.done) present.delete(oldest.value)
  }
  const subscription = bus.subscribe({
    name: 'flows/occupancy',
    consumes: [
      { type: 'presence.entered' },
      { type: 'presence.moved' },
      { type: 'presence.dwelled' },
      { type: 'presence.left' },
    ],
    deliver(event) {
      take(event)
      return true
    },
  })

  return {
    count(kinds) {
      const counts: Record<string, number> = {}
      const oldest = now() - SILENT_MILLISECONDS
      for (const [who, { kind, zone, heardAt }] of present) {
        if (heardAt < oldest) present.delete(who)
        else if (kinds.includes(kind)) counts[zone] = (counts[zone] ?? 0) + 1
      }
      return counts
    },
    stop: () => subscription.close(),
  }
}
