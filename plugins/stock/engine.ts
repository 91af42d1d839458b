import type { EventData, PublicKnowledge } from '@endcap/sdk'
import { assort, type Assortment, shelfOf } from './assortment.ts'
import { makeClock } from './clock.ts'
import { createDetector, type Detector } from './detector.ts'
import type { ShelfEvent } from './events.ts'
import { createKeeper, type Keeper } from './keeper.ts'
import { newSlot, type Saved, save, type Slot } from './slot.ts'

export interface Batch {
  /** Id of its event. */
  id: string
  /** Who weighed: `shelf-scale/left`. */
  source: string
  /** Milliseconds of any clock. */
  time: number
  data: EventData<'shelf.weights'>
}

export interface Stock {
  /** Takes in the weights of a board; says at once what follows from them. Nothing is allocated while shelves are still. */
  weigh(batch: Batch): void
  /** Works on other goods from now on. Slots whose products stay the same keep their counts, new ones may remember theirs. */
  replan(knowledge: Goods, remembered?: ReadonlyMap<string, Saved>): void
  /** Shelves whose counts changed since they were asked for last. */
  unsaved(): string[]
  /** What to keep of a shelf, by slot. */
  save(shelf: string): Record<string, Saved>
  /** Pieces that are thought to stand in a slot; undefined while it is not known. For scoring and diagnosis. */
  counts(slot: string): readonly number[] | undefined
  stats(): Stats
}

export type Goods = Pick<PublicKnowledge, 'products' | 'planogram'>

export interface Stats {
  slots: number
  /** Slots that were weighed lately enough to be counted. */
  counted: number
  boards: number
  /** Slots with products whose weight is not known; the first few. */
  unweighed: string[]
  /** Slots that are weighed but not in the planogram; the first few. */
  unplanned: string[]
}

/** Weights are averaged over so many seconds; slower boards give their own pace. */
const BLOCK_SECONDS = 0.1
/** A board that was silent for longer begins anew: whatever happened meanwhile has no witness. */
const GAP_SECONDS = 5
const SILENT_SECONDS = 2
const MOST_BOARDS = 4096
const MOST_NAMES = 16

interface Board {
  slots: string[]
  plates: Int32Array
  /** Seconds at which the block began, and of the last batch. */
  began: number
  last: number
  /** Usual seconds from batch to batch. */
  pace: number
}

/** The stock engine: weights in, events out. It holds no timers and reads no clock. */
export function createStock(
  goods: Goods,
  say: (event: ShelfEvent) => void,
  remembered: ReadonlyMap<string, Saved> = new Map(),
  /** Told of slots that are weighed but not among the goods. */
  unknown: (slot: string) => void = () => undefined,
): Stock {
  const clock = makeClock()
  const boards = new Map<string, Board>()
  const unplanned = new Set<string>()
  const dirty = new Set<string>()
  const moment = { seconds: 0, id: '', batches: 0 }
  let slots: Slot[] = []
  /** When a plate was weighed last, seconds. */
  let seen = new Float64Array(0)
  let index = new Map<string, number>()
  let detector: Detector
  let keeper: Keeper

  const plan = (assortments: Assortment[], slotOf: (assortment: Assortment) => Slot) => {
    slots = assortments.map(slotOf)
    seen = new Float64Array(slots.length).fill(Infinity)
    index = new Map(slots.map(({ assortment }, plate) => [assortment.slot, plate]))
    detector = createDetector(slots.length, {
      rests: (plate, grams, deviation) => keeper.rests(plate, grams, deviation),
      stirs: (plate) => keeper.stirs(plate),
      hold: (plate, change, deviation) => keeper.hold(plate, change, deviation),
      changes: (plate, change, deviation, how) => keeper.changes(plate, change, deviation, how),
      splits: (plate, first, second, deviation) => keeper.splits(plate, first, second, deviation),
    })
    keeper = createKeeper({ slots, detector, moment, say, changed: (shelf) => void dirty.add(shelf) })
    slots.forEach(({ assortment: { own } }, plate) => {
      const lightest = Math.min(...own.map(({ grams }) => grams), 1000)
      detector.expect(plate, Math.min(15, Math.max(1.5, 0.35 * lightest)), lightest)
    })
    boards.clear()
    unplanned.clear()
  }
  plan(assort(goods), (assortment) => newSlot(assortment, remembered.get(assortment.slot)))

  const boardOf = (source: string): Board => {
    let board = boards.get(source)
    if (!board) {
      if (boards.size >= MOST_BOARDS) boards.clear()
      board = { slots: [], plates: new Int32Array(0), began: moment.seconds, last: moment.seconds, pace: 0 }
      boards.set(source, board)
    }
    return board
  }

  /** Boards name their slots in the same order each time: only when they do not is a name looked up. */
  const learn = (board: Board, at: number, slot: string): number => {
    if (at >= board.plates.length) {
      const grown = new Int32Array(Math.max(8, 2 * at))
      grown.set(board.plates)
      board.plates = grown
    }
    board.slots[at] = slot
    const plate = index.get(slot) ?? -1
    if (plate < 0) {
      if (unplanned.size < MOST_NAMES) unplanned.add(slot)
      unknown(slot)
    }
    return (board.plates[at] = plate)
  }

  const closeBlock = (board: Board, plates: number, seconds: number) => {
    for (let i = 0; i < plates; i++) {
      const plate = board.plates[i] as number
      if (plate < 0) continue
      // It was left out for a while: what happened meanwhile has no witness.
      if (moment.seconds - (seen[plate] as number) > Math.max(SILENT_SECONDS, 5 * board.pace)) keeper.lost(plate)
      seen[plate] = moment.seconds
      detector.close(plate, seconds)
      keeper.look(plate)
    }
  }

  return {
    weigh({ id, source, time, data: { plates, faults } }) {
      const now = clock(time)
      moment.seconds = now
      moment.id = id
      moment.batches++
      const board = boardOf(source)
      const since = now - board.last
      board.last = now
      if (since > Math.max(GAP_SECONDS, 5 * board.pace)) {
        for (let i = 0; i < board.slots.length; i++)
          if ((board.plates[i] ?? -1) >= 0) keeper.lost(board.plates[i] as number)
        board.began = now
      } else if (since > 0) board.pace = board.pace === 0 ? since : board.pace + 0.1 * (since - board.pace)
      for (let i = 0; i < plates.length; i++) {
        const one = plates[i] as (typeof plates)[number]
        let plate = board.plates[i] as number
        if (board.slots[i] !== one.slot) plate = learn(board, i, one.slot)
        if (plate >= 0) detector.add(plate, one.grams)
      }
      if (faults)
        for (const { slot } of faults) {
          const plate = index.get(slot)
          if (plate !== undefined) keeper.lost(plate)
        }
      // A block ends a little early rather than a whole batch late.
      const passed = now - board.began
      if (passed < BLOCK_SECONDS - board.pace / 2 || passed === 0) return
      closeBlock(board, plates.length, passed)
      board.began = now
    },

    replan(next, remembered = new Map()) {
      const before = slots
      const from = detector
      const old = index
      plan(assort(next), (assortment) => {
        const slot = before[old.get(assortment.slot) ?? -1]
        if (!slot) return newSlot(assortment, remembered.get(assortment.slot))
        if (slot.assortment.key !== assortment.key) return newSlot(assortment)
        return { ...slot, assortment }
      })
      slots.forEach(({ assortment: { slot, key } }, plate) => {
        const there = old.get(slot)
        if (there === undefined || before[there]?.assortment.key !== key) dirty.add(shelfOf(slot))
        else detector.adopt(plate, from, there)
      })
    },

    unsaved() {
      const shelves = [...dirty]
      dirty.clear()
      return shelves
    },
    save(shelf) {
      const kept: Record<string, Saved> = {}
      slots.forEach((slot, plate) => {
        if (slot.assortment.shelf !== shelf) return
        if (slot.counts) kept[slot.assortment.slot] = save(slot, keeper.grams(plate))
        else if (slot.saved) kept[slot.assortment.slot] = slot.saved
      })
      return kept
    },
    counts: (slot) => slots[index.get(slot) ?? -1]?.counts,
    stats: () => ({
      slots: slots.length,
      counted: slots.filter(({ counts }) => counts !== undefined).length,
      boards: boards.size,
      unweighed: slots
        .filter(({ assortment }) => assortment.unweighed.length > 0)
        .map(({ assortment }) => assortment.slot)
        .slice(0, MOST_NAMES),
      unplanned: [...unplanned],
    }),
  }
}
