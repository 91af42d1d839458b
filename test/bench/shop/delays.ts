/** How long it takes from what was done to who sees it. */

/** Something that happened, and when in milliseconds of clock(). */
export type At = readonly [...what: (string | number)[], at: number]

const apart = (one: At): { what: string; at: number } => ({ what: one.slice(0, -1).join(' '), at: Number(one.at(-1)) })

/**
 * Of what was done from one moment to another: milliseconds until the same was seen, and how often it never was. What
 * is done again and again the same is seen at the next time.
 */
export function delays(done: readonly At[], seen: readonly At[], from: number, to: number) {
  const times = Map.groupBy(seen.map(apart), ({ what }) => what)
  const found: number[] = []
  let missed = 0
  for (const { what, at } of done.map(apart)) {
    if (at < from || at >= to) continue
    const first = times.get(what)?.find((one) => one.at >= at)
    if (first) found.push(first.at - at)
    else missed++
  }
  return { found, missed }
}

/** The same thing, done to each of several. */
export const toEach = (done: readonly (readonly [string, number])[], ids: readonly string[]): At[] =>
  done.flatMap(([what, at]) => ids.map((id) => [id, what, at] as const))

/** Different words for the same thing, as a flow says them on a sign. */
export const inWords = (words: string, done: readonly (readonly [string, number])[]): At[] =>
  done.map(([what, at]) => [`${words} ${what}`, at])
