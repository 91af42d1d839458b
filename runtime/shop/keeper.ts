/** Writes what changes often: at once, then at most once a second, so that a busy sign does not wear out the card. */
import type { ShopLog } from './types.ts'

const pauseMilliseconds = 1000

export interface Keeper {
  /** Something with this id changed; its state of the moment of writing is kept. */
  touch(id: string): void
  /** Writes what waits; resolves after COMMIT. */
  stop(): Promise<void>
}

export function createKeeper({ keep, log }: { keep(id: string): Promise<unknown>; log: ShopLog }): Keeper {
  const resting = new Map<string, { timer: NodeJS.Timeout; again: boolean }>()
  const writing = new Set<Promise<unknown>>()

  function write(id: string) {
    const done = keep(id)
      .catch((error: unknown) => log.error({ id, err: error }, 'a change could not be kept'))
      .finally(() => writing.delete(done))
    writing.add(done)
  }
  function touch(id: string) {
    const rest = resting.get(id)
    if (rest) {
      rest.again = true
      return
    }
    write(id)
    const timer = setTimeout(() => {
      const again = resting.get(id)?.again
      resting.delete(id)
      if (again) touch(id)
    }, pauseMilliseconds)
    timer.unref()
    resting.set(id, { timer, again: false })
  }
  return {
    touch,
    async stop() {
      for (const [id, { timer, again }] of resting) {
        clearTimeout(timer)
        if (again) write(id)
      }
      resting.clear()
      await Promise.all(writing)
    },
  }
}
