import { type ApiError, asApiError, json } from '../shared/api.ts'
import { randomId, recall, remember } from '../shared/memory.ts'

/** About half a megabyte: weeks of a busy sign without the box. */
const MOST_WAITING = 5000

interface Play {
  play: string
  content: string
  /** Where it is there, the play is over; without it, it has begun. */
  shownSeconds?: number
  /** When that was, RFC 3339: it may be told much later. */
  time?: string
}

/**
 * Proof of play: each showing is told when it begins and when it ends, and kept until the box has answered, also over a
 * reload. The box counts each of the two once, so telling one again does no harm.
 */
export interface Plays {
  /** Something stands on the screen now; what stood before has ended. */
  begin(content: string): void
  /** What stands has ended, as far as this page knows. */
  end(): void
  /** Tells what waits, oldest first; stops at the first that fails. */
  send(): Promise<void>
}

/** The box will never take this one; keeping it would hold back all that follow. */
const isHopeless = ({ status }: ApiError): boolean => status === 400 || status === 404 || status === 422

export function createPlays(screen: string): Plays {
  const key = `endcap.plays.${screen}`
  let waiting = (recall(key) as Play[] | undefined) ?? []
  let current: { play: string; content: string; since: number } | undefined
  let sending = false

  const add = (play: Play) => {
    waiting = [...waiting, { ...play, time: new Date().toISOString() }].slice(-MOST_WAITING)
    remember(key, waiting)
  }
  const tell = (play: Play) => json('POST', `/screens/${encodeURIComponent(screen)}/shown`, { body: play })
  const send = async () => {
    if (sending) return
    sending = true
    try {
      while (waiting[0]) {
        const told = waiting[0]
        const { time: _, ...undated } = told
        try {
          // A clock that is wrong costs the time, not the play: the box dates it itself.
          await tell(told).catch((thrown: unknown) => {
            if (asApiError(thrown).status !== 400) throw thrown
            return tell(undated)
          })
        } catch (thrown) {
          if (!isHopeless(asApiError(thrown))) throw thrown
        }
        waiting = waiting.filter((one) => one !== told)
        remember(key, waiting)
      }
    } catch {
      // The box is away: they wait.
    } finally {
      sending = false
    }
  }
  const end = () => {
    if (!current) return
    const { play, content, since } = current
    current = undefined
    add({ play, content, shownSeconds: Math.round((performance.now() - since) / 100) / 10 })
  }

  return {
    begin(content) {
      end()
      current = { play: randomId(), content, since: performance.now() }
      add({ play: current.play, content })
      void send()
    },
    end,
    send,
  }
}
