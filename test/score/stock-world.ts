/** A shelf with goods on plates and people in front of it, seeded, with the truth of what they did. */
import { createPlates } from '../../devices/twin/plates.ts'
import { createRandom, type Random } from '../../devices/twin/random.ts'
import type { Goods } from '../../plugins/stock/engine.ts'

export type Deed = 'taken' | 'returned' | 'misplaced' | 'restocked'

export interface Truth {
  deed: Deed
  slot: string
  product: string
  count: number
  /** When the hand let go, seconds; of a restock, when the last piece stood. */
  seconds: number
}

export interface World {
  goods: Goods
  slots: string[]
  /** Lets a sixtieth of a second pass; false when the day is over. */
  step(grams: Float64Array): boolean
  seconds(): number
  truth: Truth[]
  /** Pieces of the slot's products that stand there. */
  count(slot: string): number
}

export const HERTZ = 60
const SLOTS = 8
/** Grams of a piece and its tolerance: from a bag of spice to a carton of juice. */
const GOODS = [
  [28, 1.5],
  [52, 2],
  [96, 3],
  [125, 4],
  [180, 4],
  [250, 6],
  [330, 7],
  [400, 8],
  [415, 8],
  [500, 9],
  [750, 15],
  [1034, 14],
  [1540, 20],
] as const

/** Two kinds in one slot whose weights nearly touch: grams of each, tolerance of both. */
const ALIKE = [
  [100, 103, 4],
  [250, 256, 6],
  [330, 336, 7],
  [400, 415, 8],
  [500, 512, 9],
  [750, 765, 15],
] as const

export interface WorldOptions {
  /** Every slot holds two kinds that the weight hardly tells apart. */
  alike?: boolean
}

interface Standing {
  product: string
  grams: number
}

export function createWorld(seed: number, minutes: number, { alike = false }: WorldOptions = {}): World {
  const random = createRandom(seed)
  const productOf = (weightGrams: number, toleranceGrams: number) => ({
    id: `g${weightGrams}`,
    name: `${weightGrams} g`,
    weightGrams,
    toleranceGrams,
  })
  const products = alike
    ? ALIKE.flatMap(([first, second, tolerance]) => [productOf(first, tolerance), productOf(second, tolerance)])
    : GOODS.map(([grams, tolerance]) => productOf(grams, tolerance))
  const slots = Array.from({ length: SLOTS }, (_, i) => `A/1/${i + 1}`)
  const offer = slots.map(() => {
    if (alike) {
      const pair = Math.floor(random.next() * ALIKE.length)
      return products.slice(2 * pair, 2 * pair + 2)
    }
    const first = random.pick(products)
    const second = random.pick(products.filter(({ id }) => id !== first.id))
    return random.next() < 0.25 ? [first, second] : [first]
  })
  const capacity = offer.map(() => 8 + Math.floor(random.next() * 8))
  const plates = createPlates(random, SLOTS)
  const stand: Standing[][] = slots.map(() => [])
  const piece = (slot: number, which = 0): Standing => {
    const product = offer[slot]?.[which] ?? offer[slot]?.[0] ?? products[0]
    if (!product) throw new Error('a shelf without goods')
    return { product: product.id, grams: product.weightGrams + (product.toleranceGrams / 2) * random.normal() }
  }
  slots.forEach((_, slot) => {
    for (let i = 0; i < (capacity[slot] ?? 0); i++) stand[slot]?.push(piece(slot, alike ? i % 2 : 0))
    plates.place(
      slot,
      (stand[slot] ?? []).reduce((sum, { grams }) => sum + grams, 0),
    )
  })

  const truth: Truth[] = []
  const foreign = new Set<Standing>()
  const busyUntil = new Float64Array(SLOTS)
  const agenda: { at: number; act: () => void }[] = []
  let now = 0
  const later = (seconds: number, act: () => void) => void agenda.push({ at: now + seconds, act })
  const note = (deed: Deed, slot: number, product: string, count: number, seconds: number) =>
    void truth.push({ deed, slot: slots[slot] ?? '', product, count, seconds })
  const busy = (slot: number, seconds: number) => {
    busyUntil[slot] = Math.max(busyUntil[slot] ?? 0, now + seconds)
  }

  const take = (slot: number, pieces = 1): Standing[] => {
    const here = stand[slot] ?? []
    const own = here.filter((one) => !foreign.has(one))
    const chosen: Standing[] = []
    const [first] = own.length > 0 ? [random.pick(own)] : []
    for (const one of own)
      if (chosen.length < pieces && one.product === first?.product) {
        chosen.push(one)
        here.splice(here.indexOf(one), 1)
      }
    if (!first || chosen.length === 0) return []
    const seconds = random.between(0.2, 0.6)
    plates.hand(slot, -chosen.reduce((sum, { grams }) => sum + grams, 0), seconds)
    note('taken', slot, first.product, chosen.length, now + seconds)
    busy(slot, 3)
    return chosen
  }
  const put = (slot: number, things: Standing[], deed: Deed | undefined) => {
    const seconds = random.between(0.25, 0.7)
    stand[slot]?.push(...things)
    plates.hand(
      slot,
      things.reduce((sum, { grams }) => sum + grams, 0),
      seconds,
    )
    if (deed) note(deed, slot, things[0]?.product ?? '', things.length, now + seconds)
    busy(slot, 6)
  }
  const restock = (slot: number) => {
    let missing = (capacity[slot] ?? 0) - (stand[slot]?.length ?? 0)
    if (missing < 3) return
    const which = (offer[slot]?.length ?? 1) > 1 ? Math.floor(random.next() * 2) : 0
    let after = 0
    while (missing > 0) {
      const pieces = Math.min(missing, random.next() < 0.3 ? 2 : 1)
      missing -= pieces
      const isLast = missing <= 0
      const things = Array.from({ length: pieces }, () => piece(slot, which))
      later(after, () => {
        put(slot, things, undefined)
        if (isLast) note('restocked', slot, things[0]?.product ?? '', stand[slot]?.length ?? 0, now)
      })
      after += random.between(1, 2.5)
    }
    busy(slot, after + 14)
  }
  const misplace = (slot: number) => {
    // Somebody leaves there what belongs elsewhere, and an associate finds it later.
    const known = new Set((offer[slot] ?? []).map(({ weightGrams }) => weightGrams))
    const grams = random.between(40, 1200)
    const isLike = [...known].some((own) =>
      [1, 2, 3, 4].some((count) => Math.abs(grams - count * own) < 0.12 * own + 10),
    )
    if (isLike || [...foreign].some((one) => stand[slot]?.includes(one))) return
    const thing = { product: 'strange', grams }
    foreign.add(thing)
    put(slot, [thing], 'misplaced')
    const away = random.between(40, 120)
    later(away, () => {
      const here = stand[slot] ?? []
      here.splice(here.indexOf(thing), 1)
      foreign.delete(thing)
      plates.hand(slot, -thing.grams)
      busy(slot, 5)
    })
    busy(slot, 8)
  }

  const deeds: [number, (slot: number) => void][] = [
    [44, (slot) => void take(slot)],
    [6, (slot) => void take(slot, 2)],
    [
      7,
      (slot) => {
        take(slot)
        later(random.between(0.9, 2), () => take(slot))
      },
    ],
    [
      10,
      (slot) => {
        const things = take(slot)
        if (things.length > 0) later(random.between(4, 60), () => put(slot, things, 'returned'))
      },
    ],
    [
      8,
      (slot) => {
        take(slot)
        const beside = slot > 0 ? slot - 1 : slot + 1
        if (now > (busyUntil[beside] ?? 0)) later(random.between(0, 0.5), () => take(beside))
      },
    ],
    [4, misplace],
    [9, (slot) => (plates.lean(slot, random.between(200, 4000), random.between(0.6, 8)), busy(slot, 12))],
    [3, (slot) => plates.pour(slot, random.between(-20, 20), random.between(3, 12))],
    [6, () => plates.shake(random.between(1, 12), random.between(1, 8), random.between(6, 25))],
    [3, restock],
  ]
  const whole = deeds.reduce((sum, [share]) => sum + share, 0)
  let nextDeed = 5

  const live = () => {
    for (let i = agenda.length - 1; i >= 0; i--) {
      const one = agenda[i]
      if (one && one.at <= now) {
        agenda.splice(i, 1)
        one.act()
      }
    }
    if (now < nextDeed) return
    nextDeed = now - 3 * Math.log(1 - random.next())
    if (now > minutes * 60 - 40) return
    const slot = Math.floor(random.next() * SLOTS)
    if (now < (busyUntil[slot] ?? 0)) return
    if ((stand[slot]?.length ?? 0) <= 2 && random.next() < 0.7) return restock(slot)
    deedOf(random, deeds, whole)(slot)
  }

  return {
    goods: {
      products,
      planogram: {
        fixtures: [{ id: 'A' }],
        slots: slots.map((slot, i) => ({
          slot,
          products: (offer[i] ?? []).map(({ id }) => id),
          capacity: capacity[i] ?? 8,
        })),
      },
    },
    slots,
    truth,
    seconds: () => now,
    count: (slot) => (stand[slots.indexOf(slot)] ?? []).filter((one) => !foreign.has(one)).length,
    step(grams) {
      now += 1 / HERTZ
      live()
      plates.read(1 / HERTZ, grams)
      return now < minutes * 60
    },
  }
}

function deedOf<T>(random: Random, deeds: readonly [number, T][], whole: number): T {
  let left = random.next() * whole
  for (const [share, deed] of deeds) if ((left -= share) <= 0) return deed
  return (deeds[0] as [number, T])[1]
}
