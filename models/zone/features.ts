import { spanSeconds } from './window.ts'

/** A trial: how fast a tag is taken to move, and how much a second of signals is trusted; both as shares of the filter's. */
export interface Trial {
  name: string
  pace: number
  trust: number
  /** Spans looked at, counted from the newest. */
  spans: number
}

export const trials: readonly Trial[] = [
  { name: 'usual', pace: 1, trust: 1, spans: 5 },
  { name: 'trusting', pace: 1, trust: 2.5, spans: 5 },
  { name: 'still', pace: 0.1, trust: 1, spans: 5 },
  { name: 'sudden', pace: 1, trust: 3, spans: 2 },
]

/** Signals averaged over the spans before they are weighed, as if the tag stood still; how much that counts. */
export interface Pool {
  name: string
  spans: number
  power: number
}

export const pools: readonly Pool[] = [
  { name: 'short', spans: 3, power: 1 },
  { name: 'long', spans: 5, power: 1 },
  { name: 'long-sharp', spans: 5, power: 3 },
]

/** The newest spans, each looked at alone. */
export const aloneSpans = 3

export interface Feature {
  name: string
  unit: string
  meaning: string
  minimum: number
  maximum: number
}

/** Probabilities below are no news. */
export const lowest = -8
export const furthestMetres = 10

/** The net's inputs, in order. */
export const features: readonly Feature[] = [
  ...trials.map(({ name, pace, trust, spans }) => ({
    name: `fit-${name}`,
    unit: 'ln',
    meaning: `ln of the zone's probability over the last ${spanSeconds[spans - 1]} s, movement × ${pace}, trust × ${trust}`,
    minimum: lowest,
    maximum: 0,
  })),
  ...pools.map(({ name, spans, power }) => ({
    name: `mean-${name}`,
    unit: 'ln',
    meaning: `the same from the mean signals of the last ${spanSeconds[spans - 1]} s, × ${power}`,
    minimum: lowest,
    maximum: 0,
  })),
  ...spanSeconds.slice(0, aloneSpans).map((end, i) => ({
    name: `span-${i}`,
    unit: 'ln',
    meaning: `the same from signals between ${spanSeconds[i - 1] ?? 0} and ${end} s ago alone`,
    minimum: lowest,
    maximum: 0,
  })),
  { name: 'share', unit: 'ln', meaning: 'ln of the zone’s share of the floor', minimum: lowest, maximum: 0 },
  { name: 'lead', unit: 'ln', meaning: 'fit-trusting above the best other zone', minimum: lowest, maximum: -lowest },
  { name: 'doubt', unit: '1', meaning: 'entropy of fit-trusting over the zones, 1 = anywhere', minimum: 0, maximum: 1 },
  { name: 'receivers', unit: '1', meaning: 'receivers that heard the tag within 2.5 s', minimum: 0, maximum: 64 },
  {
    name: 'metres-trusting',
    unit: 'm',
    meaning: 'from the mean position by fit-trusting to the zone',
    minimum: 0,
    maximum: furthestMetres,
  },
  {
    name: 'metres-sudden',
    unit: 'm',
    meaning: 'from the mean position by fit-sudden to the zone',
    minimum: 0,
    maximum: furthestMetres,
  },
  { name: 'sampled', unit: '1', meaning: '1 where samples with their point were recorded', minimum: 0, maximum: 1 },
  { name: 'recordings', unit: '1', meaning: '1 where samples know their zone only', minimum: 0, maximum: 1 },
]
