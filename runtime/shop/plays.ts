/** Proof of play: each play that a player reports becomes one durable `sign.shown`, however often it is reported. */
import type { Ledger } from '../ledger/index.ts'
import type { Emit } from './types.ts'

/** Plays that are remembered over all screens; a player that was offline repeats what had no answer, not more. */
const limit = 5000

export interface Play {
  content: string
  play: string
  shownSeconds?: number
  /** When it began or ended (ms since the epoch), where the player tells it; it may be told much later. */
  time?: number
}

/** A play is told once when it begins and once, with its seconds, when it is over. */
const keyOf = (screen: string, { play, shownSeconds }: Pick<Play, 'play' | 'shownSeconds'>) =>
  `${screen}/${shownSeconds === undefined ? 'begin' : 'end'}/${play}`

export async function createPlays({ ledger, emit }: { ledger: Ledger; emit: Emit }) {
  const known = new Map<string, Promise<unknown>>()
  const remember = (key: string, done: Promise<unknown>) => {
    known.set(key, done)
    if (known.size > limit) known.delete(known.keys().next().value ?? '')
  }

  const last = await ledger.query({ type: 'sign.shown', limit: 1000 })
  for (const { data } of last.toReversed()) {
    const shown = data as Play & { screen: string }
    remember(keyOf(shown.screen, shown), Promise.resolve())
  }

  return {
    /** Resolves after COMMIT: true where this was news. */
    async report(screen: string, { content, play, shownSeconds, time }: Play): Promise<boolean> {
      const key = keyOf(screen, { play, ...(shownSeconds === undefined ? {} : { shownSeconds }) })
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
      remember(key, done)
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
