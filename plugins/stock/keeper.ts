/** Keeps the count of each slot and says what changed: what was taken, put back, misplaced, and what is left. */
import type { Detector } from './detector.ts'
import { audit, lightestOf, recount } from './audit.ts'
import { alternativesOf, changeOf, probability, type ShelfEvent, shown } from './events.ts'
import { explain, type Explanation, type Guess } from './explain.ts'
import { tellLevels } from './levels.ts'
import { addTo, expectedGrams, giveBack, heldOf, hold, type Pending, type Slot, totalOf } from './slot.ts'
import { isTheSame } from './same.ts'

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
  splits(plate: number, first: number, second: number, deviation: number): boolean
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
/** A weight that nothing explains is only told of when it is this sure; what is less sure is counted, and told of by its count alone. */
const STRANGE = 0.8
/** One or two pieces are taken all day; so many at once that weigh as what was put down there before are that. */
const HANDFUL = 3
/** Additions that follow each other within this time are one restock; who takes meanwhile keeps the other waiting. */
const RESTOCK_SECONDS = 8
const LONGEST_PAUSE_SECONDS = 20
/** One piece that somebody took a moment ago and that stays alone for so long was put back; two may be a handful. */
const RETURN_SECONDS = 2.5
/** Seconds after a change at which the count is held against the weight. */
const AUDIT_SECONDS = 4
/** A count that the weight contradicts, but not clearly, is looked at again after so long. */
const AGAIN_SECONDS = 60
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
  const weighed = (plate: number) => ({ grams: gramsAt(plate), deviation: detector.deviation(plate) })

  const explained = (plate: number, change: number, deviation: number): Explanation => {
    const slot = slotAt(plate)
    const { own, others } = slot.assortment
    return explain({
      change,
      deviation,
      own,
      others,
      foreignGrams: slot.foreignGrams,
      doubtful: slot.doubtful,
      most: (piece) => (change > 0 ? room(slot) : there(slot, plate, change, own[piece]?.grams ?? 1)),
      weight: (piece) => {
        if (change > 0) return 1 + 2 * heldOf(slot, own[piece]?.product ?? '', moment.seconds)
        // Counts of alike products are themselves guesses.
        return 2 + (slot.counts?.[piece] ?? 0)
      },
    })
  }

  /** A shelf takes no more than fits; a facing more is pressed in at times. */
  const room = (slot: Slot): number => {
    const { capacity } = slot.assortment
    return capacity === undefined ? MOST_PUT : Math.max(2, capacity + 2 - totalOf(slot))
  }

  /** Counts are guesses, those of alike products above all: as many can be taken as are counted, or as weigh what stood there. */
  const there = (slot: Slot, plate: number, change: number, grams: number): number =>
    slot.counts ? Math.max(totalOf(slot) + 1, Math.ceil((gramsAt(plate) - change) / grams)) : MOST_PUT

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

  const putBack = (slot: Slot, pending: Pending) => {
    const one = changeOf(slot, pending.grams, pending.explanation)
    if (!one) return
    const { alternatives: _, ...known } = one
    const data = pending.additions === 1 ? one : { ...known, count: pending.count }
    giveBack(slot, data.product, data.count, pending.seconds)
    say({ type: 'shelf.returned', data, because: pending.because })
  }

  const isHeld = (slot: Slot, { count, onlySingles, explanation, seconds }: Pending): boolean =>
    (count <= 2 || onlySingles) && heldOf(slot, explanation.own[0]?.product ?? '', seconds) >= count

  /** When it is clear that nothing follows. */
  const overAt = (slot: Slot, pending: Pending): number => {
    const { seconds, additions, count } = pending
    if (additions === 1 && count === 1 && isHeld(slot, pending)) return seconds + RETURN_SECONDS
    const handAt = Math.max(seconds, slot.held.at(-1)?.seconds ?? 0)
    return Math.min(handAt + RESTOCK_SECONDS, seconds + LONGEST_PAUSE_SECONDS)
  }

  const finishPending = (slot: Slot) => {
    const { pending, assortment } = slot
    slot.pending = undefined
    const [first] = assortment.own
    if (!pending || !first) return
    const { additions, count, onlySingles, explanation, seconds } = pending
    if (additions === 1 && count < HANDFUL && explanation.ownShare < STRANGE) return
    // Two people who put back one after the other bring single pieces; who refills brings handfuls, or more pieces.
    const isRefill = additions > 1 && (!onlySingles || count >= HANDFUL)
    const isAmidst = Math.abs(seconds - slot.pouredSeconds) < RESTOCK_SECONDS
    const isBrought = count === 1 || additions === 2 || isHeld(slot, pending)
    if (!isRefill && isBrought && !(count > 1 && isAmidst)) return putBack(slot, pending)
    slot.held = []
    slot.lowArmed = slot.lowArmed || totalOf(slot) > assortment.lowCount
    slot.emptyArmed = true
    const product = pending.explanation.own[0]?.product ?? first.product
    const data = { slot: assortment.slot, product, count: totalOf(slot) }
    say({ type: 'shelf.restocked', data, because: pending.because })
  }

  const takes = (slot: Slot, change: number, explanation: Explanation): boolean => {
    const data = changeOf(slot, change, explanation)
    if (!data || explanation.ownShare < LIKELY) return false
    addTo(slot, data.product, -data.count)
    hold(slot, data, moment.seconds)
    slot.confidence = data.confidence
    say({ type: 'shelf.taken', data, because: causes(slot) })
    return true
  }

  /** What was counted as own pieces, and may have been none, is gone again: nothing was taken. */
  const undo = (slot: Slot): void => {
    const { doubtful, pending } = slot
    slot.doubtful = undefined
    if (!doubtful) return
    addTo(slot, doubtful.product, -doubtful.count)
    if (pending?.additions === 1) slot.pending = undefined
  }

  /**
   * A refill that waits only because somebody took: the very piece that they took, by its weight, is no part of it.
   */
  const isBack = (slot: Slot, change: number, deviation: number, { product, count }: Guess): boolean => {
    const { pending, assortment, held } = slot
    const piece = assortment.own.find((one) => one.product === product)
    if (!pending || !piece || count > 1 || moment.seconds - pending.seconds < RESTOCK_SECONDS) return false
    const since = held.filter(({ seconds }) => seconds > pending.seconds)
    return isTheSame(since, { piece, count, grams: change, deviation, seconds: moment.seconds })
  }

  const puts = (slot: Slot, change: number, deviation: number, explanation: Explanation): void => {
    const [best] = explanation.own
    if (!best || explanation.ownShare <= 1 - STRANGE) {
      slot.foreignGrams += change
      const { own, slot: name } = slot.assortment
      const product = own[0]?.product
      const data = {
        slot: name,
        ...(product === undefined ? {} : { product }),
        grams: shown(change),
        confidence: probability(1 - explanation.ownShare),
        ...alternativesOf(explanation.others),
      }
      say({ type: 'shelf.misplaced', data, because: causes(slot) })
      return
    }
    addTo(slot, best.product, best.count)
    slot.confidence = probability(best.probability)
    const doubt = 1 - explanation.ownShare
    // Whoever brings several handfuls refills.
    slot.doubtful = undefined
    if (!slot.pending && (doubt > 1 - STRANGE || best.count >= HANDFUL))
      slot.doubtful = { product: best.product, count: best.count, grams: change, doubt }
    const because = causes(slot)
    const { pending } = slot
    const one: Pending = {
      count: best.count,
      grams: change,
      additions: 1,
      onlySingles: best.count === 1,
      seconds: moment.seconds,
      explanation,
      because,
    }
    if (isBack(slot, change, deviation, best)) putBack(slot, one)
    else if (!pending) slot.pending = one
    else {
      pending.count += best.count
      pending.grams += change
      pending.additions++
      pending.onlySingles &&= best.count === 1
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
      slot.doubtful = undefined
      slot.stirredId = ''
      const [first] = slot.assortment.own
      if (!first) return
      const known = slot.counts ?? saved?.counts
      slot.counts = known?.slice()
      slot.foreignGrams = saved?.foreignGrams ?? slot.foreignGrams
      const stands =
        Math.abs(grams - expectedGrams(slot)) < Math.max(0.4 * lightestOf(slot), 4 * deviation, 3 + 0.005 * grams)
      if (known && stands) slot.confidence = SURE
      else {
        const isNew = known === undefined
        slot.foreignGrams = 0
        recount(slot, { grams, deviation })
        // A plate that is new to us may have been bare for weeks: what it holds now is where telling begins.
        slot.lowArmed = isNew ? totalOf(slot) > slot.assortment.lowCount : slot.lowArmed
        slot.emptyArmed = isNew ? totalOf(slot) > 0 : slot.emptyArmed
      }
      tellCount(slot, plate, [moment.id])
    },

    hold(plate, change, deviation) {
      if (pulled(plate, change)) return -1
      const { ownShare, foreignShare, doubtfulShare } = explained(plate, change, deviation)
      const share = Math.max(ownShare, foreignShare, doubtfulShare)
      if (change < 0) return share >= SURE ? HOLD.takenSure : share >= LIKELY ? HOLD.taken : HOLD.takenStrange
      return share >= SURE ? HOLD.putSure : share >= LIKELY ? HOLD.put : HOLD.putStrange
    },

    splits(plate, first, second, deviation) {
      // What presses and goes is an elbow, but for somebody who takes what is just being filled in.
      if (first === -second && first > 0 && !slotAt(plate).pending) return false
      if (explained(plate, first + second, deviation).ownShare >= LIKELY) return false
      const [one, other] = [explained(plate, first, deviation), explained(plate, second, deviation)]
      const isOwn = ({ ownShare, foreignShare }: Explanation) => Math.max(ownShare, foreignShare) >= LIKELY
      // A hand that leans and takes weighs anything: only a stray, or pieces, make two changes of one.
      return (other.ownShare >= SURE && (first > 0 || isOwn(one))) || (one.ownShare >= SURE && isOwn(other))
    },

    changes(plate, change, deviation, how) {
      const slot = slotAt(plate)
      slot.auditSeconds = moment.seconds + AUDIT_SECONDS
      if (slot.assortment.own.length === 0 || !slot.counts) return
      const explanation = explained(plate, change, deviation)
      if (how !== 'step') {
        if (change > 0 && explanation.ownShare >= LIKELY) slot.pouredSeconds = moment.seconds
        return
      }
      const { ownShare, foreignShare, doubtfulShare } = explanation
      if (change > 0) puts(slot, change, deviation, explanation)
      else if (doubtfulShare > Math.max(ownShare, foreignShare)) undo(slot)
      else if (foreignShare > ownShare) slot.foreignGrams = 0
      else if (!takes(slot, change, explanation)) slot.foreignGrams = Math.max(0, slot.foreignGrams + change)
      tellCount(slot, plate, causes(slot))
    },

    look(plate) {
      const slot = slotAt(plate)
      const { pending } = slot
      if (pending && detector.isIdle(plate) && moment.seconds > overAt(slot, pending)) finishPending(slot)
      if (moment.seconds < slot.auditSeconds || !detector.isIdle(plate)) return
      const mended = audit(slot, weighed(plate), moment.seconds, (grams, doubt) => explained(plate, grams, doubt))
      if (mended) tellCount(slot, plate, [moment.id])
      slot.auditSeconds = slot.confidence < SURE ? moment.seconds + AGAIN_SECONDS : Infinity
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
