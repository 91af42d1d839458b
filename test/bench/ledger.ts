/**
 * What the ledger costs and bears: `node test/bench/ledger.ts`. Bytes are the kernel's count of this process
 * (write_bytes of /proc/self/io); the folder must be on a disk, since a memory file system counts none.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Ledger, openLedger } from '../../runtime/ledger/index.ts'
import { sampleEvent } from '../support/events.ts'
import type { Figure } from '../support/figure.ts'

const DAY_SECONDS = 86_400
/** An idle box: so many probes that report every five seconds, their last digit noisy. */
const PROBES = 20
const REPORT_SECONDS = 5

const writtenBytes = (): number => Number(/^write_bytes: (\d+)/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1])

async function withLedger<T>(folder: string, name: string, work: (ledger: Ledger) => Promise<T>): Promise<T> {
  const ledger = await openLedger({ file: join(folder, name) })
  try {
    return await work(ledger)
  } finally {
    await ledger.close()
  }
}

/** One producer that waits for each answer: the latency of an urgent commit, its 20 ms included. */
async function commits(ledger: Ledger, n: number): Promise<number> {
  const start = performance.now()
  for (let i = 0; i < n; i++) await ledger.commit(sampleEvent('shelf.taken'))
  return (n * 1000) / (performance.now() - start)
}

/** Many producers that wait: they share commits. */
async function shared(ledger: Ledger, producers: number, each: number): Promise<number> {
  const start = performance.now()
  await Promise.all(
    Array.from({ length: producers }, async () => {
      for (let i = 0; i < each; i++) await ledger.commit(sampleEvent('shelf.taken'))
    }),
  )
  return (producers * each * 1000) / (performance.now() - start)
}

/** Urgent events until they are all in the file. */
async function appends(ledger: Ledger, n: number): Promise<number> {
  const events = Array.from({ length: n }, () => sampleEvent('shelf.taken'))
  const start = performance.now()
  for (const event of events) ledger.append(event)
  await ledger.query({ limit: 1 })
  return (n * 1000) / (performance.now() - start)
}

/** Bytes a day of an idle box, from some seconds of it; closing folds the log in, so that this is counted as well. */
async function idleBytesADay(folder: string, seconds: number): Promise<number> {
  const ledger = await openLedger({ file: join(folder, 'idle.db') })
  const report = (i: number) => {
    for (let p = 0; p < PROBES; p++) {
      const probe = `p-${p}`
      const celsius = 3.8 + ((i * 7 + p) % 3) / 10
      ledger.append(sampleEvent('probe.temperature', { subject: `probe/${probe}`, data: { probe, celsius } }))
    }
  }
  report(0)
  await ledger.query({ limit: 1 })
  const before = writtenBytes()
  for (let i = 1; i * REPORT_SECONDS <= seconds; i++) {
    await pause(REPORT_SECONDS * 1000)
    report(i)
  }
  await ledger.close()
  return ((writtenBytes() - before) * DAY_SECONDS) / seconds
}

/** Measures all; takes `idleSeconds` and some ten seconds more. */
export async function ledgerFigures(idleSeconds = 120): Promise<Figure[]> {
  const folder = mkdtempSync(join(process.cwd(), '.bench-ledger-'))
  try {
    const [alone, many, burst] = await withLedger(folder, 'rates.db', async (ledger) => [
      await commits(ledger, 100),
      await shared(ledger, 64, 20),
      await appends(ledger, 50_000),
    ])
    const idle = (await idleBytesADay(folder, idleSeconds)) / 2 ** 20
    return [
      // 20 ms of waiting for company allow 50 a second at most.
      {
        name: 'ledger: commits, one producer',
        value: alone ?? 0,
        unit: '1/s',
        reference: 30,
        better: 'higher',
        n: 100,
      },
      {
        name: 'ledger: commits, 64 producers',
        value: many ?? 0,
        unit: '1/s',
        reference: 1000,
        better: 'higher',
        n: 1280,
      },
      { name: 'ledger: appends', value: burst ?? 0, unit: '1/s', reference: 50_000, better: 'higher', n: 50_000 },
      // The budget of DESIGN: 1 GiB a day.
      { name: 'ledger: idle box', value: idle, unit: 'MiB/day', reference: 1024, better: 'lower', n: idleSeconds },
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (import.meta.main) console.table(await ledgerFigures(Number(process.argv[2] ?? 120)))
