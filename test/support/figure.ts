/** One measured number of a benchmark. */
export interface Figure {
  name: string
  value: number
  unit: string
  /** What it is held against: a budget of the design, or what a peer does. */
  reference: number
  better: 'higher' | 'lower'
  /** How many events, commits or seconds it was measured over. */
  n: number
}
