import { type Consume, type Event, type EventDefinition, matchesType, vocabulary } from '../contract/index.ts'
import { createLastValues, isAbout, type LastValues } from './last.ts'
import { compileForType, type Test } from './pattern.ts'
import { createQueue } from './queue.ts'
import type { Bus, LastValue, SubscribeOptions, Subscription, SubscriptionStats } from './types.ts'

const DEFAULT_LIMIT = 10_000

export interface BusOptions {
  /** Told of subscribers that throw. */
  log?: { error(fields: object, text: string): void }
  /** Monotonic milliseconds; performance.now where it is not given. */
  now?: () => number
  /** Definition of a type; the vocabulary where it is not given. A type without one is telemetry that never goes stale. */
  definition?: (type: string) => EventDefinition | undefined
}

interface Subscriber {
  consumes: readonly Consume[]
  take(event: Event, urgent: boolean): void
  forget(token: string): void
}

interface Target {
  subscriber: Subscriber
  /** null: every event of the type. */
  test: Test | null
}

/** All that publishing an event of one type needs to know. `targets` are of the bus's `generation`. */
interface Route {
  generation: number
  urgent: boolean
  definition: EventDefinition | undefined
  targets: Target[]
  last: LastValues
}

/** Publish and subscribe in this process. Everything is synchronous: publish returns when every subscriber was given it. */
export function createBus(options: BusOptions = {}): Bus {
  const now = options.now ?? (() => performance.now())
  const define = options.definition ?? ((type: string) => vocabulary.get(type))
  const routes = new Map<string, Route>()
  const subscribers = new Map<Subscriber, () => SubscriptionStats>()
  /** Grows with every change of what is subscribed, so that routes are compiled again when they are next used. */
  let generation = 1
  let published = 0
  let publishing = false
  /** Published by a subscriber while it was given an event: comes after that event for everybody. */
  let backlog: Event[] = []

  const routeOf = (type: string): Route => {
    let route = routes.get(type)
    if (!route) {
      route = { generation: 0, urgent: false, definition: undefined, targets: [], last: createLastValues() }
      routes.set(type, route)
    }
    if (route.generation !== generation) {
      route.generation = generation
      route.definition = define(type)
      route.urgent = route.definition?.lane === 'urgent'
      route.targets = []
      for (const subscriber of subscribers.keys()) {
        const test = compileForType(subscriber.consumes, type)
        if (test !== undefined) route.targets.push({ subscriber, test })
      }
    }
    return route
  }

  const spread = (event: Event) => {
    const { last, targets, urgent } = routeOf(event.type)
    published++
    last.set(event, now())
    for (const { subscriber, test } of targets) {
      if (test === null || test(event)) subscriber.take(event, urgent)
    }
  }

  const asLastValue = (route: Route, { event, at }: { event: Event; at: number }): LastValue => {
    const { staleSeconds } = route.definition ?? {}
    return { event, stale: staleSeconds !== undefined && now() - at > staleSeconds * 1000 }
  }

  return {
    publish(event) {
      if (publishing) {
        backlog.push(event)
        return
      }
      publishing = true
      try {
        spread(event)
        while (backlog.length > 0) {
          const waiting = backlog
          backlog = []
          for (const next of waiting) spread(next)
        }
      } finally {
        publishing = false
      }
    },

    subscribe: (wanted) => subscribe(wanted),

    last(type, subject) {
      if (!routes.has(type)) return undefined
      const route = routeOf(type)
      const kept = route.last.get(subject)
      return kept && asLastValue(route, kept)
    },

    lastAll(pattern) {
      const found: LastValue[] = []
      for (const type of routes.keys()) {
        if (!matchesType(pattern, type)) continue
        const route = routeOf(type)
        for (const kept of route.last.all()) found.push(asLastValue(route, kept))
      }
      return found
    },

    forget(token) {
      for (const { last, definition } of routes.values()) last.forget(token, definition)
      for (const subscriber of subscribers.keys()) subscriber.forget(token)
    },

    stats: () => ({ published, subscriptions: [...subscribers.values()].map((stats) => stats()) }),
  }

  function subscribe({ name, consumes, deliver, limit = DEFAULT_LIMIT }: SubscribeOptions): Subscription {
    const queue = createQueue(limit)
    let delivered = 0
    let full = false
    let draining = false
    let closed = false

    const give = (event: Event) => {
      delivered++
      try {
        if (deliver(event) === false) full = true
      } catch (error) {
        options.log?.error({ subscriber: name, type: event.type, id: event.id, err: error }, 'a subscriber threw')
      }
    }
    const subscriber: Subscriber = {
      consumes,
      take(event, urgent) {
        if (closed) return
        if (full || draining) queue.add(event, urgent)
        else give(event)
      },
      forget: (token) => queue.retain((event) => !isAbout(event, token, define(event.type))),
    }
    const isOpen = () => !full && !closed
    const stats = (): SubscriptionStats => ({
      name,
      delivered,
      waiting: queue.waiting,
      coalesced: queue.coalesced,
      dropped: queue.dropped,
    })
    subscribers.set(subscriber, stats)
    generation++

    return {
      drain() {
        full = false
        if (draining) return
        draining = true
        for (let event = queue.next(); event; event = isOpen() ? queue.next() : undefined) give(event)
        draining = false
      },
      consume(wanted) {
        subscriber.consumes = wanted
        generation++
        queue.retain((event) => {
          const test = compileForType(wanted, event.type)
          return test === null || (test?.(event) ?? false)
        })
      },
      stats,
      close() {
        closed = true
        if (subscribers.delete(subscriber)) generation++
        queue.retain(() => false)
      },
    }
  }
}
