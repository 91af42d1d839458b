/** Where people can walk in the virtual shop: spots joined by straight ways that cross no shelf. */

export interface Spot {
  id: string
  x: number
  y: number
  /** Somebody may stand here and look at the shelf in this direction (radians), and in which part of the shop that is. */
  browse?: { heading: number; zone: string }
}

const NORTH = -Math.PI / 2
const EAST = 0
const SOUTH = Math.PI / 2
const WEST = Math.PI

export const spots: readonly Spot[] = [
  { id: 'street', x: 3.4, y: 17.5 },
  { id: 'door', x: 3.4, y: 15.2 },
  { id: 'hall', x: 5.6, y: 12.6, browse: { heading: EAST, zone: 'entrance' } },
  { id: 'greens-south', x: 3.4, y: 10.9, browse: { heading: NORTH, zone: 'produce' } },
  { id: 'greens-east', x: 5.5, y: 9.4, browse: { heading: WEST, zone: 'produce' } },
  { id: 'fruit-east', x: 5.5, y: 6.8, browse: { heading: WEST, zone: 'produce' } },
  { id: 'fruit-north', x: 3.4, y: 5.4, browse: { heading: SOUTH, zone: 'produce' } },
  { id: 'bread-west', x: 3.4, y: 2.2, browse: { heading: NORTH, zone: 'bakery' } },
  { id: 'bread-east', x: 6.8, y: 2.2, browse: { heading: NORTH, zone: 'bakery' } },
  { id: 'north-middle', x: 10.2, y: 2.4 },
  { id: 'milk-west', x: 14.4, y: 2.5, browse: { heading: NORTH, zone: 'dairy' } },
  { id: 'milk-east', x: 19.5, y: 2.5, browse: { heading: NORTH, zone: 'dairy' } },
  { id: 'tea-aisle', x: 10.2, y: 7.4, browse: { heading: WEST, zone: 'aisle' } },
  { id: 'wine-west', x: 13.9, y: 7.2, browse: { heading: EAST, zone: 'wine' } },
  { id: 'wine-east', x: 17.4, y: 7.2, browse: { heading: WEST, zone: 'wine' } },
  { id: 'chiller', x: 21.6, y: 6.2, browse: { heading: EAST, zone: 'aisle' } },
  { id: 'south-west', x: 7.4, y: 12.2 },
  { id: 'south-tea', x: 10.2, y: 12.2 },
  { id: 'south-wine', x: 13.9, y: 12.2 },
  { id: 'south-east', x: 17.4, y: 11.6 },
  { id: 'east', x: 21.2, y: 10.8 },
  { id: 'till-queue', x: 20.1, y: 11.6, browse: { heading: SOUTH, zone: 'checkout' } },
  { id: 'till', x: 20.1, y: 13.4, browse: { heading: EAST, zone: 'checkout' } },
  { id: 'till-exit', x: 20.1, y: 15.2 },
  { id: 'south-till', x: 17.2, y: 15.4 },
  { id: 'south-hall', x: 11.4, y: 12.9 },
]

const ways: readonly [string, string][] = [
  ['street', 'door'],
  ['door', 'hall'],
  ['hall', 'greens-south'],
  ['hall', 'south-west'],
  ['hall', 'greens-east'],
  ['greens-east', 'fruit-east'],
  ['fruit-east', 'bread-east'],
  ['fruit-north', 'bread-west'],
  ['fruit-north', 'bread-east'],
  ['bread-west', 'bread-east'],
  ['bread-east', 'north-middle'],
  ['north-middle', 'tea-aisle'],
  ['north-middle', 'milk-west'],
  ['milk-west', 'milk-east'],
  ['milk-west', 'wine-west'],
  ['milk-east', 'wine-east'],
  ['milk-east', 'chiller'],
  ['tea-aisle', 'south-tea'],
  ['wine-west', 'south-wine'],
  ['wine-east', 'south-east'],
  ['chiller', 'east'],
  ['east', 'south-east'],
  ['east', 'till-queue'],
  ['south-west', 'south-tea'],
  ['south-tea', 'south-wine'],
  ['south-wine', 'south-east'],
  ['south-east', 'till-queue'],
  ['till-queue', 'till'],
  ['till', 'till-exit'],
  ['till-exit', 'south-till'],
  ['south-till', 'south-hall'],
  ['south-hall', 'south-west'],
]

const byId = new Map(spots.map((spot) => [spot.id, spot]))

/** The spot with this id; throws RangeError where there is none. */
export function spotAt(id: string): Spot {
  const found = byId.get(id)
  if (!found) throw new RangeError(`no spot ${id} in the virtual shop`)
  return found
}

const neighbours = new Map<string, Spot[]>(spots.map((spot) => [spot.id, []]))
for (const [a, b] of ways) {
  neighbours.get(a)?.push(spotAt(b))
  neighbours.get(b)?.push(spotAt(a))
}

/** Spots from one to another along the shortest way (Dijkstra), the first left out. */
export function route(from: string, to: string): Spot[] {
  const metres = new Map<string, number>([[from, 0]])
  const before = new Map<string, string>()
  const open = new Set([from])
  while (open.size > 0) {
    const here = [...open].reduce((a, b) => ((metres.get(a) ?? 0) <= (metres.get(b) ?? 0) ? a : b))
    if (here === to) break
    open.delete(here)
    const spot = spotAt(here)
    for (const next of neighbours.get(here) ?? []) {
      const length = (metres.get(here) ?? 0) + Math.hypot(next.x - spot.x, next.y - spot.y)
      if (length < (metres.get(next.id) ?? Number.POSITIVE_INFINITY)) {
        metres.set(next.id, length)
        before.set(next.id, here)
        open.add(next.id)
      }
    }
  }
  const path: Spot[] = []
  for (let at: string | undefined = to; at !== undefined && at !== from; at = before.get(at)) path.unshift(spotAt(at))
  return path
}
