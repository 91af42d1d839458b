import type { Content, ProductFace } from '../../contract/index.ts'

export interface ScreenState {
  screen: string
  /** What should show now: the emergency, the top of the stack, the item of the playlist, or the fallback. */
  content: Content
  /** What the catalogue adds to it. */
  product?: ProductFace
  key: string
  because: string[]
  /** When something else follows by itself (ms since the epoch). */
  until?: number
  /** Version of its programme. */
  programme: string
  emergency?: boolean
  /** Players connected now. */
  players: number
  /** What a player last said that it shows, and when. */
  shown?: { content: string; time: number }
  /** When a player was last heard (ms since the epoch), and what it said of itself. */
  seen?: number
  pulse?: Pulse
}

/** What a player says of itself every half minute. */
export interface Pulse {
  /** Key of what it shows. */
  key?: string
  /** Of the programme that it follows. */
  programme?: string
  /** Start of the span that it plays, and how long interruptions have held it up since. */
  span?: number
  lateMilliseconds?: number
  width: number
  height: number
  /** Files that its programme needs: how many it has, and which it cannot get. */
  mediaReady: number
  mediaMissing: string[]
  /** Those that arrived whole but that its browser cannot show, and those that it has no room to keep. */
  mediaUnplayable?: string[]
  mediaUnkept?: string[]
  /** False where its browser has no room for the programme. */
  programmeKept?: boolean
  /** Bytes that the browser has used and allows; missing where it does not tell. */
  usedBytes?: number
  quotaBytes?: number
  /** True where the browser promised not to throw them away. */
  persisted?: boolean
  /** By how much its clock differs from the box's, and how sure that is. */
  clockMilliseconds?: number
  clockErrorMilliseconds?: number
  /** Proofs of play that have no answer yet. */
  waitingPlays: number
  /** Proofs of play that found no room since the page was opened. */
  lostPlays?: number
}

export interface Emergency {
  emergency: string
  title: string
  text?: string
  since: number
  by: string
}

/** Something that a screen showed, as its player tells it. */
export interface Play {
  /** Key of what was shown for a while, or `<playlist>/<item>`. */
  content: string
  play: string
  /** Where it is there, the play is over. */
  shownSeconds?: number
  /** When it began or ended (ms since the epoch), where the player tells it; it may be told much later. */
  time?: number
}
