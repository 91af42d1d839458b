/** What stands on the shelves of the virtual shop, piece by piece, and the hands that take, put back, misplace and refill. */
import type { Goods, Good, GoodsSlot } from './goods.ts'
import type { Random } from './random.ts'

export interface Piece {
  product: string
  grams: number
  /** Lies where it does not belong, and associates overlook it. */
  overlooked?: boolean
}

export interface SlotState {
  plan: GoodsSlot
  pieces: Piece[]
  /** When a hand was last in it, seconds. */
  handAt: number
}

/** What the plates under the slots feel; */
export interface Plate {
  /** A hand takes (below zero) or puts down (above) so many grams. */
  hand(slot: string, grams: number): void
  lean(slot: string, grams: number, seconds: number): void
}

export type ShelfTruth =
  | {
      kind: 'taken' | 'returned' | 'misplaced' | 'tidied'
      slot: string
      product: string
      count: number
      grams: number
      who: string
    }
  | { kind: 'placed'; slot: string; product: string; count: number; grams: number; who: string }
  | { kind: 'restocked'; slot: string; product: string; count: number; from: number; to: number; who: string }
  | { kind: 'leaned'; slot: string; lastsSeconds: number; who: string }

/** Somebody who stands at a spot, or is on the way. */
export interface Bystander {
  name: string
  at: string | undefined
  role: 'shopper' | 'staff'
}

export interface Shelves {
  readonly slots: readonly SlotState[]
  slot(slot: string): SlotState
  step(seconds: number, people: readonly Bystander[]): void
  /** A piece of a product is left in a slot that is not its own, and associates overlook it. */
  drop(slot: string, product: string, who: string): void
  /** Somebody takes away what does not belong in a slot. */
  tidy(slot: string, who: string): void
  /** Spots where a shelf wants refilling or tidying, the longest waiting first. */
  needed(): string[]
}

export interface ShelvesOptions {
  goods: Goods
  random: Random
  /** Slots that can be reached from each spot. */
  reach: ReadonlyMap<string, readonly string[]>
  plate: Plate
  /** Slots behind a glass door: people look first and reach in less often. */
  behindGlass?: (slot: string) => boolean
  tell: (truth: ShelfTruth) => void
}

/** Seconds from one reach into the shelf to the next of one shopper who stands there, on average. */
const ACTION_SECONDS = 18
/** What shoppers do, by share: the rest is to take one piece. */
const TAKE_TWO = 0.12
const LOOK = 0.17
const LEAN = 0.03
const LOOK_ONLY = 0.6
const MISPLACE = 0.006
/** An associate is called to a slot at this share of its capacity. */
const REFILL_BELOW = 0.34
/** Two arms do not fit into one slot: the second waits so long. */
const TURN_SECONDS = 2.5

/** Something that somebody does for so many seconds, then what follows. */
interface Motion {
  seconds: number
  /** Where it ends with a hand in a slot. */
  slot?: SlotState
  after?: () => Motion | undefined
}
interface Hands {
  at: string
  motion?: Motion | undefined
  elapsed: number
  next: number
  held: Piece[]
  refill?: { slot: SlotState; from: number; placed: number } | undefined
}

export function createShelves({
  goods,
  random,
  reach,
  plate,
  behindGlass = () => false,
  tell,
}: ShelvesOptions): Shelves {
  const products = new Map(goods.products.map((product) => [product.id, product]))
  const productOf = (id: string): Good => {
    const found = products.get(id)
    if (!found) throw new RangeError(`the virtual shop sells no ${id}`)
    return found
  }
  /** Pieces differ: the tolerance is two standard deviations. */
  const pieceOf = (id: string): Piece => {
    const { weightGrams, toleranceGrams } = productOf(id)
    const away = Math.max(-2.5, Math.min(2.5, random.normal())) * (toleranceGrams / 2)
    return { product: id, grams: weightGrams + away }
  }
  const slots: SlotState[] = goods.planogram.slots.map((plan) => {
    const count = Math.ceil(plan.capacity * random.between(0.6, 1))
    const pieces = Array.from({ length: count }, (_, i) => pieceOf(plan.products[i % plan.products.length] ?? ''))
    return { plan, pieces, handAt: Number.NEGATIVE_INFINITY }
  })
  const bySlot = new Map(slots.map((slot) => [slot.plan.slot, slot]))
  const slotOf = (id: string): SlotState => {
    const found = bySlot.get(id)
    if (!found) throw new RangeError(`the virtual shop has no slot ${id}`)
    return found
  }
  const within = new Map([...reach].map(([spot, ids]) => [spot, ids.map(slotOf)]))
  const spotOf = new Map([...reach].flatMap(([spot, ids]) => ids.map((id) => [id, spot] as const)))
  const hands = new Map<string, Hands>()
  const waiting = new Map<SlotState, number>()
  let now = 0

  /** Where the first piece lies that does not belong; -1 where all do. */
  const foreign = ({ plan, pieces }: SlotState, overlooked = false) =>
    pieces.findIndex((piece) => !plan.products.includes(piece.product) && (overlooked || !piece.overlooked))
  const change = (
    kind: 'taken' | 'returned' | 'misplaced' | 'tidied' | 'placed',
    slot: SlotState,
    moved: Piece[],
    who: string,
  ) => {
    const grams = gramsOf(moved)
    slot.handAt = now
    plate.hand(slot.plan.slot, kind === 'taken' || kind === 'tidied' ? -grams : grams)
    tell({ kind, slot: slot.plan.slot, product: moved[0]?.product ?? '', count: moved.length, grams, who })
  }
  /** Takes out up to `count` pieces of one product that belong here. */
  const remove = (slot: SlotState, count: number): Piece[] => {
    const own = slot.pieces.filter(({ product }) => slot.plan.products.includes(product))
    if (own.length === 0) return []
    const product = random.pick(own).product
    const moved = own.filter((piece) => piece.product === product).slice(-count)
    slot.pieces = slot.pieces.filter((piece) => !moved.includes(piece))
    return moved
  }
  const reachIn = () => random.between(0.2, 0.6)

  const take = (who: string, mine: Hands, slot: SlotState, count: number, look: boolean): Motion => ({
    slot,
    seconds: reachIn(),
    after: () => {
      const moved = remove(slot, count)
      if (moved.length === 0) return undefined
      change('taken', slot, moved, who)
      mine.held.push(...moved)
      if (!look) return undefined
      return { slot, seconds: random.between(3.5, 10), after: () => putBack(who, mine, slot, moved, 'returned') }
    },
  })
  const putBack = (
    who: string,
    mine: Hands,
    slot: SlotState,
    moved: Piece[],
    kind: 'returned' | 'misplaced',
  ): Motion => {
    mine.held = mine.held.filter((piece) => !moved.includes(piece))
    slot.pieces.push(...moved)
    change(kind, slot, moved, who)
    return { seconds: reachIn() }
  }

  const shop = (who: string, mine: Hands, near: readonly SlotState[]): Motion | undefined => {
    const slot = random.pick(near)
    if (behindGlass(slot.plan.slot) && random.next() < LOOK_ONLY) return undefined
    const chance = random.next()
    const stray = mine.held[0]
    if (
      chance < MISPLACE &&
      stray &&
      !slot.plan.products.includes(stray.product) &&
      foreign(slot) < 0 &&
      now - slot.handAt > TURN_SECONDS
    )
      return putBack(who, mine, slot, [stray], 'misplaced')
    if (chance < MISPLACE + LEAN) {
      const seconds = random.between(2, 7)
      tell({ kind: 'leaned', slot: slot.plan.slot, lastsSeconds: seconds, who })
      plate.lean(slot.plan.slot, random.between(600, 2600), seconds)
      return { seconds }
    }
    if (slot.pieces.length === 0) return undefined
    return take(who, mine, slot, chance > 1 - TAKE_TWO ? 2 : 1, chance > 0.5 && chance < 0.5 + LOOK)
  }

  const endRefill = (who: string, mine: Hands) => {
    if (!mine.refill) return
    const { slot, from, placed } = mine.refill
    mine.refill = undefined
    const to = slot.pieces.length
    if (to > from && placed > 0)
      tell({
        kind: 'restocked',
        slot: slot.plan.slot,
        product: slot.plan.products[0] ?? '',
        count: to - from,
        from,
        to,
        who,
      })
  }
  const handful = (who: string, mine: Hands, slot: SlotState): Motion => ({
    slot,
    seconds: random.between(1.6, 3),
    after: () => {
      const count = Math.min(slot.plan.capacity - slot.pieces.length, 2 + Math.floor(random.next() * 3))
      if (count <= 0) {
        endRefill(who, mine)
        return undefined
      }
      // The emptiest of the products that share the slot is filled first.
      const counts = slot.plan.products.map((id) => slot.pieces.filter(({ product }) => product === id).length)
      const product = slot.plan.products[counts.indexOf(Math.min(...counts))] ?? ''
      const added = Array.from({ length: count }, () => pieceOf(product))
      slot.pieces.push(...added)
      change('placed', slot, added, who)
      if (mine.refill) mine.refill.placed += count
      return { seconds: reachIn(), after: () => handful(who, mine, slot) }
    },
  })
  const care = (who: string, mine: Hands, near: readonly SlotState[]): Motion | undefined => {
    const stray = near.find((slot) => foreign(slot) >= 0)
    if (stray)
      return {
        slot: stray,
        seconds: reachIn(),
        after: () => {
          tidy(stray, who)
          return undefined
        },
      }
    const low = near.find((slot) => wanted(slot) && ![...hands.values()].some(({ refill }) => refill?.slot === slot))
    if (!low) return undefined
    mine.refill = { slot: low, from: low.pieces.length, placed: 0 }
    return handful(who, mine, low)
  }
  const tidy = (slot: SlotState, who: string) => {
    const at = foreign(slot, true)
    if (at < 0) return
    change('tidied', slot, slot.pieces.splice(at, 1), who)
  }
  const wanted = (slot: SlotState) => slot.pieces.length <= slot.plan.capacity * REFILL_BELOW

  const act = (person: Bystander, seconds: number) => {
    const { name, at, role } = person
    let mine = hands.get(name)
    const near = at === undefined ? undefined : within.get(at)
    if (!near || at === undefined) {
      // Who walks away keeps what is in the hand, and leaves a shelf half filled.
      if (mine) {
        endRefill(name, mine)
        mine.motion = undefined
        mine.at = ''
      }
      return
    }
    if (!mine) hands.set(name, (mine = { at: '', elapsed: 0, next: 0, held: [] }))
    if (mine.at !== at) {
      mine.at = at
      mine.next = now + random.between(2, 6)
    }
    if (mine.motion) {
      mine.elapsed += seconds
      const { slot } = mine.motion
      if (mine.elapsed >= mine.motion.seconds && !(slot && now - slot.handAt < TURN_SECONDS)) {
        mine.motion = mine.motion.after?.()
        mine.elapsed = 0
        mine.next = now + (role === 'staff' ? random.between(1, 3) : -ACTION_SECONDS * Math.log(1 - random.next()))
      }
    } else if (now >= mine.next) {
      mine.motion = role === 'staff' ? care(name, mine, near) : shop(name, mine, near)
      mine.elapsed = 0
      if (!mine.motion) mine.next = now + (role === 'staff' ? 2 : -ACTION_SECONDS * Math.log(1 - random.next()))
    }
  }

  return {
    slots,
    slot: slotOf,
    step(seconds, people) {
      now += seconds
      for (const person of people) act(person, seconds)
      if (hands.size > 4 * people.length + 16) {
        const here = new Set(people.map(({ name }) => name))
        for (const name of hands.keys()) if (!here.has(name)) hands.delete(name)
      }
      for (const slot of slots) {
        if (!wanted(slot) && foreign(slot) < 0) waiting.delete(slot)
        else if (!waiting.has(slot)) waiting.set(slot, now)
      }
    },
    drop(slot, product, who) {
      const state = slotOf(slot)
      const piece = { ...pieceOf(product), overlooked: true }
      state.pieces.push(piece)
      change('misplaced', state, [piece], who)
    },
    tidy: (slot, who) => tidy(slotOf(slot), who),
    needed: () => [...new Set([...waiting.keys()].map(({ plan }) => spotOf.get(plan.slot) ?? ''))].filter(Boolean),
  }
}

/** grams of some pieces together */
export const gramsOf = (pieces: readonly Piece[]): number => pieces.reduce((sum, { grams }) => sum + grams, 0)
