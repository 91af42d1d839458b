/** What is remembered of a slot between its changes. */
import type { Assortment } from './assortment.ts'
import type { Explanation } from './explain.ts'

export interface Slot {
  assortment: Assortment
  /** Pieces of each of its own products; undefined until its weight is known. */
  counts: number[] | undefined
  confidence: number
  /** Grams that lie there by mistake. */
  foreignGrams: number
  /** What the plate shows when it is bare. */
  zero: Zero
  /** Low and empty are told once, and again only after the slot was filled. */
  lowArmed: boolean
  emptyArmed: boolean
  /** What was put down last and counted, though it may have been none of its own. */
  doubtful: Doubtful | undefined
  /** Taken lately and not put back: product, pieces, their weight, when. */
  held: { product: string; count: number; grams: number; seconds: number }[]
  /** Put down and not yet told of: one that was put back, or the beginning of a restock. */
  pending: Pending | undefined
  /** When own pieces came so slowly that they were not told one by one, seconds: somebody refills. */
  pouredSeconds: number
  /** Id of the batch in which it stirred, and how many batches ago. */
  stirredId: string
  stirredBatch: number
  /** As it was when the box went down. */
  saved: Saved | undefined
  /** The count is to be held against the weight at this time, seconds. */
  auditSeconds: number
}

/** The zero of a plate wanders: the best guess, its variance, and since when. */
export interface Zero {
  grams: number
  variance: number
  seconds: number | undefined
}

export interface Doubtful {
  product: string
  count: number
  grams: number
  /** Probability that it was none of the slot's own. */
  doubt: number
}

export interface Pending {
  count: number
  grams: number
  additions: number
  /** Each addition was of one piece. */
  onlySingles: boolean
  seconds: number
  explanation: Explanation
  because: string[]
}

/** What survives a restart; kept when counts change, so a few hundred bytes a minute for a busy shelf. */
export interface Saved {
  key: string
  grams: number
  counts: number[]
  foreignGrams: number
  zeroGrams?: number
  lowArmed: boolean
  emptyArmed: boolean
}

/** What is taken comes back within minutes, or not at all. */
const HELD_SECONDS = 180
const MOST_HELD = 16

export function newSlot(assortment: Assortment, saved?: Saved): Slot {
  return {
    assortment,
    counts: undefined,
    confidence: 0,
    foreignGrams: 0,
    zero: { grams: saved?.zeroGrams ?? 0, variance: saved ? 25 : 1, seconds: undefined },
    lowArmed: saved?.lowArmed ?? false,
    emptyArmed: saved?.emptyArmed ?? false,
    doubtful: undefined,
    held: [],
    pending: undefined,
    pouredSeconds: -Infinity,
    stirredId: '',
    stirredBatch: 0,
    saved: saved?.key === assortment.key && saved.counts.length === assortment.own.length ? saved : undefined,
    auditSeconds: Infinity,
  }
}

export const totalOf = (slot: Slot): number => (slot.counts ?? []).reduce((sum, count) => sum + count, 0)

/** Grams that should stand there. */
export const expectedGrams = ({ counts, assortment, foreignGrams, zero }: Slot): number =>
  assortment.own.reduce((sum, { grams }, index) => sum + grams * (counts?.[index] ?? 0), foreignGrams + zero.grams)

export function addTo(slot: Slot, product: string, count: number): void {
  const index = slot.assortment.own.findIndex((piece) => piece.product === product)
  if (!slot.counts || index < 0) return
  let owed = (slot.counts[index] ?? 0) + count
  slot.counts[index] = Math.max(0, owed)
  // More of it was taken than was counted: what was counted as something alike was this.
  slot.counts.forEach((counted, other, counts) => {
    if (owed >= 0 || other === index) return
    counts[other] = Math.max(0, counted + owed)
    owed += counted
  })
}

export const isHeld = (one: Slot['held'][number], product: string, then: number) =>
  one.product === product && one.seconds <= then && then - one.seconds < HELD_SECONDS

/** Pieces of a product that somebody had taken lately at that moment: what is taken afterwards cannot be what came back. */
export function heldOf(slot: Slot, product: string, then: number): number {
  let sum = 0
  for (const one of slot.held) if (isHeld(one, product, then)) sum += one.count
  return sum
}

export function hold(
  slot: Slot,
  { product, count, grams }: { product: string; count: number; grams: number },
  now: number,
): void {
  slot.held = slot.held.filter((one) => now - one.seconds < HELD_SECONDS && one.count > 0).slice(-MOST_HELD + 1)
  slot.held.push({ product, count, grams, seconds: now })
}

export function giveBack(slot: Slot, product: string, count: number, then: number): void {
  let left = count
  for (const one of slot.held.toReversed()) {
    if (!isHeld(one, product, then)) continue
    const given = Math.min(left, one.count)
    one.count -= given
    left -= given
  }
}

export const save = (slot: Slot, grams: number): Saved => ({
  key: slot.assortment.key,
  grams: Math.round(grams * 10) / 10,
  counts: slot.counts ?? [],
  foreignGrams: Math.round(slot.foreignGrams),
  zeroGrams: Math.round(slot.zero.grams * 10) / 10,
  lowArmed: slot.lowArmed,
  emptyArmed: slot.emptyArmed,
})
