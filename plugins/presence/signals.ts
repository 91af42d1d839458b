/** What one receiver hears of one tag, filtered. */
export interface Signal {
  rssi: number
  /** Seconds on the engine's clock. */
  lastSeconds: number
}

/** A tag's signals are kept for this many receivers; the one unheard for longest gives way. */
const maxSignals = 32

/**
 * Exponential filter whose weight follows the time since the last sighting, so that a gateway reporting once in five
 * seconds and one reporting ten times a second are treated alike. A signal after a silence starts afresh.
 */
export function filterSignal(
  signals: Map<number, Signal>,
  receiver: number,
  rssi: number,
  nowSeconds: number,
  timeConstantSeconds: number,
): void {
  const signal = signals.get(receiver)
  if (!signal) {
    if (signals.size >= maxSignals) dropOldest(signals)
    signals.set(receiver, { rssi, lastSeconds: nowSeconds })
    return
  }
  // Sightings of one radio frame on several channels come within milliseconds and each count a little.
  const elapsed = Math.max(0.02, nowSeconds - signal.lastSeconds)
  signal.rssi += (1 - Math.exp(-elapsed / timeConstantSeconds)) * (rssi - signal.rssi)
  signal.lastSeconds = nowSeconds
}

/** How much a signal of this age still counts, 1 when fresh. */
export function freshness(ageSeconds: number, halfAgeSeconds: number): number {
  return 1 / (1 + (ageSeconds / halfAgeSeconds) ** 2)
}

function dropOldest(signals: Map<number, Signal>): void {
  let oldest = -1
  let since = Infinity
  for (const [receiver, { lastSeconds }] of signals) {
    if (lastSeconds < since) [oldest, since] = [receiver, lastSeconds]
  }
  signals.delete(oldest)
}
