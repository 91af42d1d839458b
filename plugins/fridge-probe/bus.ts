/** The probes on the box's own bus: each in a loop of its own, so that a bad one holds up none of the others. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Context, Device, DeviceProfile } from '@endcap/sdk'
import { createFinds } from './finds.ts'
import { follow } from './followed.ts'
import { listProbes, readProbe } from './kernel.ts'
import { sameProbe } from './same-probe.ts'
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
    if ('gone' in probes) return { rom: config.rom, reading: probes }
    const rom = config.rom === '' ? onlyOne(probes) : config.rom
    if (typeof rom !== 'string') return { rom: '', reading: rom }
    const reading = await readProbe(folder, rom)
    return { rom, reading: 'gone' in reading ? { gone: reading.gone + instead(probes) } : reading }
  }
  /** A probe that was replaced is gone, and a stranger answers. */
  const instead = (probes: readonly string[]) => {
    const strangers = probes.filter((name) => !devices.some(({ config }) => config.rom === name))
    const [first] = strangers
    return first === undefined
      ? ''
      : ` ${strangers.length === 1 ? first : `${strangers.length} others`} answers that is nobody's yet: if it was put in its place, say so with Replace.`
  }

  const read = async (device: Device<ProbeConfig>) => {
    const followed = follow(ctx, device, profiles)
    const same = sameProbe(ctx, device)
    while (!ctx.signal.aborted) {
      const late = setTimeout(followed.late, lateMs)
      const { rom, reading } = await measure(device).finally(() => clearTimeout(late))
      if (ctx.signal.aborted) return
      followed.take(rom, await same(rom, reading), performance.now())
      await sleep(everySeconds * 1000, undefined, { signal: ctx.signal }).catch(() => undefined)
    }
  }

  const look = async () => {
    while (!ctx.signal.aborted) {
      const probes = await listProbes(folder)
      found('gone' in probes ? [] : probes)
      await sleep(lookMs, undefined, { signal: ctx.signal }).catch(() => undefined)
    }
  }

  return { measure, ended: Promise.all([look(), ...devices.map(read)]) }
}

/** The only probe of a bus needs no address. */
export function onlyOne(probes: readonly string[]): string | Reading {
  const [first] = probes
  if (first === undefined) return { gone: 'There is no probe on the bus. See whether it is plugged in.' }
  if (probes.length === 1) return first
  return { gone: `There are ${probes.length} probes on the bus: say which it is (${probes.join(', ')}).` }
}
