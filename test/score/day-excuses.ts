/**
 * What nobody could tell of a virtual day, or not for certain, who sees weights alone: the rules by which a case is not
 * judged. Each names what an observer with perfect scales would say.
 */
import { boards, type Goods } from '../../devices/twin/goods.ts'
import type { Day } from './day.ts'
import { type Moved, pieces, type Place } from './day-match.ts'
import { plan } from './day-plan.ts'

export type Happened = Record<'taken' | 'returned' | 'misplaced' | 'tidied' | 'placed', readonly Moved[]>

/** Handfuls that follow each other closely. */
export interface Refill {
  first: Moved
  last: Moved
  /** After a pause that may have ended the refill, another may have begun. */
  again: readonly Moved[]
  /** What looks put back, since it is no more than was taken a moment ago. */
  looksPutBack: readonly Moved[]
  /** All of it does, or may. */
  small: boolean
}

export interface Excuses {
  /** A plate that was unplugged, loose or jammed saw nothing. */
  blind(one: Place): boolean
  /** What somebody puts back while an associate fills the same slot is part of the refill. */
  amidst(one: Place): boolean
  /** A stray that weighs as some pieces of the slot's own is none by its weight: it counts as those, come and go. */
  looksOwn(one: Moved): boolean
  /** A stray must lie for so long to be told from an elbow. */
  brief(one: Place): boolean
  /** A piece that was taken and put back while an elbow lay in the slot: it never rested without it. */
  covered(one: Moved): boolean
  refills: readonly Refill[]
  /** While a stray lies there that weighs as its own, nobody can say how many stand there. */
  disguised(one: Place): boolean
  /** A hand or an elbow was in it a moment ago. */
  handled(one: Place): boolean
}

const REFILLING_SECONDS = 12
const ELBOW_SECONDS = 5
/** A pause that surely ends a refill, and one that may: somebody who takes meanwhile keeps the associate waiting. */
const REFILL_ENDS = 22
const REFILL_MAY_END = 7
/** What is put back comes within so many seconds, give or take some, and is no more than an armful. */
const RETURN = { seconds: 180, leeway: 10, pieces: 2 }
/**
 * Of all that is put down one in a hundred is a stray, and it may weigh anything up to some kilograms: only where a
 * weight is further than this from the slot's own pieces is a stray four times likelier than a heavy piece (Bayes), and
 * what is less sure is not to be told.
 */
const STRAY_DEVIATIONS = 4.5
/** An elbow in the slot hides what lies there; without it, a plate must rest for so long to be weighed. */
const REST_SECONDS = 1
const HIDDEN_SECONDS = 12
/** What no plate does better than: rings and feet (grams), and creep (share of the load). */
const SCALE = { grams: 1, share: 0.002 }
/** A weight is averaged over so many weighings at least. */
const WEIGHINGS = 4
const HAND_SECONDS = 20

export function excuses({ noise, truth }: Day, goods: Goods, all: Happened): Excuses {
  const products = new Map(goods.products.map((product) => [product.id, product]))
  const slots = new Map(goods.planogram.slots.map((slot) => [slot.slot, slot]))

  const looksOwn = ({ slot, grams = 0 }: Moved): boolean => {
    const { products: own = [], capacity = 8 } = slots.get(slot) ?? {}
    const measured = Math.hypot((noise.get(slot) ?? 0) / Math.sqrt(WEIGHINGS), SCALE.grams, SCALE.share * grams)
    return mixes(own, capacity).some((pieces) => {
      const weights = pieces.map(([id, count]) => ({ count, ...products.get(id) }))
      const mean = weights.reduce((sum, { count, weightGrams = 0 }) => sum + count * weightGrams, 0)
      const spread = weights.map(({ count, toleranceGrams = 0 }) => (toleranceGrams / 2) * Math.sqrt(count))
      return Math.abs(grams - mean) <= STRAY_DEVIATIONS * Math.hypot(measured, ...spread)
    })
  }
  const disguises = all.misplaced.filter(looksOwn).map((one) => {
    const gone = all.tidied.find(({ slot, seconds, grams }) => {
      return slot === one.slot && seconds > one.seconds && grams === one.grams
    })
    return { slot: one.slot, from: one.seconds, until: (gone?.seconds ?? Infinity) + HAND_SECONDS }
  })
  const hands = Map.groupBy(
    [...Object.values(all).flat(), ...truth.flatMap((one) => (one.kind === 'leaned' ? [one] : []))],
    ({ slot }) => slot,
  )
  const within = ({ seconds }: Place, from: number, until: number) => seconds >= from && seconds <= until
  const leans = truth.flatMap((one) => (one.kind === 'leaned' ? [one] : []))
  const isCovered = (from: Moved, until: Moved): boolean => {
    if (from.grams !== until.grams || until.seconds < from.seconds || until.seconds - from.seconds > HIDDEN_SECONDS)
      return false
    const over = leans.filter(
      ({ slot, seconds }) => slot === from.slot && within({ slot, seconds }, from.seconds, until.seconds),
    )
    const edges = [
      from.seconds,
      ...over.flatMap(({ seconds, lastsSeconds }) => [seconds, seconds + lastsSeconds]),
      until.seconds,
    ]
    return over.length > 0 && edges.every((edge, i) => i % 2 === 0 || edge - (edges[i - 1] ?? edge) < REST_SECONDS)
  }
  const backs = Map.groupBy(all.returned, ({ slot }) => slot)
  const covered = new Set(
    all.taken.flatMap((taken) =>
      (backs.get(taken.slot) ?? []).flatMap((back) => (isCovered(taken, back) ? [taken, back] : [])),
    ),
  )
  return {
    blind,
    covered: (one) => covered.has(one),
    looksOwn,
    amidst: ({ slot, seconds }) =>
      all.placed.some((one) => one.slot === slot && Math.abs(one.seconds - seconds) <= REFILLING_SECONDS),
    brief: ({ slot, seconds }) =>
      all.tidied.some((one) => one.slot === slot && one.seconds > seconds && one.seconds - seconds <= ELBOW_SECONDS),
    refills: [...Map.groupBy(all.placed, ({ slot }) => slot).values()].flatMap(refillsOf(all.taken)),
    disguised: (one) => disguises.some(({ slot, from, until }) => slot === one.slot && within(one, from, until)),
    handled: (one) => (hands.get(one.slot) ?? []).some(({ seconds }) => within(one, seconds, seconds + HAND_SECONDS)),
  }
}

/** So many of each product, as could be put down at once. */
function mixes(products: readonly string[], most: number): [product: string, count: number][][] {
  const [first, ...others] = products
  if (first === undefined || most === 0) return []
  const alone = Array.from({ length: most }, (_, i): [string, number] => [first, i + 1])
  return [
    ...alone.flatMap((one) => [[one], ...mixes(others, most - one[1]).map((rest) => [one, ...rest])]),
    ...mixes(others, most),
  ]
}

const refillsOf = (taken: readonly Moved[]) => (placed: readonly Moved[]) =>
  apart(placed, REFILL_ENDS).flatMap((run): Refill[] => {
    const [first, last] = [run[0], run.at(-1)]
    const parts = apart(run, REFILL_MAY_END)
    const back = parts.filter((part) => looksPutBack(part, taken))
    const again = parts.slice(1).flatMap(([one]) => one ?? [])
    return first && last ? [{ first, last, again, looksPutBack: back.flat(), small: back.length === parts.length }] : []
  })

/** Split where the pause is longer than so many seconds. */
function apart(moved: readonly Moved[], pause: number): Moved[][] {
  const runs: Moved[][] = []
  for (const one of moved) {
    const before = runs.at(-1)?.at(-1)
    if (before && one.seconds - before.seconds <= pause) runs.at(-1)?.push(one)
    else runs.push([one])
  }
  return runs
}

function looksPutBack(handfuls: readonly Moved[], taken: readonly Moved[]): boolean {
  const [first] = handfuls
  const count = pieces(handfuls)
  if (!first || count > RETURN.pieces) return false
  const lately = taken.filter(
    ({ slot, seconds }) =>
      slot === first.slot && seconds < first.seconds && first.seconds - seconds <= RETURN.seconds + RETURN.leeway,
  )
  return pieces(lately) >= count
}

function blind({ slot, seconds }: Place): boolean {
  return plan.some(({ fault: { kind, target }, from, until }) => {
    if (seconds < from - 5 || seconds > until + 10) return false
    if (kind === 'cell-loose' || kind === 'plate-stuck') return target === slot
    return (
      kind === 'scale-unplugged' && boards.some(({ id, fixture }) => id === target && slot.startsWith(`${fixture}/`))
    )
  })
}
