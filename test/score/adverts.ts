import {
  bytesFromHex,
  decodeBeacon,
  decodeByLayout,
  parseBeaconLayout,
  parseRawAdvertisement,
  shortUuid,
  type AdvertisementData,
  type Beacon,
  type LayoutBeacon,
} from '../../devices/decoders/index.ts'
import { isVector, readJsonLines } from './files.ts'
import { rounded, type Figure } from '../support/figure.ts'

/** One row of the vectors: an advertisement, and what its source's own test expects. */
export interface Vector {
  id: string
  kind: string
  rawAdvertisement?: string
  manufacturerData?: Record<string, string>
  serviceData?: Record<string, string>
  context?: { beaconLayouts?: string[] }
  expected: {
    recognised?: boolean
    identifiers?: string[]
    dataFields?: number[]
    txPower?: number
    manufacturer?: number
    url?: string
    id?: string
    group?: number
    time?: number
  }
}

/** Rows that speak of beacons; the others belong to sensors. */
export function readVectors(folder: string): Vector[] {
  return readJsonLines<Vector>(folder, isVector).filter(({ kind }) => /beacon|eddystone/.test(kind))
}

export function scoreAdverts(folder: string): Figure[] {
  const vectors = readVectors(folder)
  if (vectors.length === 0) throw new Error('no rows of beacons')
  const wrong = vectors.flatMap((vector) => {
    const reason = faultOf(vector)
    return reason === undefined ? [] : [`  ${vector.id}: ${reason}\n`]
  })
  process.stderr.write(wrong.join(''))
  const value = rounded(1 - wrong.length / vectors.length)
  const name = 'ble-advert-vectors/beacons-exact'
  return [{ name, value, unit: 'share', reference: 1, better: 'higher', n: vectors.length }]
}

/** What the decoders get wrong about a row; `undefined` where all is as expected. */
export function faultOf(vector: Vector): string | undefined {
  const advertisement = advertisementOf(vector)
  const { expected } = vector
  if (expected.url !== undefined) {
    const beacon = decodeBeacon(advertisement)
    const url = beacon?.format === 'eddystone-url' ? beacon.url : undefined
    return url === sameCase(expected.url) ? undefined : `${url}, not ${expected.url}`
  }
  const layouts = vector.context?.beaconLayouts ?? []
  for (const layout of layouts.length > 0 ? layouts : [vendorLayout]) {
    const parsed = parseBeaconLayout(layout)
    const byLayout = parsed && decodeByLayout(parsed, advertisement)
    const fault =
      difference(expected, byLayout) ?? disagreement(layout, byLayout, decodeBeacon(advertisement), expected)
    if (fault !== undefined) return fault
  }
  return undefined
}

/**
 * S-Beacon has no layout in its source, which reads it by hand: code 0x0315, group, power, time (both with the least
 * significant byte first), then the identifier.
 */
const vendorLayout = 'm:2-3=0315,i:13-18,d:4-5l,p:8-8,d:9-12l'

/** The layouts of formats that have a decoder of their own, which must agree. */
const formats: Record<string, Beacon['format']> = {
  'm:2-3=beac,i:4-19,i:20-21,i:22-23,p:24-24,d:25-25': 'altbeacon',
  'm:2-3=0215,i:4-19,i:20-21,i:22-23,p:24-24': 'ibeacon',
}

const bytes = (hex: string): Uint8Array => bytesFromHex(hex) ?? new Uint8Array()

function advertisementOf({ rawAdvertisement, manufacturerData = {}, serviceData = {} }: Vector): AdvertisementData {
  const raw = rawAdvertisement === undefined ? undefined : bytesFromHex(rawAdvertisement)
  const parsed = raw && parseRawAdvertisement(raw)
  if (parsed && Object.keys({ ...parsed.manufacturerData, ...parsed.serviceData }).length > 0) return parsed
  // One source cuts its frame short within a structure; what it reads from there stands in the row.
  return {
    manufacturerData: Object.fromEntries(
      Object.entries(manufacturerData).map(([company, hex]) => [Number.parseInt(company, 16), bytes(hex)]),
    ),
    serviceData: Object.fromEntries(Object.entries(serviceData).map(([uuid, hex]) => [shortUuid(uuid), bytes(hex)])),
  }
}

/** The source's tests compress URLs in capitals; scheme and host come back in lower case (RFC 3986, 6.2.2.1). */
function sameCase(url: string): string {
  const [, origin = '', rest = ''] = /^([a-z]+:\/\/[^/]*)(.*)$/i.exec(url) ?? []
  return origin.toLowerCase() + rest
}

function difference(expected: Vector['expected'], beacon: LayoutBeacon | undefined): string | undefined {
  const recognised = beacon !== undefined
  if (recognised !== (expected.recognised ?? true)) return recognised ? 'recognised' : 'not recognised'
  if (!beacon) return undefined
  const identifiers = expected.identifiers ?? (expected.id === undefined ? undefined : [expected.id])
  const { group, time } = expected
  const dataFields = expected.dataFields ?? (group === undefined || time === undefined ? undefined : [group, time])
  if (identifiers && identifiers.join() !== beacon.identifiers.join()) return `identifiers ${beacon.identifiers.join()}`
  if (dataFields && dataFields.join() !== beacon.dataFields.join()) return `data ${beacon.dataFields.join()}`
  const power = expected.txPower
  return power === undefined || power === beacon.measuredPower ? undefined : `power ${beacon.measuredPower}`
}

/** Where a format has its own decoder, that one must say what the layout says. */
function disagreement(
  layout: string,
  byLayout: LayoutBeacon | undefined,
  beacon: Beacon | undefined,
  expected: Vector['expected'],
): string | undefined {
  const format = formats[layout]
  if (format === undefined) return undefined
  if (!byLayout) return beacon ? `${beacon.format} seen` : undefined
  if (beacon?.format !== 'altbeacon' && beacon?.format !== 'ibeacon') return `no ${format} seen`
  const identifiers = [beacon.uuid, String(beacon.major), String(beacon.minor)].join()
  if (beacon.format !== format || identifiers !== byLayout.identifiers.join()) return `${beacon.format} ${identifiers}`
  if (beacon.measuredPower !== byLayout.measuredPower) return `power ${beacon.measuredPower}`
  if (beacon.format === 'ibeacon' || expected.manufacturer === undefined) return undefined
  return beacon.company === expected.manufacturer ? undefined : `company ${beacon.company}`
}
