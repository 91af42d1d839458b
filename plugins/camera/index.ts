import { definePlugin } from '@endcap/sdk'
import sharp from 'sharp'
import { runCamera } from './camera.ts'
import type { CameraConfig } from './source.ts'

// Pictures are small and each is looked at once: a cache and more threads would only cost memory.
sharp.cache(false)
sharp.concurrency(1)

export default definePlugin<CameraConfig>(async (ctx) => {
  const running = Promise.all(ctx.devices.map(({ id, config }) => runCamera(ctx, id, config)))
  return async () => {
    await running
  }
})
