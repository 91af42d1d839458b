/** Notices that another probe answers where a device takes whichever is on the bus, also when it came in a power cut. */
import type { Context, Device } from '@endcap/sdk'
import type { Reading } from './scratchpad.ts'
import type { ProbeConfig } from './settings.ts'

/**
 * Gives each reading as it may be believed. Another probe is told of once and believed from its next reading on: the
 * bus is the same, but nobody knows where it hangs now, and the correction was the other's.
 */
export function sameProbe(ctx: Pick<Context, 'state' | 'log'>, { id, config }: Device<ProbeConfig>) {
  const key = `rom/${id}`
  let known: string | undefined
  return async (rom: string, reading: Reading): Promise<Reading> => {
    if (config.rom !== '' || !('celsius' in reading) || rom === known) return reading
    const before = known ?? (await ctx.state.get<string>(key))
    known = rom
    if (before === rom) return reading
    try {
      await ctx.state.set(key, rom)
    } catch (error) {
      ctx.log.error({ device: id }, `Which probe it is was not kept: ${String(error)}`)
    }
    if (before === undefined) return reading
    const doubt = `Another probe answers: it is ${rom} and was ${before}. See that it hangs where that one did, and set its correction anew.`
    ctx.log.warn({ device: id }, doubt)
    return { doubt }
  }
}
