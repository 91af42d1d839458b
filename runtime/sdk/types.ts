/** What a plugin is given. */
import type { Duplex } from 'node:stream'
import type {
  CommandAnswer,
  CommandCall,
  CommandName,
  CommandParams,
  Consume,
  DeviceProfile,
  Event,
  EventData,
  EventType,
  KnowledgeWish,
  LogLevel,
  PublicKnowledge,
  PublicPlan,
} from '../contract/child.ts'
import type { Model, ModelOptions } from './model/types.ts'

/** Data of a type of the vocabulary; `unknown` for a plugin's own types and for patterns. */
export type DataOf<T extends string> = T extends EventType ? EventData<T> : unknown
export type ParamsOf<N extends string> = N extends CommandName ? CommandParams<N> : unknown
export type AnswerOf<N extends string> = N extends CommandName ? CommandAnswer<N> : unknown

/** One device that a technician configured for this plugin. */
export interface Device<C = unknown> {
  id: string
  name?: string
  /** The zone that it stands in, where the technician has said so. */
  zone?: string
  /** Fits the manifest's `config` schema, with defaults filled in. */
  config: C
}

/** What a plugin says; id, source, time and privacy are stamped by the host. */
export interface Said<D> {
  /** Device of this plugin; the source becomes `plugin/device`. */
  device?: string
  /** Where it is missing, the device or the plugin is the subject. */
  subject?: string
  data: D
  /** Ids of the events that this one was derived from; only of events that were delivered to this plugin. */
  because?: string[]
}

export interface Emit {
  /** Sends at once and does not wait; what the host refuses is counted and logged there. */
  <T extends string>(type: T, said: Said<DataOf<T>>): void
  /** Resolves with the id after the event is on disk; rejects with the error of the host that refused it. */
  committed<T extends string>(type: T, said: Said<DataOf<T>>): Promise<{ id: string }>
}

export interface CallOptions {
  /** The same id gets the same answer: repeat a call safely. Made where it is missing. */
  id?: string
  /** Milliseconds to wait; the command's own where it is missing. */
  deadline?: number
  because?: string[]
}

export interface State {
  /** What was set under this key, or undefined. Survives restarts of the plugin and of the box. */
  get<T = unknown>(key: string): Promise<T | undefined>
  /** Resolves when the value is on disk. */
  set(key: string, value: unknown): Promise<void>
  delete(key: string): Promise<void>
}

export interface SerialOptions {
  /** Bits per second; 9600 where it is not given. */
  baudRate?: number
}

export interface Serial {
  /** Text lines, without their ends. Opened again with growing pauses when the port goes away; ends with `ctx.signal`. */
  lines(path: string, options?: SerialOptions): AsyncIterable<string>
  /** The open port as a byte stream; rejects where it cannot be opened. Closed with `ctx.signal`. */
  open(path: string, options?: SerialOptions): Promise<Duplex>
}

type Write = (fields: Record<string, unknown> | string, text?: string) => void

/** Levels as pino's: `log.info('text')` or `log.info({ port }, 'text')`. */
export type Log = Record<LogLevel, Write>

export interface Found {
  device: string
  /** `gateway`, `adapter`, `scale`, … */
  kind: string
  name?: string
  detail?: string
  /** Its profile, `vendor/model`, where it was recognised. */
  profile?: string
  /**
   * How it is adopted with one click: the entry that is written into `list` of the plugin's own configuration, or into
   * `devices` where there is none; a form asks for what the schema requires beyond it.
   */
  adopt?: { list?: string; config: Record<string, unknown> }
}

export type * from './model/types.ts'

export interface Context<D = unknown, P = unknown> {
  /** Name of this plugin. */
  plugin: string
  devices: Device<D>[]
  /** The plugin's own configuration, after the manifest's `pluginConfig` schema. */
  config: P
  /** Aborts when the plugin is to stop; three seconds later the process is ended. */
  signal: AbortSignal
  emit: Emit
  /** Hears events, within the manifest's `consumes`. Returns the way to stop hearing. */
  on<T extends string>(
    what: T | (Consume & { type: T }),
    handler: (event: Event<DataOf<T>>) => void | Promise<void>,
  ): () => void
  /** Answers a command of the manifest's `commands`; device `+` is every device. */
  command<N extends string>(
    name: N,
    device: string,
    handler: (params: ParamsOf<N>, call: CommandCall) => unknown,
  ): () => void
  /** Gives a command of the manifest's `gives` and resolves with its answer. */
  call<N extends string>(name: N, to: string, params: ParamsOf<N>, options?: CallOptions): Promise<AnswerOf<N>>
  state: State
  serial: Serial
  /** Emits `device.discovered`, once for each device. */
  discovered(found: Found): void
  /** Emit `device.online`, `stale` and `offline`, on change only. */
  online(device: string, kind: string): void
  stale(device: string, kind: string, reason?: string, silentSeconds?: number): void
  offline(device: string, kind: string, reason?: string): void
  /**
   * Emits `device.suspect`: the device says what cannot be true, and the plugin kept it out. On change only, and at
   * most once in ten seconds for each device; `reason` is for the technician. Ends with the next `online` or `believed`.
   */
  suspect(device: string, kind: string, reason: string): void
  /** A believable reading came in: ends a suspicion with `device.online`, and is nothing where there is none. */
  believed(device: string, kind: string): void
  /**
   * Takes a changed configuration up without a restart, so that nothing else is interrupted: `ctx.config` and
   * `ctx.devices` are the new ones after it. Return false for a change that needs a restart. Without a handler every
   * change does.
   */
  onConfig(handler: (next: { config: P; devices: Device<D>[] }) => boolean | Promise<boolean>): void
  /** The floor plan, zones and receivers. Ask again on `shop.changed`. */
  plan(): Promise<PublicPlan>
  /**
   * Products that stand in the planogram, the planogram and the cabinets. Ask again on `shop.changed`, by its `part`. A
   * shop may have 50,000 products: ask for the `shelves` that you have to do with (`A/3`, or the fixture `A`), or for
   * none of them (`[]`) where the cabinets are enough.
   */
  knowledge(wish?: KnowledgeWish): Promise<PublicKnowledge>
  /**
   * Opens a model of the plugin's own `models/` folder or of the box's; the manifest needs the permission `model`.
   * Rejects with the reason and the remedy where it is altered, unmeasured, or nothing here can run it. The same name
   * gives the same model.
   */
  model(name: string, options?: ModelOptions): Promise<Model>
  /** What is known of devices (devices/<vendor>/<model>.json), the box's own profiles in place of ours. */
  profiles(): Promise<DeviceProfile[]>
  log: Log
}
