import { makeWorkspace, logLikelihoods } from '../../plugins/presence/likelihood.ts'
import type { Plan } from '../../plugins/presence/plan.ts'
import { defaultSettings } from '../../plugins/presence/settings.ts'
import { knowsZonesOnly, makeSpace, type Space } from '../../plugins/presence/space.ts'
import { aloneSpans, features, furthestMetres, lowest, pools, trials } from './features.ts'
import { type Heard, spanSeconds, type Spans } from './window.ts'

/**
 * What speaks for each zone, as the numbers that the net takes. They hold no place, no receiver and no tag of any shop:
 * the floor plan goes into the probabilities only, so one net serves all plans.
 */
export interface ZoneInputs {
  /** Zones of the plan in its order, then `undefined` for outside all of them, where there is such a place. */
  candidates: (string | undefined)[]
  /** Each one's share of the floor, or of the recordings: its probability before anything was heard. */
  shares: number[]
  /** `candidates.length` rows of `features.length` numbers; `undefined` where nothing was heard. */
  inputs(spans: Spans): Float32Array | undefined
}

/** What a span's likelihood counts, against one second of signals by `evidencePerSecond` of the filter. */
const spanWeight = spanSeconds.map((end, i) => Math.min(end - (spanSeconds[i - 1] ?? 0), 2))
const spanMiddle = spanSeconds.map((end, i) => (end + (spanSeconds[i - 1] ?? 0)) / 2)

export function makeZoneInputs(plan: Plan, maxCells = 300): ZoneInputs {
  const settings = { ...defaultSettings, maxCells }
  const space = makeSpace(plan, settings)
  const states = space.map.states
  const workspace = makeWorkspace(states)
  const statesOf = candidateStates(space)
  const candidates = [...space.zones, ...(statesOf.length > space.zones.length ? [undefined] : [])]
  const onGrid = !knowsZonesOnly(plan)
  const likelihoods = spanSeconds.map(() => new Float64Array(states))
  const belief = new Float32Array(states)

  const weigh = (likelihood: Float64Array, power: number): void => {
    let highest = -Infinity
    for (const value of likelihood) if (value > highest) highest = value
    let total = 0
    for (let s = 0; s < states; s++)
      total += belief[s] = (belief[s] ?? 0) * Math.exp(power * ((likelihood[s] ?? 0) - highest))
    const share = (1 - 1e-4) / total
    for (let s = 0; s < states; s++) belief[s] = (belief[s] ?? 0) * share + 1e-4 / states
  }
  const logShares = (): Float64Array =>
    Float64Array.from(statesOf, (inside) => {
      let sum = 0
      for (const s of inside) sum += belief[s] ?? 0
      return Math.min(0, Math.max(lowest, Math.log(sum + 1e-12)))
    })
  const metresTo = (): Float64Array => {
    if (!onGrid) return new Float64Array(statesOf.length)
    let x = 0
    let y = 0
    for (let s = 0; s < states; s++) {
      x += (belief[s] ?? 0) * (space.x[s] ?? 0)
      y += (belief[s] ?? 0) * (space.y[s] ?? 0)
    }
    return Float64Array.from(statesOf, (inside) => {
      let nearest = furthestMetres
      for (const s of inside) nearest = Math.min(nearest, Math.hypot(x - (space.x[s] ?? 0), y - (space.y[s] ?? 0)))
      return Math.max(0, nearest - space.resolutionMetres)
    })
  }
  const likelihoodOf = (span: Heard[], silent: number[]): void => {
    const signals = span.map(({ receiver, rssi, count }) => ({
      receiver,
      rssi: rssi - (plan.receivers[receiver]?.offset ?? 0),
      weight: count > 1 ? 1 : 0.7,
    }))
    if (span.length > 0) logLikelihoods(space.map, signals, silent, settings.degreesOfFreedom, workspace)
    else workspace.logLikelihood.fill(0)
  }
  const flat = () => belief.fill(1 / states)
  const prior = Float64Array.from(statesOf, (inside) =>
    Math.min(0, Math.max(lowest, Math.log(inside.length / states + 1e-12))),
  )

  return {
    candidates,
    shares: statesOf.map((inside) => inside.length / states),
    inputs({ heard: all, silent }) {
      const heard = all.map((span) => span.filter(({ receiver }) => plan.receivers[receiver]))
      if (heard.every((span) => span.length === 0)) return undefined
      for (const [i, span] of heard.entries()) {
        likelihoodOf(span, i === 0 ? silent : [])
        likelihoods[i]?.set(workspace.logLikelihood)
      }
      const columns: Float64Array[] = []
      const metres: Float64Array[] = []
      for (const { name, pace, trust, spans } of trials) {
        flat()
        let from: number | undefined
        for (let i = spans - 1; i >= 0; i--) {
          if (heard[i]?.length === 0) continue
          const middle = spanMiddle[i] ?? 0
          if (from !== undefined) space.predict(belief, workspace.scratch, pace * (from - middle))
          from = middle
          weigh(likelihoods[i] ?? new Float64Array(), trust * space.evidencePerSecond * (spanWeight[i] ?? 1))
        }
        if (from !== undefined) space.predict(belief, workspace.scratch, pace * from)
        columns.push(logShares())
        if (name === 'trusting' || name === 'sudden') metres.push(metresTo())
      }
      for (const { spans, power } of pools) {
        likelihoodOf(pooled(heard.slice(0, spans)), silent)
        flat()
        weigh(workspace.logLikelihood, power)
        columns.push(logShares())
      }
      for (const [i, span] of heard.slice(0, aloneSpans).entries()) {
        flat()
        if (span.length > 0) weigh(likelihoods[i] ?? new Float64Array(), space.evidencePerSecond)
        columns.push(logShares())
      }
      const fit = columns[1] ?? new Float64Array()
      const entropy = -fit.reduce((sum, ln) => sum + ln * Math.exp(ln), 0) / Math.log(Math.max(2, fit.length))
      const receivers = new Set(heard.slice(0, 2).flatMap((span) => span.map(({ receiver }) => receiver))).size
      const gridSampled = onGrid && space.map.sampled ? 1 : 0
      const out = new Float32Array(candidates.length * features.length)
      for (let zone = 0; zone < candidates.length; zone++) {
        const rival = fit.reduce((best, ln, other) => (other === zone ? best : Math.max(best, ln)), lowest)
        out.set(
          [
            ...columns.map((column) => column[zone] ?? 0),
            prior[zone] ?? 0,
            (fit[zone] ?? 0) - rival,
            Math.min(1, Math.max(0, entropy)),
            Math.min(64, receivers),
            metres[0]?.[zone] ?? 0,
            metres[1]?.[zone] ?? 0,
            gridSampled,
            onGrid ? 0 : 1,
          ],
          zone * features.length,
        )
      }
      return out
    },
  }
}

/** The states of each zone, and at the end those of no zone, if there are any. */
function candidateStates(space: Space): Int32Array[] {
  const inside = (zone: number) => Int32Array.from([...space.zoneOf.keys()].filter((s) => space.zoneOf[s] === zone))
  const zones = space.zones.map((_, zone) => inside(zone))
  const outside = inside(-1)
  return outside.length > 0 ? [...zones, outside] : zones
}

/** Mean signals over several spans. */
function pooled(spans: Heard[][]): Heard[] {
  const sums = new Map<number, Heard>()
  for (const { receiver, rssi, count } of spans.flat()) {
    const so = sums.get(receiver)
    if (so) {
      so.rssi += (rssi - so.rssi) * (count / (so.count + count))
      so.count += count
    } else sums.set(receiver, { receiver, rssi, count })
  }
  return [...sums.values()]
}
