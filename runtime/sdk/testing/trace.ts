/** A line of a trace beside a device profile: what a device says, and what becomes of it here. */
import Type, { type Static } from 'typebox'
import {
  bytesFromHex,
  createIdentifier,
  createSensorSession,
  decodeBeacon,
  decodeCounts24,
  decodeScratchpad,
  decodeWeightMessage,
  parseRawAdvertisement,
  type SensorAdvertisement,
} from '../../../devices/decoders/index.ts'
import type { DeviceProfile } from '../../contract/index.ts'
import { createRecogniser, createSensors, recogniseBeacon, recogniseNamed } from '../sensors/index.ts'

const strict = { additionalProperties: false }
const hex = Type.String({ pattern: '^([0-9a-fA-F]{2})*$', description: 'bytes in hexadecimal' })
const text = Type.String()

export const TraceLine = Type.Object(
  {
    about: Type.Optional(text),
    name: Type.Optional(text),
    address: Type.Optional(text),
    /** The whole payload of an advertisement, as a gateway publishes it undecoded. */
    data: Type.Optional(hex),
    manufacturerData: Type.Optional(Type.Record(text, hex)),
    serviceData: Type.Optional(Type.Record(text, hex)),
    key: Type.Optional(hex),
    /** 1-wire: family and the nine bytes of its scratchpad. */
    family: Type.Optional(text),
    scratchpad: Type.Optional(hex),
    usb: Type.Optional(text),
    /** I²C: its address, and the bytes of one conversion. */
    i2c: Type.Optional(text),
    bytes: Type.Optional(hex),
    /** Industrial I/O: name of its driver, and what its file says. */
    iio: Type.Optional(text),
    text: Type.Optional(text),
    topic: Type.Optional(text),
    payload: Type.Optional(text),
    expect: Type.Optional(
      Type.Object(
        {
          readings: Type.Optional(Type.Record(text, Type.Unknown())),
          /** Only some of the readings are named. */
          partial: Type.Optional(Type.Boolean()),
          actions: Type.Optional(Type.Array(Type.Unknown())),
          events: Type.Optional(Type.Array(Type.Unknown())),
          sighted: Type.Optional(Type.Record(text, Type.Unknown())),
        },
        strict,
      ),
    ),
  },
  strict,
)
export type TraceLine = Static<typeof TraceLine>

/** What a line becomes. */
export interface Played {
  /** Why it is not the device of the profile; undefined where it is. */
  stranger?: string
  readings: Record<string, unknown>
  actions?: unknown[]
  events?: unknown[]
  sighted?: unknown
}

/** Reads a gateway's message as the plugin that hears gateways does. */
export type PlayGateway = (topic: string, payload: string) => unknown

export function playTrace(
  line: TraceLine,
  profile: DeviceProfile,
  profiles: readonly DeviceProfile[],
  gateway?: PlayGateway,
): Played {
  const { recognise, decoder } = profile
  const known = (list: readonly string[] | undefined, said: string): { stranger?: string } =>
    list?.includes(said) ? {} : { stranger: `${said} is not among ${(list ?? []).join(', ') || 'its signs'}` }
  if (line.scratchpad !== undefined) {
    const read = decodeScratchpad(line.family ?? '', bytesFromHex(line.scratchpad) ?? new Uint8Array())
    const own = known(recognise.oneWireFamily === undefined ? [] : [recognise.oneWireFamily], line.family ?? '')
    return { ...own, readings: read ? { celsius: read.celsius } : {} }
  }
  if (line.usb !== undefined) return { ...known(recognise.usb, line.usb), readings: {} }
  if (line.i2c !== undefined) {
    const counts = decodeCounts24(bytesFromHex(line.bytes ?? '') ?? [])
    return { ...known(recognise.i2c, line.i2c), readings: counts === undefined ? {} : { counts } }
  }
  if (line.iio !== undefined) {
    const counts = decodeWeightMessage(line.text ?? '')
    return { ...known(recognise.iio, line.iio), readings: typeof counts === 'number' ? { counts } : {} }
  }
  if (line.topic !== undefined && decoder === 'number') return playNumbers(line, line.topic, profile)
  if (line.topic !== undefined) return { readings: {}, sighted: gateway?.(line.topic, line.payload ?? '') }
  if (decoder === 'espruino') {
    const own = recogniseNamed(profiles, decoder, line.name ?? '')?.id === profile.id
    return { ...(own ? {} : strangerByName(line.name, profile)), readings: {} }
  }
  return profile.kind === 'beacon' ? playBeacon(line, profile, profiles) : playFrame(line, profile, profiles)
}

const strangerByName = (name: string | undefined, { recognise: { names = [] } }: DeviceProfile) => ({
  stranger: `its name ${name === undefined ? 'is missing' : `“${name}” fits none`} of ${names.join(', ')}`,
})

/** Each field stands at its path in the message. */
function playNumbers({ payload = '' }: TraceLine, topic: string, { fields, recognise }: DeviceProfile): Played {
  const readings = Object.entries(fields).flatMap(([field, { path }]) => {
    const value = decodeWeightMessage(payload, path?.split('.'))
    return typeof value === 'number' ? [[field, value] as const] : []
  })
  const own = recognise.topics?.some((filter) => fits(filter, topic))
  return { ...(own ? {} : { stranger: `its topic fits none of its topics` }), readings: Object.fromEntries(readings) }
}

const fits = (filter: string, topic: string): boolean => {
  const levels = topic.split('/')
  const wanted = filter.split('/')
  const open = wanted.at(-1) === '#'
  return (
    (open ? levels.length >= wanted.length - 1 : levels.length === wanted.length) &&
    wanted.every((level, i) => level === '#' || level === '+' || level === levels[i])
  )
}

function playBeacon(line: TraceLine, profile: DeviceProfile, profiles: readonly DeviceProfile[]): Played {
  const advertisement = advertisementOf(line)
  const beacon = decodeBeacon(advertisement)
  const sighted = beacon && createIdentifier()(advertisement, beacon)
  const own = sighted && recogniseBeacon(profiles, sighted.id)
  if (own?.id === profile.id) return { readings: {}, sighted }
  const stranger = !sighted ? 'no beacon that we read is in it' : `${sighted.id} is ${own?.id ?? 'known to no profile'}`
  return { stranger, readings: {}, sighted }
}

function playFrame(line: TraceLine, profile: DeviceProfile, profiles: readonly DeviceProfile[]): Played {
  const advertisement = advertisementOf(line)
  const key = line.key === undefined ? undefined : bytesFromHex(line.key)
  const heard = createSensorSession(key ? { key } : {}).hear(advertisement, 0)
  if (heard?.verdict !== 'fresh') return { stranger: heard ? unread(line) : nothingIn(line), readings: {} }
  const { frame } = heard
  const own = createRecogniser(profiles)(frame, advertisement.name)
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
  const signs = [
    frame.product === undefined ? '' : `product 0x${frame.product.toString(16).padStart(4, '0')}`,
    frame.model === undefined ? '' : `model ${frame.model}`,
    `format ${frame.format}`,
    `name ${advertisement.name ?? 'missing'}`,
  ]
  const taken = own ? `it is taken for ${own.id}` : 'no profile has its signs'
  return {
    ...(own?.id === profile.id ? {} : { stranger: `${taken} (${signs.filter(Boolean).join(', ')})` }),
    readings: Object.fromEntries(frame.readings.map(({ field, value }) => [field, value])),
    actions: frame.actions,
    // In one order, whichever stands first in the frame.
    events: events.toSorted((a, b) => order.indexOf(a.type) - order.indexOf(b.type)),
  }
}

const order = ['probe.temperature', 'probe.humidity', 'probe.door', 'probe.motion', 'button.pressed']

const unread = ({ key }: TraceLine) =>
  key === undefined
    ? 'it cannot be read: damaged, or encrypted; then give its "key"'
    : 'it cannot be read: damaged, or its "key" or "address" is another one'

const nothingIn = ({ serviceData = {}, manufacturerData = {}, data }: TraceLine) => {
  const has = [...Object.keys(serviceData), ...Object.keys(manufacturerData)].join(', ')
  return `no format that we read is in it (it has ${has || (data === undefined ? 'neither data, serviceData nor manufacturerData' : 'a payload')})`
}

function advertisementOf(line: TraceLine): SensorAdvertisement & { address: string } {
  const bytes = (digits: string) => bytesFromHex(digits) ?? new Uint8Array()
  const { name, address = '', manufacturerData = {}, serviceData = {}, data } = line
  const raw = parseRawAdvertisement(bytes(data ?? ''))
  return {
    ...raw,
    ...(name === undefined ? {} : { name }),
    address,
    manufacturerData: {
      ...raw.manufacturerData,
      ...Object.fromEntries(
        Object.entries(manufacturerData).map(([company, digits]) => [Number.parseInt(company, 16), bytes(digits)]),
      ),
    },
    serviceData: {
      ...raw.serviceData,
      ...Object.fromEntries(Object.entries(serviceData).map(([uuid, digits]) => [uuid, bytes(digits)])),
    },
  }
}
