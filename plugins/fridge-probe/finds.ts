/** Tells of probes that nobody has configured, with what a click needs in order to adopt them. */
import type { Context, Device, DeviceProfile } from '@endcap/sdk'
import { profileOf } from './followed.ts'
import type { ProbeConfig } from './settings.ts'

/** `bus` is what of the configuration says where the probe is: nothing for the box's own bus. */
export function createFinds(
  ctx: Pick<Context, 'discovered'>,
  profiles: readonly DeviceProfile[],
  devices: readonly Device<ProbeConfig>[],
  bus: { port?: string; pin?: number },
) {
  const known = new Set(devices.map(({ config }) => config.rom))
  return (probes: readonly string[]): void => {
    for (const rom of probes) {
      // The only one on a bus may be what an empty address stands for.
      if (known.has(rom) || (probes.length === 1 && known.has(''))) continue
      const profile = profileOf(profiles, rom)
      ctx.discovered({
        device: rom,
        kind: 'thermometer',
        name: profile ? `${profile.vendor} ${profile.model}` : '1-wire thermometer',
        detail: bus.port === undefined ? "On the box's 1-wire bus" : `On pin ${bus.pin} of the board at ${bus.port}`,
        ...(profile ? { profile: profile.id } : {}),
        adopt: { config: { rom, ...bus } },
      })
    }
  }
}
