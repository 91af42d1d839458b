import { setTimeout as delay } from 'node:timers/promises'
import { definePlugin } from '@endcap/sdk'
import type { DeviceConfig, PluginConfig } from './config.ts'
import { keptOf, type Own, runDevice } from './device.ts'
import { detailOf, findBoards, idOf, nameOf, rdevsOf } from './discover.ts'

const LOOK_MS = 5000

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
  const own = ctx.devices.map(({ config }) => config.port)
  let before: Set<string> | undefined
  while (!ctx.signal.aborted) {
    const [boards, taken] = await Promise.all([findBoards(ctx.config.serialFolder, profiles), rdevsOf(own)])
    for (const board of boards) {
      // One that has just come is told at the second look: a board of ours is out of reach until the host starts us anew.
      if (own.includes(board.port) || taken.has(board.rdev) || before?.has(board.port) === false) continue
      const [profile, another] = board.profiles
      ctx.discovered({
        device: idOf(board),
        kind: 'board',
        name: nameOf(board),
        detail: detailOf(board),
        adopt: { config: { port: board.port } },
        ...(profile && !another ? { profile: profile.id } : {}),
      })
    }
    before = new Set(boards.map(({ port }) => port))
    await delay(LOOK_MS, undefined, { signal: ctx.signal }).catch(() => undefined)
  }
}
