import { definePlugin } from '@endcap/sdk'
import { shelfOf } from './assortment.ts'
import { type Batch, createStock } from './engine.ts'
import type { Saved } from './slot.ts'

const keepMilliseconds = 20_000
const complaintMilliseconds = 30_000
const shelvesKey = 'shelves'
const mostShelves = 4096
const mostWaiting = 4096
const keyOf = (shelf: string) => `shelf/${shelf}`

/**
 * Turns `shelf.weights` into what happened on the shelves. Counts are kept when they change, so a restart tells nothing
 * anew; what changed while nobody listened is told as a count, never as something that was taken.
 */
export default definePlugin(async (ctx) => {
  /** Of 20,000 slots a few hundred are weighed: only what stands on their shelves is asked for. */
  const shelves = new Set(await ctx.state.get<string[]>(shelvesKey))
  const recall = async (of: Iterable<string>): Promise<Map<string, Saved>> => {
    const kept = await Promise.all([...of].map((shelf) => ctx.state.get<Record<string, Saved>>(keyOf(shelf))))
    return new Map(kept.flatMap((slots) => Object.entries(slots ?? {})))
  }
  const stock = createStock(
    await ctx.knowledge({ shelves: [...shelves] }),
    ({ type, data, because }) => ctx.emit(type, { subject: `slot/${data.slot}`, data, because }),
    await recall(shelves),
    (slot) => weighed(shelfOf(slot)),
  )

  let asking = false
  let changed = false
  const unseen = new Set<string>()
  /** What is weighed while it is asked what stands there. */
  const waiting: Batch[] = []
  const weigh = (batch: Batch) => {
    if (!asking) stock.weigh(batch)
    else if (waiting.length < mostWaiting) waiting.push(batch)
  }
  const weighed = (shelf: string) => {
    if (shelf === '' || shelves.has(shelf) || shelves.size >= mostShelves) return
    shelves.add(shelf)
    unseen.add(shelf)
    ask().catch((error: unknown) => {
      if (!ctx.signal.aborted) throw error
    })
  }
  const ask = async () => {
    if (asking) return
    asking = true
    while (changed || unseen.size > 0) {
      const all = changed
      const fresh = [...unseen]
      changed = false
      unseen.clear()
      const [knowledge, remembered] = await Promise.all([ctx.knowledge({ shelves: [...shelves] }), recall(fresh)])
      const { slots } = knowledge.planogram
      const isNew = slots.length !== stock.stats().slots
      // Shelves that are in no planogram change nothing.
      if (all || isNew) stock.replan(knowledge, remembered)
      if (isNew) await ctx.state.set(shelvesKey, [...new Set(slots.map(({ slot }) => shelfOf(slot)))])
    }
    asking = false
    for (const batch of waiting.splice(0)) weigh(batch)
  }
  ctx.on('shelf.weights', ({ id, source, time, data }) => weigh({ id, source, time, data }))
  ctx.on('shop.changed', ({ data: { part } }) => {
    if (part !== 'products' && part !== 'planogram') return undefined
    changed = true
    return ask()
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
  ctx.log.info({ slots: stock.stats().slots }, 'counts what stands on the shelves')
})
