import type { ManufacturerData } from './advertisement.ts'
import { uuidFromBytes, viewOf, type IBeacon } from './beacon.ts'

const apple = 0x004c
const proximityType = 0x02
const proximityLength = 0x15

/**
 * Apple, Proximity Beacon Specification R1: type 0x02, length 0x15, UUID, major and minor (big-endian), measured power
 * at 1 m (signed). Bytes behind these 23 are ignored.
 */
export function decodeIBeacon(manufacturerData: ManufacturerData): IBeacon | undefined {
  const bytes = manufacturerData[apple]
  if (!bytes || bytes.length < 23 || bytes[0] !== proximityType || bytes[1] !== proximityLength) return undefined
  const view = viewOf(bytes)
  const uuid = uuidFromBytes(view, 2)
  const major = view.getUint16(18)
  const minor = view.getUint16(20)
  return {
    format: 'ibeacon',
    id: `ibeacon:${uuid}:${major}:${minor}`,
    measuredPower: view.getInt8(22),
    uuid,
    major,
    minor,
  }
}
