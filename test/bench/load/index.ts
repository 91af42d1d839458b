/** The sensor of the benchmark: emits samples at a rate and measures when the rule's command comes back. */
import { definePlugin } from '@endcap/sdk'
import { drive, type Load } from './measure.ts'
import { sample } from './sample.ts'

export default definePlugin((ctx) => {
  let back: ((sentAt: number) => void) | undefined
  let count = 0
  ctx.command('load.echo', 'load', (params) => {
    back?.((params as { t: number }).t)
    return {}
  })
  ctx.command('load.run', 'load', async (params) => {
    const running = await drive(params as Load, (at) =>
      ctx.emit('load.sample', { device: 'load', data: { ...sample(count++), t: at } }),
    )
    back = running.back
    return running.done
  })
})
