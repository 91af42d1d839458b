/** What is wrong with the air of a cabinet at a minute, by its history. Remembers since when. */
import type { Defrosts } from './defrost.ts'
import type { History } from './history.ts'
import { actingLimit, type Limits, longMinutes } from './limits.ts'
import { minutesToLimit } from './product.ts'
import type { Cause } from './said.ts'

const slopeMinutes = 15
const flatMinutes = 180
/** DS18B20 at 12 bits steps by 0.06 °C, the best thermometers by 0.01. */
const flatCelsius = 0.009
/** A rise is told of when the product would be over its limit by then. */
const warnAheadMinutes = 120
/** Above the warmest that the air gets by itself, by so much and so long, it is on its way out. */
const beyondCelsius = 0.3
const beyondMinutes = 5
/** So near to its limit, the product waits for no defrost to end. */
const nearCelsius = 0.5
const nearMinutes = 20
const risingPerMinute = 0.01

export interface Minute {
  minute: number
  air: number
  product: number
  doorOpen: boolean
  doorSince: number | undefined
}

export interface SavedJudgement {
  hotSince?: number
  longSince?: number
  coldSince?: number
  beyondSince?: number
  rising?: boolean
}

export interface Judgement {
  /** A new minute, already in the history. Causes with their reasons, the most pressing first. */
  see(now: Minute): Map<Cause, string>
  deferred(): boolean
  /** The air is over the limit, or has not come far enough below it. */
  hot(): boolean
  minutesToLimit(): number | undefined
  save(): SavedJudgement
}

export function createJudgement(
  limits: Limits,
  history: History,
  defrosts: Defrosts,
  saved: SavedJudgement = {},
): Judgement {
  const acting = actingLimit(limits)
  let { hotSince, longSince, coldSince, beyondSince, rising = false } = saved
  let deferred = false
  let ahead: number | undefined
  let warned = false

  const isRising = (now: Minute, slope: number): boolean => {
    const usual = history.usual() ?? acting
    const beyond = now.air > Math.min(usual + beyondCelsius, acting)
    if (beyond) beyondSince ??= now.minute
    else beyondSince = undefined
    if (now.product > acting - nearCelsius && ahead !== undefined && ahead <= nearMinutes) return true
    if (deferred) return false
    if (rising) return beyond || slope > risingPerMinute
    if (beyondSince === undefined || now.minute - beyondSince < beyondMinutes || slope < risingPerMinute) return false
    // After a peak the slope of a quarter of an hour points upwards for a while.
    const before = history.last(beyondMinutes)[0]?.celsius ?? now.air
    if (now.air <= before) return false
    return ahead !== undefined && ahead <= warnAheadMinutes
  }

  return {
    see(now) {
      const { minute, air, product } = now
      const causes = new Map<Cause, string>()
      const slope = history.slope(slopeMinutes) ?? 0
      deferred = defrosts.see(history.last(12), history.usual(), now.doorOpen)
      ahead = minutesToLimit({ product, air, slope }, acting, limits.productMinutes)

      const clear = warned ? acting - limits.deadbandCelsius : acting
      if (air > acting) hotSince ??= minute
      else if (air <= clear) hotSince = undefined
      // The top of a defrost is no slow rise: its minutes do not count. What it does to the product is never deferred.
      if (deferred && air > acting) longSince = undefined
      else if (air > limits.limitCelsius) longSince ??= minute
      else longSince = undefined
      if (limits.lowestCelsius !== undefined && air < limits.lowestCelsius) coldSince ??= minute
      else coldSince = undefined

      const since = (start: number | undefined) => (start === undefined ? -1 : minute - start)
      if (since(hotSince) >= limits.delayMinutes && !deferred) {
        causes.set('warm', `the air is over ${acting} °C for ${Math.round(since(hotSince))} min`)
      } else if (limits.toleranceCelsius > 0 && since(longSince) >= longMinutes) {
        causes.set('warm', `the air is over ${limits.limitCelsius} °C for ${Math.round(since(longSince))} min`)
      }
      if (defrosts.overdue() && air > acting) causes.set('defrost', 'it rose as in a defrost, but does not come back')
      rising = isRising(now, slope)
      if (rising) {
        const left = acting - product
        const near = left < 0 ? 'the product is over its limit' : `the product is ${left.toFixed(1)} °C from its limit`
        causes.set('rising', slope > risingPerMinute ? `rising ${slope.toFixed(2)} °C a minute` : near)
      }
      if (since(coldSince) >= limits.delayMinutes) {
        causes.set('cold', `the air is under ${limits.lowestCelsius} °C for ${Math.round(since(coldSince))} min`)
      }
      if (since(now.doorSince) >= limits.doorOpenMinutes) {
        causes.set('door', `the door is open for ${Math.round(since(now.doorSince))} min`)
      }
      const spread = history.spread(flatMinutes)
      if (spread !== undefined && spread <= flatCelsius) {
        causes.set('flat', `the probe says ${air.toFixed(1)} °C for ${flatMinutes / 60} h without the least change`)
      }
      warned = causes.size > 0
      if (!warned && !deferred && hotSince === undefined) history.calm({ minute, celsius: air })
      return causes
    },
    deferred: () => deferred,
    hot: () => hotSince !== undefined,
    minutesToLimit: () => ahead,
    save: () => ({
      ...(hotSince === undefined ? {} : { hotSince }),
      ...(longSince === undefined ? {} : { longSince }),
      ...(coldSince === undefined ? {} : { coldSince }),
      ...(beyondSince === undefined ? {} : { beyondSince }),
      ...(rising ? { rising } : {}),
    }),
  }
}
