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
export { decodeCounts24, decodeWeightMessage, messageValue, weightOf } from './load-cell.ts'
export { crc8, decodeScratchpad, type OneWireReading } from './one-wire.ts'
export { parseRawAdvertisement } from './raw.ts'
export { decodeBthome } from './bthome.ts'
export { decodeGovee } from './govee.ts'
export { decodeMiBeacon } from './mibeacon.ts'
export { decodeHhcc, decodeMiScale } from './mi-scale.ts'
export { decodeRuuvi } from './ruuvi.ts'
export type {
  Action,
  FlagField,
  NumberField,
  Reading as SensorReading,
  SensorAdvertisement,
  SensorFormat,
  SensorFrame,
  TextField,
} from './sensor.ts'
export { decodeSensor } from './sensors.ts'
export { createSensorSession, type SensorSession, type Verdict } from './session.ts'
export { createIdentifier, type Sighting } from './sighting.ts'

/**
 * The beacon frame in an advertisement: iBeacon, AltBeacon or Eddystone (UID, URL, TLM, EID). `undefined` for anything
 * else, cut-off frames included. Never throws.
 */
export function decodeBeacon(advertisement: AdvertisementData): Beacon | undefined {
  const { manufacturerData, serviceData } = advertisement
  return decodeIBeacon(manufacturerData) ?? decodeAltBeacon(manufacturerData) ?? decodeEddystone(serviceData)
}
export { flagFields, numberFields, textFields } from './sensor.ts'
