import type { Inference } from '../../runtime/contract/index.ts'
import type { Plan } from '../../plugins/presence/plan.ts'
import { makeZoneInputs } from './evidence.ts'
import { softmax } from './net.ts'
import type { Window } from './window.ts'

/** Scores of rows of inputs, one for each row: the net as `ctx.model('zone')` or `readDense` runs it. */
export type Score = (rows: Float32Array) => ArrayLike<number>

export interface ZoneAnswer {
  /** The most probable zone; absent where that is outside all of them. */
  zone?: string
  /** Its probability. */
  confidence: number
  /** By the plan's zones, then outside all of them, where there is such a place. */
  probabilities: Float64Array
}

export interface ZoneModel {
  /** Zones of the plan, then `undefined` where there is a place outside all of them. */
  candidates: readonly (string | undefined)[]
  /** Which zone a tag is in; `undefined` (don't know) where nothing was heard of it within 20 s. */
  infer(window: Window, seconds: number): ZoneAnswer | undefined
  /**
   * What each receiver contributed to the answer: how much the probability of its zone falls without it, averaged over
   * two orders of taking them away, loudest first and loudest last. So they add up: their sum is the confidence less the
   * zone's probability before anything was heard (its share of the floor). Strongest first, at most eight; what is left
   * stands as the last one, `others`.
   */
  explain(window: Window, seconds: number): ZoneExplanation | undefined
}

export interface ZoneExplanation extends ZoneAnswer {
  /** Probability of the zone before anything was heard. */
  before: number
  contributions: Inference['contributions']
}

const mostTold = 8

export function makeZoneModel(plan: Plan, score: Score): ZoneModel {
  const { candidates, shares, inputs } = makeZoneInputs(plan)

  const probabilitiesOf = (window: Window, seconds: number, without?: ReadonlySet<number>) => {
    const rows = inputs(window.spans(seconds, without))
    return rows && softmax(score(rows))
  }
  const answerOf = (probabilities: Float64Array): ZoneAnswer & { index: number } => {
    const index = probabilities.indexOf(Math.max(...probabilities))
    const zone = candidates[index]
    const answer = { index, confidence: probabilities[index] ?? 0, probabilities }
    return zone === undefined ? answer : { ...answer, zone }
  }

  return {
    candidates,
    infer(window, seconds) {
      const probabilities = probabilitiesOf(window, seconds)
      if (!probabilities) return undefined
      const { index: _, ...answer } = answerOf(probabilities)
      return answer
    },
    explain(window, seconds) {
      const probabilities = probabilitiesOf(window, seconds)
      if (!probabilities) return undefined
      const { index, ...answer } = answerOf(probabilities)
      const before = shares[index] ?? 0
      const means = meansOf(window, seconds)
      const order = [...means.keys()].filter((receiver) => plan.receivers[receiver])
      order.sort((a, b) => (means.get(b) ?? 0) - (means.get(a) ?? 0))
      const gains = new Map(order.map((receiver) => [receiver, 0]))
      for (const leaving of [order, order.toReversed()]) {
        const without = new Set<number>()
        let value = answer.confidence
        for (const receiver of leaving) {
          without.add(receiver)
          const left = probabilitiesOf(window, seconds, without)?.[index] ?? before
          const rest = without.size === order.length ? before : left
          gains.set(receiver, (gains.get(receiver) ?? 0) + (value - rest) / 2)
          value = rest
        }
      }
      const all = order.map((receiver) => ({
        input: `receiver/${plan.receivers[receiver]?.id ?? ''}`,
        value: means.get(receiver) ?? 0,
        contribution: gains.get(receiver) ?? 0,
      }))
      return { ...answer, before, contributions: told(all) }
    },
  }
}

/** Mean signal of each receiver that heard the tag, in dBm. */
function meansOf(window: Window, seconds: number): Map<number, number> {
  const sums = new Map<number, { sum: number; count: number }>()
  for (const { receiver, rssi, count } of window.spans(seconds).heard.flat()) {
    const so = sums.get(receiver) ?? { sum: 0, count: 0 }
    sums.set(receiver, { sum: so.sum + rssi * count, count: so.count + count })
  }
  return new Map([...sums].map(([receiver, { sum, count }]) => [receiver, sum / count]))
}

function told(all: Inference['contributions']): Inference['contributions'] {
  const sorted = all.toSorted((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
  if (sorted.length <= mostTold) return sorted
  const rest = sorted.slice(mostTold - 1)
  const contribution = rest.reduce((sum, one) => sum + one.contribution, 0)
  return [...sorted.slice(0, mostTold - 1), { input: 'others', value: rest.length, contribution }]
}
