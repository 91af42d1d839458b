/** Thermometers and contacts that advertise: which are adopted, and who hears which frame. */
import { createHash } from 'node:crypto'
import { decodeSensor, type SensorFrame } from '../../../devices/decoders/index.ts'
import { createFollowed, type Followed } from './followed.ts'
import { createRecogniser } from './recognise.ts'
import { createStrangers, foundId } from './strangers.ts'
import type { AdoptedSensor, Heard, Remembered, SensorCounters, Sensors, SensorsOptions } from './types.ts'

const noCounters: SensorCounters = {
  measured: 0,
  repeated: 0,
  replayed: 0,
  unsealed: 0,
  unreadable: 0,
  failed: 0,
  outOfRange: 0,
  jumped: 0,
}

export function createSensors(options: SensorsOptions): Sensors {
  const { profiles, clock = () => performance.now() } = options
  const recognise = createRecogniser(profiles)
  const byId = new Map(profiles.map((profile) => [profile.id, profile]))
  const strangers = createStrangers(options.found, clock)
  const counters = { ...noCounters }
  const remembered = new Map<string, Remembered>(Object.entries(options.remembered ?? {}))
  /** By address. */
  const followed = new Map<string, Followed>()
  const byRadio = new Map<string, AdoptedSensor>()
  /** Adopted, but not heard yet: by probe, so that their silence is told. */
  const awaited = new Map<string, Followed>()

  const keyOf = ({ radio }: AdoptedSensor) => radio.toLowerCase()
  const follow = (one: AdoptedSensor, own?: Parameters<typeof createFollowed>[1]) => {
    const profile = (one.model === undefined ? undefined : byId.get(one.model)) ?? own
    return createFollowed(one, profile, counters, remembered.get(keyOf(one))?.counter, options)
  }
  const adopt = (adopted: readonly AdoptedSensor[]) => {
    const wanted = new Map(adopted.map((one) => [keyOf(one), one]))
    const same = (one: AdoptedSensor) => JSON.stringify(wanted.get(keyOf(one))) === JSON.stringify(one)
    for (const [address, { adopted: one }] of followed) if (!same(one)) followed.delete(address)
    for (const [probe, { adopted: one }] of awaited) if (!same(one)) awaited.delete(probe)
    byRadio.clear()
    for (const [radio, one] of wanted) byRadio.set(radio, one)
    for (const radio of remembered.keys()) if (!wanted.has(radio)) remembered.delete(radio)
    const heard = new Set([...followed.values()].map(({ adopted: { probe } }) => probe))
    for (const one of adopted) if (!heard.has(one.probe) && !awaited.has(one.probe)) awaited.set(one.probe, follow(one))
    // What is adopted no longer is to be told of anew.
    strangers.clear()
  }

  /** A name that is the end of an address stands for the first address that had it. */
  const adoptedBy = (address: string, frame: SensorFrame, profile: Parameters<typeof createFollowed>[1]) => {
    const exact = byRadio.get(address) ?? byRadio.get(foundId(frame, profile, address, 6))
    if (exact) return exact
    const one = byRadio.get(foundId(frame, profile, address, 4))
    if (!one) return undefined
    const own = remembered.get(keyOf(one)) ?? {}
    const digest = createHash('sha256').update(address).digest('hex').slice(0, 16)
    if (own.bound !== undefined && own.bound !== digest) return undefined
    remembered.set(keyOf(one), { ...own, bound: digest })
    return one
  }

  /** Follows a sensor that is adopted; tells of one that is not, once its first frame is known. */
  const meet = (frame: SensorFrame, address: string, name: string | undefined, heard: Heard): Followed | undefined => {
    const profile = recognise(frame, name)
    const one = adoptedBy(address, frame, profile)
    if (!one) {
      const taken = byRadio.has(foundId(frame, profile, address, 4))
      const device = taken ? foundId(frame, profile, address, 6) : strangers.nameOf(frame, profile, address)
      strangers.meet(device, address, frame, profile, heard)
      return undefined
    }
    awaited.delete(one.probe)
    const own = follow(one, profile)
    followed.set(address, own)
    return own
  }

  adopt(options.adopted)

  return {
    counters,
    adopt,
    hear({ rssi, receiver, ...advertisement }) {
      const address = advertisement.address.toLowerCase()
      const heard = heardOf(rssi, receiver)
      let one = followed.get(address)
      if (!one) {
        const frame = decodeSensor({ ...advertisement, address })
        one = frame && meet(frame, address, advertisement.name, heard)
      }
      return one?.hear(advertisement, heard) ?? false
    },
    report({ address: given, name, model, readings, rssi, receiver }) {
      const address = given.toLowerCase()
      const frame: SensorFrame = {
        format: 'gateway',
        encrypted: false,
        state: 'readable',
        readings,
        actions: [],
        ...(model === undefined ? {} : { model }),
      }
      const heard = heardOf(rssi, receiver)
      const one = followed.get(address) ?? meet(frame, address, name, heard)
      one?.report(frame, heard)
      return one !== undefined
    },
    test: (device) =>
      [...followed.values(), ...awaited.values()].find(({ adopted: { probe } }) => probe === device)?.test() ??
      strangers.test(device),
    tick() {
      for (const one of followed.values()) one.tick()
      for (const one of awaited.values()) one.tick()
    },
    remembered() {
      for (const one of followed.values()) {
        const counter = one.counter()
        if (counter === undefined) continue
        const radio = keyOf(one.adopted)
        remembered.set(radio, { ...remembered.get(radio), counter })
      }
      return Object.fromEntries(remembered)
    },
  }
}

const heardOf = (rssi: number | undefined, receiver: string | undefined): Heard => ({
  ...(rssi === undefined ? {} : { rssi }),
  ...(receiver === undefined ? {} : { receiver }),
})
