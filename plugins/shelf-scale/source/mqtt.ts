/** Scales that publish what they weigh: ESPHome, Tasmota, OpenMQTTGateway and anything that says a number on a topic. */
import { randomBytes } from 'node:crypto'
import mqtt, { type MqttClient } from 'mqtt'
import { messageValue, weightOf } from '@endcap/sdk'
import { gramsOf, parseTopic, type Unit } from '../config.ts'
import type { Range } from '../weigh/faults.ts'
import type { Reading, Source, SourceEvents } from './types.ts'

const CONNECT_MS = 10_000
/** A tonne, which no shelf carries; counts are those of an HX711, 24 bits with or without a sign. */
const RANGE: Range = { low: -1e6, high: 1e6, fine: false }
const COUNTS: Range = { low: -0x800000, high: 0xffffff, fine: false }

/** What comes within so long is taken together, the newest of each topic. */
const TOGETHER_MS = 12
/** No scale weighs more often; what is said faster is not believed. */
const MOST_PER_SECOND = 200
const SECOND_MS = 1000
/** Of a message; MQTT itself allows 256 MB. */
const MAX_MESSAGE_BYTES = 1024 * 1024
const QUOTED_CHARACTERS = 40

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
  const fresh = new Map<string, Buffer>()
  const rates = new Map(inputs.map(({ topic }) => [topic, createRate()]))
  let flushing: NodeJS.Timeout | undefined
  const flush = () => {
    flushing = undefined
    const now = performance.now()
    const readings = inputs.map(({ topic, path }, i): Reading => {
      const payload = fresh.get(topic)
      if (!payload) return undefined
      const text = payload.toString('utf8', 0, 4096)
      last.set(topic, text.slice(0, 60))
      const often = rates.get(topic)?.(now, 0) ?? 0
      if (often <= MOST_PER_SECOND) return readingOf(text, path)?.(gramsOf(plates[i]?.unit ?? 'g') ?? 1)
      const reason = `more than ${MOST_PER_SECOND} messages a second come on ${topic}, which no scale says; see who publishes there`
      return { broken: 'disconnected', reason }
    })
    fresh.clear()
    if (readings.some(Boolean)) events.batch(readings)
  }
  client.on('message', (topic, payload, { retain }) => {
    // What is kept from before is no weight of now.
    if (retain) return
    rates.get(topic)?.(performance.now(), 1)
    fresh.set(topic, payload)
    flushing ??= setTimeout(flush, TOGETHER_MS)
  })
  limitMessages(client)
  client.on('close', () => events.lost(`the connection to the broker at ${host} has ended`))
  return {
    ranges: plates.map(({ unit }) => (unit === 'counts' ? COUNTS : RANGE)),
    describe: async () => [
      `The broker at ${host} is there.`,
      ...inputs.map(({ topic }) => `${topic}: ${last.get(topic) ?? 'nothing yet'}`),
    ],
    async close() {
      clearTimeout(flushing)
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

/** Ends a connection on which a message grows beyond what a scale says, before it fills the memory. */
function limitMessages(client: MqttClient): void {
  let bytes = 0
  client.on('packetreceive', () => (bytes = 0))
  client.stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > MAX_MESSAGE_BYTES) client.stream.destroy(new Error('a message is longer than any of a scale'))
  })
}

/** Counts into seconds of a steady clock; returns how many there are in this one, or were in the last, if that is more. */
function createRate() {
  let beganAt = Number.NEGATIVE_INFINITY
  let before = 0
  let counted = 0
  return (now: number, more: number): number => {
    if (now - beganAt >= SECOND_MS) {
      before = now - beganAt < 2 * SECOND_MS ? counted : 0
      beganAt = now
      counted = 0
    }
    counted += more
    return Math.max(before, counted)
  }
}

/** What a message says, as a function of the grams of its unit; undefined where it says nothing of this plate. */
export function readingOf(text: string, path: readonly string[]): ((grams: number) => Reading) | undefined {
  const value = messageValue(text, path)
  if (value === undefined) return undefined
  const weight = weightOf(value)
  if (weight === null)
    return () => ({ broken: 'disconnected', reason: 'it says that it has no weight; see its load cell' })
  if (Number.isNaN(weight)) {
    const words = JSON.stringify(value).slice(0, QUOTED_CHARACTERS)
    return () => ({
      broken: 'disconnected',
      reason: `it says ${words}, which is no weight; see its topic and its path`,
    })
  }
  return (grams) => ({ counts: weight * grams })
}
