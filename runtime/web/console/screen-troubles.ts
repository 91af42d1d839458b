/** What a player said of itself that somebody should see to, each in one sentence. */
import { ago, milliseconds } from '../shared/time.ts'
import type { ScreenState } from '../shared/types.ts'

/** A player tells every half minute; in between, what it shows may well have changed. */
const BEHIND_MILLISECONDS = 45_000
const NAMED = 3

/** `3f2a91bc, 77e0d1aa and 4 more`. */
function filesOf(hashes: readonly string[]): string {
  const named = hashes.slice(0, NAMED).map((hash) => hash.slice(0, 8))
  return hashes.length > NAMED ? `${named.join(', ')} and ${hashes.length - NAMED} more` : named.join(', ')
}

export function troublesOf({ pulse, players, seen }: ScreenState, now: number): string[] {
  if (!pulse) return players === 0 && seen ? [`Last seen ${ago(milliseconds(seen), now)}`] : []
  const { mediaMissing, mediaUnplayable = [], mediaUnkept = [], programmeKept = true, lostPlays = 0 } = pulse
  const { clockMilliseconds = 0, usedBytes = 0, quotaBytes, persisted } = pulse
  const seconds = Math.round(Math.abs(clockMilliseconds) / 1000)
  const silent = seen ? now - milliseconds(seen) : 0
  const told: [boolean, string][] = [
    [
      silent > BEHIND_MILLISECONDS,
      `Last answered ${ago(now - silent, now)}; if it stays so, its page hangs: reload it`,
    ],
    [
      mediaMissing.length > 0,
      `Cannot get ${filesOf(mediaMissing)}: damaged or gone here. Upload it again under Media; until then what showed before stays`,
    ],
    [
      mediaUnplayable.length > 0,
      `Its browser cannot show ${filesOf(mediaUnplayable)}: use a JPEG, PNG, or an MP4 with H.264`,
    ],
    [
      mediaUnkept.length > 0,
      `Its browser has no room for ${filesOf(mediaUnkept)}: shown while the box is there, missing after a restart alone`,
    ],
    [!programmeKept, 'Its browser has no room for the programme; after a restart alone it shows an older one'],
    [lostPlays > 0, `${lostPlays} plays found no room in its browser and are lost`],
    [seconds > 60, `Its own clock is ${seconds} s ${clockMilliseconds > 0 ? 'slow' : 'fast'}; it goes by the box`],
    [quotaBytes !== undefined && usedBytes > quotaBytes * 0.9, 'The store of its browser is nearly full'],
    [persisted === false && usedBytes > 50e6, 'Its browser may throw kept media away; allow it to store data'],
  ]
  return told.flatMap(([is, text]) => (is ? [text] : []))
}
