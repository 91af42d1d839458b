/** A small shop for the pages' tests and for drawing them: a plan, and people who walk it by a seeded random walk. */
import type { ShopPlan } from '../../runtime/contract/index.ts'

const box = (x: number, y: number, width: number, depth: number): [number, number][] => [
  [x, y],
  [x + width, y],
  [x + width, y + depth],
  [x, y + depth],
]

export const plan: ShopPlan = {
  name: 'Lindenhof Market',
  timezone: 'Europe/Zurich',
  floor: {
    width: 26,
    depth: 16,
    fixtures: [
      { id: 'wall-north', polygon: box(0, 0, 26, 0.25), wall: true },
      { id: 'wall-west', polygon: box(0, 0, 0.25, 16), wall: true },
      { id: 'wall-east', polygon: box(25.75, 0, 0.25, 16), wall: true },
      { id: 'wall-south-left', polygon: box(0, 15.75, 3, 0.25), wall: true },
      { id: 'wall-south-right', polygon: box(6.5, 15.75, 19.5, 0.25), wall: true },
      { id: 'counter', name: 'Bread', polygon: box(1, 3, 1.2, 5.2) },
      { id: 'crates-1', name: 'Fruit', polygon: box(9, 9.3, 3.6, 1.3) },
      { id: 'crates-2', name: 'Greens', polygon: box(9, 12, 3.6, 1.3) },
      { id: 'gondola-1', name: 'Pantry', polygon: box(9, 1.4, 1.2, 5.4) },
      { id: 'gondola-2', name: 'Pantry', polygon: box(12.2, 1.4, 1.2, 5.4) },
      { id: 'chiller', name: 'Chiller', polygon: box(16, 0.4, 8, 1) },
      { id: 'island', name: 'Cheese', polygon: box(18.2, 3.6, 3.6, 1.4) },
      { id: 'rack-1', name: 'Red', polygon: box(17, 9, 1, 5) },
      { id: 'rack-2', name: 'White', polygon: box(20.4, 9, 1, 5) },
      { id: 'till-1', name: 'Till 1', polygon: box(2, 11, 2.2, 0.9) },
      { id: 'till-2', name: 'Till 2', polygon: box(5, 11, 2.2, 0.9) },
    ],
  },
  zones: [
    { id: 'entrance', name: 'Entrance', polygon: box(0.4, 12.4, 7.4, 3.3), entrance: true },
    { id: 'checkout', name: 'Checkout', polygon: box(0.4, 9.2, 7.4, 3.2) },
    { id: 'bakery', name: 'Bakery', polygon: box(0.4, 0.4, 7.4, 8.6) },
    { id: 'produce', name: 'Fruit & greens', polygon: box(8, 8.4, 6.4, 7.2) },
    { id: 'pantry', name: 'Pantry', polygon: box(8, 0.4, 6.6, 7.8) },
    { id: 'dairy', name: 'Dairy', polygon: box(14.8, 0.4, 10.8, 6.6) },
    { id: 'wine', name: 'Wine', polygon: box(14.8, 7.2, 10.8, 8.4) },
  ],
  receivers: [
    { id: 'door', name: 'Door', x: 4.6, y: 15.2 },
    { id: 'till', name: 'Tills', x: 7.2, y: 9.6 },
    { id: 'oven', name: 'Oven', x: 0.7, y: 1 },
    { id: 'crate', name: 'Crates', x: 14, y: 15.2 },
    { id: 'shelf', name: 'Pantry shelf', x: 11.3, y: 0.8 },
    { id: 'chiller', name: 'Chiller', x: 25.2, y: 2.6 },
    { id: 'cellar', name: 'Cellar', x: 25.2, y: 14.8 },
  ],
  screens: [
    { id: 'entrance', name: 'Window', zone: 'entrance', x: 7.4, y: 15.2 },
    { id: 'dairy', name: 'Dairy end', zone: 'dairy', x: 15.2, y: 4 },
    { id: 'wine', name: 'Wine end', zone: 'wine', x: 15.2, y: 11 },
  ],
  staff: [
    { id: 'anna', name: 'Anna Keller', roles: ['cheese'] },
    { id: 'bruno', name: 'Bruno Frei', roles: ['bakery'] },
    { id: 'chiara', name: 'Chiara Rossi' },
    { id: 'david', name: 'David Okafor', roles: ['wine'] },
  ],
}

/** Mulberry32, a small seeded generator (public domain, T. Ettinger). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

export interface Walker {
  who: string
  kind: 'visitor' | 'customer' | 'staff' | 'asset'
  x: number
  y: number
  goal: [number, number]
  heardAt: number
}

const inside = (x: number, y: number, polygon: readonly (readonly [number, number])[]): boolean => {
  const [first, , third] = polygon
  return !!first && !!third && x >= first[0] && x <= third[0] && y >= first[1] && y <= third[1]
}

export const zoneAt = (x: number, y: number): string | undefined =>
  plan.zones.find(({ polygon }) => polygon && inside(x, y, polygon))?.id

const blocked = (x: number, y: number): boolean =>
  (plan.floor.fixtures ?? []).some(({ polygon }) => inside(x, y, polygon))

export function createWalkers(random: () => number): { list: Walker[]; step(seconds: number, now: number): void } {
  const free = (): [number, number] => {
    for (;;) {
      const spot: [number, number] = [0.8 + random() * 24.4, 0.8 + random() * 14.4]
      if (!blocked(...spot)) return spot
    }
  }
  const make = (who: string, kind: Walker['kind']): Walker => {
    const [x, y] = free()
    return { who, kind, x, y, goal: free(), heardAt: Date.now() }
  }
  const list = [
    ...Array.from({ length: 14 }, (_, i) =>
      make(`visit/${(0x5b1f0a77 + i * 0x1337b1).toString(16)}c2d94e10`, 'visitor'),
    ),
    make('person/k3v9', 'customer'),
    make('person/m7q2', 'customer'),
    make('staff/anna', 'staff'),
    make('staff/bruno', 'staff'),
    make('staff/chiara', 'staff'),
    make('asset/trolley', 'asset'),
  ]
  return {
    list,
    step(seconds, now) {
      for (const [index, walker] of list.entries()) {
        if (index === 3 && now - walker.heardAt < 90_000) continue
        const dx = walker.goal[0] - walker.x
        const dy = walker.goal[1] - walker.y
        const distance = Math.hypot(dx, dy)
        const step = Math.min(distance, seconds * 0.9)
        if (distance > 0.1) {
          walker.x += (dx / distance) * step
          walker.y += (dy / distance) * step
        } else if (random() < 0.3) walker.goal = free()
        walker.heardAt = now
      }
    },
  }
}

export const evidence = (walker: Walker) =>
  plan.receivers
    .map(({ id, x, y }) => {
      const metres = Math.max(0.5, Math.hypot(x - walker.x, y - walker.y))
      return {
        receiver: id,
        rssi: Math.round((-59 - 25 * Math.log10(metres)) * 10) / 10,
        metres: Math.round(metres * 10) / 10,
      }
    })
    .sort((a, b) => b.rssi - a.rssi)
    .slice(0, 4)
