/** Pictures of what players show, asked for and handed on; they are in memory for as long as the question is open. */
import { randomUUID } from 'node:crypto'
import { EndcapError } from '../contract/index.ts'

export interface Screenshot {
  bytes: Buffer
  type: string
}

/** Asks the players of a screen; the first answer counts. */
type Ask = (id: string) => void

const PATIENCE_MILLISECONDS = 12_000

export function createScreenshots(patience = PATIENCE_MILLISECONDS) {
  const players = new Map<string, Set<Ask>>()
  const open = new Map<string, { screen: string; take(picture: Screenshot): void; fail(reason: string): void }>()

  return {
    /** A player is there that can be asked. Returns the way to leave. */
    join(screen: string, ask: Ask): () => void {
      const all = players.get(screen) ?? new Set()
      players.set(screen, all.add(ask))
      return () => void all.delete(ask)
    },
    /** Rejects with ENDCAP_SCREENSHOT_FAILED where nobody is there or none answers in time. */
    async ask(screen: string): Promise<Screenshot> {
      const asks = [...(players.get(screen) ?? [])]
      const failed = (reason: string) => new EndcapError('ENDCAP_SCREENSHOT_FAILED', { screen, reason })
      if (asks.length === 0) throw failed('no player is connected')
      const id = randomUUID()
      const { promise, resolve, reject } = Promise.withResolvers<Screenshot>()
      const timer = setTimeout(() => reject(failed('the player did not answer')), patience)
      open.set(id, { screen, take: resolve, fail: (reason) => reject(failed(reason)) })
      for (const ask of asks) ask(id)
      try {
        return await promise
      } finally {
        clearTimeout(timer)
        open.delete(id)
      }
    },
    /** False where nobody waits for it (any more). */
    answer(screen: string, id: string, picture: Screenshot): boolean {
      const waiting = open.get(id)
      if (waiting?.screen !== screen) return false
      if (picture.bytes.length === 0) waiting.fail('the page could not be drawn as a picture')
      else waiting.take(picture)
      return true
    },
    stop() {
      for (const { fail } of open.values()) fail('the box stops')
    },
  }
}
export type Screenshots = ReturnType<typeof createScreenshots>
