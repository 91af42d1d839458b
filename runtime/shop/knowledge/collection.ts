/** Items of one kind: all in memory, each a document of the ledger. */
import { isDeepStrictEqual } from 'node:util'
import type { Ledger } from '../../ledger/index.ts'
import { createBreath } from './breath.ts'

export interface Changes<T> {
  added: T[]
  changed: T[]
  removed: T[]
}

export interface Collection<T> {
  readonly items: ReadonlyMap<string, T>
  /** What would have to be done for these to be all. */
  difference(next: readonly T[]): Promise<Changes<T>>
  /** Gets changes ready, however many; the answer applies them, and holds nobody up. */
  prepare(changes: Changes<T>): Promise<() => Promise<void>>
  /** All of it or nothing. What is done in the same turn of the event loop is one transaction of the ledger. */
  apply(changes: Changes<T>): Promise<void>
}

export const isNothing = ({ added, changed, removed }: Changes<unknown>): boolean =>
  added.length + changed.length + removed.length === 0

/** So many are written in a millisecond or two. */
const sliceItems = 250

export async function openCollection<T>(
  { documents }: Pick<Ledger, 'documents'>,
  kind: string,
  keyOf: (item: T) => string,
): Promise<Collection<T>> {
  const items = await documents.all<T>(kind)
  const follow = ({ added, changed, removed }: Changes<T>) => {
    for (const item of [...added, ...changed]) items.set(keyOf(item), item)
    for (const item of removed) items.delete(keyOf(item))
  }
  async function apply(changes: Changes<T>): Promise<void> {
    const { added, changed, removed } = changes
    const writes = [...added, ...changed].map((item) => documents.put(kind, keyOf(item), item))
    await Promise.all([...writes, ...removed.map((item) => documents.delete(kind, keyOf(item)))])
    follow(changes)
  }
  return {
    items,
    async difference(next) {
      const breath = createBreath()
      const wanted = new Set<string>()
      const changes: Changes<T> = { added: [], changed: [], removed: [] }
      for (const item of next) {
        if (breath.due()) await breath.rest()
        wanted.add(keyOf(item))
        const before = items.get(keyOf(item))
        if (before === undefined) changes.added.push(item)
        else if (!isDeepStrictEqual(before, item)) changes.changed.push(item)
      }
      for (const [key, item] of items) if (!wanted.has(key)) changes.removed.push(item)
      return changes
    },
    apply,
    async prepare(changes) {
      const { added, changed, removed } = changes
      if (added.length + changed.length + removed.length <= sliceItems) return () => apply(changes)
      const stage = documents.stage()
      const all = [
        ...[...added, ...changed].map((value) => ({ value, id: keyOf(value) })),
        ...removed.map((item) => ({ id: keyOf(item) })),
      ]
      for (let at = 0; at < all.length; at += sliceItems)
        await stage.add(all.slice(at, at + sliceItems).map((one) => ({ kind, ...one })))
      return async () => {
        await stage.apply()
        follow(changes)
      }
    },
  }
}
