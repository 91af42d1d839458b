/** Senders that are remembered; the oldest is forgotten first. */
const maxSenders = 512
/** How many seconds' worth a sender may send at once after a pause. */
const burstSeconds = 2

export interface Limits {
  /** False where the sender is above its rate. */
  take(sender: string): boolean
}

/** A token bucket for each sender: so many messages a second, and twice that at once. */
export function createLimits(perSecond: number, clock: () => number = () => performance.now()): Limits {
  const buckets = new Map<string, { tokens: number; at: number }>()
  const full = perSecond * burstSeconds
  return {
    take(sender) {
      const now = clock()
      let bucket = buckets.get(sender)
      if (!bucket) {
        buckets.set(sender, (bucket = { tokens: full, at: now }))
        if (buckets.size > maxSenders) {
          const oldest = buckets.keys().next()
          if (!oldest.done) buckets.delete(oldest.value)
        }
      }
      bucket.tokens = Math.min(full, bucket.tokens + ((now - bucket.at) / 1000) * perSecond)
      bucket.at = now
      if (bucket.tokens < 1) return false
      bucket.tokens -= 1
      return true
    },
  }
}
