/**
 * Events from the host to the nodes that want them, and the nodes' questions back to the host. While flows are deployed,
 * events are held: a node that is closed hears nothing, and what it sends is lost.
 */
import { setImmediate as turn } from 'node:timers/promises'
import { type Consume, type Event, type Link, matches } from '../contract/child.ts'
import { checkSendable } from './sendable.ts'
import type { Endcap, ShopLists } from './types.ts'

interface Taker {
  consume: Consume
  take: (event: Event) => void
}

export interface Hub extends Endcap {
  /** An event came over the link. */
  deliver(event: Event): void
  /** The lists as they are now: uploads and new devices change them without a word. */
  freshLists(): Promise<ShopLists>
  /** Tells the host now what is wanted. */
  flush(): void
  /** Holds events from now on. Resolves when the messages that are under way have arrived, or a second is over. */
  hold(): Promise<void>
  /** Ends one hold; with the last one, what was held is delivered to the nodes that are there now. */
  release(): void
}

/** A deploy waits so long for answers that nodes have asked for. */
const PATIENCE_MILLISECONDS = 1000
/** Turns of the event loop without a question after which no message is under way: each hop of Node-RED takes one. */
const QUIET_TURNS = 32
/** A deploy that has not begun to run by now is taken back by the host, with a new process. */
const LONGEST_MILLISECONDS = 15_000
/** Events that are held; of more, the oldest go. */
const MOST_HELD = 20_000

export function createHub(link: Pick<Link, 'send' | 'request'>): Hub {
  /** Takers by exact type; families (`shelf.*`, `*`) apart, so that an event meets only those of its type. */
  const exact = new Map<string, Taker[]>()
  let families: Taker[] = []
  const shopListeners = new Set<() => void>()
  let lists: Promise<ShopLists> | undefined
  let telling = false
  let held: Event[] | undefined
  /** A deploy can begin while the flows of the one before are still starting. */
  let holds = 0
  let longest: NodeJS.Timeout | undefined
  let asking = 0
  /** Events that nodes were given or that were dropped, in this life; and whether the host is still to be told. */
  let heard = 0
  let confirming = false
  const request = async <T>(name: string, params: unknown): Promise<T> => {
    checkSendable(params)
    asking++
    try {
      return (await link.request(name, params)) as T
    } finally {
      asking--
    }
  }

  /** Deploys add and remove many takers in one turn; the host is told once. */
  const tell = () => {
    if (telling) return
    telling = true
    // What nodes wanted before a deploy is still asked for until they are there again.
    if (held) return
    setImmediate(flush)
  }
  const flush = () => {
    if (telling) {
      telling = false
      const wanted = new Map<string, Consume>([['shop.changed', { type: 'shop.changed' }]])
      for (const { consume } of [...[...exact.values()].flat(), ...families])
        wanted.set(JSON.stringify(consume), consume)
      link.send({ t: 'consume', consumes: [...wanted.values()] })
    }
  }
  const add = (taker: Taker) => {
    const { type } = taker.consume
    if (type.endsWith('*')) families.push(taker)
    else exact.set(type, [...(exact.get(type) ?? []), taker])
    return () => {
      families = families.filter((one) => one !== taker)
      const left = (exact.get(type) ?? []).filter((one) => one !== taker)
      if (left.length > 0) exact.set(type, left)
      else exact.delete(type)
    }
  }
  const shopChanged = () => {
    lists = undefined
    for (const changed of shopListeners) changed()
  }
  tell()

  const ask = () => {
    const asked = request<ShopLists>('shop.lists', null).catch((error: unknown) => {
      if (lists === asked) lists = undefined
      throw error
    })
    lists = asked
    return asked
  }

  const letGo = () => {
    clearTimeout(longest)
    const events = held ?? []
    holds = 0
    held = undefined
    flush()
    for (const event of events) deliver(event)
  }
  /** What a crash takes along before it was confirmed is given to the next life. */
  const confirm = () => {
    heard++
    if (confirming) return
    confirming = true
    setImmediate(() => {
      confirming = false
      link.send({ t: 'heard', count: heard })
    })
  }
  const deliver = (event: Event) => {
    if (event.type === 'shop.changed') shopChanged()
    let given = false
    const offer = ({ consume, take }: Taker) => {
      if (!matches(consume, event)) return
      // Nodes may change what they pass on; the second taker must not see what the first one did.
      take(given ? structuredClone(event) : event)
      given = true
    }
    for (const taker of exact.get(event.type) ?? []) offer(taker)
    for (const taker of families) offer(taker)
    confirm()
  }

  return {
    flush,
    freshLists: ask,
    deliver(event) {
      if (!held) return deliver(event)
      held.push(event)
      if (held.length <= MOST_HELD) return
      held.shift()
      confirm()
    },
    async hold() {
      held ??= []
      holds++
      clearTimeout(longest)
      longest = setTimeout(letGo, LONGEST_MILLISECONDS).unref()
      const end = performance.now() + PATIENCE_MILLISECONDS
      for (let quiet = 0; quiet < QUIET_TURNS && performance.now() < end; quiet = asking === 0 ? quiet + 1 : 0)
        await turn()
    },
    release() {
      if (holds <= 1) letGo()
      else holds--
    },
    on(consumes, take) {
      const remove = consumes.map((consume) => add({ consume, take }))
      tell()
      return () => {
        for (const one of remove) one()
        tell()
      }
    },
    call: (name, to, params, because) => request('command', { name, to, params, because }),
    lists: () => lists ?? ask(),
    onShopChange(changed) {
      shopListeners.add(changed)
      return () => void shopListeners.delete(changed)
    },
    choose: (about) => request('staff.choose', about),
    onShift: () => request('staff.on-shift', null),
    consents: (who, purpose) => request('consent.check', { who, purpose }),
    presence: (kinds) => request('presence.count', { kinds }),
  }
}
