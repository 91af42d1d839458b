import type { Estimate } from './belief.ts'
import type { Settings } from './settings.ts'

/** Zone of a tag, as index of the plan's zones; −1 for none. */
export interface Decision {
  zone: number
  /** A zone that is the better one at the moment, and since when. */
  candidate: number
  candidateSeconds: number
  hasEntered: boolean
  /** When it changed, newest last: the trail that a return is recognised by. */
  changes: { from: number; seconds: number }[]
}

/** Probability that a return to the zone just left needs. */
const enoughToReturn = 0.85
/** A return within so many seconds may be no more than doubt about a border. */
const returnSeconds = 60
/** Without any zone so far, this probability needs no waiting. */
const certain = 0.8

export const undecided = (): Decision => ({
  zone: -1,
  candidate: -1,
  candidateSeconds: 0,
  hasEntered: false,
  changes: [],
})

/**
 * Decides the zone with a margin, a hold and a memory. Margin: the zone left counts what lies up to `marginMetres`
 * outside it as its own. Hold: the new one must have been the better one for `holdSeconds`. Memory: each return within
 * a minute asks for more probability and a longer hold, so a tag that stands on a border does not flicker, while
 * somebody who really walks to and fro is late by seconds only. True if the zone changed.
 */
export function decide(
  decision: Decision,
  estimate: Estimate,
  /** Probability of being in the present zone or within the margin about it. */
  nearOwn: number,
  /** Probability that a new zone needs. */
  enough: number,
  nowSeconds: number,
  settings: Settings,
): boolean {
  const rival = bestRival(decision.zone, estimate)
  const returns = returnsTo(decision, rival, nowSeconds)
  const probability = rival < 0 ? noZone(estimate) : (estimate.inZone[rival] ?? 0)
  const own = decision.zone < 0 ? noZone(estimate) : nearOwn
  const better = probability > own && probability >= (returns > 0 ? enoughToReturn : enough)
  if (!better) {
    decision.candidate = decision.zone
    return false
  }
  if (rival !== decision.candidate) {
    decision.candidate = rival
    decision.candidateSeconds = nowSeconds
  }
  const isFirst = decision.zone < 0 && !decision.hasEntered
  const hold = settings.holdSeconds * 8 ** Math.min(returns, 2)
  if (!(isFirst && probability >= certain) && nowSeconds - decision.candidateSeconds < hold) return false
  // Having come in from nowhere is no change to be doubted: going out again is not a return.
  if (!isFirst) decision.changes.push({ from: decision.zone, seconds: nowSeconds })
  decision.hasEntered = true
  if (decision.changes.length > 8) decision.changes.shift()
  decision.zone = rival
  return true
}

/** The most probable zone other than the present one; −1 (outside all zones) is one of them. */
function bestRival(zone: number, estimate: Estimate): number {
  let best = -1
  let most = zone < 0 ? 0 : noZone(estimate)
  for (const [index, probability] of estimate.inZone.entries()) {
    if (index !== zone && probability > most) [best, most] = [index, probability]
  }
  return best
}

function noZone({ inZone }: Estimate): number {
  return Math.max(0, 1 - inZone.reduce((sum, p) => sum + p, 0))
}

/** How often that zone was left within the last minute. */
function returnsTo({ changes }: Decision, zone: number, nowSeconds: number): number {
  return changes.filter(({ from, seconds }) => from === zone && nowSeconds - seconds < returnSeconds).length
}
