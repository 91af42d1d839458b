/** Which events a child received lately: only those may stand in its `because`. */
export interface Received {
  add(id: string): void
  has(id: string): boolean
}

/** Two generations, so that forgetting costs nothing: at least `capacity`, at most twice as many ids. */
export function createReceived(capacity = 25_000): Received {
  let young = new Set<string>()
  let old = new Set<string>()
  return {
    add(id) {
      young.add(id)
      if (young.size < capacity) return
      old = young
      young = new Set()
    },
    has: (id) => young.has(id) || old.has(id),
  }
}
