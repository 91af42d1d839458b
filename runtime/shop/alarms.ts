/** One timer a name. Runs by the monotonic clock: a wall clock that is set does not make an alarm late. */

/** setTimeout fires at once for more than this. */
const longestMilliseconds = 2 ** 31 - 1

export interface Alarms {
  /** Rings once, at `at` (ms since the epoch) as seen from now; what was set under this name before is forgotten. */
  set(name: string, at: number, ring: () => void): void
  clear(name: string): void
  stop(): void
}

export function createAlarms(now: () => number): Alarms {
  const timers = new Map<string, NodeJS.Timeout>()
  const clear = (name: string) => {
    clearTimeout(timers.get(name))
    timers.delete(name)
  }
  const wait = (name: string, milliseconds: number, ring: () => void) => {
    const part = Math.min(milliseconds, longestMilliseconds)
    const timer = setTimeout(() => {
      if (part < milliseconds) return wait(name, milliseconds - part, ring)
      timers.delete(name)
      return ring()
    }, part)
    timer.unref()
    timers.set(name, timer)
  }
  return {
    set(name, at, ring) {
      clear(name)
      wait(name, Math.max(0, at - now()), ring)
    },
    clear,
    stop() {
      for (const name of timers.keys()) clear(name)
    },
  }
}
