/**
 * What a screen plays at which moment. The box reckons the programme of the coming days in instants, so that a player
 * needs no time zone; which item of it stands at an instant follows from the instant alone, so that players whose clocks
 * agree show the same, whenever they joined. Used by the box and, as it is, by the pages: nothing is imported here.
 */
import type { Content } from './content.ts'

/** A product as it stands on a sign: words and prices are formatted already. */
export interface ProductFace {
  name: string
  brand?: string
  /** SHA-256 of its picture. */
  picture?: string
  /** `2,49 €` */
  price?: string
  /** What the price is for, where it is not a piece: `100 g`. */
  per?: string
  /** What it was before the offer: `2,99 €` */
  before?: string
}

/** A content with what the catalogue adds to it. */
export interface Drawn {
  content: Content
  product?: ProductFace
}

export interface ProgrammeItem extends Drawn {
  id: string
  seconds: number
}

/** From one instant to another (ms since the epoch) these items of a playlist run round and round, the first at `from`. */
export interface Span {
  from: number
  until: number
  playlist: string
  /** Indices into the items of the playlist: those that are valid then. Never empty. */
  items: number[]
}

export interface Programme {
  /** Changes when anything in it does. */
  version: string
  /** Players of a group follow the clock strictly; a screen by itself goes on where an interruption stopped it. */
  group?: string
  playlists: Record<string, ProgrammeItem[]>
  /** In order, without overlaps. Between them the fallback shows. */
  spans: Span[]
  fallback: Drawn
}

export interface Playing {
  playlist: string
  item: ProgrammeItem
  /** When it began and when the next follows; ms since the epoch by the clock of the box. */
  from: number
  until: number
  /** When the span began, so that a new span is told from the one before. */
  span: number
}

const WEEK_MILLISECONDS = 7 * 86_400_000

/**
 * The item that stands at `time`, or undefined where the fallback does. `late` are milliseconds that the playlist was
 * held up by interruptions since its span began. Beyond its end the programme repeats its last week.
 */
export function playsAt({ spans, playlists }: Programme, time: number, late = 0): Playing | undefined {
  const end = spans.at(-1)?.until
  if (end === undefined) return undefined
  const shift = time < end ? 0 : Math.floor((time - end) / WEEK_MILLISECONDS + 1) * WEEK_MILLISECONDS
  const at = time - shift
  const span = spans.find(({ from, until }) => from <= at && at < until)
  const items = span?.items.flatMap((index) => playlists[span.playlist]?.[index] ?? [])
  if (!span || !items?.[0]) return undefined
  const cycle = items.reduce((sum, { seconds }) => sum + seconds * 1000, 0)
  const held = Math.min(late, at - span.from)
  const into = at - held - span.from
  let from = into - (into % cycle)
  for (const item of items) {
    const until = from + item.seconds * 1000
    if (into < until) {
      const start = span.from + held + shift
      return {
        playlist: span.playlist,
        item,
        from: start + from,
        until: Math.min(start + until, span.until + shift),
        span: span.from + shift,
      }
    }
    from = until
  }
  return undefined
}

/** When the programme changes next without an item playing: the start of the next span after `time`. */
export const nextSpan = ({ spans }: Programme, time: number): number | undefined =>
  spans.find(({ from }) => from > time)?.from

/** What a player calls what it shows from a playlist: `morning/bread`. Keys of `sign.show` have no slash. */
export const playedKey = ({ playlist, item }: Pick<Playing, 'playlist' | 'item'>): string => `${playlist}/${item.id}`

/** Every media file that a content needs. */
export const mediaOf = ({ content, product }: Drawn): string[] => {
  const picture =
    content.media ?? (content.layout === 'product' || content.layout === 'pick' ? product?.picture : undefined)
  return picture === undefined || content.layout === 'message' ? [] : [picture]
}

/** Milliseconds since the epoch at which the box answered, and how sure that is. */
export interface ClockSample {
  /** Box minus player. */
  offset: number
  /** Time on the way there and back: the offset errs by half of it at most. */
  delay: number
}

/**
 * The four times of an exchange as in NTP (RFC 5905, section 8): asked and answered by the player's clock, received and
 * sent by the box's. offset = ((received − asked) + (sent − answered)) / 2, delay = (answered − asked) − (sent − received).
 */
export const clockSample = (asked: number, received: number, sent: number, answered: number): ClockSample => ({
  offset: (received - asked + (sent - answered)) / 2,
  delay: answered - asked - (sent - received),
})

/** Of several exchanges the one with the least delay tells best (RFC 5905, section 10, the clock filter). */
export const bestSample = (samples: readonly ClockSample[]): ClockSample | undefined =>
  samples.reduce<ClockSample | undefined>((best, one) => (best && best.delay <= one.delay ? best : one), undefined)
