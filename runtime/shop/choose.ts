/** Whom to tell: the customer's favourite, else whoever is nearest, else anybody on shift. */
import type { Bus } from '../bus/index.ts'
import type { Associate, EventData, ShopPlan } from '../contract/index.ts'
import { zoneCentre } from './plan.ts'
import type { ChosenStaff } from './types.ts'

type Moved = EventData<'presence.moved'>
type Entered = EventData<'presence.entered'>
type Place = readonly [x: number, y: number]

/** `presence.entered` says where somebody was, not for how long; after this it is no news any more. */
const enteredMilliseconds = 600_000

export interface ChooseDependencies {
  bus: Bus
  plan(): ShopPlan
  now(): number
  /** In the order of the plan, so that the last resort is always the same. */
  onShift(): readonly Associate[]
  /** The favourite of a token whose person consents to it. */
  favourite(token: string): string | undefined
}

export function createChoose({ bus, plan, now, onShift, favourite }: ChooseDependencies) {
  function lastPlace(token: string): { place: Place; zone?: string } | undefined {
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

  return ({ about, zone }: { about?: string; zone?: string }): ChosenStaff | undefined => {
    const present = onShift()
    const wanted = about === undefined ? undefined : favourite(about)
    if (present.some(({ id }) => id === wanted) && wanted !== undefined)
      return { staff: wanted, reason: 'favourite of the customer, on shift' }

    const known = zone === undefined ? undefined : zoneCentre(plan(), zone)
    const goal = known ?? (about === undefined ? undefined : lastPlace(about)?.place)
    let nearest: { staff: string; metres: number } | undefined
    for (const { id } of goal ? present : []) {
      const last = lastPlace(`staff/${id}`)
      if (!last || !goal) continue
      const metres =
        zone !== undefined && last.zone === zone ? 0 : Math.hypot(last.place[0] - goal[0], last.place[1] - goal[1])
      if (!nearest || metres < nearest.metres) nearest = { staff: id, metres }
    }
    if (nearest) {
      const where = nearest.metres === 0 ? 'there already' : `${Math.round(nearest.metres)} m away`
      return { staff: nearest.staff, reason: `nearest on shift, ${where}` }
    }
    const anybody = present[0]
    return anybody && { staff: anybody.id, reason: 'on shift; nobody was seen nearer' }
  }
}
