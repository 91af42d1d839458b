/**
 * A catalogue of 50,000 products in and out while the box goes on: how long each step takes, and how long the event
 * loop stood still meanwhile. `node test/bench/catalogue.ts`
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { createBus, createCommands } from '../../runtime/bus/index.ts'
import { checkDigit } from '../../runtime/contract/index.ts'
import { openLedger } from '../../runtime/ledger/index.ts'
import { createShop } from '../../runtime/shop/index.ts'

const count = Number(process.argv[2] ?? 50_000)
const folder = mkdtempSync(join(tmpdir(), 'endcap-catalogue-'))
const ledger = await openLedger({ file: join(folder, 'endcap.db') })
const quiet = () => {}
const shop = await createShop({
  ledger,
  bus: createBus(),
  commands: createCommands(),
  emit: () => Promise.resolve(''),
  log: { info: quiet, warn: quiet, error: quiet },
})
const { knowledge } = shop

const words = ['Oat', 'Rice', 'Dark', 'Fresh', 'Organic', 'Salted', 'Mountain', 'Crème']
const gtin = (index: number) => {
  const digits = `40${String(index).padStart(10, '0')}`
  return digits + checkDigit(digits)
}
const csvOf = (cents: number) =>
  [
    'id,gtin,name,brand,category,price,currency,weightGrams,toleranceGrams,description,detail:Allergens,detail:Origin',
    ...Array.from({ length: count }, (_, at) => {
      const name = `"${words[at % 8] ?? ''} thing no. ${at}, ${words[(at >> 3) % 8] ?? ''}"`
      const id = `p-${(at * 7919) % count}`
      return `${id},${gtin(at)},${name},Brand ${at % 97},Aisle ${at % 31},${(at % 900) + cents / 100},EUR,${(at % 2000) + 20},${(at % 9) + 1},What it is and how it is kept,milk and nuts,Somewhere`
    }),
  ].join('\r\n')

async function measured<T>(what: string, work: () => Promise<T>): Promise<T> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  let slowest = 0
  // Beside other work a slice also waits for its turn: what this thread itself computed without a pause is told apart.
  let busiest = 0
  let asked = 0
  const over = new AbortController()
  const asking = (async () => {
    while (!over.signal.aborted) {
      const due = performance.now() + 20
      await wait(20)
      knowledge.products.find(gtin(asked++ % count))
      slowest = Math.max(slowest, performance.now() - due)
    }
  })()
  const beat = setInterval(() => {
    const now = process.threadCpuUsage()
    busiest = Math.max(busiest, now.user + now.system - cpu.user - cpu.system)
    cpu = now
  }, 1)
  let cpu = process.threadCpuUsage()
  delay.enable()
  await wait(5)
  const start = performance.now()
  const answer = await work()
  const seconds = (performance.now() - start) / 1000
  await wait(30)
  delay.disable()
  clearInterval(beat)
  over.abort()
  await asking
  const [longest, p99] = [delay.max / 1e6, delay.percentile(99) / 1e6]
  console.log(
    `${what.padEnd(28)} ${seconds.toFixed(2)} s   loop: longest ${longest.toFixed(0)} ms (own work ${(busiest / 1000).toFixed(0)} ms), p99 ${p99.toFixed(1)} ms   slowest lookup ${slowest.toFixed(0)} ms`,
  )
  return answer
}

/** As it comes over HTTP: bytes, made one flat text. */
const flat = (pieces: string[]) => Buffer.from(pieces.join('')).toString()

try {
  const [first, second] = [csvOf(19), csvOf(29)]
  const file = (type: 'csv' | 'json', body: string) => ({ name: `products.${type}`, type, text: body })
  await measured('nothing', () => wait(500))
  await measured('import CSV, all new', () => knowledge.import('products', file('csv', first), 'bench'))
  await measured('import CSV, all changed', () => knowledge.import('products', file('csv', second), 'bench'))
  await measured('import CSV, nothing new', () => knowledge.import('products', file('csv', second), 'bench'))
  const csv = flat(await measured('export CSV', () => Array.fromAsync(knowledge.export('products', 'csv'))))
  const json = flat(await measured('export JSON', () => Array.fromAsync(knowledge.export('products', 'json'))))
  await measured('import JSON, nothing new', () => knowledge.import('products', file('json', json), 'bench'))
  const broken = flat([csv.replaceAll(/,40(\d{11})/g, ',41$1')])
  await measured('import CSV, all wrong', () => knowledge.import('products', file('csv', broken), 'bench').catch(quiet))
  const cut = flat([json.slice(0, -20)])
  await measured('import JSON, cut off', () => knowledge.import('products', file('json', cut), 'bench').catch(quiet))
  const odd = flat([json.replaceAll('"gtin": "40', '"gtin": "41')])
  await measured('import JSON, all wrong', () => knowledge.import('products', file('json', odd), 'bench').catch(quiet))
  const some = csvOf(29).split('\r\n', 2).join('\r\n')
  await measured('all but one removed', () => knowledge.import('products', file('csv', some), 'bench'))
} finally {
  await shop.stop()
  await ledger.close()
  rmSync(folder, { recursive: true })
}
