/** The plates under the weighed slots of the virtual shop: what their load cells show, with the faults that plates have. */
import { boards, type Board, type Goods, slotsOf } from './goods.ts'
import { createPlates, type Plates } from './plates.ts'
import type { Random } from './random.ts'
import type { Plate } from './shelves.ts'

export interface Scales extends Plate {
  /** Slots with a plate, in the order of `grams`. */
  readonly slots: readonly string[]
  /** What stands there when the shop opens. */
  place(slot: string, grams: number): void
  /** Lets time pass. */
  step(seconds: number): void
  /** What the load cell of a slot shows now, in grams; NaN where its wires hang in the air. */
  shown(slot: string): number
  /** Idle standard deviation of a plate for one weighing, grams. */
  noiseGrams(slot: string): number
  fault(slot: string, fault: 'loose' | 'stuck', on: boolean): void
  slotsOf(board: Board): readonly string[]
}

interface Row {
  plates: Plates
  grams: Float64Array
  slots: string[]
}

/** Plates of one shelf feel each other; shelves do not. */
export function createScales(goods: Goods, random: Random): Scales {
  const rows: Row[] = []
  const where = new Map<string, { row: Row; at: number }>()
  const bySlots = new Map<Board, string[]>()
  for (const board of boards) {
    const slots = slotsOf(goods, board)
    bySlots.set(board, slots)
    for (const shelf of new Set(slots.map(shelfOf))) {
      const own = slots.filter((slot) => shelfOf(slot) === shelf)
      const row = { plates: createPlates(random, own.length), grams: new Float64Array(own.length), slots: own }
      for (const [at, slot] of own.entries()) where.set(slot, { row, at })
      rows.push(row)
    }
  }
  const stuck = new Map<string, number>()
  const loose = new Set<string>()
  const measured = (slot: string): number => {
    const found = where.get(slot)
    return found?.row.grams[found.at] ?? Number.NaN
  }
  return {
    slots: [...where.keys()],
    slotsOf: (board) => bySlots.get(board) ?? [],
    place(slot, grams) {
      const found = where.get(slot)
      found?.row.plates.place(found.at, grams)
    },
    hand(slot, grams) {
      const found = where.get(slot)
      found?.row.plates.hand(found.at, grams)
    },
    lean(slot, grams, seconds) {
      const found = where.get(slot)
      found?.row.plates.lean(found.at, grams, seconds)
    },
    step(seconds) {
      for (const { plates, grams } of rows) plates.read(seconds, grams)
    },
    shown: (slot) => (loose.has(slot) ? Number.NaN : (stuck.get(slot) ?? measured(slot))),
    noiseGrams(slot) {
      const found = where.get(slot)
      return found?.row.plates.noiseGrams(found.at) ?? Number.NaN
    },
    fault(slot, fault, on) {
      if (fault === 'loose') {
        if (on) loose.add(slot)
        else loose.delete(slot)
      } else if (on) stuck.set(slot, measured(slot))
      else stuck.delete(slot)
    },
  }
}

const shelfOf = (slot: string): string => slot.slice(0, slot.lastIndexOf('/'))
