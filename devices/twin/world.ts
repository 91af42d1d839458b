/**
 * The virtual shop as a world of its own: people, shelves, cabinets, faults. Pure and seeded: it knows no clock and no
 * socket, so that a day of it runs in seconds for a score. What speaks for it to a runtime is live.ts.
 */
import { type Cabinets, createCabinets } from './cabinets.ts'
import { createCrowd, type Crowd } from './crowd.ts'
import { type Fault, type FaultKind, faultOf } from './faults.ts'
import { cabinetOfFixture, fixtureOf, type Goods, reachOf } from './goods.ts'
import { createRandom } from './random.ts'
import { createScales, type Scales } from './scales.ts'
import { createShelves, gramsOf, type Shelves, type ShelfTruth } from './shelves.ts'
import type { Told, Truth } from './truth.ts'

export interface World {
  /** Since it began. */
  seconds(): number
  crowd: Crowd
  shelves: Shelves
  scales: Scales
  cabinets: Cabinets
  /** Lets time pass. */
  step(seconds: number): void
  /** Switches a fault on or off. Throws RangeError where there is no such fault. */
  set(fault: string, on: boolean): void
  /** Ids of the faults that are on. */
  faults(): string[]
  has(kind: FaultKind, target: string): boolean
}

export interface WorldOptions {
  seed: number
  goods: Goods
  customers: { name: string; minor: number }[]
  /** Hour of the day at which it begins, in the shop: 0 to 24. */
  hour: number
  tell?: (told: Told) => void
}

const CROWD_SECONDS = 0.5
const CABINET_SECONDS = 1
/** The shop's air, and how much warmer it is in the afternoon than by night. */
const AMBIENT_CELSIUS = 21
const AMBIENT_SWING = 1.5
/** What somebody leaves where it does not belong. */
const STRAY = 'cheddar'

export function createWorld({ seed, goods, customers, hour, tell }: WorldOptions): World {
  // Each part draws its own numbers, so that a change of one leaves the day of the others as it was.
  const random = (part: number) => createRandom(seed * 31 + part)
  let now = 0
  let crowdDue = 0
  let cabinetDue = 0
  const on = new Map<string, Fault>()
  const endings = new Map<string, () => void>()
  const say = (truth: Truth) => tell?.({ seconds: now, ...truth })
  const chance = random(4)

  const cabinets = createCabinets(goods, random(3), say)
  const scales = createScales(goods, random(2))
  /** Who reaches into a cabinet opens it; who refills it brings goods that are warmer. */
  const reached = (truth: ShelfTruth) => {
    const cabinet = cabinetOfFixture[fixtureOf(truth.slot)]
    if (cabinet === undefined) return
    if (truth.kind === 'restocked' && cabinet === 'dairy-wall') cabinets.load(cabinet, 0.02)
    else if (truth.kind !== 'leaned' && cabinet !== 'dairy-wall') cabinets.open(cabinet, chance.between(2, 6))
  }
  const shelves = createShelves({
    goods,
    random: random(1),
    reach: reachOf(goods),
    plate: scales,
    behindGlass: (slot) => !['dairy-wall', undefined].includes(cabinetOfFixture[fixtureOf(slot)]),
    tell(truth) {
      say(truth)
      reached(truth)
    },
  })
  for (const { plan, pieces } of shelves.slots) scales.place(plan.slot, gramsOf(pieces))
  const evening = hour < 6 || hour >= 18
  const crowd = createCrowd({
    random: random(0),
    customers,
    staff: [
      { name: 'anna', minor: 1, home: 'bakery' },
      { name: 'bogdan', minor: 2, home: 'wine' },
      evening ? { name: 'dario', minor: 4, home: 'dairy' } : { name: 'chioma', minor: 3, home: 'produce' },
    ],
    needed: () => shelves.needed(),
  })

  const begin: Partial<Record<FaultKind, (target: string) => () => void>> = {
    'fridge-off': (cabinet) => cabinetFault(cabinet, { power: 'off' }, { power: 'on' }),
    'door-open': (cabinet) => cabinetFault(cabinet, { door: 'left-open' }, { door: 'ok' }),
    'compressor-weak': (cabinet) => cabinetFault(cabinet, { compressor: 'weak' }, { compressor: 'ok' }),
    'defrost-stuck': (cabinet) => cabinetFault(cabinet, { defrost: 'stuck' }, { defrost: 'ok' }),
    'cell-loose': (slot) => plateFault(slot, 'loose'),
    'plate-stuck': (slot) => plateFault(slot, 'stuck'),
    misplaced(slot) {
      shelves.drop(slot, STRAY, 'somebody')
      return () => shelves.tidy(slot, 'somebody')
    },
    linger(spot) {
      const visit = crowd.linger(spot)
      return () => visit.end()
    },
  }
  const cabinetFault: (cabinet: string, ...faults: Parameters<Cabinets['fault']>[1][]) => () => void = (
    cabinet,
    wrong = {},
    right = {},
  ) => {
    cabinets.fault(cabinet, wrong)
    return () => cabinets.fault(cabinet, right)
  }
  const plateFault = (slot: string, kind: 'loose' | 'stuck') => {
    scales.fault(slot, kind, true)
    return () => scales.fault(slot, kind, false)
  }

  return {
    seconds: () => now,
    crowd,
    shelves,
    scales,
    cabinets,
    step(seconds) {
      now += seconds
      for (crowdDue += seconds; crowdDue >= CROWD_SECONDS; crowdDue -= CROWD_SECONDS) crowd.step(CROWD_SECONDS)
      const people = crowd
        .bodies()
        .flatMap(({ name, walker, role, idle }) => (role === 'cart' || idle ? [] : [{ name, at: walker.at, role }]))
      shelves.step(seconds, people)
      scales.step(seconds)
      cabinetDue += seconds
      if (cabinetDue < CABINET_SECONDS) return
      const ambient = AMBIENT_CELSIUS - AMBIENT_SWING * Math.cos(((hour + now / 3600 - 3) / 12) * Math.PI)
      cabinets.step(cabinetDue, ambient)
      cabinetDue = 0
    },
    set(id, wanted) {
      const fault = faultOf(id)
      if (on.has(id) === wanted) return
      say({ kind: 'fault', fault: id, on: wanted })
      if (wanted) {
        on.set(id, fault)
        const end = begin[fault.kind]?.(fault.target)
        if (end) endings.set(id, end)
      } else {
        on.delete(id)
        endings.get(id)?.()
        endings.delete(id)
      }
    },
    faults: () => [...on.keys()],
    has: (kind, target) => [...on.values()].some((fault) => fault.kind === kind && fault.target === target),
  }
}
