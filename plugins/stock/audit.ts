/** Holds what was counted step by step against the weight, and counts anew where nothing was. */
import { countOf, type Explanation, type Piece, SCALE_SHARE } from './explain.ts'
import { addTo, expectedGrams, type Slot, totalOf, type Zero } from './slot.ts'

/** A weight at rest: grams and one standard deviation. */
export interface Weighed {
  grams: number
  deviation: number
}

/** How sure a correction must be, and how sure a count is that fits the weight, or does not. */
const AUDIT_SURE = 0.95
const LIKELY = 0.5
const FITS = 0.9
const DOUBTED = 0.5
/** Less than this share of the lightest piece is no piece; less than these grams is nothing, whatever the pieces weigh. */
const PART_OF_PIECE = 0.4
const BARE_GRAMS = 25
/** The zero of a cell wanders with its temperature by some grams in an hour. */
const ZERO_GRAMS_PER_ROOT_HOUR = 3
/** The same pieces are weighed again and again: their own deviation does not average out. */
const REPEATED = 4
/** Nobody believes a weight so many standard deviations off, where another is within so many. */
const MISFIT_SIGMAS = 4
const FIT_SIGMAS = 2.5

export const lightestOf = ({ assortment: { own } }: Slot): number => Math.min(...own.map(({ grams }) => grams))

/** The count from the weight alone; of several products it is a guess, unless nothing is left. */
export function recount(slot: Slot, { grams, deviation }: Weighed): void {
  const { own } = slot.assortment
  const [first] = own
  if (!first) return
  const { count, probability } = countOf(grams - slot.foreignGrams - slot.zero.grams, deviation, first)
  slot.counts = own.map((_, index) => (index === 0 ? count : 0))
  slot.confidence = own.length === 1 || count === 0 ? probability : Math.min(probability, DOUBTED)
}

/**
 * Mends the count where the weight says clearly that it is wrong; true where it did. Zero is certain. Follows the zero
 * of the plate by the counts that fit.
 */
export function audit(
  slot: Slot,
  weighed: Weighed,
  seconds: number,
  explained: (grams: number, doubt: number) => Explanation,
): boolean {
  const { counts, assortment, zero } = slot
  const [first] = assortment.own
  if (!counts || !first) return false
  wander(zero, seconds)
  const grams = weighed.grams - zero.grams
  const deviation = Math.hypot(weighed.deviation, Math.sqrt(zero.variance))
  const before = totalOf(slot)
  const least = PART_OF_PIECE * lightestOf(slot)
  if (grams < Math.min(least, BARE_GRAMS)) {
    slot.foreignGrams = 0
    slot.doubtful = undefined
    counts.fill(0)
    slot.confidence = 1
  } else if (assortment.own.length === 1) {
    if (isGone(slot, grams, deviation, first)) slot.foreignGrams = 0
    const { count, probability } = countOf(grams - slot.foreignGrams, deviation, first, before)
    const isSure = probability >= AUDIT_SURE
    const fits = Math.abs(grams - slot.foreignGrams - count * first.grams) < least
    if (count !== before && isSure && fits) slot.counts = [count]
    slot.confidence = count === before || isSure ? probability : 1 - probability
  } else {
    // Several products: how many make up the difference may be clear where it is not which.
    const off = weighed.grams - expectedGrams(slot)
    const doubt = Math.hypot(deviation, 1.5 + SCALE_SHARE * grams)
    const { own, ownShare } = explained(off, doubt)
    const [best] = own
    const share = own.reduce((sum, { count, probability }) => sum + (count === best?.count ? probability : 0), 0)
    if (best && Math.abs(off) >= least && ownShare >= LIKELY && share >= AUDIT_SURE * ownShare)
      addTo(slot, best.product, Math.sign(off) * best.count)
    slot.confidence = Math.abs(weighed.grams - expectedGrams(slot)) < least ? FITS : DOUBTED
  }
  if (slot.confidence >= FITS) follow(slot, weighed)
  return totalOf(slot) !== before
}

/** What was misplaced cannot lie there any more: the weight fits own pieces alone, and none beside it. */
function isGone({ foreignGrams }: Slot, grams: number, deviation: number, piece: Piece): boolean {
  return (
    foreignGrams > 0 &&
    countOf(grams - foreignGrams, deviation, piece).sigmas > MISFIT_SIGMAS &&
    countOf(grams, deviation, piece).sigmas < FIT_SIGMAS
  )
}

function wander(zero: Zero, seconds: number): void {
  zero.variance += (ZERO_GRAMS_PER_ROOT_HOUR ** 2 * (seconds - (zero.seconds ?? seconds))) / 3600
  zero.seconds = seconds
}

/** One step of a Kalman filter. Much of a full shelf says little of the zero, and says the same again next time. */
function follow(slot: Slot, { grams, deviation }: Weighed): void {
  const { zero, counts = [], assortment } = slot
  const load = expectedGrams(slot) - zero.grams
  const pieces = assortment.own.reduce((sum, { deviation: one }, index) => sum + (counts[index] ?? 0) * one ** 2, 0)
  const noise = deviation ** 2 + REPEATED * pieces + (1 + 1.5 * SCALE_SHARE * load) ** 2
  const off = grams - load - zero.grams
  if (off ** 2 > FIT_SIGMAS ** 2 * (zero.variance + noise)) return
  const gain = zero.variance / (zero.variance + noise)
  const most = PART_OF_PIECE * lightestOf(slot)
  zero.grams = Math.max(-most, Math.min(most, zero.grams + gain * off))
  zero.variance *= 1 - gain
}
