/** One advertisement of a tag as one receiver heard it. */
export interface Packet {
  /** Index of the receiver in the plan. */
  receiver: number
  /**
   * dBm. On a plan without samples, whoever knows that a tag sends at another measured power than −59 dBm takes the
   * difference out first, as `presence` does.
   */
  rssi: number
  seconds: number
}

/** What one receiver heard of the tag within one span of time. */
export interface Heard {
  receiver: number
  /** Mean, dBm. */
  rssi: number
  count: number
}

/** The last seconds of a tag, newest span first, and the receivers that heard it before but not lately. */
export interface Spans {
  heard: Heard[][]
  silent: number[]
}

/** Where each span ends, in seconds before now. */
export const spanSeconds = [1, 2.5, 5, 10, 20] as const
export const windowSeconds = 20
/** A receiver that has not heard the tag for so long, though it lives, counts as not hearing it. */
const unheardSeconds = 3
/** A receiver that heard nothing of it for so long may as well be dead. */
const deadSeconds = 15

/** Of one tag in 20 s: what 20 receivers hear of it five times a second, twice over. */
const mostPackets = 4096

/** The packets of one tag in the order in which they came; what is too old to matter is let go. */
export interface Window {
  /** What is no number of dBm is left out. */
  add(packet: Packet): void
  /**
   * Causal: only what came up to `seconds`. `without` leaves receivers out as if they were not in the plan. A receiver
   * that heard this tag not long ago lives; others may be dead, and their silence tells nothing.
   */
  spans(seconds: number, without?: ReadonlySet<number>): Spans
}

export function makeWindow(): Window {
  let packets: Packet[] = []
  return {
    add(packet) {
      if (!Number.isFinite(packet.rssi)) return
      packets.push(packet)
      // Seldom, so that it costs little: once half of them have no say any more, or a flood has come.
      if (packets.length > 64 && (packets[packets.length >> 1]?.seconds ?? 0) < packet.seconds - windowSeconds)
        packets = packets.filter(({ seconds }) => seconds >= packet.seconds - windowSeconds)
      if (packets.length > mostPackets) packets = packets.slice(mostPackets / 2)
    },
    spans(now, without) {
      const sums = spanSeconds.map(() => new Map<number, { sum: number; count: number }>())
      const newest = new Map<number, number>()
      for (const { receiver, rssi, seconds } of packets) {
        const age = now - seconds
        if (age < 0 || age > windowSeconds || without?.has(receiver)) continue
        newest.set(receiver, Math.max(newest.get(receiver) ?? -Infinity, seconds))
        const span = sums[spanSeconds.findIndex((end) => age <= end)]
        const so = span?.get(receiver)
        if (so) {
          so.sum += rssi
          so.count++
        } else span?.set(receiver, { sum: rssi, count: 1 })
      }
      const heard = sums.map((span) =>
        [...span].map(([receiver, { sum, count }]) => ({ receiver, rssi: sum / count, count })),
      )
      const silent = [...newest]
        .filter(([, seconds]) => now - seconds > unheardSeconds && now - seconds < deadSeconds)
        .map(([receiver]) => receiver)
      return { heard, silent }
    },
  }
}
