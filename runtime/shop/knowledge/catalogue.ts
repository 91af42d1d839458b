/** The way to a product: by id, by GTIN of any length, by words. Over 50,000 products in a few milliseconds. */
import { gtin14, type Product } from '../../contract/index.ts'

interface Entry {
  product: Product
  name: string
  /** All that can be searched, folded. */
  text: string
}

export interface Catalogue {
  set(product: Product): void
  remove(id: string): void
  byGtin(gtin: string): Product | undefined
  /** Best first: what is named so, what begins so, what has a word that begins so, what holds it anywhere. */
  search(query: string, limit: number): Product[]
}

/** Without accents and capitals, so that `creme brulee` finds «Crème brûlée». */
const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()

const ranks = 4

/** 0 is best; undefined where a word is missing. */
function rank({ name, text }: Entry, query: string, words: readonly string[]): number | undefined {
  for (const word of words) if (!text.includes(word)) return undefined
  if (name === query) return 0
  if (name.startsWith(query)) return 1
  return words.every((word) => name.startsWith(word) || name.includes(` ${word}`)) ? 2 : 3
}

export function createCatalogue(): Catalogue {
  const entries = new Map<string, Entry>()
  const gtins = new Map<string, string>()

  const remove = (id: string) => {
    const gtin = entries.get(id)?.product.gtin
    // Two products may swap their GTINs in one import: what is another's by now stays.
    if (gtin !== undefined && gtins.get(gtin14(gtin)) === id) gtins.delete(gtin14(gtin))
    entries.delete(id)
  }
  return {
    remove,
    set(product) {
      remove(product.id)
      const { id, gtin = '', name, brand = '', category = '' } = product
      entries.set(id, { product, name: fold(name), text: fold([name, brand, category, id, gtin].join(' ')) })
      if (gtin !== '') gtins.set(gtin14(gtin), id)
    },
    byGtin(gtin) {
      const id = /^\d{8,14}$/.test(gtin) ? gtins.get(gtin14(gtin)) : undefined
      return id === undefined ? undefined : entries.get(id)?.product
    },
    search(query, limit) {
      const wanted = fold(query.trim())
      const words = wanted.split(/\s+/).filter((word) => word !== '')
      const found: Product[][] = Array.from({ length: ranks }, () => [])
      for (const entry of entries.values()) {
        const list = found[rank(entry, wanted, words) ?? -1]
        if (list && list.length < limit) list.push(entry.product)
      }
      return found.flat().slice(0, limit)
    },
  }
}
