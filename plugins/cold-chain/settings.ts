/** Fits plugin.schema.json. */
export interface Settings {
  /** Who is called next waits so long. */
  nextAfterSeconds: number
  /** All must be well for so long before an episode is over. */
  calmMinutes: number
  /** Somebody took it: if it is not well again so long after, it is called anew. */
  claimMinutes: number
}

export const usual: Settings = { nextAfterSeconds: 300, calmMinutes: 3, claimMinutes: 30 }
