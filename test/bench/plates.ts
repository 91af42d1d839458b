/**
 * 350 plates at 60 Hz through real children: a scale plugin, the host, and stock. What each process takes of a core and
 * of memory; `node test/bench/plates.ts [--quick]`.
 */
import { cpSync, mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { createBus, createCommands } from '../../runtime/bus/index.ts'
import { openLedger } from '../../runtime/ledger/index.ts'
import { createShop } from '../../runtime/shop/index.ts'
import { rounded, type Figure } from '../support/figure.ts'
import { type Box, startBox } from './ours.ts'
import { ownCpuSeconds, ownMegabytes } from './process.ts'

const PLATES = 350
const HERTZ = 60
/** What the goal allows for all of it: scale, hops and inference. */
const BUDGET_CORES = 0.25
const PRODUCT = { id: 'bottle', name: 'Bottle', weightGrams: 500, toleranceGrams: 8 }
const config = `plugins:
  ble: { enabled: false }
  mqtt: { enabled: false }
  scales: { trusted: true, devices: [{ id: bench }] }
`

/** A box whose shop knows the goods of all plates. */
async function prepare(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'endcap-bench-'))
  mkdirSync(join(folder, 'ledger'), { recursive: true })
  mkdirSync(join(folder, 'plugins'), { recursive: true })
  cpSync(join(import.meta.dirname, 'scales'), join(folder, 'plugins/scales'), { recursive: true })
  const log = pino({ level: 'silent' })
  const ledger = await openLedger({ file: join(folder, 'ledger/endcap.db'), log })
  const shop = await createShop({
    ledger,
    bus: createBus({ log }),
    commands: createCommands({ log }),
    log,
    emit: () => Promise.resolve(''),
  })
  const fixtures = Array.from({ length: Math.ceil(PLATES / 8) }, (_, i) => ({ id: `F${i}` }))
  const slots = Array.from({ length: PLATES }, (_, plate) => ({
    slot: `F${Math.floor(plate / 8)}/1/${plate}`,
    products: [PRODUCT.id],
    capacity: 12,
  }))
  await shop.knowledge.put('products', [PRODUCT], 'bench')
  await shop.knowledge.put('planogram', { fixtures, slots }, 'bench')
  shop.stop()
  await ledger.close()
  return folder
}

interface Status {
  name: string
  pid?: number
  received: number
  dropped: number
}

async function processes(box: Box): Promise<Map<string, { pid: number; status?: Status }>> {
  const statuses = await box.ask<Status[]>('GET', '/api/v1/plugins')
  const found = new Map<string, { pid: number; status?: Status }>([['host', { pid: box.program.pid }]])
  for (const status of statuses)
    if (status.pid !== undefined && ['scales', 'stock'].includes(status.name))
      found.set(status.name, { pid: status.pid, status })
  return found
}

export async function* plateFigures(
  seconds: number,
  port: number,
  say: (text: string) => void,
): AsyncGenerator<Figure> {
  const folder = await prepare()
  const box = await startBox(config, port, undefined, folder)
  try {
    for (const platesPerBoard of [8, PLATES]) {
      const load = (runSeconds: number) =>
        box.ask('POST', '/api/v1/commands', {
          name: 'scales.run',
          to: 'scales/bench',
          params: { plates: PLATES, platesPerBoard, hertz: HERTZ, seconds: runSeconds },
          deadline: (runSeconds + 20) * 1000,
        })
      // The code warms up, and the counts of the start are told.
      await load(4)
      const before = await processes(box)
      const idle = new Map([...before].map(([name, { pid }]) => [name, ownCpuSeconds(pid)]))
      await new Promise((wait) => setTimeout(wait, 2000))
      const still = new Map(
        [...before].map(([name, { pid }]) => [name, (ownCpuSeconds(pid) - (idle.get(name) ?? 0)) / 2]),
      )
      const from = new Map([...before].map(([name, { pid }]) => [name, ownCpuSeconds(pid)]))
      await load(seconds)
      const after = await processes(box)
      const name = `plates: ${PLATES} at ${HERTZ} Hz in boards of ${platesPerBoard}`
      let sum = 0
      for (const [child, { pid }] of after) {
        const cores = (ownCpuSeconds(pid) - (from.get(child) ?? 0)) / seconds - (still.get(child) ?? 0)
        sum += cores
        yield { name: `${name}: ${child}`, value: rounded(cores), unit: 'cores', better: 'lower', n: seconds }
        yield { name: `${name}: ${child}, memory`, value: ownMegabytes(pid), unit: 'MB', better: 'lower', n: 1 }
      }
      const { status } = after.get('stock') ?? {}
      say(`  stock received ${status?.received ?? 0} batches, ${status?.dropped ?? 0} dropped`)
      yield {
        name: `${name}: all of it`,
        value: rounded(sum),
        unit: 'cores',
        reference: BUDGET_CORES,
        better: 'lower',
        n: seconds,
      }
    }
  } finally {
    await box.stop()
  }
}

if (import.meta.main) {
  const say = (text: string) => void process.stderr.write(`${text}\n`)
  for await (const figure of plateFigures(process.argv.includes('--quick') ? 4 : 10, 28_870, say))
    process.stdout.write(`${JSON.stringify(figure)}\n`)
}
