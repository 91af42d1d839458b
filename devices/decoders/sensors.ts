import { decodeBthome } from './bthome.ts'
import { decodeGovee } from './govee.ts'
import { decodeHhcc, decodeMiScale } from './mi-scale.ts'
import { decodeMiBeacon } from './mibeacon.ts'
import { decodeRuuvi, decodeRuuviUrl } from './ruuvi.ts'
import type { SensorAdvertisement, SensorFrame } from './sensor.ts'

/**
 * What a sensor's advertisement says: BTHome 1 and 2, MiBeacon 2 to 5, Xiaomi's scales, HHCC, RuuviTag 2 to 6, C5 and E1,
 * Govee. `key` opens the encrypted ones. `undefined` where it is of none of these. Never throws.
 */
export function decodeSensor(advertisement: SensorAdvertisement, key?: Uint8Array): SensorFrame | undefined {
  const { serviceData, manufacturerData, address } = advertisement
  for (const _ in serviceData) {
    const frame =
      decodeBthome(serviceData, { address, key }) ??
      decodeMiBeacon(serviceData, { address, key }) ??
      decodeMiScale(serviceData) ??
      decodeHhcc(serviceData) ??
      decodeRuuviUrl(serviceData)
    if (frame) return frame
    break
  }
  return decodeRuuvi(manufacturerData) ?? decodeGovee(advertisement)
}
