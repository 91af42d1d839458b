/** What stands on which slot, from the planogram, as the inference needs it. */
import type { PublicKnowledge } from '@endcap/sdk'
import type { Piece } from './explain.ts'

export interface Assortment {
  slot: string
  /** The slots of a shelf are neighbours: what is put down wrongly comes from there, and they feel each other. */
  shelf: string
  /** Products with a known weight; the first is the one that the slot is for. */
  own: Piece[]
  others: Piece[]
  capacity: number | undefined
  /** At so many pieces or fewer it is low. */
  lowCount: number
  /** Products without a weight: nothing can be told of them. */
  unweighed: string[]
  /** The same where nothing changed that counts would depend on. */
  key: string
}

/** Pieces without a tolerance differ by this share (two standard deviations; packaged goods, OIML R 87, are filled closer). */
const USUAL_TOLERANCE = 0.02
const LEAST_DEVIATION_GRAMS = 0.2

export const shelfOf = (slot: string): string => slot.slice(0, Math.max(0, slot.lastIndexOf('/')))

export function assort({ products, planogram }: Pick<PublicKnowledge, 'products' | 'planogram'>): Assortment[] {
  const pieces = new Map<string, Piece>()
  for (const { id, weightGrams, toleranceGrams } of products) {
    if (weightGrams === undefined) continue
    const tolerance = toleranceGrams ?? weightGrams * USUAL_TOLERANCE
    pieces.set(id, { product: id, grams: weightGrams, deviation: Math.max(LEAST_DEVIATION_GRAMS, tolerance / 2) })
  }
  const weighed = (ids: readonly string[]) => ids.flatMap((id) => pieces.get(id) ?? [])
  const shelves = Map.groupBy(planogram.slots, ({ slot }) => shelfOf(slot))
  return planogram.slots.map(({ slot, products: ids, capacity, lowCount }) => {
    const shelf = shelfOf(slot)
    const row = shelves.get(shelf) ?? []
    const here = row.findIndex((one) => one.slot === slot)
    const beside = new Set(row.slice(Math.max(0, here - 2), here + 3).flatMap((one) => one.products))
    const own = weighed(ids)
    return {
      slot,
      shelf,
      own,
      others: weighed([...beside.difference(new Set(ids))]),
      capacity,
      lowCount: lowCount ?? (capacity === undefined ? 1 : Math.ceil(capacity / 4)),
      unweighed: ids.filter((id) => !pieces.has(id)),
      key: JSON.stringify(own),
    }
  })
}
