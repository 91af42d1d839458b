/** How warm the product is, measured or simulated, whether it is over its limit, and for how long it was. */
import { actingLimit, type Limits } from './limits.ts'
import { silentMinutes } from './probes.ts'
import { relax } from './product.ts'
import { createSafetyClock, type SavedClock } from './safety-clock.ts'

/** So far below its limit the product counts as back, °C. */
const backCelsius = 0.2

export interface SavedExposure {
  product?: number
  air?: { celsius: number; minute: number }
  over: boolean
  clock: SavedClock
}

export interface Exposure {
  /** Lets `passed` minutes pass up to `minute`. `air` and `probe` (in the product) where they are measured. */
  pass(minute: number, passed: number, air: number | undefined, probe: number | undefined): void
  over(): boolean
  /** The last that was measured or simulated of the product, and of the air, °C. */
  product(): number | undefined
  air(): number | undefined
  clockMinutes(): number
  /** Longer over its limit than the Food Code allows. */
  expired(): boolean
  save(): SavedExposure
}

export function createExposure(limits: Limits, saved?: SavedExposure): Exposure {
  const acting = actingLimit(limits)
  const clock = createSafetyClock(saved?.clock)
  let product = saved?.product
  let known = saved?.air
  let over = saved?.over ?? false

  /** The product follows the air; through a gap, the warmer of the air before and after. Gives the length of the gap. */
  const follow = (now: number, air: number, probe: number | undefined): number => {
    const gap = known && now - known.minute > silentMinutes ? now - known.minute : 0
    if (product === undefined || !known) {
      // Nobody knows how long the air is as it is: the product is taken to be at the edge at most.
      product = Math.min(air, acting - limits.deadbandCelsius)
    } else {
      const around = gap > 0 ? Math.max(air, known.celsius) : air
      product = relax(product, around, Math.max(0, now - known.minute), limits.productMinutes)
    }
    product = probe ?? product
    known = { celsius: air, minute: now }
    return gap
  }

  return {
    pass(now, passed, air, probe) {
      if (air === undefined) {
        // Nobody sees the product: while it was too warm before, the clock goes on.
        if (over && product !== undefined) clock.pass(now, passed, product, true)
        return
      }
      const gap = follow(now, air, probe)
      const body = probe ?? product ?? air
      const before = over
      over = body > acting || (over && body > acting - backCelsius)
      // A gap after which the product is too warm counts as warm from its beginning.
      clock.pass(now, gap > 0 && over && !before ? gap : passed, body, over)
    },
    over: () => over,
    product: () => product,
    air: () => known?.celsius,
    clockMinutes: clock.minutes,
    expired: () => clock.minutes() >= clock.allowed(),
    save: () => ({
      ...(product === undefined ? {} : { product }),
      ...(known ? { air: known } : {}),
      over,
      clock: clock.save(),
    }),
  }
}
