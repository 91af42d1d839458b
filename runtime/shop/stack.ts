/** What wants to be on one screen. The highest priority shows, among equals the newest; each may have its time. */
import type { Showing } from '../contract/index.ts'

/** Keys on one screen; of more, the one that would show last goes. */
const limit = 64

export interface Stack {
  /** What shows, or undefined where only the fallback is left. */
  top(): Showing | undefined
  /** Top first. */
  list(): Showing[]
  /** Adds, or replaces what has the same key. `ttlSeconds` runs by the monotonic clock until a restart. */
  put(showing: Showing, ttlSeconds?: number): void
  remove(key: string): boolean
  stop(): void
}

/** `restored` are those of before a restart; whose time is over meanwhile is left out. */
export function createStack({ now, expired }: { now(): number; expired(): void }, restored: readonly Showing[]): Stack {
  let showings: Showing[] = []
  const timers = new Map<string, NodeJS.Timeout>()

  const remove = (key: string): boolean => {
    const before = showings.length
    clearTimeout(timers.get(key))
    timers.delete(key)
    showings = showings.filter((one) => one.key !== key)
    return showings.length < before
  }
  const add = (showing: Showing, ttlMilliseconds: number | undefined) => {
    remove(showing.key)
    // In front of its equals, because the newest of them shows: two in one millisecond keep the order in which they came.
    const at = showings.findIndex((one) => one.priority <= showing.priority)
    showings.splice(at < 0 ? showings.length : at, 0, showing)
    for (const { key } of showings.slice(limit)) remove(key)
    if (ttlMilliseconds === undefined || !showings.includes(showing)) return
    const timer = setTimeout(() => {
      if (remove(showing.key)) expired()
    }, ttlMilliseconds)
    timer.unref()
    timers.set(showing.key, timer)
  }

  for (const showing of restored.toReversed()) {
    const left = showing.until === undefined ? undefined : showing.until - now()
    if (left === undefined || left > 0) add(showing, left)
  }
  return {
    top: () => showings[0],
    list: () => [...showings],
    put(showing, ttlSeconds) {
      const until = ttlSeconds === undefined ? {} : { until: showing.since + ttlSeconds * 1000 }
      add({ ...showing, ...until }, ttlSeconds === undefined ? undefined : ttlSeconds * 1000)
    },
    remove,
    stop() {
      for (const timer of timers.values()) clearTimeout(timer)
      timers.clear()
    },
  }
}
