/** The five parts side by side: their items in the ledger, and what a change of them would do. */
import type { Cabinet, Delivery, Fixture, Order, Planogram, PlanogramSlot, Product } from '../../contract/index.ts'
import type { Ledger } from '../../ledger/index.ts'
import { sorted } from './breath.ts'
import { type Changes, type Collection, isNothing, openCollection } from './collection.ts'
import type { ChangeSummary, KnowledgePart, KnowledgeParts } from './types.ts'

export interface Planned {
  summary: ChangeSummary
  nothing: boolean
  /** Ids of what goes. */
  removed: string[]
  /** Gets it ready, however much it is; the answer applies it, and holds nobody up. */
  prepare(): Promise<() => Promise<void>>
}

export interface Part<V> {
  read(): V
  /** As `read`, without holding anybody up. */
  sorted(): Promise<V>
  /** As `read`, by id, for a table that gives some of the fields. */
  items(): ReadonlyMap<string, object>
  plan(value: V): Promise<Planned>
}

const byName = new Intl.Collator('en', { numeric: true })
const idOf = ({ id }: { id: string }) => id
/** A/2 before A/10. */
const naturalBy =
  <T>(keyOf: (item: T) => string) =>
  (a: T, b: T) =>
    byName.compare(keyOf(a), keyOf(b))
const naturally = <T>(items: Iterable<T>, keyOf: (item: T) => string): T[] => [...items].sort(naturalBy(keyOf))
const byCode = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)

const examples = 20
const summaryOf = (changes: Changes<string>): ChangeSummary => ({
  added: changes.added.length,
  changed: changes.changed.length,
  removed: changes.removed.length,
  examples: {
    added: changes.added.slice(0, examples),
    changed: changes.changed.slice(0, examples),
    removed: changes.removed.slice(0, examples),
  },
})
const keys = <T>({ added, changed, removed }: Changes<T>, keyOf: (item: T) => string): Changes<string> => ({
  added: added.map(keyOf),
  changed: changed.map(keyOf),
  removed: removed.map(keyOf),
})

function listPart<T extends { id: string }>(collection: Collection<T>): Part<T[]> {
  return {
    read: () => [...collection.items.values()].sort(byCode),
    sorted: () => sorted(collection.items.values(), byCode),
    items: () => collection.items,
    async plan(value) {
      const changes = await collection.difference(value)
      const ids = keys(changes, idOf)
      return {
        summary: summaryOf(ids),
        nothing: isNothing(changes),
        removed: ids.removed,
        prepare: () => collection.prepare(changes),
      }
    },
  }
}

export async function openParts(ledger: Ledger) {
  const slotOf = ({ slot }: PlanogramSlot) => slot
  const [products, fixtures, slots, cabinets, orders, deliveries] = await Promise.all([
    openCollection<Product>(ledger, 'product', idOf),
    openCollection<Fixture>(ledger, 'fixture', idOf),
    openCollection<PlanogramSlot>(ledger, 'slot', slotOf),
    openCollection<Cabinet>(ledger, 'cabinet', idOf),
    openCollection<Order>(ledger, 'order', idOf),
    openCollection<Delivery>(ledger, 'delivery', idOf),
  ])
  /** Sorting 20,000 slots takes its time, and they are read much more often than changed. */
  let read: Planogram | undefined
  const planogram: Part<Planogram> = {
    read: () =>
      (read ??= {
        fixtures: naturally(fixtures.items.values(), idOf),
        slots: naturally(slots.items.values(), slotOf),
      }),
    async sorted() {
      if (read) return read
      const all = { fixtures: [...fixtures.items.values()], slots: [...slots.items.values()] }
      const [byId, bySlot] = [naturalBy(idOf), naturalBy(slotOf)]
      return (read = { fixtures: await sorted(all.fixtures, byId), slots: await sorted(all.slots, bySlot) })
    },
    // A slot has a slash in its path, a fixture none.
    items: () => new Map<string, object>([...fixtures.items, ...slots.items]),
    async plan(value) {
      const ofFixtures = await fixtures.difference(value.fixtures)
      const ofSlots = await slots.difference(value.slots)
      const [first, second] = [keys(ofFixtures, idOf), keys(ofSlots, slotOf)]
      const removed = [...first.removed, ...second.removed]
      return {
        summary: summaryOf({
          added: [...first.added, ...second.added],
          changed: [...first.changed, ...second.changed],
          removed,
        }),
        nothing: isNothing(ofFixtures) && isNothing(ofSlots),
        removed,
        async prepare() {
          const [first, second] = await Promise.all([fixtures.prepare(ofFixtures), slots.prepare(ofSlots)])
          // Both begin in one turn: one transaction.
          return async () => {
            await Promise.all([first(), second()])
            read = undefined
          }
        },
      }
    },
  }
  const parts: { [P in KnowledgePart]: Part<KnowledgeParts[P]> } = {
    products: listPart(products),
    planogram,
    cabinets: listPart(cabinets),
    orders: listPart(orders),
    deliveries: listPart(deliveries),
  }
  return { parts, products, fixtures, slots, cabinets, orders, deliveries }
}
export type Parts = Awaited<ReturnType<typeof openParts>>
