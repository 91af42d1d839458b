import { definePlugin } from '@endcap/sdk'
import type { CameraConfig } from './source.ts'

export default definePlugin<CameraConfig>(async (ctx) => {
  // A box without cameras does not load what looks at pictures.
  if (ctx.devices.length === 0) return undefined
  const [{ runCamera }, { default: sharp }] = await Promise.all([import('./camera.ts'), import('sharp')])
  // Pictures are small and each is looked at once: a cache and more threads would only cost memory.
  sharp.cache(false)
  sharp.concurrency(1)
  const running = Promise.all(ctx.devices.map(({ id, config }) => runCamera(ctx, id, config)))
  return async () => {
    await running
  }
})
