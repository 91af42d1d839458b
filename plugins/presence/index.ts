import { definePlugin } from '@endcap/sdk'
import { createPresence } from './engine.ts'
import type { PresenceEvent } from './events.ts'
import type { Settings } from './settings.ts'

/** Fits config.schema.json. */
type Config = Partial<
  Pick<Settings, 'silenceSeconds' | 'dwellSeconds' | 'marginMetres' | 'holdSeconds' | 'pathLossExponent' | 'maxTags'>
>

const tickMilliseconds = 250
const complaintMilliseconds = 30_000

/**
 * Turns `beacon.sighted` into `presence.*`. The clock is the monotonic one, so a clock that is set spoils no dwell time;
 * sightings themselves are not kept, so events carry receivers and signals as evidence instead of causes.
 */
export default definePlugin<unknown, Config>(async (ctx) => {
  const presence = createPresence(await ctx.plan(), ctx.config)
  const say = (events: PresenceEvent[]) => {
    for (const { type, data } of events) {
      const subject = type === 'presence.moved' ? data.who : `zone/${data.zone}`
      ctx.emit(type, { subject, data })
    }
  }
  ctx.on('beacon.sighted', ({ data }) => {
    // Of what is no beacon (televisions, headphones) only registered things are followed: the rest would count as visitors.
    if (data.format === 'gateway' && data.tag.startsWith('visit/')) return
    say(presence.sight({ ...data, time: performance.now() }))
  })
  ctx.on('shop.changed', async ({ data: { part = 'plan' } }) => {
    // Prices and orders move nobody.
    if (part !== 'plan') return
    say(presence.replan(await ctx.plan()))
    ctx.log.info({ ...presence.stats() }, 'works on the changed plan')
  })
  const timer = setInterval(() => say(presence.tick(performance.now())), tickMilliseconds)
  let complained = ''
  const complaints = setInterval(() => {
    const receivers = presence.stats().unplacedReceivers.join(', ')
    if (receivers !== '' && receivers !== complained) {
      ctx.log.warn({ receivers }, 'these receivers hear tags but are not on the plan; give them a place in shop.yaml')
    }
    complained = receivers
  }, complaintMilliseconds)
  const stop = () => {
    clearInterval(timer)
    clearInterval(complaints)
  }
  ctx.signal.addEventListener('abort', stop, { once: true })
  ctx.log.info({ ...presence.stats() }, 'follows tags')
})
