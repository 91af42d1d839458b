import type { Bus, Commands } from '../bus/index.ts'
import type { Consume, LogLevel, Manifest, ModelDescription, ModelReport, PermissionName } from '../contract/index.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Shop } from '../shop/index.ts'
import type { Closed } from './places.ts'
import type { Timing } from './timing.ts'

/** Part of endcap.yaml: what a plugin is given. */
export interface PluginSettings {
  enabled?: boolean
  /** Start it even where bubblewrap is missing. */
  trusted?: boolean
  config?: unknown
  devices?: { id: string; name?: string; zone?: string; config?: unknown }[]
}

export interface PluginConfiguration {
  /** As written: without defaults and without secrets that the box made. */
  written: { config?: unknown; devices: NonNullable<PluginSettings['devices']> }
  pluginSchema?: object
  /** Of the configuration of each device. */
  deviceSchema?: object
}

/** The states that a supervisor draws: see runtime/host/supervisor.ts. */
export type PluginState = 'disabled' | 'invalid' | 'starting' | 'running' | 'restarting' | 'quarantined' | 'stopped'

export interface PluginStatus {
  name: string
  package: string
  version: string
  folder: string
  kind: Manifest['kind'] | 'flows'
  state: PluginState
  /** Why it is invalid, restarting or quarantined, and what to do. */
  reason?: string
  remedy?: string
  permissions: { name: PermissionName; sentence: string }[]
  /** `bubblewrap`, or `node` where only Node's permission model holds. */
  sandbox: 'bubblewrap' | 'node'
  pid?: number
  startedAt?: number
  restarts: number
  memoryBytes?: number
  /** Share of one core over the last seconds. */
  cpu?: number
  /** Longest delay of its event loop in the last beat, milliseconds. */
  loopDelay?: number
  emitted: number
  refused: number
  received: number
  waiting: number
  dropped: number
  lastEventAt?: number
  /** The last lines that it logged, newest last. */
  lines: { time: number; level: LogLevel; text: string }[]
  config?: unknown
  /** Of `config`. */
  configSchema?: unknown
  devices: DeviceStatus[]
  /** Models that it has open, each with the backend that it got. */
  models?: ModelReport[]
}

export interface DeviceStatus {
  /** `plugin/device`. */
  source: string
  id: string
  name?: string
  /** Where it is, as endcap.yaml says. */
  zone?: string
  /** `gateway`, `thermometer`, … as the plugin says. */
  kind?: string
  /** `vendor/model` of its profile, where one is known. */
  profile?: string
  state: 'unknown' | 'online' | 'stale' | 'offline' | 'suspect' | 'discovered'
  /** When it came into this state. */
  since?: number
  reason?: string
  lastEventAt?: number
  /** endcap.yaml names it. */
  adopted: boolean
  /** It was found, and nobody has adopted it yet. */
  found?: FoundDevice
  /** What it last said, device.* aside; never with an identity in it. */
  last?: { type: string; data: unknown; time: number }
}

export interface FoundDevice {
  detail?: string
  /** The entry that adopts it; missing where it only needs a place on the floor plan. */
  adopt?: { list?: string; config: Record<string, unknown> }
  at: number
}

/** A program that the host supervises as it does plugins, but which is not found in a folder: Node-RED. */
export interface ChildSpec {
  name: string
  version: string
  folder: string
  entry: string
  manifest: Manifest
  config: unknown
  /** Node flags beside those of its permissions. */
  flags?: string[]
  /** Environment; empty where it is not given. */
  env?: Record<string, string>
  /** Folders bound into the sandbox, and readable or writable for Node. */
  binds?: { path: string; mode: 'read' | 'write' }[]
  /** After three crashes in five minutes: quarantine, or start again with config changed by `safe`. */
  safe?: (config: unknown) => unknown
}

/** Who asks: the child, with what it may do. */
export interface Principal {
  name: string
  manifest: Manifest
  /** True for Node-RED. */
  flows: boolean
}

export type RequestHandler = (principal: Principal, params: unknown) => unknown

export interface HostDependencies {
  bus: Bus
  commands: Commands
  ledger: Ledger
  shop: Shop
  /** Folders that hold plugin packages. Those in the first are ours and trusted. */
  folders: string[]
  settings: () => Record<string, PluginSettings>
  /** Folders of the box that hold models, for plugins with the permission `model`; a plugin's own come first. */
  models?: string[]
  log: HostLog
  /** Path of bubblewrap, or false to go without; looked for where it is not given. */
  bubblewrap?: string | false
  /**
   * Folder in which each child keeps its code as Node compiled it. From its second start on a child then starts faster
   * and without the compiler of TypeScript: 12 MiB of private memory instead of 35.
   */
  cacheFolder?: string
  /** The folder of the box, which no configuration opens to a plugin. */
  closed?: Closed
  /** For tests that cannot wait for minutes. */
  timing?: Partial<Timing>
}

/** The part of pino that the host uses. */
export interface HostLog {
  child(fields: Record<string, unknown>): HostLog
  debug(fields: object, text: string): void
  info(fields: object, text: string): void
  warn(fields: object, text: string): void
  error(fields: object, text: string): void
}

/** Supervises every child process of the box. */
export interface Host {
  /** Finds the packages and starts each enabled one; resolves when all were tried, none waits for another. */
  start(): Promise<void>
  stop(): Promise<void>
  /** Looks again into the folders and at the settings: starts new packages, stops removed ones, restarts changed ones. */
  reload(): Promise<void>
  /** Also out of quarantine; reads its package again. */
  restart(plugin: string): Promise<void>
  plugins(): PluginStatus[]
  plugin(name: string): PluginStatus
  /** Starts and supervises a program of ours over the plugin protocol. Resolves when it is ready. */
  launch(spec: ChildSpec): Promise<void>
  /** Answers requests of children by name; throws for those that it refuses. */
  answer(name: string, handler: RequestHandler): void
  /** Publishes an event from inside the box (`source` is ours), stamped and checked as a plugin's would be. */
  emit(
    source: string,
    event: { type: string; subject?: string; data: unknown; because?: string[] },
    options?: { commit?: boolean },
  ): Promise<string>
  /** Effective configuration of a plugin, generated secrets included. */
  config(plugin: string): unknown
  /** The models of the box. */
  models(): ModelDescription[]
  /** What endcap.yaml says of a plugin, and the JSON Schemas from which a form for it can be drawn. */
  configuration(plugin: string): PluginConfiguration
  /** Paths of the box that a device with these settings and the defaults of its schema opens to the plugin. */
  opens(plugin: string, config: Record<string, unknown>): { path: string; mode: 'read' | 'write' | 'device' }[]
  /** Whether its manifest lists the command. */
  answers(plugin: string, command: string): boolean
  /** A found device was adopted, or has its place: it counts as found no longer. */
  settle(plugin: string, device: string): void
  /** Rejects with ENDCAP_PLUGIN_CONFIG_INVALID where the plugin could not be started with these. */
  check(plugin: string, settings: Pick<PluginSettings, 'config' | 'devices'>): Promise<void>
  onChange(listener: (plugin: string) => void): () => void
}

export type { Consume }
