/** Whom to tell: the customer's favourite, else whoever is nearest, else anybody on shift. */
import type { Associate } from '../contract/index.ts'
import type { Places } from './places.ts'
import type { ChosenStaff } from './types.ts'

export interface ChooseDependencies {
  places: Places
  /** In the order of the plan, so that the last resort is always the same. */
  onShift(): readonly Associate[]
  /** The favourite of a token whose person consents to it. */
  favourite(token: string): string | undefined
}

export function createChoose({ places, onShift, favourite }: ChooseDependencies) {
  return ({ about, zone }: { about?: string; zone?: string }): ChosenStaff | undefined => {
    const present = onShift()
    const wanted = about === undefined ? undefined : favourite(about)
    if (present.some(({ id }) => id === wanted) && wanted !== undefined)
      return { staff: wanted, reason: 'favourite of the customer, on shift' }

    const known = zone === undefined ? undefined : places.centre(zone)
    const goal = known ?? (about === undefined ? undefined : places.last(about)?.place)
    let nearest: { staff: string; metres: number } | undefined
    for (const { id } of goal ? present : []) {
      const metres = goal && places.metres(`staff/${id}`, goal, zone)
      if (metres === undefined) continue
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
