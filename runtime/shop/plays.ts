/** Proof of play: each play that a player reports becomes one durable `sign.shown`, however often it is reported. */
import type { Ledger } from '../ledger/index.ts'
import type { Emit } from './types.ts'

/**
 * Plays that are remembered for each screen. A player repeats what had no answer, and it tells at most 200 at once, so
 * what may come again is always among the newest.
 */
const limit = 1000

export interface Play {
  content: string
  play: string
  shownSeconds?: number
  /** When it began or ended (ms since the epoch), where the player tells it; it may be told much later. */
  time?: number
}

/** A play is told once when it begins and once, with its seconds, when it is over. */
const keyOf = ({ play, shownSeconds }: Pick<Play, 'play' | 'shownSeconds'>) =>
  `${shownSeconds === undefined ? 'begin' : 'end'}/${play}`

export function createPlays({ ledger, emit }: { ledger: Ledger; emit: Emit }) {
  const screens = new Map<string, Promise<Map<string, Promise<unknown>>>>()
  const recall = async (screen: string) => {
    const last = await ledger.query({ type: 'sign.shown', subject: `screen/${screen}`, limit })
    return new Map(last.toReversed().map(({ data }) => [keyOf(data as Play), Promise.resolve<unknown>(undefined)]))
  }
  const knownOf = (screen: string) => {
    const known = screens.get(screen) ?? recall(screen)
    screens.set(screen, known)
    // Asked again next time, where the ledger could not be read.
    known.catch(() => screens.delete(screen))
    return known
  }

  return {
    /** Resolves after COMMIT: true where this was news. */
    async report(screen: string, { content, play, shownSeconds, time }: Play): Promise<boolean> {
      const known = await knownOf(screen)
      const key = keyOf({ play, ...(shownSeconds === undefined ? {} : { shownSeconds }) })
      const before = known.get(key)
      if (before) {
        await before
        return false
      }
      const data = {
        screen,
        content,
        play,
        ...(shownSeconds === undefined ? {} : { shownSeconds }),
        ...(time === undefined ? {} : { shownAt: new Date(time).toISOString() }),
      }
      const done = emit('shop', { type: 'sign.shown', subject: `screen/${screen}`, data }, { commit: true })
      known.set(key, done)
      if (known.size > limit) known.delete(known.keys().next().value ?? '')
      try {
        await done
      } catch (error) {
        known.delete(key)
        throw error
      }
      return true
    },
  }
}
