/** The probes on the box's own bus: each in a loop of its own, so that a bad one holds up none of the others. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Context, Device, DeviceProfile } from '@endcap/sdk'
import { createFinds } from './finds.ts'
import { follow } from './followed.ts'
import { listProbes, readProbe } from './kernel.ts'
import type { Reading } from './scratchpad.ts'
import type { PluginConfig, ProbeConfig } from './settings.ts'

type Own = Context<ProbeConfig, PluginConfig>

/** The kernel tries a wrong checksum several times; after so long it is said that nobody answers. */
const lateMs = 10_000
const lookMs = 10_000

export interface Bus {
  /** Measures now, for a technician. */
  measure(device: Device<ProbeConfig>): Promise<{ rom: string; reading: Reading }>
  /** Resolves when no loop runs any more. */
  ended: Promise<unknown>
}

export function followBus(ctx: Own, profiles: readonly DeviceProfile[]): Bus {
  const { folder, everySeconds } = ctx.config
  const devices = ctx.devices.filter(({ config }) => config.port === '' && config.measures === 'temperature')
  const found = createFinds(ctx, profiles, devices, {})

  const measure = async ({ config }: Device<ProbeConfig>): Promise<{ rom: string; reading: Reading }> => {
    const probes = await listProbes(folder)
    if (!probes) return { rom: config.rom, reading: { gone: noBus(folder) } }
    const rom = config.rom === '' ? onlyOne(probes) : config.rom
    if (typeof rom !== 'string') return { rom: '', reading: rom }
    return { rom, reading: await readProbe(folder, rom, ctx.signal) }
  }

  const read = async (device: Device<ProbeConfig>) => {
    const followed = follow(ctx, device, profiles)
    while (!ctx.signal.aborted) {
      const late = setTimeout(followed.late, lateMs)
      const { rom, reading } = await measure(device).finally(() => clearTimeout(late))
      if (ctx.signal.aborted) return
      followed.take(rom, reading, performance.now())
      await sleep(everySeconds * 1000, undefined, { signal: ctx.signal }).catch(() => undefined)
    }
  }

  const look = async () => {
    while (!ctx.signal.aborted) {
      found((await listProbes(folder)) ?? [])
      await sleep(lookMs, undefined, { signal: ctx.signal }).catch(() => undefined)
    }
  }

  return { measure, ended: Promise.all([look(), ...devices.map(read)]) }
}

const noBus = (folder: string) =>
  `There is no ${folder}, so no 1-wire bus. On a Raspberry Pi, switch it on with dtoverlay=w1-gpio in /boot/firmware/config.txt, then restart this plugin.`

/** The only probe of a bus needs no address. */
export function onlyOne(probes: readonly string[]): string | Reading {
  const [first] = probes
  if (first === undefined) return { gone: 'There is no probe on the bus. See whether it is plugged in.' }
  if (probes.length === 1) return first
  return { gone: `There are ${probes.length} probes on the bus: say which it is (${probes.join(', ')}).` }
}
