/** What a change of weight could have been: product and number of pieces, with probabilities (Bayes over all of them). */

export interface Piece {
  product: string
  grams: number
  /** One standard deviation of a piece. */
  deviation: number
}

export interface Guess {
  product: string
  count: number
  probability: number
}

export interface Explanation {
  /** Guesses among the slot's own products, the likeliest first. */
  own: Guess[]
  /** Guesses among products that belong beside it; only for what was put down. */
  others: Guess[]
  /** Probability that it was one of the slot's own. */
  ownShare: number
  /** Probability that what lay there by mistake was taken away. */
  foreignShare: number
  /** Probability that what was put down lately, and may have been no piece, was taken away again. */
  doubtfulShare: number
}

export interface Question {
  /** Grams; below zero: taken. */
  change: number
  /** One standard deviation of the measurement. */
  deviation: number
  own: readonly Piece[]
  others: readonly Piece[]
  /** Most pieces that it can be, of each of the own products. */
  most: (piece: number) => number
  /** How much likelier than the others each of the own products is beforehand. */
  weight: (piece: number) => number
  /** Weight that lies there by mistake. */
  foreignGrams: number
  /** What was put down lately and counted as own pieces, and how likely it was none of them. */
  doubtful?: { grams: number; doubt: number } | undefined
}

/** One is taken four times out of five (basket data of groceries); what is put down is one, or a handful of any number. */
const ONE_TAKEN = 0.8
const ONE_PUT = 0.6
/** Where products share a slot, a change is of two of them so often: somebody refills both, two people take at once. */
const MIXED_TAKEN = 0.03
const MIXED_PUT = 0.3
/** Something else was put down so often; the foreign things themselves weigh anything up to this. */
const STRANGE_PUT = 0.02
const NEIGHBOUR_PUT = 0.03
const STRANGE_TAKEN = 0.005
const FOREIGN_TAKEN = 0.5
const STRANGE_GRAMS = 3000
/** Scales err by this share of a load (creep, temperature, feet): grams for a gram. */
export const SCALE_SHARE = 0.002
/** What a plate still rings and is pulled by its neighbours when it seems to rest. */
const REST_GRAMS = 0.7
const MOST_PIECES = 100
const LEAST_PROBABILITY = 0.01

const ROOT = Math.sqrt(2 * Math.PI)
const density = (off: number, deviation: number) => Math.exp(-0.5 * (off / deviation) ** 2) / (deviation * ROOT)

/** Prior of a number of pieces out of at most so many: one is the usual; of those taken the others fall as k^−2.5, of those put down as k^−1.5. */
function prior(count: number, most: number, taken: boolean): number {
  const one = taken ? ONE_TAKEN : ONE_PUT
  if (most <= 1) return 1
  if (count === 1) return one
  return (1 - one) * (taken ? 2.9 / count ** 2.5 : 0.62 / count ** 1.5)
}

export function explain({
  change,
  deviation,
  own,
  others,
  most,
  weight,
  foreignGrams,
  doubtful,
}: Question): Explanation {
  const grams = Math.abs(change)
  const taken = change < 0
  const scale = (SCALE_SHARE * grams) ** 2 + (1.3 * deviation) ** 2 + REST_GRAMS ** 2
  const guess = (pieces: readonly Piece[], share: (piece: number) => number, limit: (piece: number) => number) => {
    const guesses: Guess[] = []
    pieces.forEach((piece, index) => {
      const highest = Math.min(MOST_PIECES, limit(index))
      const near = grams / piece.grams
      for (let count = Math.max(1, Math.floor(near) - 2); count <= Math.min(highest, Math.ceil(near) + 2); count++) {
        const likely = density(grams - count * piece.grams, Math.sqrt(scale + count * piece.deviation ** 2))
        const probability = share(index) * prior(count, highest, taken) * likely
        if (probability > 0) guesses.push({ product: piece.product, count, probability })
      }
    })
    return guesses
  }
  const weights = own.reduce((sum, _, index) => sum + weight(index), 0) || 1
  /** Of two products at once: told as pieces of the one that is more of it. */
  const mixed = (first: number, second: number): Guess[] => {
    const [a, b] = [own[first], own[second]]
    const highest = Math.min(MOST_PIECES, most(first), most(second))
    const guesses: Guess[] = []
    if (!a || !b) return guesses
    for (let i = 1; i < highest && i * a.grams < grams; i++) {
      const j = Math.round((grams - i * a.grams) / b.grams)
      if (j < 1 || i + j > highest) continue
      const spread = Math.sqrt(scale + i * a.deviation ** 2 + j * b.deviation ** 2)
      const likely = density(grams - i * a.grams - j * b.grams, spread)
      const share = (taken ? MIXED_TAKEN : MIXED_PUT) / (i + j - 1)
      const product = (i >= j ? a : b).product
      guesses.push({ product, count: i + j, probability: share * prior(i + j, highest, taken) * likely })
    }
    return guesses
  }
  const pairs = own.flatMap((_, second) => own.slice(0, second).flatMap((__, first) => mixed(first, second)))
  const ours = merged([...guess(own, (index) => weight(index) / weights, most), ...pairs])
  const theirs = taken
    ? []
    : guess(
        others,
        () => NEIGHBOUR_PUT / Math.max(1, others.length),
        () => 3,
      )
  const strange = (taken ? STRANGE_TAKEN : STRANGE_PUT) / STRANGE_GRAMS
  const again = (one: number) => FOREIGN_TAKEN * density(grams - one, Math.sqrt(scale + 4))
  const foreign = taken && foreignGrams > 0 ? again(foreignGrams) : 0
  const regretted = taken && doubtful ? doubtful.doubt * again(doubtful.grams) : 0
  const total = (guesses: Guess[]) => guesses.reduce((sum, { probability }) => sum + probability, 0)
  const all = total(ours) + total(theirs) + strange + foreign + regretted
  const normal = (guesses: Guess[]) =>
    guesses
      .map((one) => ({ ...one, probability: one.probability / all }))
      .filter(({ probability }) => probability >= LEAST_PROBABILITY)
      .sort((a, b) => b.probability - a.probability)
      .slice(0, 8)
  return {
    own: normal(ours),
    others: normal(theirs),
    ownShare: total(ours) / all,
    foreignShare: foreign / all,
    doubtfulShare: regretted / all,
  }
}

function merged(guesses: readonly Guess[]): Guess[] {
  const byKind = Map.groupBy(guesses, ({ product, count }) => `${count} ${product}`)
  return [...byKind.values()].flatMap((same) => {
    const [first] = same
    return first ? [{ ...first, probability: same.reduce((sum, { probability }) => sum + probability, 0) }] : []
  })
}

/** How many pieces of one product stand on a plate, from the weight alone, with a prior for what was counted. */
export function countOf(
  grams: number,
  deviation: number,
  { grams: piece, deviation: spread }: Piece,
  counted?: number,
): { count: number; probability: number; sigmas: number } {
  const near = Math.round(grams / piece)
  let best = { count: Math.max(0, near), likely: 0, sigmas: Infinity }
  let sum = 0
  const consider = (count: number) => {
    // Zero wanders by some grams, and scales err by a share of the load.
    const sd = Math.sqrt(count * spread ** 2 + (1.5 + 1.5 * SCALE_SHARE * Math.abs(grams)) ** 2 + deviation ** 2)
    const likely = density(grams - count * piece, sd) * (count === counted ? COUNTED_WEIGHT : 1)
    sum += likely
    if (likely > best.likely) best = { count, likely, sigmas: Math.abs(grams - count * piece) / sd }
  }
  for (let count = Math.max(0, near - 3); count <= Math.max(0, near) + 3; count++) consider(count)
  if (counted !== undefined && (counted < near - 3 || counted > near + 3)) consider(counted)
  return { count: best.count, probability: sum > 0 ? best.likely / sum : 0, sigmas: best.sigmas }
}

/** What was counted step by step is so much likelier beforehand than another number: of a thousand hands one is seen wrongly. */
const COUNTED_WEIGHT = 1000
