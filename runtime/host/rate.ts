/** Holds a producer to its rate: a token bucket of one second that pauses the producer's socket when it is empty. */
export interface Rate {
  /** One message came. */
  count(): void
  paused(): boolean
  stop(): void
}

const SHORTEST_PAUSE_MS = 5

/** What was read already still arrives after a pause, so the bucket may owe; the pause lasts until it is paid. */
export function createRate(perSecond: number, socket: { pause(): void; resume(): void }, resumed: () => void): Rate {
  let tokens = perSecond
  let filledAt = performance.now()
  let timer: NodeJS.Timeout | undefined

  const refill = () => {
    const now = performance.now()
    tokens = Math.min(perSecond, tokens + ((now - filledAt) / 1000) * perSecond)
    filledAt = now
  }
  const resume = () => {
    timer = undefined
    refill()
    if (tokens < 1) return wait()
    socket.resume()
    resumed()
  }
  const wait = () => {
    timer = setTimeout(resume, Math.max(SHORTEST_PAUSE_MS, ((1 - tokens) / perSecond) * 1000))
  }

  return {
    count() {
      if (--tokens >= 0) return
      refill()
      if (tokens >= 0 || timer) return
      socket.pause()
      wait()
    },
    paused: () => timer !== undefined,
    stop: () => clearTimeout(timer),
  }
}
