/** What a technician writes of a board, read once: where it is, and where each plate is connected. */

export interface PlateConfig {
  slot: string
  input: string
  capacityGrams?: number
  gramsPerCount?: number
  unit?: Unit
  gramsPerCelsius?: number
  creepPercent?: number
}

export interface DeviceConfig {
  port: string
  plates: PlateConfig[]
  ratePerSecond: number
  thermometer: string
  silenceSeconds: number
  username: string
  password: string
}

export interface PluginConfig {
  iioFolder: string
  serialFolder: string
  discover: boolean
}

export type Port =
  | { kind: 'serial'; path: string }
  | { kind: 'tcp'; host: string; port: number }
  | { kind: 'iio'; name: string }
  | { kind: 'mqtt'; url: string }
  | { kind: 'i2c'; bus: number }

/** Port on which StandardFirmataEthernet and StandardFirmataWiFi listen. */
const FIRMATA_PORT = 3030

/** Throws a sentence where it is none. */
export function parsePort(text: string): Port {
  if (text.startsWith('/')) return { kind: 'serial', path: text }
  if (text.startsWith('iio:')) return { kind: 'iio', name: text.slice('iio:'.length) }
  const bus = /^i2c:(\d+)$/.exec(text)?.[1]
  if (bus !== undefined) return { kind: 'i2c', bus: Number(bus) }
  const url = URL.parse(text)
  if (url?.protocol === 'tcp:' && url.hostname)
    return { kind: 'tcp', host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port) || FIRMATA_PORT }
  if (url && /^(mqtts?|wss?):$/.test(url.protocol) && url.hostname) return { kind: 'mqtt', url: text }
  throw new Error(
    `“${text}” is no port; write /dev/ttyACM0, tcp://192.168.1.20:3030, i2c:1, iio:device0 or mqtt://192.168.1.5:1883`,
  )
}

/** Where on a board a load cell is: an analog pin, or a channel of a NAU7802, perhaps behind a multiplexer. */
export type BoardInput =
  | { kind: 'analog'; channel: number }
  | { kind: 'nau7802'; channel: 1 | 2; mux?: { address: number; port: number } }

/** Address of a TCA9548A whose address pins are all low. */
const MUX_ADDRESS = 0x70

/** `A0`, `nau7802`, `nau7802/2`, `mux3/nau7802`, `mux0x71:3/nau7802/2`. Throws a sentence where it is none. */
export function parseBoardInput(text: string): BoardInput {
  const analog = /^[aA](\d{1,2})$/.exec(text)
  if (analog) return { kind: 'analog', channel: Number(analog[1]) }
  const chip = /^(?:mux(?:(0x7[0-7]):)?([0-7])\/)?nau7802(?:\/([12]))?$/i.exec(text)
  if (!chip)
    throw new Error(
      `“${text}” is no input of a board; write A0 to A15, nau7802, nau7802/2 for its second channel, or mux3/nau7802 behind port 3 of a multiplexer`,
    )
  const [, address, port, channel] = chip
  return {
    kind: 'nau7802',
    channel: channel === '2' ? 2 : 1,
    ...(port === undefined ? {} : { mux: { address: address ? Number(address) : MUX_ADDRESS, port: Number(port) } }),
  }
}

/** `topic#path.in.json`; without a path the whole message is the number. Throws a sentence where it is none. */
export function parseTopic(text: string): { topic: string; path: string[] } {
  const [topic = '', path = ''] = text.split('#', 2)
  if (topic === '' || /[+\0]/.test(topic))
    throw new Error(`“${text}” is no topic; write shelf/weight, or tele/scale/SENSOR#HX711.Weight for a JSON message`)
  return { topic, path: path === '' ? [] : path.split('.') }
}

const grams = { g: 1, kg: 1000, mg: 0.001, lb: 453.59237, oz: 28.349523125, counts: undefined } as const
export type Unit = keyof typeof grams

/** Grams of one of a unit, undefined for counts. The pound of 1959, exactly 0.45359237 kg. */
export const gramsOf = (unit: Unit): number | undefined => grams[unit]
