import { hexFromBytes, type ManufacturerData } from './advertisement.ts'
import { uuidFromBytes, viewOf, type AltBeacon } from './beacon.ts'

const beaconCode = 0xbeac

/**
 * AltBeacon specification 1.0: under any company, beacon code 0xBEAC, 20 bytes of identity, reference RSSI at 1 m
 * (signed), one byte of the manufacturer's own. Frames without that last byte occur in the field and are accepted.
 */
export function decodeAltBeacon(manufacturerData: ManufacturerData): AltBeacon | undefined {
  for (const company of Object.keys(manufacturerData)) {
    const bytes = manufacturerData[Number(company)]
    if (!bytes || bytes.length < 23) continue
    const view = viewOf(bytes)
    if (view.getUint16(0) !== beaconCode) continue
    const uuid = uuidFromBytes(view, 2)
    const major = view.getUint16(18)
    const minor = view.getUint16(20)
    const id = `altbeacon:${hexFromBytes(bytes.subarray(2, 22))}`
    const measuredPower = view.getInt8(22)
    return {
      format: 'altbeacon',
      id,
      measuredPower,
      company: Number(company),
      uuid,
      major,
      minor,
      data: bytes[23] ?? 0,
    }
  }
  return undefined
}
