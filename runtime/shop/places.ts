/** Where somebody was last seen, and how far that is from a zone. */
import type { Bus } from '../bus/index.ts'
import type { EventData, ShopPlan } from '../contract/index.ts'
import { zoneCentre } from './plan.ts'

type Moved = EventData<'presence.moved'>
type Entered = EventData<'presence.entered'>
export type Place = readonly [x: number, y: number]

/** `presence.entered` says where somebody was, not for how long; after this it is no news any more. */
const enteredMilliseconds = 600_000

export function createPlaces({ bus, plan, now }: { bus: Bus; plan(): ShopPlan; now(): number }) {
  function last(token: string): { place: Place; zone?: string } | undefined {
    const moved = bus.last('presence.moved', token)
    if (moved && !moved.stale) {
      const { x, y, zone } = moved.event.data as Moved
      return { place: [x, y], ...(zone === undefined ? {} : { zone }) }
    }
    const entered = bus
      .lastAll('presence.entered')
      .map(({ event }) => ({ time: event.time, data: event.data as Entered }))
      .filter(({ time, data }) => data.who === token && now() - time < enteredMilliseconds)
      .reduce<{ time: number; data: Entered } | undefined>((a, b) => (a && a.time >= b.time ? a : b), undefined)
    if (!entered) return undefined
    const { x, y, zone } = entered.data
    const place = x === undefined || y === undefined ? zoneCentre(plan(), zone) : ([x, y] as const)
    return place && { place, zone }
  }
  return {
    last,
    /** Metres from where a token was last seen to a place; 0 within the zone; undefined where nobody saw it. */
    metres(token: string, goal: Place, zone?: string): number | undefined {
      const seen = last(token)
      if (!seen) return undefined
      if (zone !== undefined && seen.zone === zone) return 0
      return Math.hypot(seen.place[0] - goal[0], seen.place[1] - goal[1])
    },
    centre: (zone: string): Place | undefined => zoneCentre(plan(), zone),
  }
}
export type Places = ReturnType<typeof createPlaces>
