import { json } from '../shared/api.ts'
import { randomId, recall, remember } from '../shared/memory.ts'

/** About half a megabyte: weeks of a busy sign without the box. */
const MOST_WAITING = 5000

interface Play {
  play: string
  content: string
}

/** Proof of play: each showing is told once, kept until the box has answered, also over a reload. */
export interface Plays {
  add(content: string): void
  /** Tells what waits, oldest first; stops at the first that fails. */
  send(): Promise<void>
}

export function createPlays(screen: string): Plays {
  const key = `endcap.plays.${screen}`
  let waiting = recall<Play[]>(key) ?? []
  let sending = false
  const keep = () => remember(key, waiting)

  const send = async () => {
    if (sending) return
    sending = true
    try {
      while (waiting[0]) {
        const told = waiting[0]
        await json('POST', `/screens/${screen}/shown`, { body: told }).catch((error: { status?: number }) => {
          // The box will never take this one; keeping it would hold back all that follow.
          if (error.status !== 400 && error.status !== 422) throw error
        })
        waiting = waiting.filter((one) => one !== told)
        keep()
      }
    } catch {
      // The box is away: they wait.
    } finally {
      sending = false
    }
  }

  return {
    add(content) {
      waiting = [...waiting, { play: randomId(), content }].slice(-MOST_WAITING)
      keep()
      void send()
    },
    send,
  }
}
