/** Whether a piece that is put down is the very one that was taken a moment ago: pieces differ, and scales see by how much. */
import type { Piece } from './explain.ts'
import { isHeld, type Slot } from './slot.ts'

export interface PutDown {
  piece: Piece
  count: number
  grams: number
  /** One standard deviation of the measurement. */
  deviation: number
  seconds: number
}

/** What a plate still rings and is pulled by its neighbours, grams. */
const REST_GRAMS = 0.5
/** So many times likelier than any other piece must it be. */
const ODDS = 3

const density = (off: number, deviation: number) => Math.exp(-0.5 * (off / deviation) ** 2) / deviation

export function isTheSame(held: Slot['held'], { piece, count, grams, deviation, seconds }: PutDown): boolean {
  const measured = Math.SQRT2 * Math.hypot(deviation, REST_GRAMS)
  const other = density(grams - count * piece.grams, Math.hypot(Math.sqrt(count) * piece.deviation, deviation))
  return held.some(
    (one) =>
      one.count === count && isHeld(one, piece.product, seconds) && density(grams - one.grams, measured) > ODDS * other,
  )
}
