/** Watches that nobody has adopted, found by what they advertise. */
import { type Context, recogniseNamed } from '@endcap/sdk'
import type { DeviceConfig } from './index.ts'
import { uart } from './link.ts'

/** More are not told of: names in the air cost nothing. */
const most = 64

export async function followStrangers(ctx: Context<DeviceConfig>): Promise<void> {
  const profiles = await ctx.profiles()
  const own = new Set(ctx.devices.map(({ config }) => config.address.toLowerCase()))
  const met = new Set<string>()
  ctx.on({ type: 'ble.advertisement', where: { serviceUuids: uart.service } }, ({ data, source }) => {
    const { tag, name } = data
    const address = tag.slice('radio/'.length)
    if (name === undefined || own.has(address) || met.has(address) || met.size >= most) return
    const profile = recogniseNamed(profiles, 'espruino', name)
    if (!profile) return
    met.add(address)
    ctx.discovered({
      device: `bangle-${address.replaceAll(':', '').slice(-6)}`,
      kind: 'watch',
      name: name.slice(0, 120),
      detail:
        'It needs somebody who wears it. On the watch, the app «Messages» and Gadgetbridge support must be installed.',
      profile: profile.id,
      adopt: { config: { address, model: profile.id, radio: source.slice(source.indexOf('/') + 1) } },
    })
  })
}
