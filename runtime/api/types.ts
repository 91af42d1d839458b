import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { FastifyBaseLogger } from 'fastify'
import type { Bus, Commands } from '../bus/index.ts'
import type { Host, PluginConfiguration, ReadProfiles } from '../host/index.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Shop } from '../shop/index.ts'
import type { LookAtDisk } from './disk-room.ts'

/** How far a stage of the boot is: `late` past its deadline, `off` where this start leaves it out (safe mode). */
export interface StageState {
  state: 'waiting' | 'starting' | 'ready' | 'late' | 'failed' | 'off'
  /** Why it is late, failed or off; told to managers alone. */
  reason?: string
}
export type Stages = Record<'ledger' | 'api' | 'plugins' | 'flows', StageState>

/** What the API needs of the flow engine; main.ts joins the two. */
export interface FlowsFace {
  state(): { state: string; reason?: string }
  /** Carries a request of a signed-in manager to Node-RED and its answer back; answers by itself where it cannot. */
  proxy(request: IncomingMessage, response: ServerResponse, user: string): void
  /** The same for an upgrade; owns the socket from now on. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, user: string): void
  /** Newest first. */
  versions(): Promise<FlowsVersion[]>
  /** What this version changed against the one before, in words. Throws ENDCAP_FLOWS_VERSION_UNKNOWN. */
  difference(version: number): Promise<string[]>
  restore(version: number, by: string): Promise<void>
}

export interface FlowsVersion {
  version: number
  /** Milliseconds since the epoch. */
  time: number
  by: string
  summary: string
}

/** What can go wrong in the virtual shop, and whether it does now. */
export interface VirtualFault {
  id: string
  group: string
  title: string
  /** What a person should see then. */
  expect: string
  /** Pages of the console on which it is seen. */
  look: string[]
  on: boolean
}

/** What the API needs of the virtual shop. Both throw ENDCAP_TWIN_AWAY where it does not run. */
export interface VirtualShopFace {
  faults(): Promise<VirtualFault[]>
  /** Throws ENDCAP_NOT_FOUND. */
  set(fault: string, on: boolean): Promise<VirtualFault[]>
}

export interface ApiDependencies {
  bus: Bus
  commands: Commands
  ledger: Ledger
  shop: Shop
  host: Pick<
    Host,
    'plugins' | 'plugin' | 'restart' | 'emit' | 'config' | 'configuration' | 'opens' | 'check' | 'answers' | 'settle'
  >
  /** Profiles of devices, ours and the box's own, and what is wrong with those that were left out. */
  profiles?(): Promise<ReadProfiles>
  flows?: FlowsFace
  /** Writes `plugins.<name>.enabled` into endcap.yaml and has the host look at it; resolves when it holds. */
  enablePlugin(plugin: string, enabled: boolean): Promise<void>
  /** Writes configuration and devices of a plugin into endcap.yaml and has the host look at it. */
  configurePlugin(plugin: string, settings: PluginConfiguration['written']): Promise<void>
  /** Folder in which media are kept by their SHA-256. */
  mediaFolder: string
  /** How much room there is; the disk of that folder where it is not given. */
  lookAtDisk?: LookAtDisk
  /** Folder of the built pages. */
  webRoot: string
  stages(): Stages
  /** Why the clock of the box cannot be right. */
  clockFault?(): string | undefined
  /** True where the virtual shop runs. */
  twin: boolean
  /** Where the virtual shop runs; its routes exist only then. */
  virtualShop?: VirtualShopFace
  version: string
  log: FastifyBaseLogger
  /** Where to listen (port 0: any free one), and further names under which browsers may call the box. */
  network: { host: string; port: number; names?: readonly string[] }
  limits?: Partial<Limits>
}

export interface Limits {
  /** Sign-in attempts a minute for each address. */
  signInsPerMinute: number
  /** Events a second that one session may send in. */
  eventsPerSecond: number
  mediaBytes: number
}

export interface Api {
  /** Reads who may come in, listens, answers. Throws ENDCAP_ADDRESS_IN_USE. */
  start(): Promise<void>
  /** Ends every stream, lets running requests finish (at most two seconds), closes the port. */
  stop(): Promise<void>
  /** A secret that signs one manager in, once, within 24 hours. */
  signInSecret(): Promise<string>
  /** `http://127.0.0.1:8080`; empty before start(). */
  readonly address: string
}
