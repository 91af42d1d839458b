import { createIdentifier, type EventData, hexFromBytes } from '@endcap/sdk'
import type { Heard } from './advertisements.ts'

const maxCompanies = 16
const maxServices = 64
const maxBytes = 255

/** Which advertisements go on in full as ble.advertisement. */
export type Raw = 'none' | 'others' | 'all'

type Sighted = EventData<'beacon.sighted'>
type Advertisement = EventData<'ble.advertisement'>

/** Makes the events that one advertisement amounts to, as one receiver heard it. */
export function createEvents({ raw, plain }: { raw: Raw; plain: boolean }) {
  const identify = createIdentifier()

  return {
    sighted(heard: Heard, receiver: string): Sighted | undefined {
      const rssi = heard.rssi
      if (!heard.beacon) {
        if (!plain || heard.staticAddress !== true) return undefined
        return { tag: `radio/${heard.address}`, receiver, rssi, format: 'gateway' }
      }
      const sighting = identify(heard, heard.beacon)
      if (!sighting) return undefined
      const { id, format, measuredPower, batteryVolts } = sighting
      const data: Sighted = { tag: `radio/${id}`, receiver, rssi, format }
      if (measuredPower !== undefined && measuredPower >= -127 && measuredPower <= 20)
        data.measuredPower = measuredPower
      if (batteryVolts !== undefined && batteryVolts <= 10) data.batteryVolts = batteryVolts
      return data
    },

    /** Only where there is a company or service, by which vendors subscribe. */
    advertisement(heard: Heard, receiver: string): Advertisement | undefined {
      if (raw === 'none' || (raw === 'others' && heard.beacon)) return undefined
      const companies = Object.keys(heard.manufacturerData).slice(0, maxCompanies)
      const services = Object.keys(heard.serviceData).slice(0, maxServices)
      if (companies.length === 0 && services.length === 0 && !heard.serviceUuids?.length) return undefined
      const data: Advertisement = {
        tag: `radio/${heard.address}`,
        receiver,
        rssi: heard.rssi,
        companyIds: companies.map(Number),
        serviceUuids: [...new Set([...services, ...(heard.serviceUuids ?? [])])].slice(0, maxServices),
        manufacturerData: Object.fromEntries(companies.map((id) => [id, hex(heard.manufacturerData[Number(id)])])),
        serviceData: Object.fromEntries(services.map((uuid) => [uuid, hex(heard.serviceData[uuid])])),
      }
      if (heard.name !== undefined) data.name = heard.name.slice(0, 248)
      if (heard.txPower !== undefined && heard.txPower >= -127 && heard.txPower <= 20) data.txPower = heard.txPower
      return data
    },
  }
}

const hex = (bytes: Uint8Array | undefined): string => hexFromBytes((bytes ?? new Uint8Array()).subarray(0, maxBytes))
