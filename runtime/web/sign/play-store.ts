/** Proofs of play that have no answer yet, over reloads and weeks: in IndexedDB, or in memory where there is none. */

/** Two weeks of a sign that changes every ten seconds, about 20 MB; of more, the oldest go. */
const MOST = 120_000
const STORE = 'plays'

export interface StoredPlay {
  play: string
  content: string
  /** Where it is there, the play is over; without it, it has begun. */
  shownSeconds?: number
  /** When that was, RFC 3339: it may be told much later. */
  time?: string
}

export interface PlayStore {
  add(play: StoredPlay): Promise<void>
  /** The oldest, with the key to remove each by. */
  first(count: number): Promise<{ key: IDBValidKey; play: StoredPlay }[]>
  remove(keys: readonly IDBValidKey[]): Promise<void>
  count(): Promise<number>
}

const done = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error ?? new Error('the store failed')))
  })

async function openDatabase(screen: string): Promise<IDBDatabase> {
  const request = indexedDB.open(`endcap-plays-${screen}`, 1)
  request.addEventListener('upgradeneeded', () => request.result.createObjectStore(STORE, { autoIncrement: true }))
  return done(request)
}

export async function openPlayStore(screen: string): Promise<PlayStore> {
  try {
    return stored(await openDatabase(screen))
  } catch {
    return inMemory()
  }
}

function stored(database: IDBDatabase): PlayStore {
  const use = (mode: IDBTransactionMode) => database.transaction(STORE, mode).objectStore(STORE)
  return {
    async add(play) {
      const store = use('readwrite')
      await done(store.add(play))
      if ((await done(store.count())) <= MOST) return
      const oldest = await done(store.getAllKeys(null, 100))
      await Promise.all(oldest.map((key) => done(store.delete(key))))
    },
    async first(count) {
      const store = use('readonly')
      const [keys, plays] = await Promise.all([done(store.getAllKeys(null, count)), done(store.getAll(null, count))])
      return keys.flatMap((key, index) => {
        const play = plays[index] as StoredPlay | undefined
        return play ? [{ key, play }] : []
      })
    },
    async remove(keys) {
      const store = use('readwrite')
      await Promise.all(keys.map((key) => done(store.delete(key))))
    },
    count: () => done(use('readonly').count()),
  }
}

function inMemory(): PlayStore {
  let next = 0
  const plays = new Map<number, StoredPlay>()
  return {
    async add(play) {
      plays.set(next++, play)
      if (plays.size > MOST / 10) plays.delete(plays.keys().next().value ?? -1)
    },
    first: async (count) => [...plays].slice(0, count).map(([key, play]) => ({ key, play })),
    async remove(keys) {
      for (const key of keys) plays.delete(Number(key))
    },
    count: async () => plays.size,
  }
}
