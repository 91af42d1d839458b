import type { AdvertisementData } from './advertisement.ts'
import { decodeAltBeacon } from './altbeacon.ts'
import type { Beacon } from './beacon.ts'
import { decodeEddystone } from './eddystone.ts'
import { decodeIBeacon } from './ibeacon.ts'

export {
  bytesFromHex,
  hexFromBytes,
  shortUuid,
  type Advertisement,
  type AdvertisementData,
  type ManufacturerData,
  type ServiceData,
} from './advertisement.ts'
export type {
  AltBeacon,
  Beacon,
  BeaconTelemetry,
  EddystoneEid,
  EddystoneTlm,
  EddystoneUid,
  EddystoneUrl,
  IBeacon,
} from './beacon.ts'
export { decodeByLayout, parseBeaconLayout, type BeaconLayout, type LayoutBeacon } from './layout.ts'
export { parseRawAdvertisement } from './raw.ts'
export { createIdentifier, type Sighting } from './sighting.ts'

/**
 * The beacon frame in an advertisement: iBeacon, AltBeacon or Eddystone (UID, URL, TLM, EID). `undefined` for anything
 * else, cut-off frames included. Never throws.
 */
export function decodeBeacon(advertisement: AdvertisementData): Beacon | undefined {
  const { manufacturerData, serviceData } = advertisement
  return decodeIBeacon(manufacturerData) ?? decodeAltBeacon(manufacturerData) ?? decodeEddystone(serviceData)
}
