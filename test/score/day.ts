/**
 * A day of the virtual shop with every fault once, through the real engines without sockets: what was missed, and what
 * was invented. `npm run score -- --day` prints it; one run takes about a minute.
 */
import { boards, readGoods, slotsOf } from '../../devices/twin/goods.ts'
import type { Told } from '../../devices/twin/truth.ts'
import { createWorld } from '../../devices/twin/world.ts'
import type { ShelfEvent } from '../../plugins/stock/events.ts'
import { profileLimits } from '../../runtime/contract/index.ts'
import { watchCabinets } from './day-cold.ts'
import { type Judged, judgeDay } from './day-judge.ts'
import { plan, type Said } from './day-plan.ts'
import { watchShelves } from './day-shelves.ts'
import { watchCamera, watchGateways, watchPeople } from './day-watch.ts'

export interface DayOptions {
  seed: number
  hours: number
  /** Weighings a second of each plate. */
  hertz: number
}

/** A slot as it was at one moment. */
export interface Standing {
  seconds: number
  slot: string
  /** Pieces of its own that stood there, and as many as were believed to; NaN where nothing was known. */
  stands: number
  believed: number
}

export interface Day {
  /** Seconds that are judged; the world went on for a while, so that the last thing could still be told. */
  seconds: number
  truth: Told[]
  shelf: (ShelfEvent & { seconds: number })[]
  said: Said[]
  /** Minutes of the run in which the product of a cabinet truly was over its limit, by cabinet. */
  warm: ReadonlyMap<string, ReadonlySet<number>>
  /** Pieces in each slot when it began. */
  began: ReadonlyMap<string, number>
  /** Every hour, all slots with a plate. */
  standings: Standing[]
  /** Idle noise of the plate under each slot, one standard deviation of a weighing, grams. */
  noise: ReadonlyMap<string, number>
}

/** What happens last may be told so much later. */
const TAIL_SECONDS = 180

/** Runs the world, switches its faults by plan, and keeps what truly happened and what was said. */
export async function runDay({ seed, hours, hertz }: DayOptions): Promise<Day> {
  const goods = readGoods()
  const weighed = boards.flatMap((board) => slotsOf(goods, board))
  const truth: Told[] = []
  const shelf: Day['shelf'] = []
  const said: Said[] = []
  const warm = new Map(goods.cabinets.map(({ id }) => [id, new Set<number>()]))
  const say = (one: Said) => void said.push(one)
  const world = createWorld({
    seed,
    goods,
    customers: [{ name: 'Mrs Okafor', minor: 1 }],
    hour: 6,
    tell: (told) => {
      if (told.kind !== 'temperature') {
        truth.push(told)
        return
      }
      const { profile } = goods.cabinets.find(({ id }) => id === told.cabinet) ?? { profile: 'chilled' as const }
      if (told.productCelsius > profileLimits[profile]) warm.get(told.cabinet)?.add(Math.floor(world.seconds() / 60))
    },
  })
  const day: Day = {
    seconds: hours * 3600,
    truth,
    shelf,
    said,
    warm,
    began: new Map(world.shelves.slots.map(({ plan: { slot }, pieces }) => [slot, pieces.length])),
    standings: [],
    noise: new Map(weighed.map((slot) => [slot, world.scales.noiseGrams(slot)])),
  }
  const shelves = watchShelves(world, goods, {
    shelf: (event) => void (event.type === 'shelf.counted' || shelf.push({ ...event, seconds: world.seconds() })),
    said: say,
  })
  const cabinets = watchCabinets(world, goods, say)
  const gateways = watchGateways(world, say)
  const camera = watchCamera(world, seed, say)
  const people = watchPeople(world, seed, say)
  const stand = (slot: string): Standing => {
    const { pieces, plan: own } = world.shelves.slot(slot)
    const stands = pieces.filter(({ product }) => own.products.includes(product)).length
    return { seconds: world.seconds(), slot, stands, believed: shelves.count(slot) ?? Number.NaN }
  }

  const step = 1 / hertz
  for (let i = 1; i <= (day.seconds + TAIL_SECONDS) * hertz; i++) {
    world.step(step)
    shelves.weigh()
    cabinets.door()
    if (i % hertz === 0) {
      const second = i / hertz
      for (const { fault, from, until } of plan) {
        if (second === from) world.set(fault.id, true)
        if (second === until) world.set(fault.id, false)
      }
      if (second % 10 === 0) cabinets.read()
      if (second % 3600 === 0) day.standings.push(...weighed.map(stand))
      gateways()
      await camera(second)
    }
    if ((i * 2) % hertz === 0) people()
  }
  return day
}

/** `npm run score -- --day`: runs one and judges it. */
export const scoreDay = async (options: Partial<DayOptions> = {}): Promise<Judged> =>
  judgeDay(await runDay({ seed: 1, hours: 24, hertz: 5, ...options }))
