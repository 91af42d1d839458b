/** What every node of the palette does alike: beginning a message, passing causes on, texts from a message, status. */
import type { FlowMessage, FlowNode, NodeApi } from 'node-red'
import type { Endcap } from '../../runtime/flow-engine/index.ts'

/** The part of an event that nodes read. */
export interface FlowEvent {
  id: string
  type: string
  subject: string
  data: unknown
}

/** The host's side, as the flow engine's child put it into the settings. */
export const endcapOf = (RED: NodeApi): Endcap => RED.settings.endcap as Endcap

/** The message with which an event enters a flow. Its id is the event's, so that the debug view leads back to it. */
export const begin = (event: FlowEvent): FlowMessage => ({
  _msgid: event.id,
  topic: event.subject,
  payload: event.data,
  event,
})

/** Ids of the events that this message came from; commands carry them as `because`. */
export function causes({ event, because }: FlowMessage): string[] {
  const id = typeof event === 'object' && event !== null ? (event as Partial<FlowEvent>).id : undefined
  const own = typeof id === 'string' ? [id] : []
  const more = Array.isArray(because) ? because.filter((one) => typeof one === 'string') : []
  return [...new Set([...own, ...more])]
}

/** A field of the message by its path: `payload.zone`. */
export function lookUp(message: FlowMessage, path: string): unknown {
  let value: unknown = message
  for (const step of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
    value = (value as Record<string, unknown>)[step]
  }
  return value
}

/** `{{name}}` and `{{favourite}}` are the host's to fill, for a recipient who may know them. */
const HOSTS_OWN = new Set(['name', 'favourite'])

/** Fills `{{payload.zone}}` from the message and cuts at `most` characters; what is missing becomes nothing. */
export function fill(text: string, message: FlowMessage, most: number): string {
  const filled = text.replace(/\{\{\s*([\w.-]+)\s*\}\}/g, (whole, path: string) => {
    if (HOSTS_OWN.has(path)) return whole
    return words(lookUp(message, path))
  })
  return filled.length > most ? `${filled.slice(0, most - 1)}…` : filled
}

function words(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`
  try {
    return JSON.stringify(value) ?? ''
  } catch {
    // It holds itself, or a number that JSON does not know.
    return ''
  }
}

/** A string setting of a node, trimmed; undefined where it is empty. */
export function setting(value: unknown): string | undefined {
  const text = typeof value === 'string' ? value.trim() : ''
  return text === '' ? undefined : text
}

/** A number setting of a node; undefined where it is empty or none. */
export function amount(value: unknown): number | undefined {
  const number = typeof value === 'number' ? value : Number.parseFloat(String(value))
  return Number.isFinite(number) ? number : undefined
}

/** A field of msg.payload that is a string. */
export const fromPayload = (message: FlowMessage, field: string): string | undefined =>
  setting(lookUp(message, `payload.${field}`))

/** Shows a failure under the node and hands it to the catch nodes. */
export function fail(node: FlowNode, error: unknown, done: (error?: Error) => void): void {
  const failure = error instanceof Error ? error : new Error(String(error))
  node.status({ fill: 'red', shape: 'ring', text: short(failure.message) })
  done(failure)
}

/** Does a node's work on one message, and tells Node-RED how it ended. */
export async function finish(node: FlowNode, done: (error?: Error) => void, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    fail(node, error, done)
    return
  }
  done()
}

/** Fits under a node. */
export const short = (text: string): string => (text.length > 40 ? `${text.slice(0, 39)}…` : text)

const SHOW_MILLISECONDS = 1000

/**
 * Shows how many events came, at most once a second: a status for each would cost more than the event itself.
 * Returns what to call for each event.
 */
export function activity(node: FlowNode): () => void {
  let count = 0
  let shown = 0
  node.status({ fill: 'grey', shape: 'ring', text: 'waiting' })
  const timer = setInterval(() => {
    if (count === shown) return
    shown = count
    node.status({ fill: 'green', shape: 'dot', text: `${count} ${count === 1 ? 'event' : 'events'}` })
  }, SHOW_MILLISECONDS)
  node.on('close', (done) => {
    clearInterval(timer)
    done()
  })
  return () => void count++
}
