/** Open-loop load: latency counts from the scheduled time of sending, so a stall is not hidden by sending less. */

export interface Load {
  /** Samples a second; 0 keeps `window` samples in flight, as fast as they come back. */
  rate: number
  window: number
  warmSeconds: number
  seconds: number
}

export interface Measured {
  sent: number
  received: number
  perSecond: number
  p50: number
  p99: number
}

export const percentile = (sorted: ArrayLike<number>, share: number): number =>
  sorted.length === 0
    ? Number.NaN
    : (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN)

/** Milliseconds since the epoch with microseconds, comparable between processes of one machine. */
export const clock = (): number => performance.timeOrigin + performance.now()

/** Latencies of what arrived while the window of measurement was open. */
export class Latencies {
  readonly from: number
  readonly to: number
  readonly #values: number[] = []

  constructor(load: Load, start: number) {
    this.from = start + load.warmSeconds * 1000
    this.to = this.from + load.seconds * 1000
  }

  add(sentAt: number): void {
    if (sentAt >= this.from && sentAt < this.to) this.#values.push(clock() - sentAt)
  }

  result(sent: number): Measured {
    const sorted = Float64Array.from(this.#values).toSorted()
    const seconds = (this.to - this.from) / 1000
    return {
      sent,
      received: sorted.length,
      perSecond: Math.round(sorted.length / seconds),
      p50: percentile(sorted, 0.5),
      p99: percentile(sorted, 0.99),
    }
  }
}

/**
 * Sends a load and measures what comes back. `send` gets the time to be carried; whoever receives calls `back`.
 * Ends when all came back, or half a second after nothing more did.
 */
export async function drive(
  load: Load,
  send: (sentAt: number) => void,
): Promise<{ back(sentAt: number): void; done: Promise<Measured> }> {
  const start = clock()
  const latencies = new Latencies(load, start)
  let sent = 0
  let sentInWindow = 0
  let got = 0
  let lastBack = start
  const emit = (at: number) => {
    sent++
    if (at >= latencies.from && at < latencies.to) sentInWindow++
    send(at)
  }
  const done = new Promise<Measured>((resolve) => {
    const tick = setInterval(() => {
      const now = clock()
      if (load.rate > 0)
        for (
          let at = start + (sent * 1000) / load.rate;
          at <= now && at < latencies.to;
          at = start + (sent * 1000) / load.rate
        )
          emit(at)
      else if (sent === 0) for (let i = 0; i < load.window; i++) emit(clock())
      if (now > latencies.to && (got >= sent || now - Math.max(lastBack, latencies.to) > 500)) {
        clearInterval(tick)
        resolve(latencies.result(sentInWindow))
      }
    }, 1)
  })
  return {
    back(sentAt) {
      got++
      lastBack = clock()
      latencies.add(sentAt)
      if (load.rate === 0 && lastBack < latencies.to) emit(clock())
    },
    done,
  }
}
