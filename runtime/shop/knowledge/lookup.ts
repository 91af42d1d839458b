/** What is asked of the knowledge: products with their places, counts and deliveries; slots; what inference needs. */
import type { Bus } from '../../bus/index.ts'
import type {
  EventData,
  Planogram,
  PlanogramSlot,
  Product,
  ProductFound,
  PublicKnowledge,
  SlotFound,
} from '../../contract/index.ts'
import { standsOn } from '../../contract/index.ts'
import { createBreath } from './breath.ts'
import { createCatalogue } from './catalogue.ts'
import { isOpen } from './orders.ts'
import type { Parts } from './parts.ts'
import type { KnowledgePart } from './types.ts'

const slotsOfAProduct = 100

export async function createLookup({ parts, products, fixtures, slots, orders, deliveries }: Parts, bus: Bus) {
  const catalogue = createCatalogue()
  /** The slot that is for a product comes before those in which it also stands. */
  let slotsOf = new Map<string, PlanogramSlot[]>()
  let next = new Map<string, NonNullable<ProductFound['nextDelivery']>>()

  /** In slices; what is asked meanwhile is answered as before. */
  const indexers: Partial<Record<KnowledgePart, () => Promise<void>>> = {
    async planogram() {
      const breath = createBreath()
      const found = new Map<string, PlanogramSlot[]>()
      for (const slot of (await parts.planogram.sorted()).slots) {
        for (const [at, product] of slot.products.entries()) {
          const list = found.get(product) ?? []
          found.set(product, at === 0 ? [slot, ...list] : [...list, slot])
        }
        if (breath.due()) await breath.rest()
      }
      slotsOf = found
    },
    async deliveries() {
      const breath = createBreath()
      const found = new Map<string, NonNullable<ProductFound['nextDelivery']>>()
      const coming = [...deliveries.items.values()].filter(({ received }) => received !== true)
      for (const { id, dueAt, lines } of coming.sort((a, b) => Date.parse(a.dueAt) - Date.parse(b.dueAt))) {
        for (const { product, count } of lines)
          if (!found.has(product)) found.set(product, { delivery: id, dueAt, count })
        if (breath.due()) await breath.rest()
      }
      next = found
    },
  }
  for (const product of products.items.values()) catalogue.set(product)
  await Promise.all([indexers.planogram?.(), indexers.deliveries?.()])

  const productOf = (idOrGtin: string): Product | undefined =>
    products.items.get(idOrGtin) ?? catalogue.byGtin(idOrGtin)

  /** A slot with its place and what was last counted there; a count of another product than the asked one is none. */
  function slotFound(slot: PlanogramSlot, product?: string): SlotFound {
    const { zone, screen } = fixtures.items.get(slot.slot.split('/')[0] ?? '') ?? {}
    const last = bus.last('shelf.counted', `slot/${slot.slot}`)?.event
    const counted = last?.data as EventData<'shelf.counted'> | undefined
    const other = product !== undefined && counted?.product !== undefined && productOf(counted.product)?.id !== product
    const name = products.items.get(slot.products[0] ?? '')?.name
    return {
      ...slot,
      ...(name === undefined ? {} : { name }),
      ...(zone === undefined ? {} : { zone }),
      ...(screen === undefined ? {} : { screen }),
      ...(last && counted && !other ? { count: counted.count, countedAt: last.time } : {}),
    }
  }
  const slotsFound = (id: string) => (slotsOf.get(id) ?? []).slice(0, slotsOfAProduct).map((one) => slotFound(one, id))

  function found(product: Product): ProductFound {
    const nextDelivery = next.get(product.id)
    return { product, slots: slotsFound(product.id), ...(nextDelivery ? { nextDelivery } : {}) }
  }

  function onShelves(shelves: readonly string[]): Planogram {
    const wanted = new Set(shelves)
    if (wanted.size === 0) return { fixtures: [], slots: [] }
    const { fixtures, slots } = parts.planogram.read()
    const there = slots.filter(({ slot }) => standsOn(wanted, slot))
    const named = new Set(there.map(({ slot }) => slot.split('/')[0]))
    return { fixtures: fixtures.filter(({ id }) => named.has(id)), slots: there }
  }

  return {
    catalogue,
    productOf,
    /** Follows a change of a part. */
    async index(part: KnowledgePart): Promise<void> {
      await indexers[part]?.()
    },
    find(query: string, limit = 20): ProductFound[] {
      const exact = productOf(query.trim())
      return (exact ? [exact] : catalogue.search(query, limit)).map(found)
    },
    slots({ slot, product }: { slot?: string; product?: string }): SlotFound[] {
      if (slot === undefined && product === undefined) return parts.planogram.read().slots.map((one) => slotFound(one))
      const id = product === undefined ? undefined : productOf(product)?.id
      if (slot === undefined) return id === undefined ? [] : slotsFound(id)
      const one = slots.items.get(slot)
      return one && (product === undefined || one.products.includes(id ?? '')) ? [slotFound(one)] : []
    },
    /** The slot that a product is picked from. */
    slotOf: (product: string): string | undefined => slotsOf.get(product)?.[0]?.slot,
    /** Where a product is still needed, or undefined. */
    usedBy(id: string): string | undefined {
      const [slot] = slotsOf.get(id) ?? []
      if (slot) return `slot ${slot.slot}`
      for (const order of orders.items.values())
        if (isOpen(order) && order.lines.some(({ product }) => product === id)) return `order ${order.id}`
      const delivery = next.get(id)
      return delivery && `delivery ${delivery.delivery}`
    },
    /** With `shelves`, only what stands on those fixtures (`A`) and shelves (`A/3`). */
    forPlugins(shelves?: readonly string[]): PublicKnowledge {
      const planogram = shelves ? onShelves(shelves) : parts.planogram.read()
      const ids = new Set(planogram.slots.flatMap((slot) => slot.products))
      const standing = [...ids].flatMap((id) => products.items.get(id) ?? [])
      return {
        products: standing.map(({ description: _description, details: _details, ...product }) => product),
        planogram,
        cabinets: parts.cabinets.read(),
      }
    },
  }
}
