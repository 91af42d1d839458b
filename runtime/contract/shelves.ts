/** Whether a slot stands on one of these shelves (`A/3`) or fixtures (`A`): A/3/2 is slot 2 of shelf 3 of fixture A. */
export function standsOn(shelves: ReadonlySet<string>, slot: string): boolean {
  for (let at = slot.indexOf('/'); at >= 0; at = slot.indexOf('/', at + 1))
    if (shelves.has(slot.slice(0, at))) return true
  return false
}
