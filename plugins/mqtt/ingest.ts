import { createIdentifier } from '@endcap/sdk'
import type { Counters } from './counters.ts'
import { readEspresense } from './formats/espresense.ts'
import { readOpenMqttGateway } from './formats/openmqttgateway.ts'
import { readRaw } from './formats/raw.ts'
import type { Reading, Refusal, Sense } from './formats/reading.ts'
import type { Gateways } from './gateways.ts'
import type { Limits } from './limits.ts'

/** No gateway says so much at once. */
export const maxPayloadBytes = 65_536
const maxTopicLength = 512

/** The topics of all gateways that we understand, for a broker that asks. */
export const topics = [
  'espresense/devices/+/+',
  'espresense/rooms/+/status',
  'espresense/rooms/+/telemetry',
  '+/+/BTtoMQTT/+',
  '+/+/LWT',
  'endcap/raw/+',
  'endcap/raw/+/status',
]

export interface IngestOptions {
  gateways: Pick<Gateways, 'heard' | 'alive' | 'offline'>
  limits: Limits
  counters: Counters
  /** Report devices that are no beacons, by their address. */
  plain: boolean
  sense?: Sense
  sighted(receiver: string, reading: Reading): void
}

/** One message of a gateway, from whichever broker. */
export interface Incoming {
  topic: string
  payload: Uint8Array
  /** Kept by the broker from some time before, so not news. */
  retained?: boolean
  /** Who is held to the rate: the client, or the gateway where the client is not known. */
  from?: string
}

/**
 * Takes what gateways publish and reports the beacons in it. Whatever is wrong with a message, it is counted and
 * dropped. False where its sender is above its rate: slow it down.
 */
export function createIngest({
  gateways,
  limits,
  counters,
  plain,
  sense = { hear: () => false, report: () => false },
  sighted,
}: IngestOptions) {
  const identify = createIdentifier()
  /** The receiver that the message under way is of. */
  let at: string | undefined
  const here = () => (at === undefined ? {} : { receiver: at })
  const placed: Sense = {
    hear: (advertisement) => sense.hear({ ...advertisement, ...here() }),
    report: (decoded) => sense.report({ ...decoded, ...here() }),
  }

  const take = (receiver: string, read: Reading | Refusal) => {
    if (typeof read === 'string') counters[read] += 1
    else if (read.format === 'gateway' && !plain) counters.ignored += 1
    else {
      counters.sighted += 1
      sighted(receiver, read)
    }
  }

  return ({ topic, payload, retained = false, from }: Incoming): boolean => {
    counters.received += 1
    if (payload.length > maxPayloadBytes || topic.length > maxTopicLength) {
      counters.oversized += 1
      return true
    }
    const route = routeOf(topic)
    if (!route) {
      counters.ignored += 1
      return true
    }
    if (!limits.take(from ?? route.gateway)) {
      counters.limited += 1
      return false
    }
    if (route.kind === 'state') {
      if (text(payload).trim().toLowerCase() === 'offline') gateways.offline(route.gateway)
      else if (!retained) gateways.alive(route.gateway, route.family)
      return true
    }
    if (retained) {
      counters.retained += 1
      return true
    }
    if (route.kind === 'sign of life') {
      gateways.alive(route.gateway, route.family)
      return true
    }
    const receiver = gateways.heard(route.gateway, route.kind)
    at = receiver
    if (receiver === undefined) counters.strangers += 1
    else if (route.kind === 'ESPresense') take(receiver, readEspresense(text(payload)))
    else if (route.kind === 'OpenMQTTGateway')
      take(receiver, readOpenMqttGateway(text(payload), route.last, identify, placed))
    else for (const read of readRaw(text(payload), identify, placed)) take(receiver, read)
    return true
  }
}

export type Family = 'ESPresense' | 'OpenMQTTGateway' | 'raw'

interface Route {
  gateway: string
  kind: Family | 'state' | 'sign of life'
  /** Undefined where a topic like it may be of something that is no gateway. */
  family?: Family
  /** The topic's last level. */
  last: string
}

/** Which gateway a topic is of, and what stands there. */
export function routeOf(topic: string): Route | undefined {
  const levels = topic.split('/')
  const [first = '', second = '', third = '', fourth = ''] = levels
  const last = levels.at(-1) ?? ''
  const route = (gateway: string, kind: Route['kind'], family?: Family): Route | undefined => {
    if (gateway === '') return undefined
    return family === undefined ? { gateway, kind, last } : { gateway, kind, last, family }
  }
  if (first === 'espresense') {
    if (levels.length !== 4) return undefined
    if (second === 'devices') return route(fourth, 'ESPresense')
    if (second !== 'rooms') return undefined
    return fourth === 'status' ? route(third, 'state', 'ESPresense') : route(third, 'sign of life', 'ESPresense')
  }
  if (first === 'endcap' && second === 'raw') {
    if (levels.length === 3) return route(third, 'raw')
    return levels.length === 4 && fourth === 'status' ? route(third, 'state', 'raw') : undefined
  }
  if (third === 'BTtoMQTT' && levels.length === 4) return route(second, 'OpenMQTTGateway')
  if (third === 'LWT' && levels.length === 3) return route(second, 'state')
  if (third === 'SYStoMQTT' && levels.length === 3) return route(second, 'sign of life')
  return undefined
}

const text = (payload: Uint8Array): string =>
  Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8')
