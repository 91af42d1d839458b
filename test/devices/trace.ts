/** Traces beside the profiles: what a device says, and what must become of it. */
import { readFileSync } from 'node:fs'
import {
  bytesFromHex,
  createIdentifier,
  decodeBeacon,
  decodeCounts24,
  decodeScratchpad,
  decodeWeightMessage,
  type SensorAdvertisement,
  createSensorSession,
} from '../../devices/decoders/index.ts'
import type { DeviceProfile } from '../../runtime/contract/index.ts'
import { createRecogniser, createSensors, recogniseBeacon, recogniseNamed } from '../../runtime/sdk/index.ts'
import { createCounters } from '../../plugins/mqtt/counters.ts'
import { createIngest } from '../../plugins/mqtt/ingest.ts'

export interface TraceLine {
  about?: string
  name?: string
  address?: string
  manufacturerData?: Record<string, string>
  serviceData?: Record<string, string>
  key?: string
  /** 1-wire: family and the nine bytes of its scratchpad. */
  family?: string
  scratchpad?: string
  usb?: string
  /** I²C: its address, and the bytes of one conversion. */
  i2c?: string
  bytes?: string
  /** Industrial I/O: name of its driver, and what its file says. */
  iio?: string
  text?: string
  topic?: string
  payload?: string
  expect?: {
    readings?: Record<string, unknown>
    /** Only some of the readings are named. */
    partial?: boolean
    actions?: unknown[]
    events?: unknown[]
    sighted?: { receiver?: string; id: string; rssi?: number; measuredPower?: number }
  }
}

export const readTrace = (file: string): TraceLine[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as TraceLine)

/** What a line of a trace becomes, in the words of its `expect`. */
export function play(line: TraceLine, profile: DeviceProfile, profiles: DeviceProfile[]) {
  if (line.scratchpad !== undefined) {
    const read = decodeScratchpad(line.family ?? '', bytesFromHex(line.scratchpad) ?? new Uint8Array())
    const recognised = profile.recognise.oneWireFamily === line.family
    return { recognised, readings: read ? { celsius: read.celsius } : {} }
  }
  if (line.usb !== undefined) return { recognised: profile.recognise.usb?.includes(line.usb), readings: {} }
  if (line.i2c !== undefined) {
    const counts = decodeCounts24(bytesFromHex(line.bytes ?? '') ?? [])
    return { recognised: profile.recognise.i2c?.includes(line.i2c), readings: counts === undefined ? {} : { counts } }
  }
  if (line.iio !== undefined) {
    const counts = decodeWeightMessage(line.text ?? '')
    return {
      recognised: profile.recognise.iio?.includes(line.iio),
      readings: typeof counts === 'number' ? { counts } : {},
    }
  }
  if (line.topic !== undefined && profile.decoder === 'number') return playNumbers(line, profile)
  if (line.topic !== undefined)
    return { recognised: true, readings: {}, sighted: sightedOf(line.topic, line.payload ?? '') }
  if (profile.decoder === 'espruino')
    return { recognised: recogniseNamed(profiles, 'espruino', line.name ?? '')?.id === profile.id, readings: {} }
  return profile.kind === 'beacon' ? playBeacon(line, profile, profiles) : playFrame(line, profile, profiles)
}

/** Each field stands at its path in the message. */
function playNumbers(line: TraceLine, profile: DeviceProfile) {
  const readings = Object.entries(profile.fields).flatMap(([field, { path }]) => {
    const value = decodeWeightMessage(line.payload ?? '', path?.split('.'))
    return typeof value === 'number' ? [[field, value] as const] : []
  })
  const recognised = profile.recognise.topics?.some((filter) => fits(filter, line.topic ?? ''))
  return { recognised, readings: Object.fromEntries(readings) }
}

const fits = (filter: string, topic: string): boolean =>
  new RegExp(`^${filter.replaceAll('+', '[^/]+').replace(/\/#$/, '(/.*)?')}$`).test(topic)

function playBeacon(line: TraceLine, profile: DeviceProfile, profiles: DeviceProfile[]) {
  const advertisement = advertisementOf(line)
  const beacon = decodeBeacon(advertisement)
  const sighted = beacon && createIdentifier()(advertisement, beacon)
  return { recognised: sighted && recogniseBeacon(profiles, sighted.id)?.id === profile.id, readings: {}, sighted }
}

function playFrame(line: TraceLine, profile: DeviceProfile, profiles: DeviceProfile[]) {
  const advertisement = advertisementOf(line)
  const key = line.key === undefined ? undefined : bytesFromHex(line.key)
  const heard = createSensorSession(key ? { key } : {}).hear(advertisement, 0)
  const frame = heard?.verdict === 'fresh' ? heard.frame : undefined
  const events: { type: string }[] = []
  const sensors = createSensors({
    profiles,
    adopted: [{ radio: advertisement.address, probe: 'trace', ...(line.key === undefined ? {} : { key: line.key }) }],
    emit: (event) => void events.push(event),
    found() {},
    state() {},
    clock: () => 0,
  })
  sensors.hear(advertisement)
  return {
    recognised: frame && createRecogniser(profiles)(frame, line.name)?.id === profile.id,
    readings: Object.fromEntries((frame?.readings ?? []).map(({ field, value }) => [field, value])),
    actions: frame?.actions ?? [],
    // In one order, whichever stands first in the frame.
    events: events.toSorted((a, b) => order(a) - order(b)),
  }
}

const order = ({ type }: { type: string }) =>
  ['probe.temperature', 'probe.humidity', 'probe.door', 'probe.motion', 'button.pressed'].indexOf(type)

function advertisementOf(line: TraceLine): SensorAdvertisement & { address: string } {
  const bytes = (hex: string) => bytesFromHex(hex) ?? new Uint8Array()
  const { name, address = '', manufacturerData = {}, serviceData = {} } = line
  return {
    ...(name === undefined ? {} : { name }),
    address,
    manufacturerData: Object.fromEntries(
      Object.entries(manufacturerData).map(([company, hex]) => [Number.parseInt(company, 16), bytes(hex)]),
    ),
    serviceData: Object.fromEntries(Object.entries(serviceData).map(([uuid, hex]) => [uuid, bytes(hex)])),
  }
}

function sightedOf(topic: string, payload: string) {
  let sighted: unknown
  const ingest = createIngest({
    gateways: { heard: (name) => name.toLowerCase(), alive() {}, offline() {} },
    counters: createCounters(),
    limits: { take: () => true },
    plain: false,
    sighted: (receiver, { id, rssi }) => void (sighted = { receiver, id, rssi }),
  })
  ingest({ topic, payload: Buffer.from(payload) })
  return sighted
}
