/**
 * Proofs of play that have no answer yet, over reloads and weeks: in IndexedDB; in memory where there is none, or no room.
 */

/** Two weeks of a sign that changes every ten seconds, about 20 MB; of more, the oldest go. */
const MOST = 120_000
/** What is held in memory until there is room. */
const MOST_IN_MEMORY = 12_000
const STORE = 'plays'

export interface StoredPlay {
  play: string
  content: string
  /** Where it is there, the play is over; without it, it has begun. */
  shownSeconds?: number
  /** When that was, RFC 3339: it may be told much later. */
  time?: string
}

/** Keys of the database are numbers, those of memory texts. */
type Key = number | string

export interface PlayStore {
  add(play: StoredPlay): Promise<void>
  /** The oldest, with the key to remove each by. */
  first(count: number): Promise<{ key: Key; play: StoredPlay }[]>
  remove(keys: readonly Key[]): Promise<void>
  count(): Promise<number>
  /** How many found no room since the page was opened. */
  lost(): number
}

const done = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error ?? new Error('the store failed')))
  })
/** Only then is it there: where the disk is full, the request succeeds and its transaction fails. */
const committed = (transaction: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    const fail = () => reject(transaction.error ?? new Error('the store failed'))
    transaction.addEventListener('complete', () => resolve())
    transaction.addEventListener('abort', fail)
    transaction.addEventListener('error', fail)
  })

async function openDatabase(screen: string): Promise<IDBDatabase> {
  const request = indexedDB.open(`endcap-plays-${screen}`, 1)
  request.addEventListener('upgradeneeded', () => request.result.createObjectStore(STORE, { autoIncrement: true }))
  return done(request)
}

export async function openPlayStore(screen: string): Promise<PlayStore> {
  const memory = inMemory()
  try {
    return withSpare(stored(await openDatabase(screen)), memory)
  } catch {
    return memory
  }
}

/** Where the first has no room, the second holds what comes. */
const withSpare = (store: PlayStore, spare: PlayStore): PlayStore => ({
  add: (play) => store.add(play).catch(() => spare.add(play)),
  async first(count) {
    const kept = await store.first(count)
    return kept.length > 0 ? kept : spare.first(count)
  },
  async remove(keys) {
    await store.remove(keys.filter((key) => typeof key === 'number'))
    await spare.remove(keys.filter((key) => typeof key === 'string'))
  },
  count: async () => (await store.count()) + (await spare.count()),
  lost: () => store.lost() + spare.lost(),
})

function stored(database: IDBDatabase): PlayStore {
  let lost = 0
  const use = (mode: IDBTransactionMode) => database.transaction(STORE, mode).objectStore(STORE)
  return {
    async add(play) {
      const store = use('readwrite')
      const end = committed(store.transaction)
      store.add(play)
      const counting = done(store.count())
      await end
      if ((await counting) <= MOST) return
      const full = use('readwrite')
      const oldest = await done(full.getAllKeys(null, 100))
      for (const key of oldest) full.delete(key)
      await committed(full.transaction)
      lost += oldest.length
    },
    async first(count) {
      const store = use('readonly')
      const [keys, plays] = await Promise.all([done(store.getAllKeys(null, count)), done(store.getAll(null, count))])
      return keys.flatMap((key, index) => {
        const play = plays[index] as StoredPlay | undefined
        return play ? [{ key: Number(key), play }] : []
      })
    },
    async remove(keys) {
      if (keys.length === 0) return
      const store = use('readwrite')
      for (const key of keys) store.delete(key)
      await committed(store.transaction)
    },
    count: () => done(use('readonly').count()),
    lost: () => lost,
  }
}

function inMemory(): PlayStore {
  let next = 0
  let lost = 0
  const plays = new Map<string, StoredPlay>()
  return {
    async add(play) {
      plays.set(`m${next++}`, play)
      if (plays.size <= MOST_IN_MEMORY) return
      plays.delete(plays.keys().next().value ?? '')
      lost++
    },
    first: async (count) => [...plays].slice(0, count).map(([key, play]) => ({ key, play })),
    async remove(keys) {
      for (const key of keys) plays.delete(String(key))
    },
    count: async () => plays.size,
    lost: () => lost,
  }
}
