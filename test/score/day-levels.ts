/** When the slots of a virtual day truly ran low or empty, by the rule that docs/stock.md gives. */
import type { Goods } from '../../devices/twin/goods.ts'
import type { Told } from '../../devices/twin/truth.ts'
import type { Moved } from './day-match.ts'

export interface Levels {
  low: Moved[]
  empty: Moved[]
  /** What may be told: low for moments, since empty says that, too; and low again after a refill that filled little. */
  passing: Moved[]
}

/** Told once, and again only after so many pieces above the mark stood there. */
const REARM_PIECES = 2
/** Hands that follow each other within these seconds may be seen as one. */
const PASSING_SECONDS = 15

/** `began`: pieces in each slot at the beginning. */
export function levelsOf(goods: Goods, began: ReadonlyMap<string, number>, truth: readonly Told[]): Levels {
  const bySlot = Map.groupBy(
    truth.flatMap((one) =>
      one.kind === 'taken' || one.kind === 'returned' || one.kind === 'placed'
        ? [{ ...one, by: one.kind === 'taken' ? -one.count : one.count }]
        : [],
    ),
    ({ slot }) => slot,
  )
  const low: Moved[] = []
  const little: Moved[] = []
  const empty: Moved[] = []
  for (const { slot, products, capacity } of goods.planogram.slots) {
    const mark = Math.ceil(capacity / 4)
    let count = began.get(slot) ?? 0
    let lowArmed = count > mark
    let emptyArmed = count > 0
    let refilled = false
    for (const { kind, seconds, by } of bySlot.get(slot) ?? []) {
      count += by
      const now: Moved = { seconds, slot, product: products[0] ?? '', count: 1 }
      if (count > mark && count >= Math.min(mark + REARM_PIECES, capacity)) lowArmed = true
      if (count >= Math.min(REARM_PIECES, capacity)) emptyArmed = true
      if (kind === 'placed') refilled = true
      if (count <= mark && by < 0) {
        if (count > 0 && lowArmed) low.push(now)
        else if (count > 0 && refilled) little.push(now)
        lowArmed = refilled = false
      }
      if (count > 0 || !emptyArmed) continue
      empty.push(now)
      emptyArmed = false
    }
  }
  const isPassing = (one: Moved) =>
    empty.some(({ slot, seconds }) => slot === one.slot && Math.abs(seconds - one.seconds) <= PASSING_SECONDS)
  return { low: low.filter((one) => !isPassing(one)), empty, passing: [...low.filter(isPassing), ...little] }
}
