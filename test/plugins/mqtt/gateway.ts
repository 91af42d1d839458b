/** Our MQTT plugin as a child, and real clients that publish to it as gateways do. */
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import { type RunningPlugin, runPlugin } from '../run.ts'

export const password = 'a-password-of-this-test'

interface Teardown {
  teardown(handler: () => Promise<void>): void
}

export interface Station extends RunningPlugin {
  port: number
  /** A client with the right password, unless the options say otherwise. */
  gateway(options?: IClientOptions): Promise<MqttClient>
}

export async function startStation(
  t: Teardown,
  config: Record<string, unknown> = {},
  plan?: { zones: []; receivers: { id: string }[] },
  profiles: unknown[] = [],
): Promise<Station> {
  const plugin = await runPlugin(t, 'mqtt', {
    config: { port: 0, password, readerPassword: 'a-reader-of-this-test', ...config },
    ...(plan === undefined ? {} : { plan }),
    profiles,
  })
  const line = await plugin.logLine((text) => text.startsWith('Gateways may connect'))
  const port = Number(/:(\d+) as/.exec(line)?.[1])
  const gateway = async (options: IClientOptions = {}) => {
    const url = `mqtt://127.0.0.1:${port}`
    const client = mqtt.connect(url, { username: 'gateway', password, reconnectPeriod: 0, ...options })
    t.teardown(() => client.endAsync(true))
    await new Promise((resolve, reject) => {
      client.once('connect', resolve)
      client.on('error', reject)
    })
    return client
  }
  return { ...plugin, port, gateway }
}

export const uuid = 'f7826da6-4fa2-4e98-8024-bc5b71e0893e'
export const tag = `radio/ibeacon:${uuid}:1:7`
/** The payload of an iBeacon's advertisement, major 1, minor 7, −59 dBm at 1 m. */
export const frame = `0201061aff4c000215${uuid.replaceAll('-', '')}00010007c5`
