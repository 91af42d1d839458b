import type { EventData } from '@endcap/sdk'

/** What the engine says. `since` counts batches since the first cause, so that nobody names one that is long forgotten. */
export type ShelfType =
  | 'shelf.taken'
  | 'shelf.returned'
  | 'shelf.misplaced'
  | 'shelf.low'
  | 'shelf.empty'
  | 'shelf.restocked'
  | 'shelf.counted'

export type ShelfEvent = {
  [T in ShelfType]: { type: T; data: EventData<T>; because: string[] }
}[ShelfType]
