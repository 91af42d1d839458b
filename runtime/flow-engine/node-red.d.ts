/** The part of Node-RED 5 that we use; the package brings no types. */
declare module 'node-red' {
  import type { EventEmitter } from 'node:events'
  import type { IncomingMessage, Server, ServerResponse } from 'node:http'

  /** A message on a wire. `event`, `payload` and `topic` are set by our nodes that begin a flow. */
  export interface FlowMessage {
    _msgid?: string
    topic?: unknown
    payload?: unknown
    event?: unknown
    [field: string]: unknown
  }
  type Outputs = FlowMessage | null | (FlowMessage | null)[]
  export interface NodeStatus {
    fill?: 'red' | 'green' | 'yellow' | 'blue' | 'grey'
    shape?: 'ring' | 'dot'
    text?: string
  }
  /** A running node. */
  export interface FlowNode {
    id: string
    /** Id of the tab or subflow in which it lies. */
    z: string
    name?: string
    send(message: Outputs): void
    status(status: NodeStatus): void
    error(text: string, message?: FlowMessage): void
    warn(text: string): void
    on(
      event: 'input',
      take: (message: FlowMessage, send: (message: Outputs) => void, done: (error?: Error) => void) => void,
    ): void
    on(event: 'close', close: (done: () => void) => void): void
  }
  /** A node as it stands in the flows. */
  export interface NodeConfig {
    id: string
    type: string
    name?: string
    [field: string]: unknown
  }
  export interface NodeApi {
    nodes: {
      createNode(node: FlowNode, config: NodeConfig): void
      registerType(type: string, constructor: (this: FlowNode, config: NodeConfig) => void): void
    }
    /** `endcap` is what child.ts put there: an Endcap (runtime/flow-engine/types.ts). */
    settings: { endcap: unknown }
    util: { getMessageProperty(message: FlowMessage, path: string): unknown }
  }
  type Next = (error?: unknown) => void
  export interface WebRequest extends IncomingMessage {
    originalUrl: string
    baseUrl: string
    path: string
  }
  export type Handler = (request: WebRequest, response: ServerResponse, next: Next) => void
  export interface WebApp {
    (request: IncomingMessage, response: ServerResponse): void
    get(path: string, ...handlers: Handler[]): void
    post(path: string, ...handlers: Handler[]): void
  }

  interface NodeRed {
    init(server: Server | EventEmitter, settings: Record<string, unknown>): void
    start(): Promise<void>
    stop(): Promise<void>
    readonly events: EventEmitter
    readonly httpAdmin: WebApp
    readonly auth: { needsPermission(permission: string): Handler }
    readonly runtime: {
      nodes: {
        getNodeList(options: object): Promise<{ types: string[]; enabled: boolean; err?: unknown }[]>
      }
    }
  }
  const RED: NodeRed
  export default RED
}
