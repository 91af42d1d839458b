/** A shelf of three plates with goods, and people in front of it. */
import { createPlates, type Plates } from '../../../devices/twin/plates.ts'
import { createRandom } from '../../../devices/twin/random.ts'
import { createStock, type Goods, type Stock } from '../../../plugins/stock/engine.ts'
import type { ShelfEvent } from '../../../plugins/stock/events.ts'
import type { Saved } from '../../../plugins/stock/slot.ts'

export const MILK = 1034
export const YOGHURT = 180
export const TEA = 96

export const goods: Goods = {
  products: [
    { id: 'milk', name: 'Oat milk', weightGrams: MILK, toleranceGrams: 14 },
    { id: 'yoghurt', name: 'Yoghurt', weightGrams: YOGHURT, toleranceGrams: 4 },
    { id: 'tea', name: 'Tea', weightGrams: TEA, toleranceGrams: 3 },
  ],
  planogram: {
    fixtures: [{ id: 'A' }],
    slots: [
      { slot: 'A/1/1', products: ['milk'], capacity: 8, lowCount: 2 },
      { slot: 'A/1/2', products: ['yoghurt'], capacity: 12, lowCount: 3 },
      { slot: 'A/1/3', products: ['tea'], capacity: 12, lowCount: 3 },
    ],
  },
}

export interface Shelf {
  plates: Plates
  stock: Stock
  events: ShelfEvent[]
  /** Lets seconds pass; `fault` leaves a plate out, as a board does that cannot read it. */
  pass(seconds: number, fault?: number): void
  /** What was told beyond counts since it was asked last, in words: `taken A/1/1 milk 1`. */
  told(): string[]
  counts(): (number | undefined)[]
}

export interface ShelfOptions {
  goods?: Goods
  pieces?: readonly number[]
  noiseGrams?: number
  remembered?: ReadonlyMap<string, Saved>
  /** Goes on with these plates. */
  plates?: Plates
  seed?: number
}

let batches = 0

export function createShelf(options: ShelfOptions = {}): Shelf {
  const { pieces = [6, 8, 8], noiseGrams = 0.7, remembered, seed = 1 } = options
  const known = options.goods ?? goods
  const weights = new Map(known.products.map(({ id, weightGrams = 0 }) => [id, weightGrams]))
  const slots = known.planogram.slots.map(({ slot }) => slot)
  const plates = options.plates ?? createPlates(createRandom(seed), slots.length, { noiseGrams: () => noiseGrams })
  if (!options.plates)
    known.planogram.slots.forEach(({ products: [first = ''] }, i) =>
      plates.place(i, (pieces[i] ?? 0) * (weights.get(first) ?? 0)),
    )
  const events: ShelfEvent[] = []
  const stock = createStock(known, (event) => void events.push(event), remembered)
  const grams = new Float64Array(slots.length)
  let now = 0
  let heard = 0
  return {
    plates,
    stock,
    events,
    pass(seconds, fault) {
      for (let i = 0; i < seconds * 60; i++) {
        now += 1000 / 60
        plates.read(1 / 60, grams)
        const all = slots.map((slot, at) => ({ slot, grams: grams[at] ?? 0 }))
        const faulty = fault === undefined ? undefined : slots[fault]
        const data =
          faulty === undefined
            ? { plates: all }
            : {
                plates: all.filter(({ slot }) => slot !== faulty),
                faults: [{ slot: faulty, fault: 'disconnected' as const }],
              }
        stock.weigh({ id: `batch-${batches++}`, source: 'shelf-scale/left', time: now, data })
      }
    },
    told() {
      const news = events.slice(heard)
      heard = events.length
      return news.flatMap(({ type, data }) =>
        type === 'shelf.counted'
          ? []
          : [[type.slice(6), data.slot, data.product, ...('count' in data ? [data.count] : [])].join(' ')],
      )
    },
    counts: () => slots.map((slot) => stock.counts(slot)?.reduce((sum, one) => sum + one, 0)),
  }
}
