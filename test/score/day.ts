/**
 * A day of the virtual shop with every fault once, through the real engines without sockets: what was missed, and what
 * was invented. `npm run score -- --day` prints it; one run takes about a minute.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import sharp from 'sharp'
import { parse } from 'yaml'
import { takePicture } from '../../devices/twin/camera.ts'
import { boards, type Goods, readGoods, slotsOf } from '../../devices/twin/goods.ts'
import { createRadio } from '../../devices/twin/radio.ts'
import { createRandom } from '../../devices/twin/random.ts'
import type { Told } from '../../devices/twin/truth.ts'
import { createWorld, type World } from '../../devices/twin/world.ts'
import { createViewWatch, VIEW_HEIGHT, VIEW_WIDTH } from '../../plugins/camera/view.ts'
import { createGateways } from '../../plugins/mqtt/gateways.ts'
import { createPresence, type Presence } from '../../plugins/presence/engine.ts'
import type { Plan } from '../../plugins/presence/plan.ts'
import type { ShelfEvent } from '../../plugins/stock/events.ts'
import type { Figure } from '../support/figure.ts'
import { watchCabinets } from './day-cold.ts'
import { match, type Moved, pieces, toldOf, truthOf } from './day-match.ts'
import { plan, type Planned, type Said } from './day-plan.ts'
import { watchShelves } from './day-shelves.ts'

export interface DayOptions {
  seed: number
  hours: number
  /** Weighings a second of each plate. */
  hertz: number
}

export interface Day {
  truth: Told[]
  shelf: (ShelfEvent & { seconds: number })[]
  said: Said[]
}

const shop = parse(readFileSync(new URL('../../devices/twin/shop.yaml', import.meta.url), 'utf8')) as Plan

/** Runs the world, switches its faults by plan, and keeps what truly happened and what was said. */
export async function runDay({ seed, hours, hertz }: DayOptions): Promise<Day> {
  const goods = readGoods()
  const day: Day = { truth: [], shelf: [], said: [] }
  const say = (said: Said) => void day.said.push(said)
  const world = createWorld({
    seed,
    goods,
    customers: [{ name: 'Mrs Okafor', minor: 1 }],
    hour: 6,
    tell: (told) => void (told.kind === 'temperature' || day.truth.push(told)),
  })
  const shelves = watchShelves(world, goods, {
    shelf: (event) => void (event.type === 'shelf.counted' || day.shelf.push({ ...event, seconds: world.seconds() })),
    said: say,
  })
  const cabinets = watchCabinets(world, goods, say)
  const gateways = watchGateways(world, say)
  const camera = watchCamera(world, seed, say)
  const people = watchPeople(world, seed, say)

  const step = 1 / hertz
  for (let i = 1; i <= hours * 3600 * hertz; i++) {
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
      gateways()
      await camera(second)
    }
    if ((i * 2) % hertz === 0) people()
  }
  return day
}

/** Gateways hear tags all the time: where one is silent, the plugin says so. */
function watchGateways(world: World, say: (said: Said) => void): () => void {
  const tell = (type: string) => (device: string) => say({ seconds: world.seconds(), type, about: device })
  const silent = () => undefined
  const log = { fatal: silent, trace: silent, debug: silent, info: silent, warn: silent, error: silent }
  const gateways = createGateways({
    receivers: {},
    silenceSeconds: 60,
    ctx: {
      online: tell('device.online'),
      stale: tell('device.stale'),
      offline: tell('device.offline'),
      discovered: silent,
      plan: () => Promise.reject(new Error('nobody asks')),
      log,
    },
    clock: () => world.seconds() * 1000,
  })
  return () => {
    for (const { id } of shop.receivers) if (!world.has('gateway-dead', id)) gateways.heard(id, 'raw')
    gateways.tick()
  }
}

/** Minutes round the faults of something are enough where looking at it all day would take an hour. */
const near = (prefix: string, before: number, after: number) => {
  const spans = plan.filter(({ fault }) => fault.kind.startsWith(prefix))
  return (second: number) => spans.some(({ from, until }) => second >= from - before && second <= until + after)
}

function watchCamera(world: World, seed: number, say: (said: Said) => void): (second: number) => Promise<void> {
  const watch = createViewWatch({ blackSeconds: 10, frozenSeconds: 20, movedSeconds: 15 })
  const wanted = near('camera-', 60, 60)
  const random = createRandom(seed + 99)
  let last: Buffer | undefined
  let before: string | undefined
  return async (second) => {
    if (!wanted(second)) return
    const fault = (['frozen', 'black', 'moved'] as const).find((kind) => world.has(`camera-${kind}`, 'hall'))
    const people = world.crowd.bodies().map(({ name, walker: { x, y } }) => ({ name, x, y }))
    if (fault !== 'frozen' || !last) last = await takePicture(people, random, fault)
    const grey = await sharp(last).resize(VIEW_WIDTH, VIEW_HEIGHT, { fit: 'fill' }).greyscale().raw().toBuffer()
    const digest = createHash('sha256').update(last).digest('hex')
    const trouble = watch.look({ grey, digest, time: world.seconds() * 1000 })?.trouble
    if (trouble !== before && trouble !== undefined)
      say({ seconds: world.seconds(), type: 'camera.trouble', about: 'hall', cause: trouble })
    before = trouble
  }
}

function watchPeople(world: World, seed: number, say: (said: Said) => void): () => void {
  const wanted = near('linger', 20, 30)
  const radio = createRadio(seed, createRandom(seed + 17))
  let presence: Presence | undefined
  return () => {
    const seconds = world.seconds()
    if (!wanted(seconds)) {
      presence = undefined
      return
    }
    presence ??= createPresence(shop)
    for (const { name, walker } of world.crowd.bodies())
      for (const [index, { id, x, y, heightMetres = 2.4 }] of shop.receivers.entries()) {
        const place = { x: walker.x, y: walker.y, height: 1.1 }
        const rssi = radio.hear(index, { x, y, height: heightMetres }, place, walker.heading, -59)
        if (rssi !== undefined)
          presence.sight({ tag: `visit/${name}`, receiver: id, rssi, measuredPower: -59, time: seconds * 1000 })
      }
    for (const event of presence.tick(seconds * 1000))
      if (event.type === 'presence.dwelled' && event.data.who.includes('lingerer'))
        say({ seconds, type: event.type, about: event.data.zone })
  }
}

/** What a scored day comes to; `words` tell what was missed and invented, one line each. */
export interface Judged {
  figures: Figure[]
  words: string[]
}

/** Seconds from a hand to its event: a restock is told when it is over. */
const HAND = { before: 3, after: 25 }
const RESTOCK = { before: 3, after: 90 }
const REFILLING_SECONDS = 12
/** A stray must lie so long to be told from an elbow; a refill of no more pieces than were taken so lately looks put back. */
const ELBOW_SECONDS = 5
const RETURN = { seconds: 180, pieces: 2 }
/** Twice the noise of a bad plate at rest, averaged. */
const NOISE_GRAMS = 6

export function judgeDay({ truth, shelf, said }: Day): Judged {
  const goods = readGoods()
  const weighed = new Set(boards.flatMap((board) => slotsOf(goods, board)))
  const all = (kind: Told['kind']) => truthOf(truth, kind).filter(({ slot }) => weighed.has(slot))
  const of = (kind: Told['kind']) => all(kind).filter((one) => !blind(one))
  const lookalike = (one: Moved) => looksOwn(goods, one)
  // What somebody puts back while an associate fills the same slot is told of as part of the refill.
  const placed = all('placed')
  const amidst = ({ slot, seconds }: Moved) =>
    placed.some((one) => one.slot === slot && Math.abs(one.seconds - seconds) <= REFILLING_SECONDS)
  // A stray that weighs as some pieces of the slot's own is none by its weight: it may count as those, come and go.
  const disguised = all('misplaced').filter(lookalike).map(many)
  const undisguised = all('tidied').filter(lookalike).map(many)
  const gone = all('tidied')
  const brief = ({ slot, seconds }: Moved) =>
    gone.some((one) => one.slot === slot && one.seconds > seconds && one.seconds - seconds <= ELBOW_SECONDS)
  const taken = all('taken')
  const looksPutBack = ({ slot, seconds, count }: Moved) =>
    count <= RETURN.pieces &&
    pieces(
      taken.filter((one) => one.slot === slot && one.seconds < seconds && seconds - one.seconds <= RETURN.seconds),
    ) >= count
  const takes = match(of('taken'), toldOf(shelf, 'shelf.taken'), HAND, [...undisguised, ...taken.filter(blind)])
  const returns = match(
    of('returned').filter((one) => !amidst(one)),
    toldOf(shelf, 'shelf.returned'),
    HAND,
    [...placed, ...disguised, ...all('returned')],
  )
  const strays = match(
    of('misplaced').filter((one) => !lookalike(one) && !brief(one)),
    toldOf(shelf, 'shelf.misplaced').map(once),
    HAND,
    all('misplaced'),
  )
  const refills = match(
    of('restocked')
      .filter((one) => !looksPutBack(one))
      .map(once),
    toldOf(shelf, 'shelf.restocked').map(once),
    RESTOCK,
    [...placed, ...disguised, ...all('returned'), ...all('restocked')],
  )
  const judged = plan.filter((one): one is Planned => one.told !== undefined)
  const unseen = judged.filter(
    ({ from, patience, told }) =>
      !said
        .concat(shelf.map(shelfSaid))
        .some((one) => one.seconds >= from && one.seconds <= from + patience && told(one)),
  )
  const alarms = falseAlarms(said)
  const matches = { takes, returns, strays, refills }
  const figures = Object.entries(matches).flatMap(([name, { happened, missed, invented }]) => [
    figure(`day.${name}.missed`, pieces(missed), happened),
    figure(`day.${name}.invented`, pieces(invented), happened),
  ])
  return {
    figures: [
      ...figures,
      figure('day.faults.missed', unseen.length, judged.length),
      figure('day.alarms.invented', alarms.length, said.length),
    ],
    words: [
      ...Object.entries(matches).flatMap(([name, { missed, invented }]) => [
        ...missed.map((one) => `${name}: missed ${moved(one)}`),
        ...invented.map((one) => `${name}: invented ${moved(one)}`),
      ]),
      ...unseen.map(({ fault }) => `fault ${fault.id}: nobody was told`),
      ...alarms.map((one) => `invented ${clock(one.seconds)} ${one.type} ${one.about} ${one.cause ?? ''}`),
    ],
  }
}

const figure = (name: string, value: number, n: number): Figure => ({
  name,
  value,
  unit: 'cases',
  better: 'lower',
  reference: 0,
  n,
})
/** As many as somebody may take it for. */
const many = (one: Moved): Moved => ({ ...one, count: 20 })
const once = (one: Moved): Moved => ({ ...one, count: 1 })
const shelfSaid = ({ type, data, seconds }: ShelfEvent & { seconds: number }): Said => ({
  seconds,
  type,
  about: data.slot,
})
const clock = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(11, 19)
const moved = ({ seconds, slot, product, count }: Moved): string => `${clock(seconds)} ${slot} ${count} × ${product}`

/** Whether a weight is that of one to eight pieces of what the slot is for, within their tolerance and the plate's noise. */
function looksOwn(goods: Goods, { slot, grams = 0 }: Moved): boolean {
  const own = goods.planogram.slots.find((one) => one.slot === slot)?.products ?? []
  return goods.products
    .filter(({ id }) => own.includes(id))
    .some(({ weightGrams, toleranceGrams }) => {
      const count = Math.max(1, Math.min(8, Math.round(grams / weightGrams)))
      return Math.abs(grams - count * weightGrams) <= count * toleranceGrams + NOISE_GRAMS
    })
}

/** What a plate could not see, since it was unplugged, loose or jammed: nobody can be told of that. */
function blind({ slot, seconds }: Moved): boolean {
  return plan.some(({ fault: { kind, target }, from, until }) => {
    if (seconds < from - 5 || seconds > until + 10) return false
    if (kind === 'cell-loose' || kind === 'plate-stuck') return target === slot
    return (
      kind === 'scale-unplugged' && boards.some(({ id, fixture }) => id === target && slot.startsWith(`${fixture}/`))
    )
  })
}

/** Which cabinet a fault is of, and for how long after its end its warnings are still true. */
const RECOVERY_SECONDS = 3 * 3600
const probeCabinet: Record<string, string> = {
  'dairy-left': 'dairy-wall',
  'freezer-air': 'freezer',
  'poultry-air': 'poultry',
}

/** Alarms that no fault explains. */
function falseAlarms(said: readonly Said[]): Said[] {
  const alarming = new Set([
    'cold.warning',
    'cold.excursion',
    'device.suspect',
    'device.stale',
    'plate',
    'camera.trouble',
  ])
  return said.filter(
    ({ type, about, seconds }) =>
      alarming.has(type) &&
      !plan.some(
        ({ fault: { target }, from, until }) =>
          (target === about || probeCabinet[target] === about) &&
          seconds >= from &&
          seconds <= until + RECOVERY_SECONDS,
      ),
  )
}

/** `npm run score -- --day`: runs one and judges it. */
export async function scoreDay(options: Partial<DayOptions> = {}): Promise<Judged & { seconds: number }> {
  const began = performance.now()
  const judged = judgeDay(await runDay({ seed: 1, hours: 24, hertz: 5, ...options }))
  return { ...judged, seconds: Math.round((performance.now() - began) / 100) / 10 }
}
