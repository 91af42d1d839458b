/** What a source of weighings is: a board, a converter of Linux, a broker. */
import type { Range } from '../weigh/faults.ts'

/** Of one plate: a new conversion, or what is wrong. Undefined where nothing new came. */
export type Reading = { counts: number } | { broken: 'stuck' | 'disconnected'; reason: string } | undefined

export interface SourceEvents {
  /** The readings of all plates in their order. */
  batch(readings: readonly Reading[]): void
  /** It is gone; whoever opened it closes it and tries again. */
  lost(reason: string): void
  /** What it says of itself. */
  said(text: string): void
}

export interface Source {
  /** Of each plate in their order. */
  ranges: readonly Range[]
  /** What it is, for the technician; rejects where it does not answer. */
  describe(): Promise<string[]>
  /** Lets it show itself; undefined where it cannot. */
  identify?(): Promise<void>
  close(): Promise<void>
}
