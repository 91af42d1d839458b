/**
 * Endcap against stock Node-RED with mosquitto, on this machine and in this run. One JSON line a figure on stdout, words on stderr.
 *
 *   npm run bench [-- --quick] [--models] [--shop]
 *     --quick: two seconds a figure instead of six; --models, --shop: the models or the whole shop alone
 */
import { spawnSync } from 'node:child_process'
import { twinPlan } from '../../devices/twin/start.ts'
import type { Figure } from '../support/figure.ts'
import { advertisementConfig, deployArrivals, measureArrivals } from './advertisements.ts'
import { ledgerFigures } from './ledger.ts'
import type { Load, Measured } from './load/measure.ts'
import { modelFigures } from './models.ts'
import { deployRule, installLoad, loadConfig, measureRule, startBox } from './ours.ts'
import { plateFigures } from './plates.ts'
import { signGroupFigures } from './sign-group.ts'
import { shopFigures } from './shop.ts'
import { startStock } from './stock.ts'

const seconds = process.argv.includes('--quick') ? 2 : 6
const PORT = 28_840
const say = (text: string) => process.stderr.write(`${text}\n`)
const rounded = (value: number) => Math.round(value * 1000) / 1000
const print = (name: string, value: number, unit: string, better: Figure['better'], n: number, reference?: number) => {
  const line: Figure = {
    name,
    value: rounded(value),
    unit,
    better,
    n,
    ...(reference === undefined ? {} : { reference: rounded(reference) }),
  }
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
async function models(): Promise<void> {
  say('models on every backend …')
  for await (const figure of modelFigures(seconds, say)) process.stdout.write(`${JSON.stringify(figure)}\n`)
}
async function shop(): Promise<void> {
  say('Endcap, a whole shop at once …')
  for await (const figure of shopFigures(seconds * 5, PORT + 7, say))
    process.stdout.write(`${JSON.stringify(figure)}\n`)
}
if (process.argv.includes('--shop')) {
  await shop()
  process.exit()
}
if (process.argv.includes('--models')) {
  await models()
  process.exit()
}

const at = (rate: number): Load => ({ rate, window: 0, warmSeconds: 2, seconds })
const most: Load = { rate: 0, window: 256, warmSeconds: 2, seconds }

/** What stock does at a rate; 10,000 a second it does not sustain. */
const RATES = [500, 2000, 5000, 10_000]
const ADVERTISEMENT_RATES = [200, 1000, 2000]
/** What the design allows one advertisement to cost from the gateway to presence. */
const BUDGET_MICROSECONDS = 60
const stockRule = new Map<number, { rule: Measured; screen?: Measured }>()
let stockMost: Measured | undefined
let stockStart: number | undefined
let stockMegabytes: number | undefined
if (spawnSync('mosquitto', ['-h']).error)
  say('stock Node-RED skipped: mosquitto is not installed (apt install mosquitto)')
else {
  say('stock Node-RED 5 with mosquitto …')
  const stock = await startStock({ broker: PORT, editor: PORT + 1 })
  try {
    stockStart = stock.startMilliseconds
    stockMegabytes = stock.megabytes
    for (const rate of RATES) stockRule.set(rate, await stock.measure(at(rate), true))
    stockMost = (await stock.measure(most, false)).rule
  } finally {
    await stock.stop()
  }
}

say('Endcap, a sensor event through one rule …')
const box = await startBox(loadConfig, PORT + 2, installLoad)
try {
  print('start: API answers', box.apiMilliseconds, 'ms', 'lower', 1, stockStart)
  print('start: flows run', box.flowsMilliseconds, 'ms', 'lower', 1, stockStart)
  print('memory: idle, every process', box.megabytes(), 'MB', 'lower', 1, stockMegabytes)
  await deployRule(box)
  for (const rate of RATES) {
    const ours = await measureRule(box, at(rate), true)
    const theirs = stockRule.get(rate)
    print(
      `rule at ${rate}/s: sustained`,
      ours.rule.perSecond,
      'events/s',
      'higher',
      ours.rule.sent,
      theirs?.rule.perSecond,
    )
    print(`rule at ${rate}/s: p50`, ours.rule.p50, 'ms', 'lower', ours.rule.received, theirs?.rule.p50)
    print(`rule at ${rate}/s: p99`, ours.rule.p99, 'ms', 'lower', ours.rule.received, theirs?.rule.p99)
    if (ours.screen) {
      print(`screen at ${rate}/s: p50`, ours.screen.p50, 'ms', 'lower', ours.screen.received, theirs?.screen?.p50)
      print(`screen at ${rate}/s: p99`, ours.screen.p99, 'ms', 'lower', ours.screen.received, theirs?.screen?.p99)
    }
  }
  const ours = await measureRule(box, most, false)
  print('rule: at most', ours.rule.perSecond, 'events/s', 'higher', ours.rule.received, stockMost?.perSecond)
  print('memory: after the load', box.megabytes(), 'MB', 'lower', 1)
} finally {
  await box.stop()
}

say('Endcap, from an advertisement to a sign …')
const arrivalsBox = await startBox(advertisementConfig(PORT + 3), PORT + 4)
try {
  await arrivalsBox.ask('PUT', '/api/v1/shop.yaml', twinPlan(), 'text/yaml')
  await deployArrivals(arrivalsBox)
  const cores = new Map<number, number>()
  for (const rate of ADVERTISEMENT_RATES) {
    const arrivals = await measureArrivals(arrivalsBox, PORT + 3, rate, Math.max(10, seconds * 3))
    print(
      `advertisements at ${rate}/s: taken`,
      arrivals.hop.perSecond,
      'advertisements/s',
      'higher',
      arrivals.hop.perSecond,
    )
    print(`advertisement to event at ${rate}/s: p50`, arrivals.hop.p50, 'ms', 'lower', arrivals.hop.n)
    print(`advertisement to event at ${rate}/s: p99`, arrivals.hop.p99, 'ms', 'lower', arrivals.hop.n)
    print(`newcomer to sign at ${rate}/s: p50`, arrivals.p50, 'ms', 'lower', arrivals.n)
    print(`newcomer to sign at ${rate}/s: p99`, arrivals.p99, 'ms', 'lower', arrivals.n)
    cores.set(rate, arrivals.cores)
    print(`advertisements at ${rate}/s: processor`, arrivals.cores, 'cores', 'lower', arrivals.hop.perSecond)
  }
  const [least = 0, most = 0] = [ADVERTISEMENT_RATES[0], ADVERTISEMENT_RATES.at(-1)]
  const further = ((cores.get(most) ?? 0) - (cores.get(least) ?? 0)) / (most - least)
  print('advertisement: processor time of each further one', further * 1e6, 'µs', 'lower', most, BUDGET_MICROSECONDS)
} finally {
  await arrivalsBox.stop()
}

say('Endcap, 350 plates …')
for await (const figure of plateFigures(seconds, PORT + 5, say)) process.stdout.write(`${JSON.stringify(figure)}\n`)
await shop()

say('Endcap, three screens of a group …')
for (const figure of await signGroupFigures(PORT + 6, say)) process.stdout.write(`${JSON.stringify(figure)}\n`)

say('the ledger …')
for (const figure of await ledgerFigures()) process.stdout.write(`${JSON.stringify(figure)}\n`)
await models()
