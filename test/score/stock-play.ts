/** Plays a world to a detector, and holds what it says against the truth. */
import { createStock } from '../../plugins/stock/engine.ts'
import { createWorld, type Deed, type Truth, type WorldOptions } from './stock-world.ts'

export interface Said {
  deed: Deed
  slot: string
  product: string
  count: number
  confidence: number
  seconds: number
}

/** Anything that hears weights and says what happened. */
export interface Judge {
  weigh(slots: readonly string[], grams: Float64Array, seconds: number): void
  count(slot: string): number
}

export interface Day {
  truth: Truth[]
  said: Said[]
  /** Off by how many pieces, each minute and slot. */
  countErrors: number[]
  plateHours: number
}

export type MakeJudge = (world: ReturnType<typeof createWorld>, said: (one: Omit<Said, 'seconds'>) => void) => Judge

export const ours: MakeJudge = (world, said) => {
  const stock = createStock(world.goods, (event) => {
    const { type, data } = event
    if (type === 'shelf.taken' || type === 'shelf.returned')
      said({
        deed: type === 'shelf.taken' ? 'taken' : 'returned',
        slot: data.slot,
        product: data.product ?? '',
        count: data.count,
        confidence: data.confidence,
      })
    else if (type === 'shelf.misplaced')
      said({ deed: 'misplaced', slot: data.slot, product: '', count: 1, confidence: data.confidence })
    else if (type === 'shelf.restocked')
      said({ deed: 'restocked', slot: data.slot, product: data.product ?? '', count: data.count, confidence: 1 })
  })
  const plates = world.slots.map((slot) => ({ slot, grams: 0 }))
  return {
    weigh(_, grams, seconds) {
      plates.forEach((plate, i) => void (plate.grams = grams[i] ?? 0))
      stock.weigh({ id: 'batch', source: 'scale/board', time: seconds * 1000, data: { plates } })
    },
    count: (slot) => (stock.counts(slot) ?? []).reduce((sum, one) => sum + one, 0),
  }
}

const NAIVE_SAMPLES = 30
const NAIVE_RANGE_GRAMS = 15

/** What a technician would write first: half a second of calm, and a difference of half a piece or more. */
export const naive: MakeJudge = (world, said) => {
  const pieces = new Map(world.goods.products.map(({ id, weightGrams = 1 }) => [id, weightGrams]))
  const state = world.goods.planogram.slots.map(({ slot, products }) => ({
    slot,
    products,
    grams: pieces.get(products[0] ?? '') ?? 1,
    recent: [] as number[],
    level: Number.NaN,
  }))
  return {
    weigh(_, grams) {
      state.forEach((one, i) => {
        one.recent.push(grams[i] ?? 0)
        if (one.recent.length < NAIVE_SAMPLES) return
        if (one.recent.length > NAIVE_SAMPLES) one.recent.shift()
        if (Math.max(...one.recent) - Math.min(...one.recent) > NAIVE_RANGE_GRAMS) return
        const mean = one.recent.reduce((sum, value) => sum + value, 0) / NAIVE_SAMPLES
        if (Number.isNaN(one.level)) one.level = mean
        const change = mean - one.level
        if (Math.abs(change) < one.grams / 2) return
        one.level = mean
        const count = Math.max(1, Math.round(Math.abs(change) / one.grams))
        const deed = change < 0 ? 'taken' : count > 2 ? 'restocked' : 'returned'
        said({ deed, slot: one.slot, product: one.products[0] ?? '', count, confidence: 1 })
      })
    },
    count: (slot) => {
      const one = state.find((each) => each.slot === slot)
      return one && one.level > 0 ? Math.round(one.level / one.grams) : 0
    },
  }
}

export function playDay(seed: number, minutes: number, make: MakeJudge, options: WorldOptions = {}): Day {
  const world = createWorld(seed, minutes, options)
  const said: Said[] = []
  const judge = make(world, (one) => said.push({ ...one, seconds: world.seconds() }))
  const grams = new Float64Array(world.slots.length)
  const countErrors: number[] = []
  let nextMinute = 60
  let calm = 0
  let before = ''
  while (world.step(grams)) {
    judge.weigh(world.slots, grams, world.seconds())
    if (world.seconds() < nextMinute) continue
    // Compared in a moment in which nobody's hand is on a shelf: for two seconds no count of the truth changed.
    const counts = world.slots.map((slot) => world.count(slot)).join()
    calm = counts === before ? calm + 1 : 0
    before = counts
    if (calm < 120) continue
    nextMinute += 60
    calm = 0
    for (const slot of world.slots) countErrors.push(Math.abs(judge.count(slot) - world.count(slot)))
  }
  return { truth: world.truth, said, countErrors, plateHours: (world.slots.length * minutes) / 60 }
}

export interface Unit {
  slot: string
  product: string
  seconds: number
  count: number
  confidence: number
}

export interface Match {
  matched: { truth: Unit; said: Unit }[]
  missed: Unit[]
  invented: Unit[]
}

/** A piece is a piece: two that were taken at once may be told as two, or two as two at once. */
const unitsOf = (deeds: readonly (Truth | Said)[], deed: Deed): Unit[] =>
  deeds
    .filter((one) => one.deed === deed)
    .flatMap((one) => {
      const unit = {
        slot: one.slot,
        product: one.product,
        seconds: one.seconds,
        count: one.count,
        confidence: 'confidence' in one ? one.confidence : 1,
      }
      return Array.from({ length: deed === 'taken' || deed === 'returned' ? one.count : 1 }, () => unit)
    })

export function match({ truth, said }: Day, deed: Deed, withinSeconds: number): Match {
  const left = unitsOf(said, deed)
  const matched: Match['matched'] = []
  const missed: Unit[] = []
  for (const one of unitsOf(truth, deed)) {
    const at = left.findIndex(
      (other) =>
        other.slot === one.slot && other.seconds > one.seconds - 1 && other.seconds < one.seconds + withinSeconds,
    )
    const [found] = at < 0 ? [] : left.splice(at, 1)
    if (found) matched.push({ truth: one, said: found })
    else missed.push(one)
  }
  return { matched, missed, invented: left }
}
