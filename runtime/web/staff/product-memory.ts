/** Products as the box last told of them, for an associate who walks out of its reach. No names of anybody are in it. */
import type { ProductFound } from '../../contract/index.ts'
import { recall, remember } from '../shared/memory.ts'

export interface KeptProduct {
  found: ProductFound
  /** Milliseconds since the epoch. */
  at: number
}

const store = 'endcap.staff.products'
/** Some 600 bytes each; browsers give a page five million. */
const limit = 800
const shown = 12

export function openProductMemory() {
  const kept = new Map<string, KeptProduct>((recall(store) as [string, KeptProduct][] | undefined) ?? [])
  return {
    /** The newest last, so that what nobody asked for in a long time goes first. */
    keep(list: readonly ProductFound[], at: number) {
      for (const found of list) {
        kept.delete(found.product.id)
        kept.set(found.product.id, { found, at })
      }
      for (const id of [...kept.keys()].slice(0, Math.max(0, kept.size - limit))) kept.delete(id)
      remember(store, [...kept])
    },
    /** By id, number or words, as the box would, as far as it is known here. */
    find(query: string): KeptProduct[] {
      const wanted = query.trim().toLowerCase()
      if (wanted === '') return []
      const all = [...kept.values()]
      const number = wanted.replace(/^0+(?=\d{8})/, '')
      const exact = all.filter(
        ({ found: { product } }) => product.id === wanted || product.gtin?.replace(/^0+(?=\d{8})/, '') === number,
      )
      if (exact.length > 0) return exact
      const words = wanted.split(/\s+/)
      return all
        .filter(({ found: { product } }) => {
          const text = [product.name, product.brand, product.category, product.gtin].join(' ').toLowerCase()
          return words.every((word) => text.includes(word))
        })
        .slice(0, shown)
    },
  }
}
export type ProductMemory = ReturnType<typeof openProductMemory>
