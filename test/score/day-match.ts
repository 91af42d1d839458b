/** Holds what was said of the shelves against what truly happened there: piece by piece, each once. */
import type { Truth } from '../../devices/twin/truth.ts'
import type { ShelfEvent } from '../../plugins/stock/events.ts'

/** Pieces that were moved at one moment. */
export interface Moved extends Place {
  product: string
  count: number
  grams?: number
  /** What else it was said to be, perhaps. */
  alternatives?: readonly string[]
}

/** A slot at one moment. */
export interface Place {
  seconds: number
  slot: string
}

export interface Match {
  /** Pieces or events that truly happened, those never told of, and those told of that never happened. */
  happened: number
  missed: Moved[]
  invented: Moved[]
  /** Pieces that were told of under another product's name, and their own was not among the alternatives. */
  misnamed: Moved[]
}

/** Seconds before and after the truth within which something may be told. */
export interface Patience {
  before: number
  after: number
}

/**
 * Each piece that was told of is taken for the nearest one in its slot that happened within `patience` and was not told
 * of yet. `also`: what else may explain it without having to be told.
 */
export function match(
  truth: readonly Moved[],
  told: readonly Moved[],
  patience: Patience,
  also: readonly Moved[] = [],
): Match {
  const open = truth.map((one) => ({ ...one, left: one.count }))
  const spare = also.map((one) => ({ ...one, left: one.count }))
  const invented: Moved[] = []
  const misnamed: Moved[] = []
  for (const one of told) {
    let count = one.count
    for (const from of [open, spare]) {
      const near = from
        .filter(
          ({ slot, seconds, left }) =>
            left > 0 &&
            slot === one.slot &&
            one.seconds >= seconds - patience.before &&
            one.seconds <= seconds + patience.after,
        )
        .sort((a, b) => Math.abs(a.seconds - one.seconds) - Math.abs(b.seconds - one.seconds))
      for (const happened of near) {
        const used = Math.min(count, happened.left)
        if (used > 0 && from === open && !names(one, happened.product)) misnamed.push({ ...one, count: used })
        happened.left -= used
        count -= used
      }
    }
    if (count > 0) invented.push({ ...one, count })
  }
  return {
    happened: truth.reduce((sum, { count }) => sum + count, 0),
    missed: open.filter(({ left }) => left > 0).map(({ left, ...one }) => ({ ...one, count: left })),
    invented,
    misnamed,
  }
}

const names = ({ product, alternatives = [] }: Moved, own: string) => product === own || alternatives.includes(own)

export const pieces = (moved: readonly Moved[]): number => moved.reduce((sum, { count }) => sum + count, 0)

export const truthOf = (lines: readonly (Truth & { seconds: number })[], kind: Truth['kind']): Moved[] =>
  lines.flatMap((line) =>
    line.kind === kind && 'slot' in line && 'count' in line
      ? [
          {
            seconds: line.seconds,
            slot: line.slot,
            product: line.product,
            count: line.count,
            ...('grams' in line ? { grams: line.grams } : {}),
          },
        ]
      : [],
  )

export const toldOf = (events: readonly (ShelfEvent & { seconds: number })[], type: ShelfEvent['type']): Moved[] =>
  events.flatMap(({ type: own, data, seconds }) =>
    own === type
      ? [
          {
            seconds,
            slot: data.slot,
            product: data.product ?? '',
            count: 'count' in data ? data.count : 1,
            alternatives:
              'alternatives' in data ? (data.alternatives ?? []).flatMap(({ product }) => product ?? []) : [],
          },
        ]
      : [],
  )
