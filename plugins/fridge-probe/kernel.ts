/** The 1-wire bus of the box, as the kernel's drivers w1-gpio and w1_therm show it in a folder. */
import { constants } from 'node:fs'
import { open, readdir, realpath } from 'node:fs/promises'
import path from 'node:path'
import { families, readKernelText, readThousandths, type Reading } from './scratchpad.ts'

const thermometer = new RegExp(`^(${families.join('|')})-[0-9a-f]{12}$`)
/** What the kernel writes of a probe has less than 100 characters. */
const longestBytes = 1024
/** The entries of the real bus are links to here. */
const kernelDevices = '/sys/devices/'

/** Addresses of the thermometers on the bus, or why it cannot be looked at, for whoever shall mend that. */
export async function listProbes(folder: string): Promise<string[] | { gone: string }> {
  try {
    return (await readdir(folder)).filter((name) => thermometer.test(name)).toSorted()
  } catch (error) {
    return { gone: noBus(folder, codeOf(error)) }
  }
}

function noBus(folder: string, code: string): string {
  if (code === 'ENOENT')
    return `There is no ${folder}, so no 1-wire bus. On a Raspberry Pi, switch it on with dtoverlay=w1-gpio in /boot/firmware/config.txt, then restart this plugin.`
  if (code === 'ENOTDIR')
    return `${folder} is a file, not the folder of a 1-wire bus. Correct the folder of this plugin.`
  if (code === 'EACCES' || code === 'EPERM')
    return `${folder} may not be read by Endcap. Give its user the right to (chmod o+rx ${folder}), then restart this plugin.`
  return `${folder} cannot be read (${code}), so nothing is known of the 1-wire bus.`
}

/**
 * Measures one probe. The kernel answers after the conversion, about 750 ms later, or after several where the checksum
 * is wrong. `w1_slave` is read first, for it shows the bytes themselves; newer drivers may offer `temperature` alone.
 */
export async function readProbe(folder: string, rom: string): Promise<Reading> {
  if (!thermometer.test(rom))
    return {
      gone: `${rom} is no thermometer: the first two digits of those that are known are ${families.join(', ')}. Correct its 1-wire address.`,
    }
  const slave = await read(folder, rom, 'w1_slave')
  if (typeof slave === 'string') return readKernelText(rom, slave)
  const temperature = slave.missing ? await read(folder, rom, 'temperature') : slave
  if (typeof temperature === 'string') return readThousandths(temperature)
  if (temperature.missing) return { gone: `There is no ${rom} on the 1-wire bus. See whether it is plugged in.` }
  return { doubt: temperature.why }
}

type Failure = { missing: boolean; why: string }

/** Never waits for a pipe, never reads more than a probe says, and follows no link out of the bus. */
async function read(folder: string, rom: string, name: string): Promise<string | Failure> {
  try {
    const [home, file] = await Promise.all([realpath(folder), realpath(path.join(folder, rom, name))])
    if (!file.startsWith(`${home}/`) && !file.startsWith(kernelDevices))
      return { missing: false, why: `${rom}/${name} leads out of ${folder}. It is not read.` }
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      if (!(await handle.stat()).isFile())
        return { missing: false, why: `${rom}/${name} is not a file as the kernel writes it. It is not read.` }
      const buffer = Buffer.alloc(longestBytes)
      const { bytesRead } = await handle.read(buffer, 0, longestBytes, 0)
      return buffer.toString('latin1', 0, bytesRead)
    } finally {
      await handle.close()
    }
  } catch (error) {
    const code = codeOf(error)
    const missing = code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENODEV'
    return { missing, why: `It cannot be read (${code}): its wire may be broken or disturbed.` }
  }
}

const codeOf = (error: unknown): string => (error instanceof Error ? String(Reflect.get(error, 'code')) : 'unknown')
