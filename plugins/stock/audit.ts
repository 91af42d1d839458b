/** Holds what was counted step by step against the weight, and counts anew where nothing was. */
import { countOf, type Explanation, SCALE_SHARE } from './explain.ts'
import { addTo, expectedGrams, type Slot, totalOf } from './slot.ts'

/** A weight at rest: grams and one standard deviation. */
export interface Weighed {
  grams: number
  deviation: number
}

/** How sure a correction must be, and how sure a count is that fits the weight, or does not. */
const AUDIT_SURE = 0.95
const FITS = 0.9
const DOUBTED = 0.5
/** Less than this share of the lightest piece is no piece; less than these grams is nothing, whatever the pieces weigh. */
const PART_OF_PIECE = 0.4
const BARE_GRAMS = 25

export const lightestOf = ({ assortment: { own } }: Slot): number => Math.min(...own.map(({ grams }) => grams))

/** The count from the weight alone; of several products it is a guess, unless nothing is left. */
export function recount(slot: Slot, { grams, deviation }: Weighed): void {
  const { own } = slot.assortment
  const [first] = own
  if (!first) return
  const { count, probability } = countOf(grams - slot.foreignGrams, deviation, first)
  slot.counts = own.map((_, index) => (index === 0 ? count : 0))
  slot.confidence = own.length === 1 || count === 0 ? probability : Math.min(probability, DOUBTED)
}

/** Mends the count where the weight says clearly that it is wrong; true where it did. Zero is certain. */
export function audit(slot: Slot, weighed: Weighed, explained: (grams: number, doubt: number) => Explanation): boolean {
  const { counts, assortment } = slot
  const [first] = assortment.own
  if (!counts || !first) return false
  const { grams, deviation } = weighed
  const before = totalOf(slot)
  const least = PART_OF_PIECE * lightestOf(slot)
  if (grams < Math.min(least, BARE_GRAMS)) {
    slot.foreignGrams = 0
    counts.fill(0)
    slot.confidence = 1
  } else if (assortment.own.length === 1) {
    const { count, probability } = countOf(grams - slot.foreignGrams, deviation, first, before)
    const isSure = probability >= AUDIT_SURE
    const fits = Math.abs(grams - slot.foreignGrams - count * first.grams) < least
    if (count !== before && isSure && fits) slot.counts = [count]
    slot.confidence = count === before || isSure ? probability : 1 - probability
  } else {
    // Several products: the least that mends the difference, where it is clear.
    const off = grams - expectedGrams(slot)
    const doubt = Math.hypot(deviation, 1.5 + SCALE_SHARE * grams)
    const [best] = Math.abs(off) < least ? [] : explained(off, doubt).own
    if (best && best.probability >= AUDIT_SURE) addTo(slot, best.product, Math.sign(off) * best.count)
    slot.confidence = Math.abs(grams - expectedGrams(slot)) < least ? FITS : DOUBTED
  }
  return totalOf(slot) !== before
}
