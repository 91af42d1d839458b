/** At which rate pictures are wanted: the highest that anybody asks for now, and a slow one to see that the camera is well. */

/** A look now and then tells that a camera is black, frozen or moved. */
export const IDLE_RATE = 0.2
/** A stream is not begun anew for less than this; it takes a second or two. */
const SLOWER_AFTER_MS = 10_000

export interface Demand {
  /** Somebody wants so many pictures a second, for so many seconds from now. */
  ask(framesPerSecond: number, seconds: number): void
  /** Pictures a second that are wanted now; 0 where nobody wants any. */
  wanted(): number
  /** The rate at which the camera should run. It rises at once, and falls when nobody has wanted it for ten seconds. */
  rate(): number
}

export function createDemand(now: () => number = () => performance.now()): Demand {
  let asked: { rate: number; until: number }[] = []
  let running = IDLE_RATE
  let lowerSince: number | undefined
  const wanted = () => {
    const time = now()
    asked = asked.filter(({ until }) => until > time)
    return Math.max(0, ...asked.map(({ rate }) => rate))
  }
  return {
    ask(rate, seconds) {
      const until = now() + seconds * 1000
      // What ends earlier and asks for less says nothing more.
      asked = asked.filter((one) => one.rate > rate || one.until > until)
      asked.push({ rate, until })
    },
    wanted,
    rate() {
      const rate = Math.max(IDLE_RATE, wanted())
      if (rate >= running) {
        running = rate
        lowerSince = undefined
        return running
      }
      lowerSince ??= now()
      if (now() - lowerSince >= SLOWER_AFTER_MS) {
        running = rate
        lowerSince = undefined
      }
      return running
    },
  }
}
