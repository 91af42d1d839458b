/** How long to wait after a crash, and when to stop trying. */
import type { Timing } from './timing.ts'

export interface Backoff {
  /**
   * A crash at a monotonic time, after so long of health, in milliseconds. The pause before the next start, or
   * undefined when it crashed too often within the window.
   */
  crashed(now: number, healthyFor: number): number | undefined
  /** Crashes within the window. */
  crashes(): number
  forgive(): void
}

export function createBackoff(
  timing: Pick<Timing, 'firstPause' | 'longestPause' | 'healthy' | 'crashes' | 'crashWindow'>,
): Backoff {
  let crashes: number[] = []
  let pauses = 0
  return {
    crashed(now, healthyFor) {
      if (healthyFor >= timing.healthy) pauses = 0
      crashes = [...crashes.filter((time) => now - time < timing.crashWindow), now]
      if (crashes.length >= timing.crashes) return undefined
      return Math.min(timing.firstPause * 2 ** pauses++, timing.longestPause)
    },
    crashes: () => crashes.length,
    forgive() {
      crashes = []
      pauses = 0
    },
  }
}
