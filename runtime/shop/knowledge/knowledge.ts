/** Products, planogram, cabinets, orders and deliveries: looked up in memory, changed one change at a time. */
import type { Bus } from '../../bus/index.ts'
import {
  type CommandCall,
  type CommandParams,
  EndcapError,
  type Product,
  Product as ProductSchema,
  type ShopPlan,
} from '../../contract/index.ts'
import type { AuditEntry, Ledger } from '../../ledger/index.ts'
import type { Emit } from '../types.ts'
import { createBreath } from './breath.ts'
import { check, type CheckWorld, shapeFaults, tidy } from './check.ts'
import type { Changes } from './collection.ts'
import { csvPieces, jsonPieces, readKnowledgeFile, refusal } from './files.ts'
import { createLookup } from './lookup.ts'
import { createOrders, isOpen } from './orders.ts'
import { openParts } from './parts.ts'
import { type KnowledgeFault, oneProductFaults, sameGtin } from './rules.ts'
import type { ChangeSummary, Knowledge, KnowledgePart, KnowledgeParts } from './types.ts'

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

const invalid = ({ path, reason, remedy }: KnowledgeFault) =>
  new EndcapError('ENDCAP_KNOWLEDGE_INVALID', { path: path || '/', reason, how: remedy })
const refuseFirst = (faults: Iterable<KnowledgeFault>) => {
  for (const fault of faults) throw invalid(fault)
}
const oneChange = <T>(item: T, isNew: boolean): Changes<T> => ({
  added: isNew ? [item] : [],
  changed: isNew ? [] : [item],
  removed: [],
})

export async function createKnowledge(dependencies: KnowledgeDependencies) {
  const { ledger, bus, emit, now, plan, serial, changed } = dependencies
  const kept = await openParts(ledger)
  const { parts, products } = kept
  const versions = await ledger.documents.all<number>('knowledge')
  const lookup = await createLookup(kept, bus)
  const world: CheckWorld = {
    hasProduct: (id) => products.items.has(id),
    hasZone: (id) => plan().zones.some((zone) => zone.id === id),
    hasScreen: (id) => plan().screens.some((screen) => screen.id === id),
    idOf: (product) => lookup.productOf(product)?.id ?? product,
  }

  /** What is written, the next version and the trail begin in one turn: one transaction. */
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

  const orders = createOrders({
    get: (id) => kept.orders.items.get(id),
    all: () => kept.orders.items.values(),
    keep: (order) => write('orders', () => kept.orders.apply(oneChange(order, false))),
    emit,
    slotOf: lookup.slotOf,
  })

  /** Products that go although something names them. */
  async function stillNamed(part: KnowledgePart, removed: readonly string[]): Promise<KnowledgeFault[]> {
    const faults: KnowledgeFault[] = []
    const breath = createBreath()
    for (const id of part === 'products' ? removed : []) {
      if (breath.due()) await breath.rest()
      const where = lookup.usedBy(id)
      if (where !== undefined)
        faults.push({
          path: '',
          reason: `leaves out ${id}, which ${where} still names`,
          remedy: `Keep ${id}, or take it out of ${where} first.`,
        })
    }
    return faults
  }

  const planned = <P extends KnowledgePart>(part: P, value: KnowledgeParts[P]) => parts[part].plan(value)

  interface Replacing {
    action: string
    by: string
    dry: boolean
    detail?: object
    refuse(faults: KnowledgeFault[]): Error
  }
  async function replace(part: KnowledgePart, given: unknown, how: Replacing): Promise<ChangeSummary> {
    const { faults, value } = await check(part, given, world)
    if (value === undefined) throw how.refuse([...faults])
    const { summary, nothing, removed, prepare } = await planned(part, value)
    const named = await stillNamed(part, removed)
    if (named.length > 0) throw how.refuse(named)
    if (how.dry || nothing) return summary
    const before = new Map(part === 'orders' ? kept.orders.items : [])
    const { examples: _examples, ...counts } = summary
    const detail = { ...counts, ...how.detail }
    // Nobody waits while 50,000 are handed to the ledger; then one short turn keeps them all, or none.
    const apply = await prepare()
    await write(part, apply, { actor: how.by, action: `${part}.${how.action}`, subject: part, detail })
    if (part === 'products') {
      const breath = createBreath()
      for (const id of removed) {
        lookup.catalogue.remove(id)
        if (breath.due()) await breath.rest()
      }
      // Lookups and changes of single products go on meanwhile; a Map walks what is added or removed on the way, too.
      for (const product of products.items.values()) {
        lookup.catalogue.set(product)
        if (breath.due()) await breath.rest()
      }
    }
    await lookup.index(part)
    if (part === 'orders') await orders.follow(before, kept.orders.items)
    await tell(part)
    return summary
  }

  /** Those of the file in place of those that are there, and the others as they are. */
  function merged(part: KnowledgePart, given: unknown): unknown {
    if (part === 'planogram') {
      const { fixtures, slots } = (given ?? {}) as Partial<KnowledgeParts['planogram']>
      const now_ = parts.planogram.read()
      return {
        fixtures: mergedBy(now_.fixtures, fixtures, 'id'),
        slots: mergedBy(now_.slots, slots, 'slot'),
      }
    }
    return mergedBy(parts[part].read(), given, 'id')
  }

  async function* exported(part: KnowledgePart, type: 'csv' | 'json', separator: ',' | ';'): AsyncGenerator<string> {
    const value = await parts[part].sorted()
    if (type === 'csv') yield* csvPieces(part, value, separator)
    else yield* jsonPieces(value)
  }

  const face: Knowledge = {
    get: (part) => parts[part].read(),
    version: (part) => versions.get(part) ?? 0,
    put: (part, value, by, { dry = false } = {}) =>
      serial(() => {
        const refuse = ([first]: KnowledgeFault[]) =>
          first ? invalid(first) : new EndcapError('ENDCAP_INTERNAL', { reason: 'a fault without a reason' })
        return replace(part, value, { action: 'put', by, dry, refuse })
      }),
    import: (part, file, by, { dry = false, keep = false } = {}) =>
      serial(async () => {
        const read = await readKnowledgeFile(part, file, plan().timezone, parts[part].items())
        if (read.value === undefined) throw refusal(file, read.faults)
        const given = keep ? merged(part, read.value) : read.value
        const refuse = (found: KnowledgeFault[]) => refusal(file, [...read.faults, ...read.locate(found)])
        // A dry run does not stop at what a cell holds: the rules are asked too, and all of it is told at once.
        if (read.faults.length > 0) {
          await replace(part, given, { action: 'import', by, dry: true, refuse })
          throw refuse([])
        }
        return replace(part, given, { action: 'import', by, dry, detail: { file: file.name }, refuse })
      }),
    export: (part, type, separator = ',') => exported(part, type, separator),
    products: {
      count: () => products.items.size,
      get: lookup.productOf,
      find: lookup.find,
      put: (given, by) =>
        serial(async () => {
          // What passes the faults below has its type.
          const product = tidy(given) as Product
          refuseFirst(shapeFaults(ProductSchema, product))
          refuseFirst(oneProductFaults(product))
          const { id, gtin } = product
          const same = gtin === undefined ? undefined : lookup.catalogue.byGtin(gtin)
          if (gtin !== undefined && same && same.id !== id) throw invalid(sameGtin('/gtin', gtin, same.id))
          const entry = { actor: by, action: 'product.put', subject: `product/${id}` }
          await write('products', () => products.apply(oneChange(product, !products.items.has(id))), entry)
          lookup.catalogue.set(product)
          await tell('products')
        }),
      delete: (id, by) =>
        serial(async () => {
          const product = products.items.get(id)
          if (!product) throw new EndcapError('ENDCAP_NOT_FOUND', { kind: 'product', id })
          const where = lookup.usedBy(id)
          if (where !== undefined) throw new EndcapError('ENDCAP_PRODUCT_IN_USE', { product: id, where })
          const entry = { actor: by, action: 'product.delete', subject: `product/${id}` }
          await write('products', () => products.apply({ added: [], changed: [], removed: [product] }), entry)
          lookup.catalogue.remove(id)
          await tell('products')
        }),
    },
    slots: lookup.slots,
    orders: {
      get: (id) => kept.orders.items.get(id),
      open: (given, by) =>
        serial(async () => {
          const { faults, value: [order] = [] } = await check('orders', [given], world)
          if (!order) {
            refuseFirst(faults.map((fault) => ({ ...fault, path: fault.path.replace('/0', '') })))
            return given
          }
          if (kept.orders.items.has(order.id))
            throw invalid({
              path: '/id',
              reason: `is used already: ${order.id}`,
              remedy: 'Give each order its own id.',
            })
          const opened = { ...order, placedAt: order.placedAt ?? new Date(now()).toISOString() }
          const removed = [...kept.orders.items.values()].filter(
            (one) => !isOpen(one) && Date.parse(one.placedAt ?? '') < now() - orderMilliseconds,
          )
          const entry = { actor: by, action: 'order.open', subject: `order/${order.id}` }
          await write('orders', () => kept.orders.apply({ added: [opened], changed: [], removed }), entry)
          if (isOpen(opened)) await orders.opened(opened)
          changed()
          return opened
        }),
      pick: (call) =>
        serial(async () => {
          const { product } = call.params as CommandParams<'order.pick'>
          const answer = await orders.pick(call, world.idOf(product))
          changed()
          return answer
        }),
      end: (id, state, by) =>
        serial(async () => {
          const order = await orders.end(id, state)
          const entry = { actor: by, action: 'order.end', subject: `order/${id}`, detail: { state } }
          await ledger.audit.add({ time: now(), ...entry })
          changed()
          return order
        }),
    },
    forPlugins: lookup.forPlugins,
  }

  return {
    face,
    answers: {
      'product.find': (call: CommandCall) => {
        const { query, limit } = call.params as CommandParams<'product.find'>
        return { found: lookup.find(query, limit) }
      },
      'planogram.find': ({ params }: CommandCall) => {
        const { slot, product } = params as CommandParams<'planogram.find'>
        const asked = { ...(slot === undefined ? {} : { slot }), ...(product === undefined ? {} : { product }) }
        return { slots: lookup.slots(asked).slice(0, 100) }
      },
      'order.pick': face.orders.pick,
    },
  }
}

/** What is given, and of what was there before what is not given. */
export function mergedBy(before: readonly object[], given: unknown, key: string): unknown {
  if (!Array.isArray(given)) return given
  const keyOf = (item: unknown) =>
    typeof item === 'object' && item !== null && key in item
      ? String((item as Record<string, unknown>)[key])
      : undefined
  const told = new Set(given.map(keyOf))
  // Those of the file come first, so that a fault keeps its place in the file.
  return [...given, ...before.filter((item) => !told.has(keyOf(item)))]
}
