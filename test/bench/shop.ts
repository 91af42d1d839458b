/**
 * A whole shop at once on this machine: 350 plates at 60 Hz, 1,000 tags, 100 probes in 20 cabinets, 30 screens and five
 * associates, against a box with all its children. What each process of the box takes of a core and of memory, what is
 * left of two cores, and how long things take from the hardware to who looks. The hardware and those who look are
 * processes of their own (shop/hardware.ts, shop/clients.ts) and are not counted.
 *
 *   node test/bench/shop.ts [--quick] [--profile DIR]      --profile: the host writes a CPU profile there
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Figure, quantile, rounded } from '../support/figure.ts'
import { clock } from './load/measure.ts'
import type { Box } from './ours.ts'
import type { Ran } from './scales/index.ts'
import type { Seen } from './shop/clients.ts'
import { type At, delays, inWords, toEach } from './shop/delays.ts'
import type { Deeds } from './shop/hardware.ts'
import * as premises from './shop/premises.ts'
import { type Scene, setScene } from './shop/scene.ts'
import { between, look, readMeter } from './shop/usage.ts'

const CORES = 2
/** DESIGN: a plugin's private memory, started from source. */
const PLUGIN_MEGABYTES = 25
const REST_SECONDS = 2
/** Every tag is let in, and the code is compiled. */
const WARM_SECONDS = 10
/** What was done last may still be on its way when it is counted. */
const SETTLE_MS = 4000
const BROADCAST_MS = 1000
/** Each so many broadcasts the associates are told too. */
const NOTICE_EVERY = 4
/** In a second a piece leaves so many of the plates that the plugin of the benchmark weighs. */
const PIECES_PER_SECOND = 4
const WEIGHED = premises.PLATES - premises.BOARD_PLATES
/** What the API allows; warming up and measuring must fit. */
const LONGEST_COMMAND_MS = 60_000
const BATCHES = Math.ceil(WEIGHED / premises.PLATES_PER_BOARD) * premises.HERTZ

/** Says something to every screen, opens an order, and now and then tells every associate, until stopped. */
function broadcast(box: Box) {
  const shown: [title: string, at: number][] = []
  const ordered: [title: string, at: number][] = []
  const noticed: [title: string, at: number][] = []
  let failed: unknown
  const give = (name: string, to: string, params: object) => {
    box.ask('POST', '/api/v1/commands', { name, to, params }).catch((error: unknown) => (failed ??= error))
  }
  const lines = [{ product: premises.PICK_PRODUCT, count: 1 }]
  const timer = setInterval(() => {
    const id = `w-${ordered.length}`
    ordered.push([`Order ${id}`, clock()])
    box.ask('POST', '/api/v1/orders', { id, lines }).catch((error: unknown) => (failed ??= error))
    const title = `all ${shown.length}`
    shown.push([title, clock()])
    give('sign.show', 'screen/+', { content: { layout: 'message', title }, key: 'all', ttlSeconds: 60 })
    if (shown.length % NOTICE_EVERY !== 0) return
    noticed.push([title, clock()])
    give('staff.notify', 'staff/+', { title, urgency: 'urgent' })
  }, BROADCAST_MS)
  return {
    shown,
    noticed,
    ordered,
    stop() {
      clearInterval(timer)
      if (failed) throw failed
    },
  }
}

/** The plates of all boards but one, weighed for so many seconds. */
async function weigh(box: Box, seconds: number): Promise<Ran> {
  const { HERTZ: hertz, PLATES_PER_BOARD: platesPerBoard } = premises
  const ran = await box.ask<{ answer: Ran } | Ran>('POST', '/api/v1/commands', {
    name: 'scales.run',
    to: 'scales/bench',
    params: { plates: WEIGHED, platesPerBoard, hertz, seconds, piecesPerSecond: PIECES_PER_SECOND },
    deadline: LONGEST_COMMAND_MS,
  })
  return 'answer' in ran ? ran.answer : ran
}

/** Runs the shop, and measures it for so many seconds. */
async function run({ box, hardware, clients, meter, open }: Scene, seconds: number) {
  const resting = await look(box)
  await sleep(REST_SECONDS * 1000)
  const atRest = between(resting, await look(box))

  await open()
  const weighing = weigh(box, WARM_SECONDS + seconds + 1)
  // It is waited for at the end, where its fault is told; until then nobody listens.
  weighing.catch(() => undefined)
  const everybody = broadcast(box)
  await sleep(WARM_SECONDS * 1000)

  await readMeter(box, meter)
  const { reports: before } = (await hardware.ask({ report: true })) as Deeds
  const from = clock()
  const begun = await look(box)
  await sleep(seconds * 1000)
  const used = between(begun, await look(box))
  const to = clock()
  const { reports: after } = (await hardware.ask({ report: true })) as Deeds
  const loop = await readMeter(box, meter)

  const { taken } = await weighing
  await sleep(SETTLE_MS)
  everybody.stop()
  const deeds = (await hardware.ask({ report: true })) as Deeds
  const seen = (await clients.ask({ report: true })) as Seen
  return { atRest, used, loop, reports: after - before, from, to, taken, everybody, deeds, seen }
}
type Run = Awaited<ReturnType<typeof run>>

const figure = (
  name: string,
  value: number,
  unit: string,
  n: number,
  { better = 'lower', reference }: Partial<Pick<Figure, 'better' | 'reference'>> = {},
): Figure => ({
  name: `shop: ${name}`,
  value: rounded(value),
  unit,
  better,
  n,
  ...(reference === undefined ? {} : { reference }),
})

/** What it costs, and what is left. */
function* costs({ atRest, used, loop }: Run, megabytes: number): Generator<Figure> {
  const n = Math.round(used.seconds)
  yield figure('box at rest', atRest.cores, 'cores', REST_SECONDS)
  yield figure('box under load', used.cores, 'cores', n, { reference: CORES })
  yield figure('headroom of two cores', CORES - used.cores, 'cores', n, { better: 'higher' })
  yield figure('memory of every process', megabytes, 'MB', 1)
  const resting = atRest.children.find(({ name }) => name === 'host')
  yield figure('host, private memory at rest', resting?.megabytes ?? Number.NaN, 'MB', 1)
  yield figure('host: its event loop', used.loop, 'cores', n)
  yield figure('host: its event loop late, p99', loop.p99, 'ms', n)
  for (const { name, cores, megabytes: own } of used.children) {
    yield figure(name, cores, 'cores', n)
    const ours = name === 'host' || name === 'flows'
    yield figure(`${name}, private memory`, own, 'MB', 1, ours ? {} : { reference: PLUGIN_MEGABYTES })
  }
}

/** Whether all of it came in, and what was lost. */
function* amounts({ used, reports, from, to, seen }: Run): Generator<Figure> {
  const emitted = (plugin: string) => used.children.find(({ name }) => name === plugin)?.emitted ?? 0
  const sum = (count: 'emitted' | 'dropped' | 'refused') => used.children.reduce((all, child) => all + child[count], 0)
  const more = (reference: number) => ({ better: 'higher', reference }) as const
  const batches = emitted('scales')
  yield figure('sightings', reports / used.seconds, 'reports/s', reports, { better: 'higher' })
  yield figure('sightings taken', emitted('mqtt') / used.seconds, 'events/s', emitted('mqtt'), { better: 'higher' })
  yield figure('weighings of boards', batches / used.seconds, 'events/s', batches, more(BATCHES))
  yield figure('events dropped', sum('dropped'), 'events', sum('emitted'), { reference: 0 })
  yield figure('events refused', sum('refused'), 'events', sum('emitted'), { reference: 0 })
  const within = (all: readonly At[]) =>
    new Set(all.flatMap((one) => (Number(one.at(-1)) >= from && Number(one.at(-1)) < to ? [one[0]] : []))).size
  const probes = premises.WIRED_PROBES + premises.RADIO_PROBES
  yield figure('probes that told', within(seen.measured), 'probes', probes, more(probes))
  yield figure('screens that changed', within(seen.shown), 'screens', premises.SCREENS, more(premises.SCREENS))
}

/** How long it takes, and what never came. */
function* ways({ from, to, taken, everybody, deeds, seen }: Run, say: (text: string) => void): Generator<Figure> {
  const titles = seen.shown.map(([, ...title]) => title)
  const all: [name: string, done: readonly At[], seen: readonly At[]][] = [
    ['new tag to presence.entered', deeds.entered, seen.entered],
    ['new tag to sign, by a flow', inWords('hello', deeds.entered), titles],
    ['weight to shelf.taken', taken, seen.taken],
    ['weight to sign, by a flow', inWords('taken', taken), titles],
    ['weight on a board with Firmata to shelf.taken', deeds.taken, seen.taken],
    ['order to a tile that flashes at the shelf, by a flow', everybody.ordered, titles],
    ['thermometer to event', deeds.measured, seen.measured],
    ['command to screens', toEach(everybody.shown, premises.screens), seen.shown],
    ['command to associates', toEach(everybody.noticed, premises.associates), seen.noticed],
  ]
  let never = 0
  let count = 0
  for (const [name, done, came] of all) {
    const { found, missed } = delays(done, came, from, to)
    if (missed > 0) say(`  ${name}: ${missed} of ${found.length + missed} never came`)
    never += missed
    count += found.length + missed
    yield figure(`${name}: p50`, quantile(found, 0.5), 'ms', found.length)
    yield figure(`${name}: p99`, quantile(found, 0.99), 'ms', found.length)
  }
  yield figure('never came', never, 'of all these', count, { reference: 0 })
}

export async function* shopFigures(
  seconds: number,
  port: number,
  say: (text: string) => void,
  flags: string[] = [],
): AsyncGenerator<Figure> {
  const scene = await setScene(port, flags)
  try {
    const ran = await run(scene, seconds)
    const { cores, others, load } = ran.used
    say(
      `  the box used ${cores.toFixed(2)} cores; all else on this machine, gateways and clients of the benchmark included, ${others.toFixed(2)}; load ${load.toFixed(1)}`,
    )
    yield* costs(ran, scene.box.megabytes())
    yield* amounts(ran)
    yield* ways(ran, say)
  } finally {
    await scene.stop()
  }
}

if (import.meta.main) {
  const at = process.argv.indexOf('--profile')
  const folder = at > 0 ? process.argv[at + 1] : undefined
  const flags = folder ? ['--cpu-prof', '--cpu-prof-dir', folder] : []
  const say = (text: string) => void process.stderr.write(`${text}\n`)
  for await (const one of shopFigures(process.argv.includes('--quick') ? 8 : 30, 28_880, say, flags))
    process.stdout.write(`${JSON.stringify(one)}\n`)
}
