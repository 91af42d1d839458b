import { type ApiError, asApiError, json } from '../shared/api.ts'
import { randomId, recall, remember } from '../shared/memory.ts'
import { openPlayStore, type StoredPlay } from './play-store.ts'

/** What the box takes at once. */
const BATCH = 200
/** What stood shorter was seen by nobody. */
const LEAST_SECONDS = 0.5
/** Items of playlists are told together, so that the card of the box is not written to every ten seconds. */
const PAUSE_MILLISECONDS = 300_000

/**
 * Proof of play: what is shown for a while is told when it begins and when it ends, an item of a playlist when it has
 * ended; each is kept until the box has answered, also over a reload. The box counts each of them once, so telling one
 * again does no harm.
 */
export interface Plays {
  /** Something stands on the screen now; what stood before has ended. `item`: it is one of a playlist. */
  begin(content: string, item?: boolean): void
  /** What stands has ended, as far as this page knows. */
  end(): void
  /** Tells what waits, oldest first; stops at the first that fails. */
  send(): Promise<void>
  waiting(): number
  /** How many found no room, neither on the disk nor in memory, since the page was opened. */
  lost(): number
}

/** The box will never take it; keeping it would hold back all that follow. */
const isHopeless = ({ status }: ApiError): boolean => status === 400 || status === 404 || status === 422

/** `now` is the clock of the box, so that a player whose own is wrong still tells the time. */
export function createPlays(screen: string, now: () => number, signal: AbortSignal): Plays {
  const path = `/screens/${encodeURIComponent(screen)}/plays`
  /** What ended with the page: IndexedDB may not finish while a page goes, localStorage does. */
  const lastKey = `endcap.last-play.${screen}`
  const store = openPlayStore(screen)
  let current: { play: string; content: string; since: number; item: boolean } | undefined
  let sending: Promise<void> | undefined
  let waiting = 0
  let lost = () => 0

  const dated = (play: StoredPlay): StoredPlay => ({ ...play, time: new Date(now()).toISOString() })
  let adding: Promise<unknown> = store.then(async (opened) => {
    const last = recall(lastKey) as StoredPlay | null | undefined
    if (last) await opened.add(last)
    remember(lastKey, null)
    waiting = await opened.count()
    lost = opened.lost
  })
  const add = (play: StoredPlay) => {
    const one = dated(play)
    waiting++
    adding = adding.then(async () => (await store).add(one)).catch(() => undefined)
  }
  const tell = async (plays: StoredPlay[]) => {
    try {
      await json('POST', path, { body: { plays } })
    } catch (thrown) {
      if (!isHopeless(asApiError(thrown))) throw thrown
      // One that the box cannot take shall not take the others with it.
      if (plays.length > 1) for (const play of plays) await tell([play])
    }
  }
  const sendAll = async () => {
    const opened = await store
    try {
      for (;;) {
        await adding
        const first = await opened.first(BATCH)
        if (first.length === 0) break
        await tell(first.map(({ play }) => play))
        await opened.remove(first.map(({ key }) => key))
      }
    } catch {
      // The box is away: they wait.
    } finally {
      waiting = await opened.count().catch(() => waiting)
    }
  }
  const send = (): Promise<void> => {
    sending ??= sendAll().finally(() => {
      sending = undefined
    })
    return sending
  }
  const ended = (): StoredPlay | undefined => {
    if (!current) return undefined
    const { play, content, since } = current
    current = undefined
    return { play, content, shownSeconds: Math.round((performance.now() - since) / 100) / 10 }
  }
  const timer = setInterval(() => void (waiting > 0 && send()), PAUSE_MILLISECONDS)
  signal.addEventListener('abort', () => clearInterval(timer))

  return {
    begin(content, item = false) {
      const urgent = !item || current?.item === false
      const wasItem = current?.item === true
      const before = ended()
      // A flicker while an item was cut short is no play.
      if (before && !(wasItem && (before.shownSeconds ?? 0) < LEAST_SECONDS)) add(before)
      // 64 bits are enough among the plays of one screen, and each of them is kept.
      current = { play: randomId().slice(0, 16), content, since: performance.now(), item }
      if (!item) add({ play: current.play, content })
      if (urgent) void send()
    },
    end() {
      const last = ended()
      if (last) remember(lastKey, dated(last))
    },
    send,
    waiting: () => waiting,
    lost: () => lost(),
  }
}
