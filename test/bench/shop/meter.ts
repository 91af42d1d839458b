/**
 * Loaded into the host by `--import`: at SIGUSR2 it writes to the file $ENDCAP_BENCH_METER how late its timers were
 * since the last time.
 */
import { renameSync, writeFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { isMainThread } from 'node:worker_threads'

export interface LoopReading {
  p50: number
  p99: number
  max: number
}

const RESOLUTION_MS = 5
const file = process.env['ENDCAP_BENCH_METER']

if (isMainThread && file) {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delay.enable()
  const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS)
  process.on('SIGUSR2', () => {
    const reading: LoopReading = {
      p50: late(delay.percentile(50)),
      p99: late(delay.percentile(99)),
      max: late(delay.max),
    }
    delay.reset()
    writeFileSync(`${file}.new`, JSON.stringify(reading))
    renameSync(`${file}.new`, file)
  })
}
