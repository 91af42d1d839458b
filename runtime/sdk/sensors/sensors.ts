/** Thermometers and contacts that advertise: which are adopted, what they say, and what of it is believed. */
import {
  bytesFromHex,
  createSensorSession,
  decodeSensor,
  type SensorAdvertisement,
  type SensorFrame,
  type SensorSession,
} from '../../../devices/decoders/index.ts'
import type { DeviceProfile } from '../../contract/child.ts'
import { createJudge, type Judge, type Fault } from './judge.ts'
import { createRecogniser } from './recognise.ts'

/** A sensor that a technician has given a place. */
export interface AdoptedSensor {
  /** Its radio address, or the name under which it was found (`lywsd03mmc-83f4`). */
  radio: string
  /** The probe that it is from now on. */
  probe: string
  /** The profile, where it cannot be told from what the sensor sends. */
  model?: string
  /** Its bind key in hexadecimal, 32 digits (24 for MiBeacon 2 and 3). Never logged. */
  key?: string
  /** Added to its temperature, in kelvin. */
  offsetCelsius?: number
}

export interface SensorCounters {
  /** Readings that became events. */
  measured: number
  /** The same frame again. Not a fault. */
  repeated: number
  replayed: number
  unsealed: number
  unreadable: number
  /** The sensor itself said that it has no valid reading. */
  failed: number
  outOfRange: number
  jumped: number
}

type Emission =
  | { type: 'probe.temperature'; data: { probe: string; celsius: number } }
  | { type: 'probe.humidity'; data: { probe: string; percent: number } }
  | { type: 'probe.door'; data: { probe: string; open: boolean } }

export interface SensorsOptions {
  profiles: readonly DeviceProfile[]
  adopted: readonly AdoptedSensor[]
  emit(event: Emission): void
  /** A sensor that nobody has adopted; once for each. */
  found(sensor: { device: string; kind: string; name: string; detail: string }): void
  /** A probe is believed, or is not: `reason` says why. Only on a change. */
  state(probe: string, reason: string | undefined): void
  /** Milliseconds of a steady clock. */
  clock?: () => number
}

export interface Sensors {
  /** True where the advertisement is of an adopted sensor. */
  hear(advertisement: SensorAdvertisement & { address: string }): boolean
  readonly counters: Readonly<SensorCounters>
}

/** Strangers that are told of; neighbours' sensors must not fill the memory. */
const maxFound = 512
/** As long as a number stands still it is said again so often; one that moves, at most so often. */
const stillMs = 30_000
const movingMs = 1000

interface Followed {
  adopted: AdoptedSensor
  session: SensorSession
  judge: Judge
  said: Map<string, { value: number | boolean; at: number }>
  /** Why it is not believed; null where nothing was told yet. */
  reason: string | undefined | null
}

const faultCounters = { failed: 'failed', range: 'outOfRange', jump: 'jumped' } as const
const reasons: Record<string, string> = {
  replayed: 'It repeats an old frame: somebody may have recorded it. Its readings are kept out.',
  unsealed: 'It speaks unencrypted although its key is known: somebody may speak in its name. It is kept out.',
  unreadable: 'Its frames cannot be read: the bind key is missing or wrong. Enter the key that its app shows.',
  failed: 'It says itself that it cannot measure. See whether its probe is plugged in.',
  range: 'It says what it cannot measure. Its readings are kept out; see whether it is damaged.',
  jump: 'Its reading jumped. It is kept out until it is confirmed.',
}

export function createSensors(options: SensorsOptions): Sensors {
  const { adopted, emit, found, state, profiles, clock = () => performance.now() } = options
  const recognise = createRecogniser(profiles)
  const byRadio = new Map(adopted.map((one) => [one.radio.toLowerCase(), one]))
  const byId = new Map(profiles.map((profile) => [profile.id, profile]))
  const followed = new Map<string, Followed | undefined>()
  const told = new Set<string>()
  const counters: SensorCounters = {
    measured: 0,
    repeated: 0,
    replayed: 0,
    unsealed: 0,
    unreadable: 0,
    failed: 0,
    outOfRange: 0,
    jumped: 0,
  }

  /** Follows a sensor that is adopted; tells of one that is not, once its first frame is known. */
  const meet = (advertisement: SensorAdvertisement & { address: string }, address: string): Followed | undefined => {
    const frame = decodeSensor(advertisement)
    if (!frame) return undefined
    const profile = recognise(frame, advertisement.name)
    const device = foundId(frame, profile, address)
    const one = byRadio.get(address) ?? byRadio.get(device)
    if (!one) {
      announce(frame, profile, device)
      return undefined
    }
    const key = one.key === undefined ? undefined : bytesFromHex(one.key)
    const own = (one.model === undefined ? undefined : byId.get(one.model)) ?? profile
    return {
      adopted: one,
      session: createSensorSession(key ? { key } : {}),
      judge: createJudge(own),
      said: new Map(),
      reason: null,
    }
  }

  const announce = (frame: SensorFrame, profile: DeviceProfile | undefined, device: string) => {
    if (told.has(device) || told.size >= maxFound) return
    told.add(device)
    const name = profile ? `${profile.vendor} ${profile.model}` : (frame.model ?? `${frame.format} sensor`)
    const key = frame.encrypted ? ' It encrypts: enter its bind key, too.' : ''
    const detail = `Adopt it: add { radio: ${device}, probe: <id> } to the sensors of this plugin.${key}`
    found({ device, kind: profile?.kind ?? 'sensor', name, detail })
  }

  const mark = (one: Followed, reason: string | undefined) => {
    if (one.reason === reason) return
    one.reason = reason
    state(one.adopted.probe, reason)
  }

  const say = (one: Followed, event: Emission, value: number | boolean, now: number) => {
    const key = `${event.type} ${event.data.probe}`
    const last = one.said.get(key)
    const age = last ? now - last.at : Number.POSITIVE_INFINITY
    const number = typeof value === 'number'
    if (last && (last.value === value ? !number || age < stillMs : number && age < movingMs)) return
    one.said.set(key, { value, at: now })
    counters.measured += 1
    emit(event)
  }

  const take = (one: Followed, frame: SensorFrame, now: number) => {
    let fault: Fault | undefined
    for (const { field, value, at } of frame.readings) {
      const what = one.judge.emits(field)
      if (what === undefined || typeof value === 'string') continue
      const probe = at === undefined ? one.adopted.probe : `${one.adopted.probe}-${at}`
      if (typeof value === 'boolean') {
        if (what === 'probe.door') say(one, { type: what, data: { probe, open: value } }, value, now)
        continue
      }
      const doubt = one.judge.doubt(field, at, value, now)
      if (doubt !== undefined || value === null) {
        fault = doubt ?? 'failed'
        counters[faultCounters[fault]] += 1
      } else if (what === 'probe.temperature') {
        const celsius = value + (one.adopted.offsetCelsius ?? 0)
        say(one, { type: what, data: { probe, celsius } }, celsius, now)
      } else if (what === 'probe.humidity') say(one, { type: what, data: { probe, percent: value } }, value, now)
    }
    mark(one, fault === undefined ? undefined : reasons[fault])
  }

  return {
    counters,
    hear(advertisement) {
      const address = advertisement.address.toLowerCase()
      let one = followed.get(address)
      if (!one) {
        one = meet({ ...advertisement, address }, address)
        if (!one) return false
        followed.set(address, one)
      }
      const now = clock()
      const heard = one.session.hear(advertisement, now)
      if (!heard) return false
      const { frame, verdict } = heard
      if (verdict === 'fresh') take(one, frame, now)
      else {
        counters[verdict] += 1
        if (verdict !== 'repeated') mark(one, reasons[verdict])
      }
      return true
    },
  }
}

/** What a stranger is called: its model and the end of its address, as labels and apps show it. */
function foundId(frame: SensorFrame, profile: DeviceProfile | undefined, address: string): string {
  const model = profile?.id.split('/')[1] ?? frame.model ?? frame.format
  const slug = model
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
  return `${slug.slice(0, 48)}-${address.replaceAll(/[^0-9a-f]/g, '').slice(-4)}`
}
