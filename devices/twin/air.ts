/** The radio side of the virtual shop: gateways, each a client of the broker, and what they hear of tags and sensors. */
import mqtt, { type MqttClient } from 'mqtt'
import { gatewayOf, type Publication } from './gateways.ts'
import type { Place, Radio } from './radio.ts'
import type { Body } from './crowd.ts'
import type { Advertisement } from './wireless.ts'

export const MEASURED_POWER = -59
const TAG_HEIGHT_METRES = 1.1
/** Sensors stand in cabinets: metal takes this many dB. */
const CABINET_DECIBELS = 8

export interface Receiver {
  id: string
  x: number
  y: number
  heightMetres?: number
}

export interface Air {
  /** Everybody's tag advertises once. */
  tags(bodies: readonly Body[]): void
  /** A sensor advertises once, from a place in the shop. */
  sensor(heard: Advertisement, place: Place): void
  /** A gateway loses its power, or has it again. */
  power(receiver: string, on: boolean): void
  stop(): void
}

export interface AirOptions {
  url: string
  username: string
  password: string
  receivers: readonly Receiver[]
  radio: Radio
  fault: (text: string) => void
}

export function createAir({ url, username, password, receivers, radio, fault }: AirOptions): Air {
  const clients = new Map<string, MqttClient>()
  const connect = (receiver: string, index: number) => {
    const topic = gatewayOf(index).state(receiver)
    const client = mqtt.connect(url, {
      username,
      password,
      clientId: `${receiver}-${process.pid}`,
      reconnectPeriod: 500,
      queueQoSZero: false,
      will: { topic, payload: Buffer.from('offline'), qos: 0, retain: false },
    })
    client.on('connect', () => client.publish(topic, 'online'))
    client.on('error', (error) => fault(`gateway ${receiver}: ${error.message}`))
    clients.set(receiver, client)
  }
  for (const [index, { id }] of receivers.entries()) connect(id, index)

  const placeOf = ({ x, y, heightMetres }: Receiver): Place => ({ x, y, height: heightMetres ?? 2.4 })
  const publish = (receiver: string, { topic, payload }: Publication) => clients.get(receiver)?.publish(topic, payload)
  const live = (receiver: string) => clients.get(receiver)?.connected === true

  return {
    tags(bodies) {
      for (const { tag, walker } of bodies)
        for (const [index, receiver] of receivers.entries()) {
          const { x, y, heading } = walker
          const place = { x, y, height: TAG_HEIGHT_METRES }
          const rssi = radio.hear(index, placeOf(receiver), place, heading, MEASURED_POWER)
          if (rssi === undefined || !live(receiver.id)) continue
          publish(receiver.id, gatewayOf(index).beacon(receiver.id, tag, rssi, MEASURED_POWER))
        }
    },
    sensor(heard, place) {
      for (const [index, receiver] of receivers.entries()) {
        const gateway = gatewayOf(index)
        if (!gateway.sensor || !live(receiver.id)) continue
        const toward = Math.atan2(receiver.y - place.y, receiver.x - place.x)
        const rssi = radio.hear(index, placeOf(receiver), place, toward, MEASURED_POWER - CABINET_DECIBELS)
        if (rssi !== undefined) publish(receiver.id, gateway.sensor(receiver.id, heard, rssi))
      }
    },
    power(receiver, on) {
      const client = clients.get(receiver)
      if (on && !client) {
        const index = receivers.findIndex(({ id }) => id === receiver)
        if (index >= 0) connect(receiver, index)
      } else if (!on && client) {
        clients.delete(receiver)
        // Without a word: the broker notices, and publishes the last will.
        client.stream.destroy()
        client.end(true)
      }
    },
    stop() {
      for (const client of clients.values()) client.end(true)
      clients.clear()
    },
  }
}
