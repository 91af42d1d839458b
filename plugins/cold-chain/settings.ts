/** Fits plugin.schema.json. */
export interface Settings {
  /** Who is called next waits so long. */
  nextAfterSeconds: number
  /** All must be well for so long before an episode is over. */
  calmMinutes: number
}

export const usual: Settings = { nextAfterSeconds: 300, calmMinutes: 3 }
