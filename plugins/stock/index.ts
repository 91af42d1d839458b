import { definePlugin } from '@endcap/sdk'
import { assort, shelfOf } from './assortment.ts'
import { createStock } from './engine.ts'
import type { Saved } from './slot.ts'

const keepMilliseconds = 20_000
const complaintMilliseconds = 30_000
const keyOf = (shelf: string) => `shelf/${shelf}`

/**
 * Turns `shelf.weights` into what happened on the shelves. Counts are kept when they change, so a restart tells nothing
 * anew; what changed while nobody listened is told as a count, never as something that was taken.
 */
export default definePlugin(async (ctx) => {
  const knowledge = await ctx.knowledge()
  const shelves = new Set(knowledge.planogram.slots.map(({ slot }) => shelfOf(slot)))
  const kept = await Promise.all([...shelves].map((shelf) => ctx.state.get<Record<string, Saved>>(keyOf(shelf))))
  const remembered = new Map(kept.flatMap((slots) => Object.entries(slots ?? {})))
  const stock = createStock(
    knowledge,
    ({ type, data, because }) => ctx.emit(type, { subject: `slot/${data.slot}`, data, because }),
    remembered,
  )
  ctx.on('shelf.weights', ({ id, source, time, data }) => stock.weigh({ id, source, time, data }))
  ctx.on('shop.changed', async ({ data: { part } }) => {
    if (part === 'products' || part === 'planogram') stock.replan(await ctx.knowledge())
  })

  const keep = () => {
    for (const shelf of stock.unsaved()) {
      const written = ctx.state.set(keyOf(shelf), stock.save(shelf))
      written.catch((error: unknown) => ctx.log.warn({ shelf, error: String(error) }, 'could not keep the counts'))
    }
  }
  let complained = ''
  const complain = () => {
    const { unweighed, unplanned } = stock.stats()
    const now = JSON.stringify({ unweighed, unplanned })
    if (now === complained) return
    complained = now
    if (unweighed.length > 0)
      ctx.log.warn(
        { slots: unweighed.join(', ') },
        'products of these slots have no weight; give them one (weightGrams)',
      )
    if (unplanned.length > 0)
      ctx.log.warn({ slots: unplanned.join(', ') }, 'these slots are weighed but not in the planogram; add them there')
  }
  const timers = [setInterval(keep, keepMilliseconds), setInterval(complain, complaintMilliseconds)]
  const stop = () => {
    for (const timer of timers) clearInterval(timer)
    keep()
  }
  ctx.signal.addEventListener('abort', stop, { once: true })
  ctx.log.info({ slots: assort(knowledge).length }, 'counts what stands on the shelves')
})
