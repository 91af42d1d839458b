import type { SensorAdvertisement, SensorFrame } from '../../../devices/decoders/index.ts'
import type { DeviceProfile, EventData } from '../../contract/child.ts'

/** A sensor that a technician has given a place. */
export interface AdoptedSensor {
  /** Its radio address, or the name under which it was found (`lywsd03mmc-83f4`). */
  radio: string
  /** The probe that it is from now on. */
  probe: string
  /** For people. */
  name?: string
  zone?: string
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

type EmissionOf<T extends 'probe.temperature' | 'probe.humidity' | 'probe.door' | 'probe.motion' | 'button.pressed'> =
  T extends unknown ? { type: T; data: EventData<T> } : never
export type Emission = EmissionOf<
  'probe.temperature' | 'probe.humidity' | 'probe.door' | 'probe.motion' | 'button.pressed'
>

/** How a frame came in. */
export interface Heard {
  /** dBm */
  rssi?: number
  receiver?: string
}

export interface FoundSensor {
  device: string
  kind: string
  name: string
  detail: string
  profile?: string
  adopt: { list: 'sensors'; config: { radio: string; model?: string } }
}

/** For the technician, as `device.test` answers. */
export interface Tested {
  works: boolean
  said: string[]
}

/** What is kept of a sensor over restarts, by its `radio` as it was adopted. */
export interface Remembered {
  /** Counter of its last believed encrypted frame. */
  counter?: number
  /** Digest of the address that its name stood for. */
  bound?: string
}

export interface SensorsOptions {
  profiles: readonly DeviceProfile[]
  adopted: readonly AdoptedSensor[]
  emit(event: Emission): void
  /** A sensor that nobody has adopted; once for each. */
  found(sensor: FoundSensor): void
  /** How a probe is: believed again, or not and why, or silent. Only on a change. */
  state(
    probe: string,
    kind: string,
    state: 'online' | 'suspect' | 'stale',
    reason?: string,
    silentSeconds?: number,
  ): void
  remembered?: Readonly<Record<string, Remembered>>
  /** Milliseconds of a steady clock. */
  clock?: () => number
}

/** What a gateway made of a sensor's advertisement by itself. */
export type DecodedByGateway = Heard & Pick<SensorFrame, 'model' | 'readings'> & { address: string; name?: string }

export interface Sensors {
  /** True where the advertisement is of an adopted sensor. */
  hear(advertisement: SensorAdvertisement & { address: string } & Heard): boolean
  /** The same for what a gateway decoded. */
  report(decoded: DecodedByGateway): boolean
  /** These are adopted from now on; those that stay the same go on undisturbed. */
  adopt(adopted: readonly AdoptedSensor[]): void
  /** Of an adopted sensor by its probe, or of a found one; undefined where there is none. */
  test(device: string): Tested | undefined
  /** Every few seconds: sees who has fallen silent. */
  tick(): void
  remembered(): Record<string, Remembered>
  readonly counters: Readonly<SensorCounters>
}
