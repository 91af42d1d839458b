/** Waiting times of a page that lost the box: soon at first, then calmly, never all pages in the same moment. */
const FIRST_MILLISECONDS = 500
const LONGEST_MILLISECONDS = 15_000

/** Milliseconds before attempt `attempt` (from 0), with a random half so that many screens do not return at once. */
export const waitBefore = (attempt: number, random = Math.random): number => {
  const whole = Math.min(LONGEST_MILLISECONDS, FIRST_MILLISECONDS * 2 ** Math.min(attempt, 10))
  return whole / 2 + (whole / 2) * random()
}

/**
 * Calls `attempt` again after each `retry()`, with growing waits; a wait ends at once when the network comes back, or the
 * page is looked at or wakes. `settled()` starts the waits from the beginning. Nothing happens after `signal` aborts.
 */
export function reconnect(signal: AbortSignal, attempt: () => void): { retry(): void; settled(): void } {
  let failures = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  const now = () => {
    if (timer === undefined || signal.aborted) return
    clearTimeout(timer)
    timer = undefined
    attempt()
  }
  addEventListener('online', now, { signal })
  document.addEventListener('resume', now, { signal })
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && now(), { signal })
  signal.addEventListener('abort', () => clearTimeout(timer))
  return {
    retry() {
      if (timer !== undefined || signal.aborted) return
      timer = setTimeout(now, waitBefore(failures++))
    },
    settled() {
      failures = 0
    },
  }
}
