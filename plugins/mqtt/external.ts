import { randomBytes } from 'node:crypto'
import mqtt, { type MqttClient } from 'mqtt'
import { type Incoming, topics } from './ingest.ts'

const reconnectMs = 2000
const connectTimeoutMs = 10_000

export interface ExternalOptions {
  /** `mqtt://name:password@host:1883`, or mqtts:, ws:, wss:. */
  url: string
  received(incoming: Incoming): boolean
  connected(): void
  disconnected(reason: string): void
}

/** Hears the gateways of another broker, and connects again for as long as it takes. */
export function followBroker({ url, received, connected, disconnected }: ExternalOptions): { stop(): Promise<void> } {
  const client: MqttClient = mqtt.connect(url, {
    clientId: `endcap-${randomBytes(4).toString('hex')}`,
    clean: true,
    reconnectPeriod: reconnectMs,
    connectTimeout: connectTimeoutMs,
    resubscribe: false,
  })
  client.on('connect', () => {
    client.subscribe(topics, { qos: 0 }, (error) => {
      if (error) disconnected(`it refuses the topics of gateways (${error.message})`)
      else connected()
    })
  })
  client.on('message', (topic, payload, packet) => {
    received({ topic, payload, retained: packet.retain })
  })
  client.on('error', (error) => disconnected(error.message))
  client.on('close', () => disconnected('the connection has ended'))
  return {
    stop: async () => {
      await client.endAsync(true)
    },
  }
}
