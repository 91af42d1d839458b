import { mediaOf, nextSpan, type Playing, playedKey, playsAt, type Programme } from '../../contract/timeline.ts'
import type { Content, ProductFace, ScreenDetail } from '../shared/types.ts'

/** What shall stand on the screen now. */
export interface Wanted {
  key: string
  content: Content
  product?: ProductFace
  /** It is an item of a playlist, and this one. */
  playing?: Playing
  /** When something else may follow; milliseconds since the epoch by the clock of the box. */
  until?: number
}

export interface Schedule {
  /** The newest from the box. */
  state(state: ScreenDetail): void
  programme(programme: Programme): void
  at(time: number): Wanted | undefined
  /** For the box: which span is played, and by how much interruptions have held it up. */
  held(): { span: number; lateMilliseconds: number } | undefined
  /** Media of the item after the one that plays, to be made ready before its time. */
  next(playing: Playing): string[]
}

/**
 * Decides from what the box said last what stands now, with the box or without: an emergency, what wants to show for a
 * while, the item of the playlist, the fallback.
 */
export function createSchedule(): Schedule {
  let state: ScreenDetail | undefined
  let programme: Programme | undefined
  /** By how much interruptions have held up this span. Screens of a group are never held up: they keep step. */
  let held = { span: 0, late: 0 }
  let interrupted: number | undefined

  const top = (time: number): Wanted | undefined => {
    if (state?.emergency) return { key: state.key, content: state.content }
    for (const { key, content, product, until } of state?.stack ?? []) {
      const end = until === undefined ? undefined : Date.parse(until)
      if (end === undefined || end > time)
        return { key, content, ...(product && { product }), ...(end !== undefined && { until: end }) }
    }
    return undefined
  }
  const resume = (time: number, span: number) => {
    const same = held.span === span
    const late = same && interrupted !== undefined && !programme?.group ? held.late + time - interrupted : held.late
    held = { span, late: same ? late : 0 }
    interrupted = undefined
  }

  return {
    state: (next) => void (state = next),
    programme: (next) => void (programme = next),
    at(time) {
      const wish = top(time)
      if (wish) {
        interrupted ??= time
        return wish
      }
      const strict = programme && playsAt(programme, time)
      if (!programme || !strict) {
        interrupted = undefined
        const drawn = programme?.fallback ?? state
        const next = programme && nextSpan(programme, time)
        if (!drawn) return undefined
        const key = programme ? 'fallback' : (state?.key ?? 'fallback')
        const { content, product } = drawn
        return { key, content, ...(product && { product }), ...(next !== undefined && { until: next }) }
      }
      resume(time, strict.span)
      const playing = playsAt(programme, time, held.late) ?? strict
      const { content, product } = playing.item
      return { key: playedKey(playing), content, playing, until: playing.until, ...(product && { product }) }
    },
    held: () => (held.span === 0 ? undefined : { span: held.span, lateMilliseconds: Math.max(0, held.late) }),
    next(playing) {
      const after = programme && playsAt(programme, playing.until + 1, held.late)
      return after ? mediaOf(after.item) : []
    },
  }
}

/** Every file that a programme needs. */
export const mediaOfProgramme = ({ playlists, fallback }: Programme): string[] => [
  ...new Set([fallback, ...Object.values(playlists).flat()].flatMap(mediaOf)),
]
