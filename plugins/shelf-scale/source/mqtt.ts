/** Scales that publish what they weigh: ESPHome, Tasmota, OpenMQTTGateway and anything that says a number on a topic. */
import { randomBytes } from 'node:crypto'
import mqtt, { type MqttClient } from 'mqtt'
import { decodeWeightMessage } from '@endcap/sdk'
import { gramsOf, parseTopic, type Unit } from '../config.ts'
import type { Range } from '../weigh/faults.ts'
import type { Reading, Source, SourceEvents } from './types.ts'

const CONNECT_MS = 10_000
/** Nobody knows what a scale may say of its load; counts are those of an HX711, 24 bits with or without a sign. */
const RANGE: Range = { low: -1e9, high: 1e9, fine: false }
const COUNTS: Range = { low: -0x800000, high: 0xffffff, fine: false }

export interface MqttOptions {
  url: string
  username: string
  password: string
  plates: readonly { input: string; unit?: Unit }[]
  signal: AbortSignal
}

/** Rejects with a sentence where the broker cannot be reached, or lets us not in. */
export async function openMqtt(options: MqttOptions, events: SourceEvents): Promise<Source> {
  const { url, username, password, plates, signal } = options
  const inputs = plates.map(({ input }) => parseTopic(input))
  const client = mqtt.connect(url, {
    clientId: `endcap-scale-${randomBytes(4).toString('hex')}`,
    clean: true,
    reconnectPeriod: 0,
    connectTimeout: CONNECT_MS,
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
  })
  const { host } = new URL(url)
  let refused = ''
  client.on('error', (error) => void (refused = error.message))
  try {
    await connected(client, signal)
    const topics = [...new Set(inputs.map(({ topic }) => topic))]
    const granted = await client.subscribeAsync(topics, { qos: 0 })
    const denied = granted.find(({ qos }) => qos > 2)
    if (denied)
      throw new Error(
        `the broker lets nobody read ${denied.topic}. Endcap's own lets the account “reader” read what stands in plugins.mqtt.config.readTopics; docs/scales.md shows how`,
      )
  } catch (error) {
    await client.endAsync(true)
    const words = refused || (error instanceof Error ? error.message : String(error))
    throw new Error(`the broker at ${host} is not to be had: ${words || 'nobody answers'}`, { cause: error })
  }
  const last = new Map<string, string>()
  client.on('message', (topic, payload, { retain }) => {
    // What is kept from before is no weight of now.
    if (retain) return
    const text = payload.toString('utf8', 0, 4096)
    last.set(topic, text.slice(0, 60))
    const readings = inputs.map((input, i): Reading => {
      if (input.topic !== topic) return undefined
      return readingOf(text, input.path)?.(gramsOf(plates[i]?.unit ?? 'g') ?? 1)
    })
    if (readings.some(Boolean)) events.batch(readings)
  })
  client.on('close', () => events.lost(`the connection to the broker at ${host} has ended`))
  return {
    ranges: plates.map(({ unit }) => (unit === 'counts' ? COUNTS : RANGE)),
    describe: async () => [
      `The broker at ${host} is there.`,
      ...inputs.map(({ topic }) => `${topic}: ${last.get(topic) ?? 'nothing yet'}`),
    ],
    async close() {
      client.removeAllListeners('close')
      await client.endAsync(true)
    },
  }
}

const connected = (client: MqttClient, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const stop = () => reject(new Error('the plugin stops'))
    signal.addEventListener('abort', stop, { once: true })
    client.once('connect', () => {
      signal.removeEventListener('abort', stop)
      resolve()
    })
    client.once('close', () => reject(new Error('nobody answers')))
  })

/** What a message says, as a function of the grams of its unit; undefined where it says nothing of this plate. */
export function readingOf(text: string, path: readonly string[]): ((grams: number) => Reading) | undefined {
  const weight = decodeWeightMessage(text, path)
  if (weight === undefined) return undefined
  if (weight === null)
    return () => ({ broken: 'disconnected', reason: 'it says that it has no weight; see its load cell' })
  return (grams) => ({ counts: weight * grams })
}
