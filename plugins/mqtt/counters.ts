import type { Log } from '@endcap/sdk'

/** What became of the messages since the start. */
export interface Counters {
  received: number
  sighted: number
  /** Of adopted sensors. */
  sensed: number
  /** Not JSON, or not as their gateway's format says. */
  malformed: number
  /** With numbers that cannot be. */
  absurd: number
  oversized: number
  /** Above the rate of their sender. */
  limited: number
  /** Kept by the broker from an earlier time. */
  retained: number
  /** Of a gateway that found no place any more. */
  strangers: number
  /** Clients with a wrong name or password, or one too many. */
  refused: number
  /** Nothing for us: another topic, or a device that cannot be followed. Not a fault. */
  ignored: number
}

export const createCounters = (): Counters => ({
  received: 0,
  sighted: 0,
  sensed: 0,
  malformed: 0,
  absurd: 0,
  oversized: 0,
  limited: 0,
  retained: 0,
  strangers: 0,
  refused: 0,
  ignored: 0,
})

const faults = ['malformed', 'absurd', 'oversized', 'limited', 'strangers', 'refused'] as const

/** Tells what was dropped since the last call, in one line; nothing where nothing was. Call it once a minute. */
export function createReport(counters: Counters, log: Pick<Log, 'warn'>): () => void {
  let last = { ...counters }
  return () => {
    const dropped = faults.filter((name) => counters[name] > last[name])
    if (dropped.length > 0) {
      const list = dropped.map((name) => `${counters[name] - last[name]} ${name}`).join(', ')
      const all = counters.received - last.received
      log.warn({ ...counters }, `Of ${all} messages in the last minute were dropped: ${list}`)
    }
    last = { ...counters }
  }
}
