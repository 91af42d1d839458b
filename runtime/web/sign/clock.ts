import { bestSample, type ClockSample, clockSample } from '../../contract/timeline.ts'
import { get } from '../shared/api.ts'
import { recall, remember } from '../shared/memory.ts'

/** Exchanges in a round; the quickest of them tells. */
const EXCHANGES = 8
const ROUND_MILLISECONDS = 30_000
/** How far two ordinary crystals part: 50 µs in each second. */
const DRIFT = 50e-6
const KEPT_ROUNDS = 16
const KEY = 'endcap.clock'

export interface BoxClock {
  /** Milliseconds since the epoch by the clock of the box, as far as it is known. Does not jump with the player's own. */
  now(): number
  /** How far the player's own clock is from it, and how sure that is; undefined before the first round. */
  figures(): { offset: number; error: number } | undefined
  /** A round of exchanges, now. */
  sync(): Promise<void>
}

/**
 * The clock that players of a group share. Offsets are taken against the monotonic clock, so that neither a wrong nor a
 * corrected wall clock of the player matters. Without the box it runs on by itself.
 */
export function startClock(signal: AbortSignal): BoxClock {
  /** Box minus monotonic clock, of each round, and when it was taken. */
  let rounds: (ClockSample & { at: number })[] = []
  // What was known before a reload, for a start without the box.
  const kept = recall(KEY)
  let base = Date.now() + (typeof kept === 'number' ? kept : 0) - performance.now()

  const errorOf = ({ delay, at }: ClockSample & { at: number }) => delay / 2 + (performance.now() - at) * DRIFT
  const best = () =>
    rounds.reduce<(typeof rounds)[number] | undefined>(
      (one, other) => (one && errorOf(one) <= errorOf(other) ? one : other),
      undefined,
    )
  const exchange = async (): Promise<ClockSample> => {
    const asked = performance.now()
    const { received, sent } = await get<{ received: number; sent: number }>('/clock', signal)
    return clockSample(asked, received, sent, performance.now())
  }
  const sync = async () => {
    const samples: ClockSample[] = []
    try {
      for (let count = 0; count < EXCHANGES; count++) samples.push(await exchange())
    } catch {
      // The box is away: the clock runs on.
    }
    const sample = bestSample(samples)
    if (!sample) return
    const round = { ...sample, at: performance.now() }
    // Where the two cannot both be right, somebody has set the clock of the box.
    rounds = rounds.filter((one) => Math.abs(one.offset - round.offset) <= errorOf(one) + errorOf(round))
    rounds = [...rounds, round].slice(-KEPT_ROUNDS)
    base = best()?.offset ?? base
    remember(KEY, Math.round(base + performance.now() - Date.now()))
  }
  const timer = setInterval(() => void sync(), ROUND_MILLISECONDS)
  signal.addEventListener('abort', () => clearInterval(timer))
  return {
    now: () => base + performance.now(),
    figures() {
      const round = best()
      return round && { offset: base + performance.now() - Date.now(), error: errorOf(round) }
    },
    sync,
  }
}
