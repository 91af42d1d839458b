/** Eddystone states its power at 0 m; over the first metre 41 dB are lost (Eddystone-UID specification, "Tx Power"). */
const firstMetreLossDb = 41

/** What an Eddystone TLM frame tells about the beacon itself. */
export type BeaconTelemetry =
  | {
      encrypted: false
      /** Absent where the beacon is not battery powered. */
      batteryVolts?: number
      /** Absent where the beacon has no thermometer. */
      celsius?: number
      /** Advertisements since power-up. */
      advertisementCount: number
      uptimeSeconds: number
    }
  | { encrypted: true }

interface Powered {
  /** Received power in dBm expected 1 m away. */
  measuredPower: number
}

interface Identified extends Powered {
  /** The same for one beacon at all times and receivers, unlike its address. No slashes, so it fits into a subject. */
  id: string
}

export interface IBeacon extends Identified {
  format: 'ibeacon'
  /** `id` is `ibeacon:<uuid>:<major>:<minor>`. */
  uuid: string
  major: number
  minor: number
}

export interface AltBeacon extends Identified {
  format: 'altbeacon'
  /** `id` is `altbeacon:<its 20 bytes as hexadecimal>`. */
  /** The company that registered the beacon code. */
  company: number
  /** The 20 bytes of identity, split as nearly everybody splits them: 16, 2, 2. */
  uuid: string
  major: number
  minor: number
  /** The one byte that is the manufacturer's own; 0 where the frame ends before it. */
  data: number
}

export interface EddystoneUid extends Identified {
  format: 'eddystone-uid'
  /** `id` is `eddystone-uid:<namespace>:<instance>`. 10 bytes as hexadecimal. */
  namespace: string
  /** 6 bytes as hexadecimal. */
  instance: string
}

/** Many beacons may carry one URL, so it identifies none. */
export interface EddystoneUrl extends Powered {
  format: 'eddystone-url'
  id?: undefined
  url: string
}

/** Its identity rotates and can be resolved by its owner alone. */
export interface EddystoneEid extends Powered {
  format: 'eddystone-eid'
  id?: undefined
  /** 8 bytes as hexadecimal. */
  ephemeralId: string
}

export interface EddystoneTlm {
  format: 'eddystone-tlm'
  id?: undefined
  measuredPower?: undefined
  telemetry: BeaconTelemetry
}

export type Beacon = IBeacon | AltBeacon | EddystoneUid | EddystoneUrl | EddystoneEid | EddystoneTlm

export function measuredPowerFrom0m(dbmAt0m: number): number {
  return dbmAt0m - firstMetreLossDb
}

/** 16 bytes, at `at`, in the notation of RFC 9562. */
export function uuidFromBytes(view: DataView, at: number): string {
  let text = ''
  for (let i = 0; i < 16; i++) {
    if (i === 4 || i === 6 || i === 8 || i === 10) text += '-'
    text += view
      .getUint8(at + i)
      .toString(16)
      .padStart(2, '0')
  }
  return text
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
