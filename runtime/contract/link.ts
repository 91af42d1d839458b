/** The messages of the link, and requests with answers over it. Host, SDK and Node-RED child speak through this file. */
import type { Duplex } from 'node:stream'
import type { CommandCall } from './commands/index.ts'
import { type ErrorBody, errorBody, RemoteError } from './errors.ts'
import type { Consume, Event } from './event.ts'
import type { KnowledgeWish } from './knowledge.ts'
import { createWire, type Wire } from './wire.ts'

/** What a child is given when it starts. */
export interface StartMessage {
  plugin: string
  version: string
  /** The plugin's own configuration, valid and with defaults filled in. */
  config: unknown
  devices: { id: string; name?: string; zone?: string; config: unknown }[]
  /** Folders that hold models, in the order in which they are looked through; only with the permission `model`. */
  models?: string[]
}

/** What a child emits; id, source, time and privacy are the host's to stamp. */
export interface Emission {
  type: string
  /** Device of this plugin; the source becomes `plugin/device`. */
  device?: string
  /** Where it is missing, the device or the plugin is the subject. */
  subject?: string
  data: unknown
  because?: string[]
}

/** Numbers that a child reports with each heartbeat. */
export interface Beat {
  heapBytes: number
  /** Longest delay of its event loop since the last beat, in milliseconds. */
  loopDelay: number
  models?: ModelReport[]
}

/** An open model, as the console shows it. */
export interface ModelReport {
  name: string
  version: string
  backend: string
  /** Why no better backend runs it; empty where there is none. */
  passedOver: string
  calls: number
  failed: number
  /** Median and 99th percentile of its answers, milliseconds. */
  p50: number
  p99: number
  memoryBytes: number
}

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'

/** Requests that the host answers for a child; which of them a child may use depends on its manifest. */
export interface HostRequests {
  'state.get': { in: { key: string }; out: unknown }
  'state.set': { in: { key: string; value: unknown }; out: null }
  'state.delete': { in: { key: string }; out: null }
  /** Emits and answers after COMMIT with the stamped id. */
  emit: { in: Emission; out: { id: string } }
  command: { in: Omit<CommandCall, 'source' | 'id'> & { id?: string }; out: unknown }
  'shop.plan': { in: null; out: unknown }
  /** Products, planogram and cabinets, or those that are asked for. */
  'shop.knowledge': { in: KnowledgeWish | null; out: unknown }
  /** Profiles of devices, the user's own in place of ours. */
  'devices.profiles': { in: null; out: unknown }
}

/** Requests that a child answers for the host. */
export interface ChildRequests {
  /** The command to one of its devices. */
  command: { in: CommandCall; out: unknown }
  /** Its configuration has changed: true where it has taken it up, false where it wants to be started anew. */
  configure: { in: Pick<StartMessage, 'config' | 'devices'>; out: boolean }
}

export type Message =
  | { t: 'start'; start: StartMessage }
  | { t: 'ready' }
  | { t: 'event'; e: Event }
  /** The child has heard its first `count` events: those after them are owed to its next life. Node-RED says so. */
  | { t: 'heard'; count: number }
  | { t: 'emit'; e: Emission }
  | { t: 'request'; id: number; name: string; params: unknown }
  | { t: 'answer'; id: number; value?: unknown; error?: ErrorBody }
  | { t: 'consume'; consumes: Consume[] }
  | { t: 'log'; level: LogLevel; text: string; fields?: Record<string, unknown> }
  | { t: 'beat'; beat: Beat }
  | { t: 'stop' }

export interface LinkHandlers {
  /** Every message but requests and answers. */
  message(message: Exclude<Message, { t: 'request' | 'answer' }>): void
  /** Answers a request of the peer: its result, or throw. */
  request(name: string, params: unknown): unknown
  drain?(): void
  end(error?: Error): void
}

export interface Link extends Omit<Wire<Message>, 'send'> {
  send(message: Message): void
  /** Asks the peer; rejects with RemoteError as the peer threw it, or with Error when the link ends first. */
  request(name: string, params: unknown): Promise<unknown>
}

/** One end of the link over a stream: descriptor 3 in a child, the socket pair's other end in the host. */
export function createLink(stream: Duplex, handlers: LinkHandlers): Link {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  let next = 1
  let over: Error | undefined

  const answer = async (id: number, name: string, params: unknown) => {
    try {
      const value = await handlers.request(name, params)
      wire.send({ t: 'answer', id, value: value ?? null })
    } catch (error) {
      if (error instanceof RemoteError) {
        wire.send({ t: 'answer', id, error: { code: error.code, message: error.message, remedy: error.remedy } })
        return
      }
      const { code, message, remedy } = errorBody(error)
      wire.send({ t: 'answer', id, error: { code, message, remedy } })
    }
  }

  const wire: Wire<Message> = createWire<Message, Message>(stream, {
    message(message) {
      if (message.t === 'request') void answer(message.id, message.name, message.params)
      else if (message.t === 'answer') {
        const asked = waiting.get(message.id)
        waiting.delete(message.id)
        if (message.error) asked?.reject(new RemoteError(message.error))
        else asked?.resolve(message.value)
      } else handlers.message(message)
    },
    drain: () => handlers.drain?.(),
    end(error) {
      over = error ?? new Error('the link has ended')
      for (const asked of waiting.values()) asked.reject(over)
      waiting.clear()
      handlers.end(error)
    },
  })

  return {
    send: wire.send,
    backlogBytes: wire.backlogBytes,
    pause: wire.pause,
    resume: wire.resume,
    close: wire.close,
    request: (name, params) =>
      new Promise((resolve, reject) => {
        if (over) return reject(over)
        const id = next++
        waiting.set(id, { resolve, reject })
        wire.send({ t: 'request', id, name, params })
      }),
  }
}
