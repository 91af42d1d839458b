/** One measured number of `npm run score` or `npm run bench`. */
export interface Figure {
  name: string
  value: number
  unit: string
  /** What to beat: a peer's figure or a budget of the design; absent where nobody has measured it. */
  reference?: number
  better: 'higher' | 'lower'
  /** How many cases the value was drawn from. */
  n: number
}

export const rounded = (value: number, digits = 3): number => Number(value.toFixed(digits))

export const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** The value below which `share` of the values lie (nearest rank). */
export function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}
