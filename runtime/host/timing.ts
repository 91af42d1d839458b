/** How long a supervisor waits for what, and how many crashes it bears. */
// In milliseconds, but for `crashes`.
export interface Timing {
  /** Without a heartbeat for so long, a child counts as hung. */
  hung: number
  /** From the message `stop` to SIGTERM, and from there to SIGKILL. */
  stop: number
  firstPause: number
  longestPause: number
  /** After so long without a crash the pauses begin anew. */
  healthy: number
  crashes: number
  crashWindow: number
  /** Between two looks at memory and processor time. */
  sample: number
}

export const timing: Timing = {
  hung: 5000,
  stop: 3000,
  firstPause: 1000,
  longestPause: 60_000,
  healthy: 60_000,
  crashes: 3,
  crashWindow: 300_000,
  sample: 2000,
}
