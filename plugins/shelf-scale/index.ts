import { setTimeout as delay } from 'node:timers/promises'
import { definePlugin } from '@endcap/sdk'
import type { DeviceConfig, PluginConfig } from './config.ts'
import { keptOf, type Own, runDevice } from './device.ts'
import { findBoards, idOf } from './discover.ts'

const LOOK_MS = 15_000

export default definePlugin<DeviceConfig, PluginConfig>(async (ctx) => {
  const kept = await Promise.all(ctx.devices.map(({ id }) => keptOf(ctx, id)))
  const running = ctx.devices.map((device, i) => runDevice(ctx, device, kept[i] ?? {}))
  if (ctx.config.discover) running.push(lookForBoards(ctx))
  const ended = Promise.all(running)
  // What no device expects ends the plugin, as an exception anywhere else does.
  ended.catch((error: unknown) =>
    queueMicrotask(() => {
      throw error
    }),
  )
  return async () => void (await ended)
})

async function lookForBoards(ctx: Own): Promise<void> {
  const profiles = await ctx.profiles()
  const own = new Set(ctx.devices.map(({ config }) => config.port))
  while (!ctx.signal.aborted) {
    for (const board of await findBoards(ctx.config.serialFolder, profiles)) {
      const { port, usb, product, profile } = board
      if (own.has(port)) continue
      const name = profile ? `${profile.vendor} ${profile.model}` : product || `USB ${usb}`
      ctx.discovered({
        device: idOf(board),
        kind: 'board',
        name,
        detail: `${port}, USB ${usb}. It must run StandardFirmata.`,
        adopt: { config: { port } },
        ...(profile ? { profile: profile.id } : {}),
      })
    }
    await delay(LOOK_MS, undefined, { signal: ctx.signal }).catch(() => undefined)
  }
}
