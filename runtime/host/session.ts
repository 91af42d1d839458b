/** One life of a child on its link: what it hears, says, asks and answers, within its manifest. */
import type { Bus, Subscription } from '../bus/index.ts'
import {
  type Beat,
  type ChildRequests,
  type CommandCall,
  commands,
  type Consume,
  EndcapError,
  type Emission,
  type Event,
  type EventDefinition,
  type LinkHandlers,
  type LogLevel,
  type Manifest,
  manifestDefaults,
  matches,
  matchesType,
  type Message,
  RemoteError,
  vocabulary,
} from '../contract/index.ts'
import type { Ingested, Origin } from './ingest.ts'
import { createRate, type Rate } from './rate.ts'
import type { Owed } from './owed.ts'
import { createReceived } from './received.ts'
import type { Child } from './spawn.ts'
import type { Principal, RequestHandler } from './types.ts'

/** Bytes that may wait in a child's socket before its events wait in its queue. */
const FULL_BYTES = 1024 * 1024
const MAX_CONSUMES = 1000
/** A child that has not taken a changed configuration up by then is started anew. */
const CONFIGURE_MS = 3000

/** What a session needs of the host around it. */
export interface Surroundings {
  bus: Bus
  /** Carries events with raw radio identities. */
  radio: Bus
  /** Carries pictures, to children that may see what cameras see. */
  pictures: Bus
  ingest(origin: Origin, emission: Emission): Ingested
  publish(ingested: Ingested): void
  /** Publishes, and resolves after COMMIT where the type is kept. */
  commit(ingested: Ingested): Promise<void>
  command(call: Omit<CommandCall, 'id' | 'deadline'> & { id?: string; deadline?: number }): Promise<unknown>
  request(name: string): RequestHandler | undefined
}

/** What the supervisor hears of a session. */
export interface SessionEvents {
  ready(): void
  beat(beat: Beat): void
  log(level: LogLevel, text: string, fields?: Record<string, unknown>): void
  said(event: Event): void
  refused(error: EndcapError): void
  /** It sent what is not of the protocol. */
  broken(reason: string): void
  /** Its socket was held back for its rate and is open again. */
  resumed(): void
}

export interface Session {
  handlers: LinkHandlers
  attach(child: Child): void
  call(call: CommandCall): Promise<unknown>
  /** True where the child has taken the changed configuration up. */
  configure(changed: ChildRequests['configure']['in']): Promise<boolean>
  counts(): { received: number; waiting: number; dropped: number }
  paused(): boolean
  end(): void
}

export function createSession(
  principal: Principal,
  own: ReadonlyMap<string, EventDefinition>,
  around: Surroundings,
  events: SessionEvents,
  owed?: Owed,
): Session {
  const { manifest, name } = principal
  const seesRadio = manifest.permissions.includes('radio-address')
  const received = createReceived()
  const origin: Origin = {
    name,
    produces: manifest.produces,
    events: own,
    radio: seesRadio,
    reserved: manifest.permissions,
    received,
  }
  const subscriptions: Subscription[] = []
  let child: Child | undefined
  let rate: Rate | undefined
  let wanted: readonly Consume[] | undefined
  let delivered = 0

  const deliver = (event: Event): boolean => {
    if (!child) return true
    received.add(event.id)
    delivered++
    child.link.send({ t: 'event', e: event })
    owed?.gave(event, delivered)
    return child.link.backlogBytes() < FULL_BYTES
  }

  const consume = (consumes: readonly Consume[]) => {
    // Every event is held against each of them.
    if (consumes.length > MAX_CONSUMES) throw new Error(`it wants to hear more than ${MAX_CONSUMES} kinds of events`)
    wanted = consumes
    for (const { type } of consumes)
      if (!manifest.consumes.some((allowed) => overlap(allowed.type, type)))
        events.log('warn', `it wants to hear ${type}, which its manifest does not list under consumes`)
    if (subscriptions.length > 0) {
      for (const subscription of subscriptions) subscription.consume(consumes)
      return
    }
    subscriptions.push(
      around.bus.subscribe({
        name,
        consumes,
        // What its own bus of radio events brings would come twice.
        deliver: (event) => (!mayHear(manifest, event) || (seesRadio && isRadio(event)) ? true : deliver(event)),
      }),
    )
    for (const [reserved, may] of [
      ['radio', seesRadio],
      ['pictures', manifest.permissions.includes('camera')],
    ] as const) {
      if (!may) continue
      subscriptions.push(
        around[reserved].subscribe({
          name: `${name} (${reserved})`,
          consumes,
          deliver: (event) => (mayHear(manifest, event) ? deliver(event) : true),
        }),
      )
    }
  }

  /** Before what comes from now on, the child hears what came while it was away. */
  const giveBack = () => {
    for (const event of owed?.back() ?? []) {
      const wants = wanted?.some((consume) => matches(consume, event)) && mayHear(manifest, event)
      if (wants && !received.has(event.id)) deliver(event)
    }
  }

  const emit = (emission: Emission): Ingested | EndcapError => {
    try {
      const ingested = around.ingest(origin, emission)
      events.said(ingested.event)
      return ingested
    } catch (error) {
      if (!(error instanceof EndcapError)) throw error
      events.refused(error)
      return error
    }
  }

  const take = (message: Exclude<Message, { t: 'request' | 'answer' }>) => {
    rate?.count()
    switch (message.t) {
      case 'emit': {
        const ingested = emit(message.e)
        if (!(ingested instanceof EndcapError)) around.publish(ingested)
        return
      }
      case 'beat':
        return events.beat(message.beat)
      case 'ready':
        // One that never said what it wants hears all that its manifest names: Node-RED does so.
        if (!wanted) consume(manifest.consumes)
        giveBack()
        return events.ready()
      case 'heard':
        return owed?.heard(message.count)
      case 'consume':
        return consume(Array.isArray(message.consumes) ? message.consumes : [])
      case 'log':
        return events.log(message.level, message.text, message.fields)
      default:
    }
  }

  const request = async (asked: string, params: unknown): Promise<unknown> => {
    rate?.count()
    if (asked === 'emit') {
      const ingested = emit(params as Emission)
      if (ingested instanceof EndcapError) throw ingested
      await around.commit(ingested)
      received.add(ingested.event.id)
      return { id: ingested.event.id }
    }
    if (asked === 'command') {
      const call = params as Omit<CommandCall, 'source' | 'id' | 'deadline'>
      const may = (manifest.gives ?? []).some((pattern) => matchesType(pattern, call.name))
      const { flows, person } = commands.get(call.name) ?? {}
      if (!may || person || (principal.flows && flows === false))
        throw new EndcapError('ENDCAP_PLUGIN_DENIED', { plugin: name, what: `the command ${call.name}` })
      const unknown = call.because?.find((id) => !received.has(id))
      if (unknown !== undefined) throw new EndcapError('ENDCAP_CAUSE_UNKNOWN', { plugin: name, id: unknown })
      return around.command({ ...call, source: name })
    }
    const handler = around.request(asked)
    if (!handler) throw new EndcapError('ENDCAP_PLUGIN_DENIED', { plugin: name, what: `the request ${asked}` })
    return handler(principal, params)
  }

  const end = () => {
    rate?.stop()
    if (child) owed?.away(wanted ?? manifest.consumes)
    for (const subscription of subscriptions.splice(0)) subscription.close()
    child = undefined
  }

  return {
    handlers: {
      message(message) {
        try {
          take(message)
        } catch (error) {
          // What is not of the protocol is the child's fault, and must not become the host's.
          events.broken(error instanceof Error ? error.message : String(error))
        }
      },
      request,
      drain: () => {
        for (const subscription of subscriptions) subscription.drain()
      },
      end,
    },
    attach(started) {
      child = started
      rate = createRate(manifest.eventsPerSecond ?? manifestDefaults.eventsPerSecond, started.link, events.resumed)
    },
    async call(call) {
      if (!child) throw new EndcapError('ENDCAP_CHILD_GONE', { plugin: name })
      try {
        return await child.link.request('command', call)
      } catch (error) {
        if (error instanceof RemoteError) throw error
        throw new EndcapError('ENDCAP_CHILD_GONE', { plugin: name })
      }
    },
    async configure(changed) {
      if (!child) return false
      const late = Promise.withResolvers<boolean>()
      const timer = setTimeout(() => late.resolve(false), CONFIGURE_MS)
      try {
        return (await Promise.race([child.link.request('configure', changed), late.promise])) === true
      } finally {
        clearTimeout(timer)
      }
    },
    counts() {
      const stats = subscriptions.map((subscription) => subscription.stats())
      return {
        received: delivered,
        waiting: stats.reduce((sum, { waiting }) => sum + waiting, 0),
        dropped: stats.reduce((sum, { dropped }) => sum + dropped, 0),
      }
    },
    paused: () => rate?.paused() === true,
    end,
  }
}

const isRadio = ({ type }: Event): boolean => vocabulary.get(type)?.radio === true

const overlap = (one: string, other: string): boolean => matchesType(one, other) || matchesType(other, one)

/**
 * Whatever a child asks for, it hears only what its manifest lists; and a raw advertisement only where it is named by
 * company or service.
 */
function mayHear(manifest: Manifest, event: Event): boolean {
  const raw = event.type === 'ble.advertisement' && !manifest.permissions.includes('radio-address')
  return manifest.consumes.some(
    (consume) =>
      matches(consume, event) &&
      (!raw || consume.where?.['companyIds'] !== undefined || consume.where?.['serviceUuids'] !== undefined),
  )
}
