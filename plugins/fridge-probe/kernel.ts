/** The 1-wire bus of the box, as the kernel's drivers w1-gpio and w1_therm show it in a folder. */
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { families, readKernelText, readThousandths, type Reading } from './scratchpad.ts'

const thermometer = new RegExp(`^(${families.join('|')})-[0-9a-f]{12}$`)

/** Addresses of the thermometers on the bus; `undefined` where there is no such folder, so no 1-wire bus. */
export async function listProbes(folder: string): Promise<string[] | undefined> {
  try {
    return (await readdir(folder)).filter((name) => thermometer.test(name)).toSorted()
  } catch {
    return undefined
  }
}

/**
 * Measures one probe. The kernel answers after the conversion, about 750 ms later, or after several where the checksum
 * is wrong. `w1_slave` is read first, for it shows the bytes themselves; newer drivers may offer `temperature` alone.
 */
export async function readProbe(folder: string, rom: string, signal: AbortSignal): Promise<Reading> {
  const slave = await read(path.join(folder, rom, 'w1_slave'), signal)
  if (typeof slave === 'string') return readKernelText(rom, slave)
  const temperature = slave.missing ? await read(path.join(folder, rom, 'temperature'), signal) : slave
  if (typeof temperature === 'string') return readThousandths(temperature)
  if (temperature.missing) return { gone: `There is no ${rom} on the 1-wire bus. See whether it is plugged in.` }
  return { doubt: `It cannot be read (${temperature.code}): its wire may be broken or disturbed.` }
}

type Failure = { missing: boolean; code: string }

async function read(file: string, signal: AbortSignal): Promise<string | Failure> {
  try {
    return await readFile(file, { encoding: 'utf8', signal })
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
    return { missing: code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENODEV', code: String(code) }
  }
}
