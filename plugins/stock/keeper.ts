/** Keeps the count of each slot and says what changed: what was taken, put back, misplaced, and what is left. */
import type { Detector } from './detector.ts'
import type { ShelfEvent } from './events.ts'
import { countOf, explain, type Explanation, SCALE_SHARE } from './explain.ts'
import { tellLevels } from './levels.ts'
import { addTo, expectedGrams, giveBack, heldOf, hold, type Pending, type Slot, totalOf } from './slot.ts'

export interface Moment {
  /** Seconds of a clock that never goes back. */
  seconds: number
  /** Id of the batch that is worked on, and how many there were. */
  id: string
  batches: number
}

export interface Keeper {
  rests(plate: number, grams: number, deviation: number): void
  stirs(plate: number): void
  hold(plate: number, change: number, deviation: number): number
  changes(plate: number, change: number, deviation: number, how: 'step' | 'ramp' | 'crosstalk'): void
  /** After each block: what only time can tell. */
  look(plate: number): void
  /** The plate cannot be believed, or nobody listened: it begins anew, and nothing is made up. */
  lost(plate: number): void
  /** Weight for the record. */
  grams(plate: number): number
}

export interface Around {
  slots: readonly Slot[]
  detector: Detector
  moment: Moment
  say(event: ShelfEvent): void
  changed(shelf: string): void
}

/** A neighbour that moved so many times as much pulls a plate along. */
const CROSSTALK_SHARE = 0.012
/** Seconds that a new level must last beyond its first rest, by what it could be and how sure that is. */
const HOLD = { takenSure: 0, taken: 0.6, takenStrange: 3, putSure: 0.6, put: 1.2, putStrange: 4 }
const SURE = 0.9
const LIKELY = 0.5
/** A weight that nothing explains is only told of when it is this sure. */
const STRANGE = 0.8
/** Additions that follow each other within this time are one restock. */
const RESTOCK_SECONDS = 8
/** One piece that somebody took a moment ago and that stays alone for so long was put back. */
const RETURN_SECONDS = 2.5
/** Seconds of quiet after which a count is held against the weight, and how sure a correction must be. */
const AUDIT_SECONDS = 4
const AUDIT_SURE = 0.95
/** The box believes that a child received an id for at least 25,000 events; older causes are left out. */
const MOST_BATCHES = 20_000
const MOST_PUT = 60

export function createKeeper({ slots, detector, moment, say, changed }: Around): Keeper {
  const shelves = new Map<string, number[]>()
  slots.forEach(({ assortment }, plate) => {
    const row = shelves.get(assortment.shelf)
    if (row) row.push(plate)
    else shelves.set(assortment.shelf, [plate])
  })
  const slotAt = (plate: number): Slot => slots[plate] as Slot
  const gramsAt = (plate: number): number => {
    const level = detector.level(plate)
    return Number.isFinite(level) ? level : 0
  }
  const causes = (slot: Slot): string[] => {
    const { stirredId, stirredBatch } = slot
    if (stirredId === '' || stirredId === moment.id || moment.batches - stirredBatch > MOST_BATCHES) return [moment.id]
    return [stirredId, moment.id]
  }
  const probability = (value: number) => Math.round(Math.min(1, Math.max(0, value)) * 1000) / 1000
  const shown = (grams: number) => Math.round(grams * 10) / 10

  const explained = (plate: number, change: number, deviation: number): Explanation => {
    const slot = slotAt(plate)
    const { own, others } = slot.assortment
    return explain({
      change,
      deviation,
      own,
      others,
      foreignGrams: slot.foreignGrams,
      most: (piece) => (change > 0 ? room(slot) : slot.counts ? (slot.counts[piece] ?? 0) + 1 : MOST_PUT),
      weight: (piece) => {
        if (change > 0) return 1 + 2 * heldOf(slot, own[piece]?.product ?? '', moment.seconds)
        return (slot.counts?.[piece] ?? 1) > 0 ? 1 : 0.1
      },
    })
  }

  /** A shelf takes no more than fits; a facing more is pressed in at times. */
  const room = (slot: Slot): number => {
    const { capacity } = slot.assortment
    return capacity === undefined ? MOST_PUT : Math.max(2, capacity + 2 - totalOf(slot))
  }

  const pulled = (plate: number, change: number): boolean => {
    for (const other of shelves.get(slotAt(plate).assortment.shelf) ?? [])
      if (other !== plate && CROSSTALK_SHARE * detector.disturbance(other) >= Math.abs(change)) return true
    return false
  }

  const tellCount = (slot: Slot, plate: number, because: string[]) => {
    const { assortment, counts, confidence } = slot
    const [first] = assortment.own
    if (!counts || !first) return
    const count = totalOf(slot)
    const product = first.product
    const grams = shown(gramsAt(plate))
    say({
      type: 'shelf.counted',
      data: { slot: assortment.slot, product, count, grams, confidence: probability(confidence) },
      because,
    })
    tellLevels(slot, (type) => say({ type, data: { slot: assortment.slot, product, count }, because }))
    slot.auditSeconds = moment.seconds + AUDIT_SECONDS
    changed(assortment.shelf)
  }

  /** Change data of the contract, from the best guess. */
  const told = (slot: Slot, change: number, { own }: Explanation) => {
    const [best, ...rest] = own
    if (!best) return undefined
    const { product, count } = best
    const confidence = probability(best.probability)
    const alternatives = rest.map((one) => ({ ...one, probability: probability(one.probability) }))
    return {
      slot: slot.assortment.slot,
      product,
      count,
      grams: shown(Math.abs(change)),
      confidence,
      ...(alternatives.length > 0 ? { alternatives } : {}),
    }
  }

  /** The count from the weight alone; of several products only where it is certain that nothing is left. */
  const recount = (slot: Slot, plate: number, counted?: number): number => {
    const { own } = slot.assortment
    const [first] = own
    if (!first) return 0
    const grams = gramsAt(plate) - slot.foreignGrams
    const { count, probability: sure } = countOf(grams, detector.deviation(plate), first, counted)
    slot.counts = own.map((_, index) => (index === 0 ? count : 0))
    return own.length === 1 || count === 0 ? sure : Math.min(sure, LIKELY)
  }

  const audit = (slot: Slot, plate: number) => {
    slot.auditSeconds = Infinity
    const { own } = slot.assortment
    if (!slot.counts || !own[0]) return
    const before = totalOf(slot)
    const lightest = Math.min(...own.map(({ grams }) => grams))
    const isBare = gramsAt(plate) < Math.min(0.4 * lightest, 25)
    if (isBare) {
      slot.foreignGrams = 0
      slot.counts.fill(0)
      slot.confidence = 1
    } else if (own.length === 1) {
      const { count, probability: sure } = countOf(
        gramsAt(plate) - slot.foreignGrams,
        detector.deviation(plate),
        own[0],
        before,
      )
      const fits = Math.abs(gramsAt(plate) - slot.foreignGrams - count * own[0].grams) < 0.4 * own[0].grams
      if (count !== before && sure >= AUDIT_SURE && fits) slot.counts = [count]
      slot.confidence = count === before || sure >= AUDIT_SURE ? sure : 1 - sure
    } else {
      // Several products: the least that mends the difference, where it is clear.
      const off = gramsAt(plate) - expectedGrams(slot)
      const doubt = Math.hypot(detector.deviation(plate), 1.5 + SCALE_SHARE * gramsAt(plate))
      const [best] = Math.abs(off) < 0.4 * lightest ? [] : explained(plate, off, doubt).own
      if (best && best.probability >= AUDIT_SURE) addTo(slot, best.product, Math.sign(off) * best.count)
      slot.confidence = Math.abs(gramsAt(plate) - expectedGrams(slot)) < 0.4 * lightest ? SURE : LIKELY
    }
    if (totalOf(slot) !== before) tellCount(slot, plate, [moment.id])
  }

  const putBack = (slot: Slot, pending: Pending) => {
    const data = told(slot, pending.grams, pending.explanation)
    if (!data) return
    giveBack(slot, data.product, data.count)
    say({ type: 'shelf.returned', data, because: pending.because })
  }

  const isHeld = (slot: Slot, { count, explanation }: Pending): boolean =>
    count <= 2 && heldOf(slot, explanation.own[0]?.product ?? '', moment.seconds) >= count

  const finishPending = (slot: Slot) => {
    const { pending, assortment } = slot
    slot.pending = undefined
    const [first] = assortment.own
    if (!pending || !first) return
    if (pending.additions === 1 && (pending.count === 1 || isHeld(slot, pending))) return putBack(slot, pending)
    slot.held = []
    slot.lowArmed = slot.lowArmed || totalOf(slot) > assortment.lowCount
    slot.emptyArmed = true
    const product = pending.explanation.own[0]?.product ?? first.product
    const data = { slot: assortment.slot, product, count: totalOf(slot) }
    say({ type: 'shelf.restocked', data, because: pending.because })
  }

  const takes = (slot: Slot, change: number, explanation: Explanation): boolean => {
    const data = told(slot, change, explanation)
    if (!data || explanation.ownShare < LIKELY) return false
    addTo(slot, data.product, -data.count)
    hold(slot, data.product, data.count, moment.seconds)
    slot.confidence = data.confidence
    say({ type: 'shelf.taken', data, because: causes(slot) })
    return true
  }

  const puts = (slot: Slot, change: number, explanation: Explanation): void => {
    const [best] = explanation.own
    if (!best || explanation.ownShare < LIKELY) {
      slot.foreignGrams += change
      if (explanation.ownShare > 1 - STRANGE) return
      const { own, slot: name } = slot.assortment
      const product = own[0]?.product
      const alternatives = explanation.others.map((one) => ({ ...one, probability: probability(one.probability) }))
      const data = {
        slot: name,
        ...(product === undefined ? {} : { product }),
        grams: shown(change),
        confidence: probability(1 - explanation.ownShare),
        ...(alternatives.length > 0 ? { alternatives } : {}),
      }
      say({ type: 'shelf.misplaced', data, because: causes(slot) })
      return
    }
    addTo(slot, best.product, best.count)
    slot.confidence = probability(best.probability)
    const because = causes(slot)
    const { pending } = slot
    const one: Pending = {
      count: best.count,
      grams: change,
      additions: 1,
      seconds: moment.seconds,
      explanation,
      because,
    }
    if (!pending) slot.pending = one
    else {
      pending.count += best.count
      pending.additions++
      pending.seconds = moment.seconds
      pending.because = because
    }
  }

  return {
    stirs(plate) {
      const slot = slotAt(plate)
      slot.stirredId = moment.id
      slot.stirredBatch = moment.batches
    },

    rests(plate, grams, deviation) {
      const slot = slotAt(plate)
      const { saved } = slot
      slot.saved = undefined
      slot.stirredId = ''
      const [first] = slot.assortment.own
      if (!first) return
      const known = slot.counts ?? saved?.counts
      slot.counts = known?.slice()
      slot.foreignGrams = saved?.foreignGrams ?? slot.foreignGrams
      const lightest = Math.min(...slot.assortment.own.map((piece) => piece.grams))
      const stands = Math.abs(grams - expectedGrams(slot)) < Math.max(0.4 * lightest, 4 * deviation, 3 + 0.005 * grams)
      if (known && stands) slot.confidence = SURE
      else {
        const isNew = known === undefined
        slot.foreignGrams = 0
        slot.confidence = recount(slot, plate)
        // A plate that is new to us may have been bare for weeks: what it holds now is where telling begins.
        slot.lowArmed = isNew ? totalOf(slot) > slot.assortment.lowCount : slot.lowArmed
        slot.emptyArmed = isNew ? totalOf(slot) > 0 : slot.emptyArmed
      }
      tellCount(slot, plate, [moment.id])
    },

    hold(plate, change, deviation) {
      if (pulled(plate, change)) return -1
      const { ownShare, foreignShare } = explained(plate, change, deviation)
      const share = Math.max(ownShare, foreignShare)
      if (change < 0) return share >= SURE ? HOLD.takenSure : share >= LIKELY ? HOLD.taken : HOLD.takenStrange
      return share >= SURE ? HOLD.putSure : share >= LIKELY ? HOLD.put : HOLD.putStrange
    },

    changes(plate, change, deviation, how) {
      const slot = slotAt(plate)
      slot.auditSeconds = moment.seconds + AUDIT_SECONDS
      if (how !== 'step' || slot.assortment.own.length === 0 || !slot.counts) return
      const explanation = explained(plate, change, deviation)
      if (change > 0) puts(slot, change, explanation)
      else if (explanation.foreignShare > explanation.ownShare) slot.foreignGrams = 0
      else if (!takes(slot, change, explanation)) slot.foreignGrams = Math.max(0, slot.foreignGrams + change)
      tellCount(slot, plate, causes(slot))
    },

    look(plate) {
      const slot = slotAt(plate)
      const { pending } = slot
      if (pending && detector.isIdle(plate)) {
        const wait = pending.additions === 1 && isHeld(slot, pending) ? RETURN_SECONDS : RESTOCK_SECONDS
        if (moment.seconds - pending.seconds > wait) finishPending(slot)
      }
      if (moment.seconds >= slot.auditSeconds && detector.isIdle(plate)) audit(slot, plate)
    },

    lost(plate) {
      detector.reset(plate)
      const slot = slotAt(plate)
      slot.pending = undefined
      slot.held = []
      slot.auditSeconds = Infinity
    },
    grams: gramsAt,
  }
}
