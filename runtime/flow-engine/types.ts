import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Bus, Commands } from '../bus/index.ts'
import type { Consume, Event, ModelDescription } from '../contract/index.ts'
import type { Host, HostLog } from '../host/index.ts'
import type { Ledger, Version } from '../ledger/index.ts'
import type { ChosenStaff, Shop } from '../shop/index.ts'

export interface FlowEngineDependencies {
  host: Pick<Host, 'launch' | 'restart' | 'answer' | 'emit' | 'plugins' | 'models'>
  ledger: Pick<Ledger, 'documents' | 'versions' | 'audit'>
  shop: Pick<Shop, 'plan' | 'onShift' | 'chooseStaff' | 'knowledge'> & { people: Pick<Shop['people'], 'consents'> }
  bus: Pick<Bus, 'subscribe'>
  commands: Pick<Commands, 'call'>
  /** $ENDCAP_HOME. */
  home: string
  log: HostLog
  /** Seconds in which deployed flows must run, else those before are put back; 10 where it is not given. */
  deploySeconds?: number
}

/** down: no child; safe: the editor is there but no flow runs; stopped: Node-RED runs, and says why its flows do not. */
export type FlowState = 'down' | 'starting' | 'running' | 'safe' | 'stopped'

/** Node-RED as the rest of the runtime sees it. */
export interface FlowEngine {
  /** Resolves when the flows run, or the editor is reachable in safe mode. Throws what host.launch throws. */
  start(): Promise<void>
  stop(): Promise<void>
  state(): { state: FlowState; reason?: string }
  /** Carries a request under /flows to the editor, for somebody who is signed in; `user` stands in the history. */
  proxy(request: IncomingMessage, response: ServerResponse, user: string): void
  /** Carries the editor's websocket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, user: string): void
  /** Newest first. */
  versions(): Promise<Omit<Version, 'value'>[]>
  /** What version n changed, in words. Throws ENDCAP_FLOWS_VERSION_UNKNOWN. */
  difference(n: number): Promise<string[]>
  /** Makes version n the newest and runs it. Throws ENDCAP_FLOWS_VERSION_UNKNOWN, _INVALID. */
  restore(n: number, by: string): Promise<void>
}

/** One node, tab, group or subflow as Node-RED keeps it. */
export interface FlowItem {
  id: string
  type: string
  [field: string]: unknown
}
/** What a version of the flows holds. */
export interface StoredFlows {
  flows: FlowItem[]
  /** Encrypted by Node-RED under the secret that the host keeps. */
  credentials: Record<string, unknown>
}

/** Start configuration of the child; no secrets, since the console shows it. */
export interface ChildConfig {
  /** Path of the Unix socket on which the editor listens. */
  socket: string
  userDir: string
  safeMode: boolean
}
/** Answer to `flows.boot`: fresh for each start of the child, and kept by neither side. */
export interface Boot {
  /** Every request to the editor must carry it. */
  secret: string
  credentialSecret: string
  settings: Record<string, unknown>
}
/** Told by the child (`flows.state`) whenever it changes. */
export interface ChildState {
  /** Made by the child at its start. */
  start: string
  state: Exclude<FlowState, 'down' | 'starting'>
  reason?: string
  /** Version that runs, as flows.load or flows.save gave it. */
  version: number
}

/** What the shop really has, for the pick lists of the editor. Names of customers are not among it. */
export interface ShopLists {
  zones: { id: string; name: string; entrance: boolean }[]
  screens: { id: string; name: string; zone?: string }[]
  /** Groups of screens. */
  screenGroups: string[]
  fixtures: { id: string; name: string }[]
  cabinets: { id: string; name: string; zone?: string }[]
  staff: { id: string; name: string }[]
  /** What associates are marked with, for «who is told». */
  roles: string[]
  groups: string[]
  skills: string[]
  receivers: { id: string; name: string }[]
  devices: { id: string; name: string; plugin: string }[]
  plugins: string[]
  commands: { name: string; meaning: string; to: string; example: unknown }[]
  types: { type: string; meaning: string; subject: string; filterable: string[] }[]
  purposes: { id: string; text: string }[]
  media: { hash: string; name: string }[]
  models: (Pick<ModelDescription, 'name' | 'version' | 'meaning' | 'inputs'> & { labels: string[] })[]
}

/** What a node of our palette may use: `RED.settings.endcap`. */
export interface Endcap {
  /** Delivers matching events until the returned function is called. Each taker may change what it is given. */
  on(consumes: Consume[], take: (event: Event) => void): () => void
  /** Gives a command and resolves with its answer; rejects with the texts of the error table. */
  call(name: string, to: string, params: unknown, because: string[]): Promise<unknown>
  lists(): Promise<ShopLists>
  /** Called after the shop has changed, until the returned function is called. */
  onShopChange(changed: () => void): () => void
  choose(ask: { about?: string; zone?: string }): Promise<ChosenStaff | null>
  onShift(): Promise<{ id: string; name: string }[]>
  consents(who: string, purpose: string): Promise<boolean>
  /** How many of these kinds are in each zone where somebody is. */
  presence(kinds: string[]): Promise<Record<string, number>>
}
