import { undecided, type Decision } from './decide.ts'
import type { Belief } from './belief.ts'
import type { Signal } from './signals.ts'

/** Everything that is known of one tag. Times are seconds on the engine's clock. */
export interface Tag {
  /** Its token: `visit/…`, `person/…`, `staff/…` or `asset/…`. */
  who: string
  /** dBm at 1 m, where its frames tell. */
  measuredPower?: number
  signals: Map<number, Signal>
  belief: Belief
  decision: Decision
  lastSeconds: number
  /** When its zone was last decided; −Infinity before the first time. */
  updatedSeconds: number
  enteredSeconds: number
  /** Probability of the present zone at the last decision. */
  confidence: number
  /** Dwell times of this stay that were already told. */
  dwellsTold: number
  told?: { x: number; y: number; seconds: number }
}

/** A stranger is followed from its second sighting within this time on. */
const candidateSeconds = 10
const maxCandidates = 4096
/** A tag this silent may give its place to a new one. */
const replaceableSeconds = 5

/** The tags that are followed: bounded, whatever is sent. */
export interface TagTable {
  /** The tag, if it is followed, or may be from now on. `evicted` is told of one that had to make room. */
  admit(who: string, nowSeconds: number, newBelief: () => Belief, evicted: (tag: Tag) => void): Tag | undefined
  remove(tag: Tag): void
  all(): Iterable<Tag>
  size(): number
  /** Sightings of tags that were not followed. */
  ignored(): number
}

export function makeTagTable(maxTags: number): TagTable {
  const tags = new Map<string, Tag>()
  const candidates = new Map<string, number>()
  let ignored = 0

  /** A passing phone changes its address every few minutes, a flood with every frame; neither is seen twice here. */
  const isKnown = (who: string, nowSeconds: number): boolean => {
    if (!who.startsWith('visit/')) return true
    const since = candidates.get(who)
    candidates.delete(who)
    if (since !== undefined && nowSeconds - since <= candidateSeconds) return true
    if (candidates.size >= maxCandidates) candidates.delete(candidates.keys().next().value ?? '')
    candidates.set(who, nowSeconds)
    return false
  }

  const makeRoom = (nowSeconds: number, evicted: (tag: Tag) => void): boolean => {
    if (tags.size < maxTags) return true
    let silent: Tag | undefined
    for (const tag of tags.values()) if (!silent || tag.lastSeconds < silent.lastSeconds) silent = tag
    if (!silent || nowSeconds - silent.lastSeconds < replaceableSeconds) return false
    tags.delete(silent.who)
    evicted(silent)
    return true
  }

  return {
    admit(who, nowSeconds, newBelief, evicted) {
      const known = tags.get(who)
      if (known) return known
      if (!isKnown(who, nowSeconds) || !makeRoom(nowSeconds, evicted)) {
        ignored++
        return undefined
      }
      const tag: Tag = {
        who,
        signals: new Map(),
        belief: newBelief(),
        decision: undecided(),
        lastSeconds: nowSeconds,
        updatedSeconds: -Infinity,
        enteredSeconds: nowSeconds,
        confidence: 0,
        dwellsTold: 0,
      }
      tags.set(who, tag)
      return tag
    },
    remove: (tag) => void tags.delete(tag.who),
    all: () => tags.values(),
    size: () => tags.size,
    ignored: () => ignored,
  }
}
