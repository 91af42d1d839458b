/** Events from the host to the nodes that want them, and the nodes' questions back to the host. */
import { type Consume, type Event, type Link, matches } from '../contract/child.ts'
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
}

export function createHub(link: Pick<Link, 'send' | 'request'>): Hub {
  /** Takers by exact type; families (`shelf.*`, `*`) apart, so that an event meets only those of its type. */
  const exact = new Map<string, Taker[]>()
  let families: Taker[] = []
  const shopListeners = new Set<() => void>()
  let lists: Promise<ShopLists> | undefined
  let telling = false

  /** Deploys add and remove many takers in one turn; the host is told once. */
  const tell = () => {
    if (telling) return
    telling = true
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
    const asked = (link.request('shop.lists', null) as Promise<ShopLists>).catch((error: unknown) => {
      if (lists === asked) lists = undefined
      throw error
    })
    lists = asked
    return asked
  }

  return {
    flush,
    freshLists: ask,
    deliver(event) {
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
    },
    on(consumes, take) {
      const remove = consumes.map((consume) => add({ consume, take }))
      tell()
      return () => {
        for (const one of remove) one()
        tell()
      }
    },
    call: (name, to, params, because) => link.request('command', { name, to, params, because }),
    lists: () => lists ?? ask(),
    onShopChange(changed) {
      shopListeners.add(changed)
      return () => void shopListeners.delete(changed)
    },
    choose: (ask) => link.request('staff.choose', ask) as ReturnType<Endcap['choose']>,
    onShift: () => link.request('staff.on-shift', null) as ReturnType<Endcap['onShift']>,
    consents: (who, purpose) => link.request('consent.check', { who, purpose }) as Promise<boolean>,
    presence: (kinds) => link.request('presence.count', { kinds }) as Promise<Record<string, number>>,
  }
}
