/**
 * Proof of play: each play that a player reports is kept durably once, however often it is reported. What is shown for a
 * while is a `sign.shown` of its own when it begins and when it ends; items of playlists, some thousand a day, are kept
 * together in one `sign.played` a report.
 */
import type { EventData } from '../contract/index.ts'
import type { KeptEvent, Ledger } from '../ledger/index.ts'
import type { Emit, Play } from './types.ts'

/**
 * Plays that are remembered for each screen. A player repeats what had no answer, and it tells at most 200 at once, so
 * what may come again is always among the newest.
 */
const limit = 1000
/** Reports of playlists that are read for that after a restart; one that is told again was among the last of its player. */
const REPORTS = 50

type Played = EventData<'sign.played'>

/** A play is told once when it begins and once, with its seconds, when it is over. */
const keyOf = ({ play, shownSeconds }: Pick<Play, 'play' | 'shownSeconds'>) =>
  `${shownSeconds === undefined ? 'begin' : 'end'}/${play}`

/** Items of playlists alone have a slash in their name: `morning/bread`. */
const isItem = ({ content, shownSeconds }: Play) => shownSeconds !== undefined && content.includes('/')

/** The plays that an event tells, each with its time; none where it is no proof of play. */
export function playsOf({ type, time, data }: Pick<KeptEvent, 'type' | 'time' | 'data'>): (Play & { time: number })[] {
  if (type === 'sign.shown') {
    const { content, play, shownSeconds, shownAt } = data as EventData<'sign.shown'>
    const at = shownAt === undefined ? time : Date.parse(shownAt)
    return [{ content, play, time: at, ...(shownSeconds === undefined ? {} : { shownSeconds }) }]
  }
  if (type !== 'sign.played') return []
  const { since, items } = data as Played
  const from = Date.parse(since)
  return items
    .flatMap(({ content, plays }) =>
      plays.map(([after, shownSeconds, play]) => ({ content, play, shownSeconds, time: from + after })),
    )
    .sort((a, b) => a.time - b.time)
}

/** Many plays as one event: what they have in common stands once. */
function together(screen: string, plays: readonly Play[], now: number): Played {
  const since = Math.min(...plays.map(({ time = now }) => time))
  const items = new Map<string, Played['items'][number]>()
  for (const { content, play, shownSeconds = 0, time = now } of plays) {
    const item = items.get(content) ?? { content, plays: [] }
    item.plays.push([time - since, shownSeconds, play])
    items.set(content, item)
  }
  return { screen, since: new Date(since).toISOString(), items: [...items.values()] }
}

export function createPlays({ ledger, emit, now }: { ledger: Ledger; emit: Emit; now(): number }) {
  const screens = new Map<string, Promise<Map<string, Promise<unknown>>>>()
  const recall = async (screen: string) => {
    const subject = `screen/${screen}`
    const last = await Promise.all([
      ledger.query({ type: 'sign.shown', subject, limit }),
      ledger.query({ type: 'sign.played', subject, limit: REPORTS }),
    ])
    const plays = last.flatMap((events) => events.toReversed().flatMap(playsOf))
    return new Map(plays.map((play) => [keyOf(play), Promise.resolve<unknown>(undefined)]))
  }
  const knownOf = (screen: string) => {
    const known = screens.get(screen) ?? recall(screen)
    screens.set(screen, known)
    // Asked again next time, where the ledger could not be read.
    known.catch(() => screens.delete(screen))
    return known
  }
  const emitShown = (screen: string, { content, play, shownSeconds, time }: Play) => {
    const data = {
      screen,
      content,
      play,
      ...(shownSeconds === undefined ? {} : { shownSeconds }),
      ...(time === undefined ? {} : { shownAt: new Date(time).toISOString() }),
    }
    return emit('shop', { type: 'sign.shown', subject: `screen/${screen}`, data }, { commit: true })
  }

  return {
    /** Resolves after COMMIT, with those that were news. */
    async report(screen: string, plays: readonly Play[]): Promise<Play[]> {
      const known = await knownOf(screen)
      const before: Promise<unknown>[] = []
      const news = new Map<string, Play>()
      for (const play of plays) {
        const key = keyOf(play)
        const done = known.get(key)
        if (done) before.push(done)
        else if (!news.has(key)) news.set(key, play)
      }
      const items = [...news.values()].filter(isItem)
      const told =
        items.length > 0 &&
        emit(
          'shop',
          { type: 'sign.played', subject: `screen/${screen}`, data: together(screen, items, now()) },
          { commit: true },
        )
      const writing = [...news].map(([key, play]) => {
        const done = told && isItem(play) ? told : emitShown(screen, play)
        known.set(key, done)
        // Told again, it is news again.
        return done.catch((error: unknown) => {
          known.delete(key)
          throw error
        })
      })
      for (const key of known.keys()) {
        if (known.size <= limit) break
        known.delete(key)
      }
      const ends = await Promise.allSettled([...before, ...writing])
      const failed = ends.find((end) => end.status === 'rejected')
      if (failed) throw failed.reason
      return [...news.values()]
    },
  }
}
