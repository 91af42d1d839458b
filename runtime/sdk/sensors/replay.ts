/**
 * Guards the counter of encrypted frames beyond what a session remembers: over restarts of the plugin, and where a
 * sensor with a new battery counts from 0 again.
 *
 * A frame is believed whose counter is higher than that of the last believed one. A lower one is believed only as that of
 * a sensor that has begun anew: its counter is below 100, the sensor was silent for a minute before, and three frames
 * with rising counters have come. Whoever recorded the very first frames of a sensor could still play those.
 */
const beginsBelow = 100
const silenceMs = 60_000
const confirmations = 3

export interface ReplayGuard {
  /** True where the frame is news. `now` in milliseconds of a steady clock. */
  admit(counter: number, now: number): boolean
  /** Of the last believed frame; undefined before there was one. */
  readonly counter: number | undefined
}

export function createReplayGuard(last?: number): ReplayGuard {
  let counter = last
  let at = Number.NEGATIVE_INFINITY
  let anew: number[] = []
  return {
    admit(next, now) {
      if (counter === undefined || next > counter) {
        counter = next
        at = now
        anew = []
        return true
      }
      if (next >= beginsBelow || now - at < silenceMs) {
        anew = []
        return false
      }
      const before = anew.at(-1)
      if (next === before) return false
      anew = before !== undefined && next > before ? [...anew, next] : [next]
      if (anew.length < confirmations) return false
      counter = next
      at = now
      anew = []
      return true
    },
    get counter() {
      return counter
    },
  }
}
