import { type AdvertisementData, bytesFromHex, decodeBeacon, shortUuid } from '@endcap/sdk'
import { readDecoded } from './decoded.ts'
import type { Identify } from './raw.ts'
import {
  addressOf,
  dbm,
  type Fields,
  ibeaconId,
  parseObject,
  type Reading,
  type Refusal,
  reading,
  type Sense,
  volts,
} from './reading.ts'

/**
 * A message on `<base>/<gateway>/BTtoMQTT/<mac>` of OpenMQTTGateway or Theengs Gateway: `{ id, rssi, … }`, with
 * `manufacturerdata` and `servicedata` in hex where the gateway publishes advertisement data, and for iBeacons `mfid`,
 * `uuid` without dashes, `major`, `minor`, `txpower`. `id` is the address, or the UUID with the address in `mac`.
 */
export function readOpenMqttGateway(
  text: string,
  lastLevel: string,
  identify: Identify,
  sense: Sense,
): Reading | Refusal {
  const fields = parseObject(text)
  if (!fields) return 'malformed'
  const rssi = dbm(fields['rssi'])
  // Values that were read over a connection come without a signal strength.
  if (rssi === undefined) return 'rssi' in fields ? 'absurd' : 'ignored'
  const address = addressOf(fields['mac']) ?? addressOf(fields['id']) ?? addressOf(lastLevel)

  const advertisement = advertisementOf(fields)
  if (address !== undefined && senses(fields, address, rssi, advertisement, sense)) return 'sensed'
  const beacon = decodeBeacon(advertisement)
  if (beacon && address !== undefined) {
    const sighting = identify({ address }, beacon)
    if (!sighting) return 'ignored'
    const { id, format, measuredPower, batteryVolts } = sighting
    return reading(id, format, rssi, dbm(measuredPower), batteryVolts)
  }
  const id = ibeaconId(fields['uuid'], fields['major'], fields['minor'])
  if (id !== undefined) return reading(id, 'ibeacon', rssi, dbm(fields['txpower']), volts(fields['mv']))
  if (address === undefined) return 'malformed'
  return isPrivate(address, fields['mac_type']) ? 'ignored' : reading(address, 'gateway', rssi)
}

/** A gateway that passes the advertisement on is not asked what it made of it. */
function senses(
  fields: Fields,
  address: string,
  rssi: number,
  advertisement: AdvertisementData,
  sense: Sense,
): boolean {
  for (const _ in advertisement.serviceData) return sense.hear({ address, rssi, ...advertisement })
  for (const _ in advertisement.manufacturerData) return sense.hear({ address, rssi, ...advertisement })
  const readings = readDecoded(fields)
  if (readings.length === 0) return false
  const { model_id: model, name } = fields
  return sense.report({
    address,
    rssi,
    readings,
    ...(typeof model === 'string' && model.length <= 60 ? { model } : {}),
    ...(typeof name === 'string' && name.length <= 248 ? { name } : {}),
  })
}

function advertisementOf({ manufacturerdata, servicedata, servicedatauuid, name }: Fields): AdvertisementData {
  const data: AdvertisementData = { manufacturerData: {}, serviceData: {} }
  if (typeof name === 'string' && name.length <= 248) data.name = name
  const manufacturer = typeof manufacturerdata === 'string' ? bytesFromHex(manufacturerdata) : undefined
  if (manufacturer && manufacturer.length >= 2) {
    data.manufacturerData[(manufacturer[0] ?? 0) | ((manufacturer[1] ?? 0) << 8)] = manufacturer.subarray(2)
  }
  const service = typeof servicedata === 'string' ? bytesFromHex(servicedata) : undefined
  if (service && typeof servicedatauuid === 'string' && servicedatauuid.length <= 38) {
    data.serviceData[shortUuid(servicedatauuid)] = service
  }
  return data
}

/**
 * A random address (`mac_type` 1) is static where its two highest bits are set; any other changes every few minutes
 * (Bluetooth Core Specification 5.4, Vol 6, Part B, 1.3.2), and who wears it cannot be followed.
 */
const isPrivate = (address: string, macType: unknown): boolean => macType === 1 && !/^[c-f]/.test(address)
