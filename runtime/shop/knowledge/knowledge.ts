/** Products, planogram, cabinets, orders and deliveries: kept, looked up, changed. */
import {
  type CommandCall,
  type CommandParams,
  EndcapError,
  type EventData,
  Order as OrderSchema,
  type PlanogramSlot,
  type Product,
  type ProductFound,
  Product as ProductSchema,
  type PublicKnowledge,
  faults as schemaFaults,
  type ShopPlan,
  type SlotFound,
} from '../../contract/index.ts'
import type { Bus } from '../../bus/index.ts'
import type { AuditEntry, Ledger } from '../../ledger/index.ts'
import type { Emit } from '../types.ts'
import { createCatalogue } from './catalogue.ts'
import { createOrders, isOpen } from './orders.ts'
import { openParts } from './parts.ts'
import { type KnowledgeFault, oneProductFaults, sameGtin, type World } from './rules.ts'
import type { Knowledge, KnowledgePart, KnowledgeParts } from './types.ts'

export interface KnowledgeDependencies {
  ledger: Ledger
  bus: Bus
  emit: Emit
  now(): number
  plan(): ShopPlan
  /** One change of the shop at a time, in the order in which they came. */
  serial<T>(change: () => Promise<T>): Promise<T>
  changed(): void
}

/** Ended orders go after as long as their events. */
const orderMilliseconds = 90 * 86_400_000
const shapeRemedy = 'Correct that field; docs/catalogue.md tells what each may hold.'

const invalid = ({ path, reason, remedy }: KnowledgeFault) =>
  new EndcapError('ENDCAP_KNOWLEDGE_INVALID', { path, reason, how: remedy })

export async function createKnowledge(dependencies: KnowledgeDependencies) {
  const { ledger, bus, emit, now, plan, serial, changed } = dependencies
  const kept = await openParts(ledger)
  const { parts, products, fixtures, slots, deliveries } = kept
  const versions = await ledger.documents.all<number>('knowledge')
  const catalogue = createCatalogue()
  for (const product of products.items.values()) catalogue.set(product)

  let slotsOf = new Map<string, PlanogramSlot[]>()
  let next = new Map<string, NonNullable<ProductFound['nextDelivery']>>()
  let public_: PublicKnowledge | undefined
  const indexSlots = () => {
    slotsOf = new Map()
    for (const slot of slots.items.values())
      for (const [at, product] of slot.products.entries()) {
        const list = slotsOf.get(product) ?? []
        slotsOf.set(product, at === 0 ? [slot, ...list] : [...list, slot])
      }
  }
  const indexDeliveries = () => {
    next = new Map()
    const coming = [...deliveries.items.values()].filter(({ received }) => received !== true)
    for (const { id, dueAt, lines } of coming.sort((a, b) => Date.parse(a.dueAt) - Date.parse(b.dueAt)))
      for (const { product, count } of lines) if (!next.has(product)) next.set(product, { delivery: id, dueAt, count })
  }
  const index = (part: KnowledgePart) => {
    public_ = undefined
    if (part === 'planogram') indexSlots()
    if (part === 'deliveries') indexDeliveries()
  }
  indexSlots()
  indexDeliveries()

  const productOf = (idOrGtin: string): Product | undefined =>
    products.items.get(idOrGtin) ?? catalogue.byGtin(idOrGtin)
  const world: World = {
    hasProduct: (id) => products.items.has(id),
    hasZone: (id) => plan().zones.some((zone) => zone.id === id),
    hasScreen: (id) => plan().screens.some((screen) => screen.id === id),
  }

  /** A slot with its place and what was last counted there; a count of another product than the asked one is none. */
  function slotFound(slot: PlanogramSlot, product?: string): SlotFound {
    const { zone, screen } = fixtures.items.get(slot.slot.split('/')[0] ?? '') ?? {}
    const last = bus.last('shelf.counted', `slot/${slot.slot}`)?.event
    const counted = last?.data as EventData<'shelf.counted'> | undefined
    const other = product !== undefined && counted?.product !== undefined && productOf(counted.product)?.id !== product
    return {
      ...slot,
      ...(zone === undefined ? {} : { zone }),
      ...(screen === undefined ? {} : { screen }),
      ...(last && counted && !other ? { count: counted.count, countedAt: last.time } : {}),
    }
  }
  function found(product: Product): ProductFound {
    const nextDelivery = next.get(product.id)
    return {
      product,
      slots: (slotsOf.get(product.id) ?? []).slice(0, 100).map((slot) => slotFound(slot, product.id)),
      ...(nextDelivery ? { nextDelivery } : {}),
    }
  }
  function find(query: string, limit = 20): ProductFound[] {
    const exact = productOf(query.trim())
    const all = exact ? [exact] : catalogue.search(query, limit)
    return all.map(found)
  }

  /** Where a product is still needed, or undefined. */
  function usedBy(id: string): string | undefined {
    const [slot] = slotsOf.get(id) ?? []
    if (slot) return `slot ${slot.slot}`
    for (const order of kept.orders.items.values())
      if (isOpen(order) && order.lines.some(({ product }) => product === id)) return `order ${order.id}`
    const delivery = next.get(id)
    return delivery && `delivery ${delivery.delivery}`
  }

  /** Lines and slots may name a product by its GTIN; inside it has its id. */
  const named = <P extends KnowledgePart>(part: P, value: KnowledgeParts[P]): KnowledgeParts[P] => {
    const id = (product: string) => productOf(product)?.id ?? product
    const lines = <L extends { product: string }>(list: L[]) =>
      list.map((line) => ({ ...line, product: id(line.product) }))
    const all: { [Q in KnowledgePart]: (value: KnowledgeParts[Q]) => KnowledgeParts[Q] } = {
      products: (list) => list,
      cabinets: (list) => list,
      planogram: (given) => ({
        ...given,
        slots: given.slots.map((slot) => ({ ...slot, products: slot.products.map(id) })),
      }),
      orders: (list) => list.map((order) => ({ ...order, lines: lines(order.lines) })),
      deliveries: (list) => list.map((delivery) => ({ ...delivery, lines: lines(delivery.lines) })),
    }
    return all[part](value)
  }

  /** Every fault of a value that has the right shape, in its order. */
  function* faultsOf<P extends KnowledgePart>(part: P, value: KnowledgeParts[P], removed: string[]) {
    yield* parts[part].faults(value, world)
    if (part !== 'products') return
    for (const id of removed) {
      const where = usedBy(id)
      if (where !== undefined)
        yield {
          path: '',
          reason: `leaves out ${id}, which ${where} still names`,
          remedy: `Keep ${id}, or take it out of ${where} first.`,
        }
    }
  }

  /** What is written, the next version and the trail begin in one turn: one transaction. Then everybody is told. */
  async function write(part: KnowledgePart, apply: () => Promise<void>, entry?: Omit<AuditEntry, 'time'>) {
    const version = (versions.get(part) ?? 0) + 1
    await Promise.all([
      apply(),
      ledger.documents.put('knowledge', part, version),
      entry && ledger.audit.add({ time: now(), ...entry }),
    ])
    versions.set(part, version)
  }
  async function tell(part: KnowledgePart) {
    const version = versions.get(part) ?? 0
    await emit('shop', { type: 'shop.changed', subject: 'shop', data: { version, part } }, { commit: true })
    changed()
  }
  const one = <T>(item: T, isNew: boolean) => ({
    added: isNew ? [item] : [],
    changed: isNew ? [] : [item],
    removed: [],
  })

  const orders = createOrders({
    get: (id) => kept.orders.items.get(id),
    all: () => kept.orders.items.values(),
    keep: (order) => write('orders', () => kept.orders.apply(one(order, !kept.orders.items.has(order.id)))),
    emit,
    slotOf: (product) => slotsOf.get(product)?.[0]?.slot,
  })

  async function replace<P extends KnowledgePart>(part: P, value: KnowledgeParts[P], by: string, dry: boolean) {
    const given = named(part, value)
    const { summary, nothing, removed, apply } = parts[part].plan(given)
    for (const fault of faultsOf(part, given, removed)) throw invalid(fault)
    if (dry || nothing) return summary
    const before = new Map(part === 'orders' ? kept.orders.items : [])
    const { added, changed: altered } = summary
    const detail = { added, changed: altered, removed: removed.length }
    await write(part, apply, { actor: by, action: `${part}.put`, subject: part, detail })
    if (part === 'products') for (const id of removed) catalogue.remove(id)
    if (part === 'products') for (const product of products.items.values()) catalogue.set(product)
    index(part)
    if (part === 'orders') await orders.follow(before, kept.orders.items)
    await tell(part)
    return summary
  }

  const face: Knowledge = {
    get: (part) => parts[part].read(),
    version: (part) => versions.get(part) ?? 0,
    put: (part, value, by, { dry = false } = {}) =>
      serial(async () => {
        const [fault] = schemaFaults(parts[part].schema, value)
        if (fault) throw invalid({ ...fault, remedy: shapeRemedy })
        return replace(part, value, by, dry)
      }),
    products: {
      count: () => products.items.size,
      get: productOf,
      find,
      put: (product, by) =>
        serial(async () => {
          const [wrong] = schemaFaults(ProductSchema, product)
          if (wrong) throw invalid({ ...wrong, remedy: shapeRemedy })
          for (const fault of oneProductFaults(product)) throw invalid(fault)
          const same = product.gtin === undefined ? undefined : catalogue.byGtin(product.gtin)
          if (same && same.id !== product.id) throw invalid(sameGtin('/gtin', product.gtin ?? '', same.id))
          const entry = { actor: by, action: 'product.put', subject: `product/${product.id}` }
          await write('products', () => products.apply(one(product, !products.items.has(product.id))), entry)
          catalogue.set(product)
          index('products')
          await tell('products')
        }),
      delete: (id, by) =>
        serial(async () => {
          const product = products.items.get(id)
          if (!product) throw new EndcapError('ENDCAP_NOT_FOUND', { kind: 'product', id })
          const where = usedBy(id)
          if (where !== undefined) throw new EndcapError('ENDCAP_PRODUCT_IN_USE', { product: id, where })
          const entry = { actor: by, action: 'product.delete', subject: `product/${id}` }
          await write('products', () => products.apply({ added: [], changed: [], removed: [product] }), entry)
          catalogue.remove(id)
          await tell('products')
        }),
    },
    slots({ slot, product }) {
      if (slot !== undefined) {
        const one = slots.items.get(slot)
        return one && (product === undefined || one.products.includes(product)) ? [slotFound(one)] : []
      }
      const id = product === undefined ? undefined : productOf(product)?.id
      return id === undefined ? [] : (slotsOf.get(id) ?? []).slice(0, 100).map((one) => slotFound(one, id))
    },
    orders: {
      get: (id) => kept.orders.items.get(id),
      open: (order, by) =>
        serial(async () => {
          const [wrong] = schemaFaults(OrderSchema, order)
          if (wrong) throw invalid({ ...wrong, remedy: shapeRemedy })
          if (kept.orders.items.has(order.id))
            throw invalid({
              path: '/id',
              reason: `is used already: ${order.id}`,
              remedy: 'Give each order its own id.',
            })
          const [given] = named('orders', [{ ...order, placedAt: order.placedAt ?? new Date(now()).toISOString() }])
          if (!given) return order
          for (const fault of parts.orders.faults([given], world))
            throw invalid({ ...fault, path: fault.path.replace('/0', '') })
          const old = [...kept.orders.items.values()].filter(
            (one) => !isOpen(one) && Date.parse(one.placedAt ?? '') < now() - orderMilliseconds,
          )
          const entry = { actor: by, action: 'order.open', subject: `order/${given.id}` }
          await write('orders', () => kept.orders.apply({ added: [given], changed: [], removed: old }), entry)
          if (isOpen(given)) await orders.opened(given)
          changed()
          return given
        }),
      pick: (call) =>
        serial(async () => {
          const { product } = call.params as CommandParams<'order.pick'>
          const answer = await orders.pick(call, productOf(product)?.id ?? product)
          changed()
          return answer
        }),
      end: (id, state, by) =>
        serial(async () => {
          const order = await orders.end(id, state)
          await ledger.audit.add({
            time: now(),
            actor: by,
            action: 'order.end',
            subject: `order/${id}`,
            detail: { state },
          })
          changed()
          return order
        }),
    },
    forPlugins: () => (public_ ??= publicKnowledge()),
  }

  function publicKnowledge(): PublicKnowledge {
    const planogram = parts.planogram.read()
    const ids = new Set(planogram.slots.flatMap((slot) => slot.products))
    const standing = [...ids].flatMap((id) => products.items.get(id) ?? [])
    return {
      products: standing.map(({ description: _description, details: _details, ...product }) => product),
      planogram,
      cabinets: parts.cabinets.read(),
    }
  }

  return {
    face,
    answers: {
      'product.find': (call: CommandCall) => {
        const { query, limit } = call.params as CommandParams<'product.find'>
        return { found: find(query, limit) }
      },
      'planogram.find': (call: CommandCall) => ({ slots: face.slots(call.params as CommandParams<'planogram.find'>) }),
      'order.pick': face.orders.pick,
    },
  }
}
