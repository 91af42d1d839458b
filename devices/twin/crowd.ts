/** Who is in the virtual shop: shoppers who come and go, associates on the floor, carts. Seeded. */
import { type Errand as Stop, createWalker, type Walker } from './walker.ts'
import { spots } from './floor.ts'
import type { Random } from './random.ts'

/** UUID of the shop's own tags, as in shop.yaml. Major 1: badges, 2: customers' tags, 3: carts. */
export const SHOP_UUID = '6c1f3f0a-52a1-4a3e-9d7c-0e5ad1c0ffee'

export interface Tag {
  uuid: string
  major: number
  minor: number
  /** Radio address, lower case with colons. */
  address: string
}

export interface Body {
  /** For the truth file: who it is. */
  name: string
  tag: Tag
  walker: Walker
  role: 'shopper' | 'staff' | 'cart'
  /** Stands and looks, and touches nothing. */
  idle?: boolean
}

export interface Crowd {
  /** Everybody who is there now. */
  bodies(): Body[]
  /** Advances the shop by so many seconds. */
  step(seconds: number): void
  /** Somebody comes in and stands at a spot until they are sent home. */
  linger(spot: string): { end(): void }
}

export interface CrowdOptions {
  random: Random
  /** Customers with a tag of the shop, by its minor number. */
  customers: { name: string; minor: number }[]
  /** Minor numbers of the badges that are worn. */
  staff: { name: string; minor: number; home: string }[]
  /** Spots that an associate should look after next, the most urgent first. */
  needed?: () => readonly string[]
}

/** Seconds from one shopper to the next, on average, and how many the shop holds. */
const ARRIVAL_SECONDS = 16
const SHOPPERS_AT_MOST = 9
/** A customer with a tag comes so often among the others, and stays away so long after a visit. */
const CUSTOMER_SHARE = 0.4
const CUSTOMER_AWAY_SECONDS = 240
/** The first customer comes right after the start, so that a newcomer sees what an arrival does. */
const FIRST_CUSTOMER_SECONDS = 6

export function createCrowd({ random, customers, staff, needed = () => [] }: CrowdOptions): Crowd {
  const shoppers = new Map<Body, { customer?: number }>()
  const associates: { body: Body; home: string; going?: string | undefined }[] = []
  const awayUntil = new Map<number, number>(customers.map(({ minor }) => [minor, 0]))
  let now = 0
  let nextArrival = 2
  let nextCustomer = FIRST_CUSTOMER_SECONDS

  const hexByte = () =>
    Math.floor(random.next() * 256)
      .toString(16)
      .padStart(2, '0')
  /** A random static address: its two highest bits are set (Bluetooth Core 5.4, vol 6 B 1.3.2.1). */
  const address = () =>
    [(0xc0 | Math.floor(random.next() * 64)).toString(16), hexByte(), hexByte(), hexByte(), hexByte(), hexByte()].join(
      ':',
    )
  const tagOf = (major: number, minor: number): Tag => ({ uuid: SHOP_UUID, major, minor, address: address() })
  const strangerTag = (): Tag => {
    const uuid = Array.from({ length: 16 }, hexByte)
      .join('')
      .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
    return {
      uuid,
      major: Math.floor(random.next() * 65536),
      minor: Math.floor(random.next() * 65536),
      address: address(),
    }
  }

  const browsing = spots.filter(
    (spot) => spot.browse && spot.browse.zone !== 'checkout' && spot.browse.zone !== 'entrance',
  )
  const shoppingTrip = (): Stop[] => {
    const stops = Array.from({ length: 2 + Math.floor(random.next() * 3) }, () => ({
      spot: random.pick(browsing).id,
      seconds: random.between(8, 45),
    }))
    return [
      ...(random.next() < 0.3 ? [{ spot: 'hall', seconds: random.between(3, 10) }] : []),
      ...stops,
      { spot: 'till', seconds: random.between(15, 40) },
      { spot: 'street', seconds: 1 },
    ]
  }
  const enter = (name: string, tag: Tag, customer?: number) => {
    const body: Body = { name, tag, walker: createWalker('street', shoppingTrip(), random), role: 'shopper' }
    shoppers.set(body, customer === undefined ? {} : { customer })
  }
  /** Associates tidy their own part of the shop, then look elsewhere, then come back. */
  const round = (home: string): Stop[] => {
    const near = spots.filter((spot) => spot.browse?.zone === home)
    return [
      ...near.map(({ id }) => ({ spot: id, seconds: random.between(20, 60) })),
      { spot: random.pick(browsing).id, seconds: random.between(5, 20) },
    ]
  }

  for (const { name, minor, home } of staff) {
    const first = spots.find((spot) => spot.browse?.zone === home) ?? random.pick(browsing)
    const walker = createWalker(first.id, round(home), random)
    associates.push({ body: { name, tag: tagOf(1, minor), walker, role: 'staff' }, home })
  }
  for (let cart = 1; cart <= 2; cart++)
    associates.push({
      body: {
        name: `cart-${cart}`,
        tag: tagOf(3, cart),
        walker: createWalker('hall', [{ spot: 'hall', seconds: Number.POSITIVE_INFINITY }], random),
        role: 'cart',
      },
      home: 'entrance',
    })
  // The shop is already open: some shoppers stand among the shelves.
  for (let i = 0; i < 3; i++) {
    const body: Body = {
      name: `visitor-${i}`,
      tag: strangerTag(),
      walker: createWalker(random.pick(browsing).id, shoppingTrip(), random),
      role: 'shopper',
    }
    shoppers.set(body, {})
  }

  let visitors = 3
  return {
    bodies: () => [...shoppers.keys(), ...associates.map(({ body }) => body)],
    step(seconds) {
      now += seconds
      for (const [body, { customer }] of shoppers) {
        if (body.walker.step(seconds)) continue
        shoppers.delete(body)
        if (customer !== undefined) awayUntil.set(customer, now + CUSTOMER_AWAY_SECONDS)
      }
      for (const associate of associates)
        if (!associate.body.walker.step(seconds)) {
          const { body, home } = associate
          const near = spots.find((spot) => Math.hypot(spot.x - body.walker.x, spot.y - body.walker.y) < 1)
          const going = needed().find((spot) => !associates.some((other) => other.going === spot))
          const errands = going === undefined ? round(home) : [{ spot: going, seconds: random.between(40, 80) }]
          associate.body = { ...body, walker: createWalker(near?.id ?? 'hall', errands, random) }
          associate.going = going
        }
      if (customers.length > 0 && (now >= nextCustomer || (now >= nextArrival && random.next() < CUSTOMER_SHARE))) {
        const inside = new Set([...shoppers.values()].map(({ customer }) => customer))
        const free = customers.filter(({ minor }) => !inside.has(minor) && (awayUntil.get(minor) ?? 0) <= now)
        // The first to come are those who agreed to most, in the order of people.json.
        const chosen = Number.isFinite(nextCustomer) ? free[0] : free.length > 0 ? random.pick(free) : undefined
        if (chosen) {
          enter(chosen.name, tagOf(2, chosen.minor), chosen.minor)
          nextCustomer = Number.POSITIVE_INFINITY
          nextArrival = Math.max(nextArrival, now + 10)
        }
      } else if (now >= nextArrival && shoppers.size < SHOPPERS_AT_MOST) {
        enter(`visitor-${visitors++}`, strangerTag())
      }
      if (now >= nextArrival) nextArrival = now - ARRIVAL_SECONDS * Math.log(1 - random.next())
    },
    linger(spot) {
      const body: Body = {
        name: `lingerer-${visitors++}`,
        tag: strangerTag(),
        walker: createWalker('door', [{ spot, seconds: Number.POSITIVE_INFINITY }], random),
        role: 'shopper',
        idle: true,
      }
      shoppers.set(body, {})
      return {
        end() {
          const home = { spot: 'street', seconds: 1 }
          const { x, y } = body.walker
          const near = spots.reduce((a, b) => (Math.hypot(a.x - x, a.y - y) <= Math.hypot(b.x - x, b.y - y) ? a : b))
          body.walker = createWalker(near.id, [home], random)
        },
      }
    },
  }
}
