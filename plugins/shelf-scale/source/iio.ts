/**
 * A converter that Linux reads itself (Industrial I/O): HX711 and NAU7802 have drivers in the kernel, others too.
 * Files and units: Documentation/ABI/testing/sysfs-bus-iio of the kernel.
 */
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Range } from '../weigh/faults.ts'
import type { Reading, Source, SourceEvents } from './types.ts'

/** The driver of the HX711 adds half of the range, so that nothing is below zero; others give the sign. */
const ranges: Record<string, Range> = {
  hx711: { low: 0, high: 0xffffff, fine: true },
  nau7802: { low: -0x800000, high: 0x7fffff, fine: true },
}
/** Of a converter that we do not know, as most for load cells are: 24 bits with a sign. */
const unknown: Range = { low: -0x800000, high: 0x7fffff, fine: false }
const GIVEN_UP = 3

export interface IioOptions {
  folder: string
  /** `device0`, or what the driver is called: `hx711`. */
  name: string
  /** Channels, `voltage0`. */
  inputs: readonly string[]
  ratePerSecond: number
  signal: AbortSignal
}

export async function openIio(options: IioOptions, events: SourceEvents): Promise<Source> {
  const { inputs, ratePerSecond, signal } = options
  const { place, driver } = await find(options)
  const files = inputs.map((input) => path.join(place, `in_${input.replace(/^in_|_raw$/g, '')}_raw`))
  for (const [i, file] of files.entries()) {
    const missing = await readNumber(file).then(
      () => undefined,
      (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
    )
    if (missing) throw new Error(`${place} has no channel ${inputs[i]}; it has ${await channelsOf(place)}`)
  }
  const stopping = new AbortController()
  const over = AbortSignal.any([signal, stopping.signal])
  const period = 1000 / ratePerSecond
  const failed = files.map(() => 0)

  const look = async (file: string, plate: number): Promise<Reading> => {
    try {
      const counts = await readNumber(file)
      failed[plate] = 0
      return { counts }
    } catch (error) {
      const { code = '', message } = error as NodeJS.ErrnoException
      if (code === 'ENOENT' || code === 'ENODEV') throw error
      const times = (failed[plate] ?? 0) + 1
      failed[plate] = times
      if (times < GIVEN_UP) return undefined
      return { broken: 'disconnected', reason: `Linux cannot read ${path.basename(file)} (${code || message})` }
    }
  }
  const run = async () => {
    while (!over.aborted) {
      const began = performance.now()
      const readings: Reading[] = []
      for (const [plate, file] of files.entries()) readings.push(await look(file, plate))
      if (over.aborted) return
      if (readings.some(Boolean)) events.batch(readings)
      const rest = Math.max(1, period - (performance.now() - began))
      await delay(rest, undefined, { signal: over }).catch(() => undefined)
    }
  }
  const running = run().catch(() => {
    if (!over.aborted) events.lost(`${place} is gone; see whether its driver is still loaded`)
  })
  return {
    ranges: files.map(() => ranges[driver] ?? unknown),
    async describe() {
      const scale = await readFile(path.join(place, 'in_voltage0_scale'), 'utf8').catch(() => '')
      return [`Linux reads it as ${driver} in ${place}${scale ? `, ${scale.trim()} mV a count` : ''}.`]
    },
    async close() {
      stopping.abort()
      await running
    },
  }
}

async function find({ folder, name }: IioOptions): Promise<{ place: string; driver: string }> {
  const found = (await readdir(folder).catch(() => [])).filter((one) => one.startsWith('iio:device'))
  const drivers: string[] = []
  for (const one of found) {
    const place = path.join(folder, one)
    const driver = (await readFile(path.join(place, 'name'), 'utf8').catch(() => '')).trim()
    if (one === `iio:${name}` || driver === name) return { place, driver }
    drivers.push(`iio:${one.slice('iio:'.length)} (${driver || 'without a name'})`)
  }
  throw new Error(
    `there is no converter iio:${name}; ${drivers.length > 0 ? `there is ${drivers.join(', ')}` : 'Linux knows none. Switch on its driver: docs/scales.md shows how'}`,
  )
}

const channelsOf = async (place: string): Promise<string> => {
  const names = (await readdir(place)).flatMap((file) => /^in_(voltage.*)_raw$/.exec(file)?.[1] ?? [])
  return names.join(', ') || 'none'
}

async function readNumber(file: string): Promise<number> {
  const text = (await readFile(file, 'utf8')).trim()
  const value = Number(text)
  if (text === '' || !Number.isFinite(value)) throw new Error(`it reads “${text.slice(0, 20)}”`)
  return value
}
