/** What stands on a watch: few things, each with a number, gone as soon as somebody has seen to them. */
import type { Message, Tap } from './gb.ts'

export interface Shown {
  what: 'notice' | 'task'
  item: string
  title: string
  body: string
  /** The bearer has this task: the tick now means «done». */
  mine?: boolean
}

export interface Answer {
  item: string
  answer: 'acknowledge' | 'claim' | 'done' | 'pass'
}

/**
 * What outlasts a restart: under which number a thing stands on the watch, so that an old tap never means another thing.
 * No texts, which may hold what the shop takes back.
 */
export interface Numbers {
  last: number
  /** Item, number, and whether the watch has shown it. */
  shown: [string, number, boolean][]
  /** What still stands on the watch and is over. */
  gone: number[]
  /** Items that the bearer took off the watch. */
  dismissed: string[]
}

interface Entry extends Shown {
  id: number
  /** The watch has it: what is said of it again makes no noise. */
  told: boolean
  at: number
}

/** More does not help anybody; the oldest goes. */
const limit = 20
/** More than this many numbers that a watch has not heard of being over are not remembered. */
const mostGone = 100

export interface BoardOptions {
  /** Resolves with whether the watch took it. */
  send(message: Message): Promise<boolean>
  /** What must be kept has changed. */
  keep(): void
  kept?: Numbers | undefined
}

export function createBoard({ send, keep, kept = { last: 0, shown: [], gone: [], dismissed: [] } }: BoardOptions) {
  const shown = new Map<string, Entry>()
  const known = new Map(kept.shown.map(([item, id, told]) => [item, { id, told }]))
  const gone = new Set(kept.gone)
  const dismissed = new Set(kept.dismissed)
  let { last } = kept
  let clock = 0

  const message = ({ id, what, title, body, mine, told }: Entry): Message => ({
    t: 'notify',
    id,
    src: what === 'task' ? (mine ? 'Yours' : 'Task') : 'Shop',
    title,
    body,
    ...(told ? { new: false } : {}),
  })
  async function tell(entry: Entry) {
    if (!(await send(message(entry))) || entry.told) return
    entry.told = true
    keep()
  }
  async function takeOff(id: number) {
    gone.add(id)
    for (const one of [...gone].slice(0, Math.max(0, gone.size - mostGone))) gone.delete(one)
    keep()
    if (await send({ t: 'notify-', id })) {
      gone.delete(id)
      keep()
    }
  }
  function remove(item: string) {
    const entry = shown.get(item)
    if (!entry) return
    shown.delete(item)
    void takeOff(entry.id)
  }
  /** `loud` disturbs, though the watch may have it already. */
  function put(one: Shown, loud = true) {
    const before = shown.get(one.item) ?? known.get(one.item)
    known.delete(one.item)
    shown.delete(one.item)
    dismissed.delete(one.item)
    const entry = { ...one, id: before?.id ?? ++last, told: !loud && before?.told === true, at: ++clock }
    shown.set(one.item, entry)
    keep()
    void tell(entry)
    for (const item of [...shown.keys()].slice(0, Math.max(0, shown.size - limit))) remove(item)
  }

  return {
    put,
    remove,
    clear() {
      for (const item of shown.keys()) remove(item)
    },
    /** The bearer took it: it stays, to be ticked off. Anybody else: it goes. */
    claimed(item: string, byBearer: boolean) {
      const entry = shown.get(item)
      if (entry && byBearer) put({ ...entry, mine: true }, false)
      else remove(item)
    },
    /** Stands for now: what is put after it is newer than an answer that was asked for at this moment. */
    now: () => clock,
    /** What the box says that waits, asked for at `asked`. What the watch had before is not told with a noise again. */
    bring(waiting: readonly Shown[], asked: number) {
      const wanted = new Set(waiting.map(({ item }) => item))
      for (const { item, at } of shown.values()) if (at <= asked && !wanted.has(item)) remove(item)
      for (const item of dismissed) if (!wanted.has(item)) dismissed.delete(item)
      for (const one of waiting) {
        if (dismissed.has(one.item)) continue
        const entry = shown.get(one.item)
        if (entry?.title !== one.title || entry.body !== one.body || (entry.mine ?? false) !== (one.mine ?? false))
          put(one, false)
      }
      for (const { id } of known.values()) void takeOff(id)
      known.clear()
    },
    /** The watch is back: it may have forgotten everything, or nothing. */
    again() {
      for (const id of gone) void takeOff(id)
      for (const entry of shown.values()) void tell(entry)
    },
    numbers: (): Numbers => ({
      last,
      shown: [
        ...[...known].map(([item, { id, told }]): [string, number, boolean] => [item, id, told]),
        ...[...shown.values()].map(({ item, id, told }): [string, number, boolean] => [item, id, told]),
      ],
      gone: [...gone],
      dismissed: [...dismissed],
    }),
    has: (item: string) => shown.has(item),
    items: () => [...shown.keys()],
    /** What a tap means. The cross takes a task off the watch alone; it goes on waiting for somebody. */
    answer({ id, n, msg }: Tap): Answer | undefined {
      const found = [...shown.values()].find((one) => one.id === id)
      if (!found) return undefined
      const { item, what, mine } = found
      if (what === 'notice') return { item, answer: 'acknowledge' }
      const word = msg?.trim().toLowerCase()
      if (n === 'REPLY' && (word === 'done' || word === 'pass')) return { item, answer: word }
      if (n === 'OPEN' || n === 'REPLY') return { item, answer: mine ? 'done' : 'claim' }
      dismissed.add(item)
      remove(item)
      return undefined
    },
  }
}
