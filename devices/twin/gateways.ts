/** What three kinds of real Bluetooth gateways publish over MQTT when they hear an iBeacon or a sensor. */
import type { Tag } from './crowd.ts'
import { type Advertisement, onAir } from './wireless.ts'

export interface Publication {
  topic: string
  payload: string
}

export interface Gateway {
  beacon(receiver: string, tag: Tag, rssi: number, measuredPower: number): Publication
  /** ESPresense tells where beacons are and passes no sensors on. */
  sensor?(receiver: string, heard: Advertisement, rssi: number): Publication
  /** Where it says `online`, and where the broker says `offline` in its name when it is gone (its last will). */
  state(receiver: string): string
}

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0')

/** Apple's company id, type 2, length 21, then UUID, major, minor (big-endian) and measured power. */
const manufacturerData = (tag: Tag, measuredPower: number) =>
  `4c000215${tag.uuid.replaceAll('-', '')}${hex(tag.major, 4)}${hex(tag.minor, 4)}${hex(measuredPower & 0xff, 2)}`

/** ESPresense: a topic for each device and room; its distance comes from a path-loss exponent ("absorption") of 3.5. */
const espresense: Gateway = {
  beacon(receiver, tag, rssi, measuredPower) {
    const id = `iBeacon:${tag.uuid}-${tag.major}-${tag.minor}`
    const metres = 10 ** ((measuredPower - rssi) / 35)
    return {
      topic: `espresense/devices/${id}/${receiver}`,
      payload: JSON.stringify({
        mac: tag.address.replaceAll(':', ''),
        id,
        'rssi@1m': measuredPower,
        rssi,
        raw: Math.round(metres * 100) / 100,
        distance: Math.round(metres * 100) / 100,
        int: 500,
      }),
    }
  },
  state: (receiver) => `espresense/rooms/${receiver}/status`,
}

/** OpenMQTTGateway with advertisement data published. */
const openMqttGateway: Gateway = {
  beacon: (receiver, tag, rssi, measuredPower) => ({
    topic: openMqttTopic(receiver, tag.address),
    payload: JSON.stringify({
      id: tag.address.toUpperCase(),
      mac_type: 1,
      adv_type: 0,
      rssi,
      manufacturerdata: manufacturerData(tag, measuredPower),
    }),
  }),
  sensor: (receiver, { address, name, serviceData }, rssi) => ({
    topic: openMqttTopic(receiver, address),
    payload: JSON.stringify({
      id: address.toUpperCase(),
      mac_type: 0,
      name,
      rssi,
      servicedata: serviceData,
      servicedatauuid: '0xfcd2',
    }),
  }),
  state: (receiver) => `home/${receiver}/LWT`,
}
const openMqttTopic = (receiver: string, address: string) =>
  `home/${receiver}/BTtoMQTT/${address.replaceAll(':', '').toUpperCase()}`

/** A plain gateway that hands on the advertisement as it was: for a beacon flags, then manufacturer data. */
const raw: Gateway = {
  beacon: (receiver, tag, rssi, measuredPower) => ({
    topic: `endcap/raw/${receiver}`,
    payload: JSON.stringify({ mac: tag.address, rssi, data: `0201061aff${manufacturerData(tag, measuredPower)}` }),
  }),
  sensor: (receiver, heard, rssi) => ({
    topic: `endcap/raw/${receiver}`,
    payload: JSON.stringify({ mac: heard.address, rssi, data: onAir(heard) }),
  }),
  state: (receiver) => `endcap/raw/${receiver}/status`,
}

const kinds = [espresense, openMqttGateway, raw]

/** The kind of gateway that hangs at a receiver: the shop mixes them, as real shops do. */
export function gatewayOf(index: number): Gateway {
  return kinds[index % kinds.length] ?? espresense
}
