import { bestSample, type ClockSample, clockSample } from '../../contract/timeline.ts'
import { get } from '../shared/api.ts'
import { recall, remember } from '../shared/memory.ts'

/** Exchanges in a round; the quickest of them tells. */
const EXCHANGES = 8
const EXCHANGE_MILLISECONDS = 2000
/** Pauses between rounds: a page that has just opened is busy, and measures badly. Then the last of them, for ever. */
const PAUSES_SECONDS = [2, 4, 8, 16, 30]
/** Who waits for the first round waits no longer than this; a box that is away may answer nothing at all. */
const FIRST_MILLISECONDS = 1000
/** How far two ordinary crystals part: 50 µs in each second. */
const DRIFT = 50e-6
const KEPT_ROUNDS = 16
/** A machine that has slept, or whose clock was set, shows it where its two clocks part by this much. */
const PARTED_MILLISECONDS = 200
const LOOK_MILLISECONDS = 5000
const KEY = 'endcap.clock'

export interface BoxClock {
  /** Milliseconds since the epoch by the clock of the box, as far as it is known. Does not jump with the player's own. */
  now(): number
  /** Whether `now` is the box's, or the box could not be asked. Before that nothing shall be shown by it. */
  settled(): boolean
  /** Resolves when it is settled. */
  first: Promise<void>
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
  const parted = () => Date.now() - performance.now()
  let base = parted() + (typeof kept === 'number' ? kept : 0)
  let before = parted()
  let settled = false
  let running: Promise<void> | undefined

  const errorOf = ({ delay, at }: ClockSample & { at: number }) => delay / 2 + (performance.now() - at) * DRIFT
  const best = () =>
    rounds.reduce<(typeof rounds)[number] | undefined>(
      (one, other) => (one && errorOf(one) <= errorOf(other) ? one : other),
      undefined,
    )
  const exchange = async (): Promise<ClockSample> => {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(EXCHANGE_MILLISECONDS)])
    const asked = performance.now()
    const { received, sent } = await get<{ received: number; sent: number }>('/clock', patience)
    return clockSample(asked, received, sent, performance.now())
  }
  const round = async () => {
    const samples: ClockSample[] = []
    try {
      for (let count = 0; count < EXCHANGES; count++) {
        samples.push(await exchange())
        // Who cannot wait for the whole first round goes by what there is of it.
        if (rounds.length === 0) base = bestSample(samples)?.offset ?? base
      }
    } catch {
      // The box is away: the clock runs on.
    }
    const sample = bestSample(samples)
    if (!sample) return
    const told = { ...sample, at: performance.now() }
    // Where the two cannot both be right, somebody has set the clock of the box.
    rounds = rounds.filter((one) => Math.abs(one.offset - told.offset) <= errorOf(one) + errorOf(told))
    rounds = [...rounds, told].slice(-KEPT_ROUNDS)
    base = best()?.offset ?? base
    remember(KEY, Math.round(base - parted()))
  }
  const sync = () => {
    running ??= round().finally(() => (running = undefined))
    return running
  }
  const pauses = PAUSES_SECONDS.values()
  let pause = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  const goOn = () => {
    pause = pauses.next().value ?? pause
    if (!signal.aborted) timer = setTimeout(() => void sync().then(goOn), pause * 1000)
  }
  const looking = setInterval(() => {
    const now = parted()
    if (Math.abs(now - before) > PARTED_MILLISECONDS) void sync()
    before = now
  }, LOOK_MILLISECONDS)
  const first = Promise.race([sync(), new Promise<void>((resolve) => setTimeout(resolve, FIRST_MILLISECONDS))]).then(
    () => {
      settled = true
      goOn()
    },
  )
  signal.addEventListener('abort', () => {
    clearTimeout(timer)
    clearInterval(looking)
  })
  return {
    now: () => base + performance.now(),
    settled: () => settled,
    first,
    figures() {
      const told = best()
      return told && { offset: base - parted(), error: errorOf(told) }
    },
    sync,
  }
}
