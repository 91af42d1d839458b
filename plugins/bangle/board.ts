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

/** More does not help anybody; the oldest goes. */
const limit = 20

/** `send` is told what must change on the watch; while it is away, `all()` is what it must show when it is back. */
export function createBoard(send: (message: Message) => void) {
  const shown = new Map<string, Shown & { id: number }>()
  let last = 0
  const message = ({ id, what, title, body, mine }: Shown & { id: number }): Message => ({
    t: 'notify',
    id,
    src: what === 'task' ? (mine ? 'Yours' : 'Task') : 'Shop',
    title,
    body,
  })
  const remove = (item: string) => {
    const known = shown.get(item)
    if (!known) return
    shown.delete(item)
    send({ t: 'notify-', id: known.id })
  }
  return {
    put(one: Shown) {
      const id = shown.get(one.item)?.id ?? ++last
      shown.delete(one.item)
      const next = { ...one, id }
      shown.set(one.item, next)
      send(message(next))
      for (const item of [...shown.keys()].slice(0, Math.max(0, shown.size - limit))) remove(item)
    },
    remove,
    clear() {
      for (const item of shown.keys()) remove(item)
    },
    /** The bearer took it: it stays, to be ticked off. Anybody else: it goes. */
    claimed(item: string, byBearer: boolean) {
      const known = shown.get(item)
      if (known && byBearer) this.put({ ...known, mine: true })
      else remove(item)
    },
    all: (): Message[] => [...shown.values()].map(message),
    has: (item: string) => shown.has(item),
    /** What a tap means. The cross takes a task off the watch alone; it goes on waiting for somebody. */
    answer({ id, n, msg }: Tap): Answer | undefined {
      const found = [...shown.values()].find((one) => one.id === id)
      if (!found) return undefined
      const { item, what, mine } = found
      if (what === 'notice') return { item, answer: 'acknowledge' }
      const word = msg?.trim().toLowerCase()
      if (n === 'REPLY' && (word === 'done' || word === 'pass')) return { item, answer: word }
      if (n === 'OPEN' || n === 'REPLY') return { item, answer: mine ? 'done' : 'claim' }
      shown.delete(item)
      return undefined
    },
  }
}
