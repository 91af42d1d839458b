/** Items of one kind: all in memory, each a document of the ledger. */
import { isDeepStrictEqual } from 'node:util'
import type { Ledger } from '../../ledger/index.ts'

export interface Changes<T> {
  added: T[]
  changed: T[]
  removed: T[]
}

export interface Collection<T> {
  readonly items: ReadonlyMap<string, T>
  /** What would have to be done for these to be all. */
  difference(next: readonly T[]): Changes<T>
  /** All of it or nothing. What is done in the same turn of the event loop is one transaction of the ledger. */
  apply(changes: Changes<T>): Promise<void>
}

export const isNothing = ({ added, changed, removed }: Changes<unknown>): boolean =>
  added.length + changed.length + removed.length === 0

export async function openCollection<T>(
  { documents }: Pick<Ledger, 'documents'>,
  kind: string,
  keyOf: (item: T) => string,
): Promise<Collection<T>> {
  const items = await documents.all<T>(kind)
  return {
    items,
    difference(next) {
      const wanted = new Set(next.map(keyOf))
      const changes: Changes<T> = { added: [], changed: [], removed: [] }
      for (const item of next) {
        const before = items.get(keyOf(item))
        if (before === undefined) changes.added.push(item)
        else if (!isDeepStrictEqual(before, item)) changes.changed.push(item)
      }
      for (const [key, item] of items) if (!wanted.has(key)) changes.removed.push(item)
      return changes
    },
    async apply({ added, changed, removed }) {
      const writes = [...added, ...changed].map((item) => documents.put(kind, keyOf(item), item))
      await Promise.all([...writes, ...removed.map((item) => documents.delete(kind, keyOf(item)))])
      for (const item of [...added, ...changed]) items.set(keyOf(item), item)
      for (const item of removed) items.delete(keyOf(item))
    },
  }
}
