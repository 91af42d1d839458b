/**
 * How long the product was over its limit, within the last 24 hours. Falling below it stops the clock and does not
 * wind it back: food that was warm for an hour in the morning has an hour less in the evening.
 */

const slotMinutes = 15
const slots = (24 * 60) / slotMinutes
/** FDA Food Code 2022, 3-501.19(B): four hours; (C): six where it never was above 21 °C (70 °F). */
const hours = { warm: 4, cool: 6 }
const coolCelsius = 21

export interface SavedClock {
  slot: number
  minutes: number[]
  peak: number
}

export interface SafetyClock {
  /** Lets time pass up to `minute`, over the limit or not. Long steps are spread over the slots they cover. */
  pass(minute: number, minutes: number, product: number, over: boolean): void
  /** Minutes over the limit in the last 24 hours. */
  minutes(): number
  /** Minutes after which food that was held by time alone has to go. */
  allowed(): number
  save(): SavedClock
}

export function createSafetyClock(saved?: SavedClock): SafetyClock {
  let slot = saved?.slot ?? 0
  const ring: number[] = saved?.minutes ?? Array.from({ length: slots }, () => 0)
  /** Warmest that the product was while the clock holds minutes. */
  let peak = saved?.peak ?? Number.NEGATIVE_INFINITY

  const total = () => ring.reduce((sum, one) => sum + one, 0)
  const turnTo = (next: number) => {
    for (let gone = 0; slot < next && gone < slots; gone++) ring[++slot % slots] = 0
    slot = Math.max(slot, next)
    if (total() === 0) peak = Number.NEGATIVE_INFINITY
  }

  return {
    pass(minute, minutes, product, over) {
      let from = minute - minutes
      while (from < minute) {
        const next = Math.floor(from / slotMinutes)
        turnTo(next)
        const to = Math.min(minute, (next + 1) * slotMinutes)
        if (over) ring[next % slots] = (ring[next % slots] ?? 0) + to - from
        from = to
      }
      if (over) peak = Math.max(peak, product)
    },
    minutes: total,
    allowed: () => 60 * (peak > coolCelsius ? hours.warm : hours.cool),
    save: () => ({ slot, minutes: [...ring], peak }),
  }
}
