import type { EventData } from '@endcap/sdk'
import type { Explanation, Guess } from './explain.ts'
import type { Slot } from './slot.ts'

/** What the engine says. */
export type ShelfType =
  | 'shelf.taken'
  | 'shelf.returned'
  | 'shelf.misplaced'
  | 'shelf.low'
  | 'shelf.empty'
  | 'shelf.restocked'
  | 'shelf.counted'

export type ShelfEvent = {
  [T in ShelfType]: { type: T; data: EventData<T>; because: string[] }
}[ShelfType]

export const probability = (value: number): number => Math.round(Math.min(1, Math.max(0, value)) * 1000) / 1000
export const shown = (grams: number): number => Math.round(grams * 10) / 10

export function alternativesOf(guesses: readonly Guess[]): { alternatives?: Guess[] } {
  if (guesses.length === 0) return {}
  return { alternatives: guesses.map((one) => ({ ...one, probability: probability(one.probability) })) }
}

/** Data of taken and returned, from the likeliest guess; undefined where there is none. */
export function changeOf({ assortment }: Slot, change: number, { own }: Explanation) {
  const [best, ...rest] = own
  if (!best) return undefined
  const { product, count } = best
  return {
    slot: assortment.slot,
    product,
    count,
    grams: shown(Math.abs(change)),
    confidence: probability(best.probability),
    ...alternativesOf(rest),
  }
}
