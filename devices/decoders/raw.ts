import { hexFromBytes, shortUuid, type AdvertisementData } from './advertisement.ts'

/**
 * The longest payload that is looked at: extended advertising carries at most 1,650 bytes
 * (Bluetooth Core Specification 5.4, Vol 4, Part E, 7.8.54). What lies behind it is ignored.
 */
const maxPayloadBytes = 1650

// AD types: Bluetooth SIG, Assigned Numbers 2.3.
const someUuids16 = 0x02
const allUuids16 = 0x03
const someUuids32 = 0x04
const allUuids32 = 0x05
const someUuids128 = 0x06
const allUuids128 = 0x07
const shortName = 0x08
const completeName = 0x09
const txPowerLevel = 0x0a
const serviceData16 = 0x16
const serviceData32 = 0x20
const serviceData128 = 0x21
const manufacturerSpecific = 0xff

/**
 * Reads the AD structures of an advertisement payload, as gateways hand it on (Bluetooth Core Specification 5.4,
 * Vol 3, Part C, 11: length, type, data; a length of zero ends it). Never throws: a structure that runs over the end
 * is dropped, together with what follows. Of two structures with the same company or service the last one stands.
 */
export function parseRawAdvertisement(payload: Uint8Array): AdvertisementData {
  const data: AdvertisementData = { manufacturerData: {}, serviceData: {} }
  const end = Math.min(payload.length, maxPayloadBytes)
  for (let at = 0; at + 1 < end; ) {
    const length = payload[at] ?? 0
    const next = at + 1 + length
    if (length === 0 || next > end) break
    readStructure(data, payload[at + 1] ?? 0, payload.subarray(at + 2, next))
    at = next
  }
  return data
}

function readStructure(data: AdvertisementData, type: number, value: Uint8Array): void {
  switch (type) {
    case someUuids16:
    case allUuids16:
      return addUuids(data, value, 2)
    case someUuids32:
    case allUuids32:
      return addUuids(data, value, 4)
    case someUuids128:
    case allUuids128:
      return addUuids(data, value, 16)
    case shortName:
      data.name ??= utf8(value)
      return
    case completeName:
      data.name = utf8(value)
      return
    case txPowerLevel:
      if (value.length === 1) data.txPower = ((value[0] ?? 0) << 24) >> 24
      return
    case serviceData16:
      return addServiceData(data, value, 2)
    case serviceData32:
      return addServiceData(data, value, 4)
    case serviceData128:
      return addServiceData(data, value, 16)
    case manufacturerSpecific:
      if (value.length >= 2) data.manufacturerData[(value[0] ?? 0) | ((value[1] ?? 0) << 8)] = value.slice(2)
      return
    default:
  }
}

function addUuids(data: AdvertisementData, value: Uint8Array, size: number): void {
  const uuids = (data.serviceUuids ??= [])
  for (let at = 0; at + size <= value.length; at += size) uuids.push(uuidAt(value, at, size))
}

function addServiceData(data: AdvertisementData, value: Uint8Array, size: number): void {
  if (value.length >= size) data.serviceData[uuidAt(value, 0, size)] = value.slice(size)
}

/** UUIDs travel with their least significant byte first. */
function uuidAt(value: Uint8Array, at: number, size: number): string {
  const hex = hexFromBytes(value.slice(at, at + size).toReversed())
  if (size < 16) return shortUuid(hex)
  const groups = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)]
  return shortUuid(groups.join('-'))
}

function utf8(value: Uint8Array): string {
  return new TextDecoder().decode(value)
}
