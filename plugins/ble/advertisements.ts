import { type Advertisement, type Beacon, decodeBeacon, shortUuid } from '@endcap/sdk'

/** Devices whose last data are kept; BlueZ itself forgets what it has not heard for a while. */
const maxDevices = 8192

/** A D-Bus variant as dbus-next hands it over. */
interface Value {
  value: unknown
}
export type Properties = Record<string, Value>

/** One advertisement as an adapter heard it. */
export interface Heard extends Advertisement {
  /** `hci0` */
  adapter: string
  /** False for private addresses that change every few minutes; undefined where BlueZ has not said. */
  staticAddress?: boolean
  beacon: Beacon | undefined
}

/**
 * Turns BlueZ's signals into whole advertisements. A signal brings only what changed, often no more than the RSSI, so
 * the rest is taken from the last one of that device.
 */
export function createAdvertisements() {
  const devices = new Map<string, Heard>()

  const known = (path: string): Heard | undefined => {
    const found = devices.get(path)
    if (found) return found
    const place = placeOf(path)
    if (!place) return undefined
    const device: Heard = { ...place, rssi: Number.NaN, manufacturerData: {}, serviceData: {}, beacon: undefined }
    devices.set(path, device)
    if (devices.size > maxDevices) {
      const oldest = devices.keys().next()
      if (!oldest.done) devices.delete(oldest.value)
    }
    return device
  }

  return {
    /** The advertisement that properties of org.bluez.Device1 tell of; undefined where they tell of something else. */
    heard(path: string, properties: Properties): Heard | undefined {
      const { RSSI, ManufacturerData, ServiceData } = properties
      if (!RSSI && !ManufacturerData && !ServiceData) return undefined
      const device = known(path)
      if (!device) return undefined
      if (typeof RSSI?.value === 'number') device.rssi = RSSI.value
      let news = false
      if (ManufacturerData && differ(device.manufacturerData, ManufacturerData.value as Properties)) {
        device.manufacturerData = bytesByKey(ManufacturerData.value as Properties)
        news = true
      }
      if (ServiceData) {
        device.serviceData = bytesByUuid(ServiceData.value as Properties)
        news = true
      }
      if (news) device.beacon = decodeBeacon(device)
      readRest(device, properties)
      return Number.isFinite(device.rssi) ? device : undefined
    },
    forget: (path: string) => void devices.delete(path),
    clear: () => devices.clear(),
  }
}

const devicePath = /^\/org\/bluez\/([^/]+)\/dev_([0-9A-F]{2}(?:_[0-9A-F]{2}){5})$/

/** `/org/bluez/hci0/dev_AA_BB_CC_DD_EE_FF` names adapter and address, so no device object has to be asked. */
function placeOf(path: string): { adapter: string; address: string } | undefined {
  const [, adapter, address] = devicePath.exec(path) ?? []
  if (adapter === undefined || address === undefined) return undefined
  return { adapter, address: address.replaceAll('_', ':').toLowerCase() }
}

function readRest(device: Heard, { Name, TxPower, UUIDs, AddressType }: Properties) {
  if (typeof Name?.value === 'string') device.name = Name.value
  if (typeof TxPower?.value === 'number') device.txPower = TxPower.value
  if (Array.isArray(UUIDs?.value)) device.serviceUuids = UUIDs.value.map((uuid) => shortUuid(String(uuid)))
  // A random address is static where its two highest bits are set (Core Specification 5.4, Vol 6, Part B, 1.3.2.1).
  if (AddressType) device.staticAddress = AddressType.value === 'public' || /^[c-f]/.test(device.address)
}

/** Most signals repeat the data of the last one; decoding them again would double their cost. */
function differ(old: Record<number, Uint8Array>, dictionary: Properties): boolean {
  const keys = Object.keys(dictionary)
  if (keys.length !== Object.keys(old).length) return true
  return keys.some((key) => {
    const before = old[Number(key)]
    const now = dictionary[key]?.value
    return !before || !(now instanceof Uint8Array) || Buffer.compare(before, now) !== 0
  })
}

function bytesByKey(dictionary: Properties): Record<number, Uint8Array> {
  const data: Record<number, Uint8Array> = {}
  for (const [key, { value }] of Object.entries(dictionary)) if (value instanceof Uint8Array) data[Number(key)] = value
  return data
}

function bytesByUuid(dictionary: Properties): Record<string, Uint8Array> {
  const data: Record<string, Uint8Array> = {}
  for (const [key, { value }] of Object.entries(dictionary)) {
    if (value instanceof Uint8Array) data[shortUuid(key)] = value
  }
  return data
}
