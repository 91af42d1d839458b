/** What one screen plays in the coming fortnight: which playlist when, which of its items, drawn whole. */
import { createHash } from 'node:crypto'
import {
  type Content,
  type Drawn,
  type Playlist,
  type PlaylistItem,
  type Programme,
  type ProgrammeItem,
  type Screen,
  type Span,
} from '../contract/index.ts'
import { dateAt, instantOf, momentOf, type Window, windowsOf } from './day-parts.ts'

/** A screen that is alone for a week shall not run out, however long ago it was told. */
const DAYS = 14

export interface ProgrammeSource {
  playlists: readonly Playlist[]
  timezone: string
  /** Adds what the catalogue knows; undefined where the product is gone, and the item is left out. */
  draw(content: Content): Drawn | undefined
}

interface Candidate {
  id: string
  priority: number
  windows: Window[] | undefined
  items: { valid: Window; item: ProgrammeItem }[]
}

/** Reckons programmes of one moment; what the screens share is reckoned once. */
export function createProgrammes({ playlists, timezone, draw }: ProgrammeSource, now: number) {
  const first = dateAt(now, timezone)
  const midnights = Array.from({ length: DAYS + 1 }, (_, index) =>
    instantOf(first.add({ days: index }), '00:00', timezone),
  )
  const [start = now, end = now] = [midnights[0], midnights.at(-1)]
  const candidates = new Map<string, Candidate>()
  const candidate = (playlist: Playlist): Candidate => {
    const known = candidates.get(playlist.id)
    if (known) return known
    const { id, priority = 5, hours } = playlist
    const made = {
      id,
      priority,
      windows: hours && windowsOf(hours, first, DAYS, timezone),
      items: itemsOf(playlist.items, timezone, draw),
    }
    candidates.set(id, made)
    return made
  }

  return (screen: Screen, fallback: Drawn): Programme => {
    const mine = playlists
      .filter(
        ({ screens = [], groups = [] }) =>
          screens.includes(screen.id) || (screen.group !== undefined && groups.includes(screen.group)),
      )
      .map(candidate)
      .sort((a, b) => b.priority - a.priority)
    const own = playlists.find(({ id }) => id === screen.playlist)
    // The default of a screen stands beneath all that were given to it.
    if (own) mine.push(candidate(own))

    const edges = new Set(midnights)
    for (const { windows = [], items } of mine)
      for (const { from, until } of [...windows, ...items.map(({ valid }) => valid)])
        for (const edge of [from, until]) if (edge > start && edge < end) edges.add(edge)
    const times = [...edges].sort((a, b) => a - b)

    const spans: Span[] = []
    times.slice(0, -1).forEach((from, index) => {
      const span = spanAt(mine, from, times[index + 1] ?? end)
      if (!span) return
      const before = spans.at(-1)
      // Every midnight the first item comes again, so that the count does not depend on when the box was started.
      if (before?.until === from && !midnights.includes(from) && same(before, span)) before.until = span.until
      else spans.push(span)
    })
    const used = new Set(spans.map(({ playlist }) => playlist))
    const programme = {
      ...(screen.group === undefined ? {} : { group: screen.group }),
      playlists: Object.fromEntries(
        mine.filter(({ id }) => used.has(id)).map(({ id, items }) => [id, items.map(({ item }) => item)]),
      ),
      spans,
      fallback,
    }
    return { version: createHash('sha256').update(JSON.stringify(programme)).digest('hex').slice(0, 16), ...programme }
  }
}

const covers = ({ from, until }: Window, time: number) => from <= time && time < until
const same = (a: Span, b: Span) => a.playlist === b.playlist && a.items.join() === b.items.join()

function spanAt(candidates: readonly Candidate[], from: number, until: number): Span | undefined {
  for (const { id, windows, items } of candidates) {
    if (windows && !windows.some((window) => covers(window, from))) continue
    const valid = items.flatMap((item, index) => (covers(item.valid, from) ? [index] : []))
    if (valid.length > 0) return { from, until, playlist: id, items: valid }
  }
  return undefined
}

const contentOf = ({ content, product }: PlaylistItem): Content =>
  content ?? { layout: 'product', ...(product === undefined ? {} : { product }) }

function itemsOf(items: readonly PlaylistItem[], timezone: string, draw: ProgrammeSource['draw']): Candidate['items'] {
  const taken = new Set(items.flatMap(({ id }) => id ?? []))
  return items.flatMap((one) => {
    const content = contentOf(one)
    const drawn = draw(content)
    if (!drawn) return []
    const valid = {
      from: one.from === undefined ? Number.MIN_SAFE_INTEGER : momentOf(one.from, timezone),
      until: one.until === undefined ? Number.MAX_SAFE_INTEGER : momentOf(one.until, timezone, true),
    }
    return [{ valid, item: { id: one.id ?? nameOf(content, taken), seconds: one.seconds, ...drawn } }]
  })
}

/** A name that stays the same while the item does, wherever it stands in its list. */
function nameOf(content: Content, taken: Set<string>): string {
  const base = content.product ?? `i${createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 8)}`
  let name = base
  for (let count = 2; taken.has(name); count++) name = `${base.slice(0, 60)}-${count}`
  taken.add(name)
  return name
}
