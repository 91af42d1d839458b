import {
  bytesFromHex,
  createSensorSession,
  shortUuid,
  type SensorAdvertisement,
  type SensorFrame,
  type SensorSession,
} from '../../devices/decoders/index.ts'
import { isDeepStrictEqual } from 'node:util'
import { rounded, type Figure } from '../support/figure.ts'
import { isVector, readJsonLines } from './files.ts'
import { profileNamed } from './models.ts'
import { inTheirWords, longUnit, ruuviWords, type Said } from './vocabulary.ts'

/** A row of a sensor: what was heard, and what its source's own test expects. */
export interface SensorVector {
  id: string
  kind: string
  name?: string
  address?: string
  rssi?: number
  manufacturerData: Record<string, string>
  serviceData: Record<string, string>
  serviceUuids?: string[]
  context?: { bindkey?: string; bindkey_verified?: boolean; decryption_failed?: boolean }
  sequence?: { test: string; index: number }
  expected: {
    devices?: Record<string, { name: string | null; model: string | null; manufacturer: string | null } & Version>
    values?: Record<string, unknown>
    binary?: Record<string, boolean>
    units?: Record<string, string | null>
    events?: Record<string, unknown>
    checks?: Record<string, unknown>
  }
}
interface Version {
  sw_version: string | null
}

/** Rows that speak of sensors; the others are beacons (adverts.ts). */
export function readSensorVectors(folder: string): SensorVector[] {
  return readJsonLines<SensorVector>(folder, isVector).filter(({ kind }) => !/beacon|eddystone/.test(kind))
}

/**
 * One test of the source says four frames and looks at the last; the set holds that one alone. These are the three
 * before it, from the same test (Bluetooth-Devices/xiaomi-ble, tests/test_parser.py, HHCCJCY01_all_values).
 */
const missing: Record<string, string[]> = {
  test_Xiaomi_HHCCJCY01_all_values: [
    '71209800667a3e6a8d7cc40d071003000000',
    '71209800687a3e6a8d7cc40d0910025702',
    '71209800477a3e6a8d7cc40d08100140',
  ],
}

export const familyOf = ({ id }: SensorVector): string =>
  ({ bthome_ble: 'bthome', xiaomi_ble: 'mibeacon', govee_ble: 'govee', ruuvitag_ble: 'ruuvi' })[
    id.split('/')[0] ?? ''
  ] ?? 'other'

/** What the decoders get wrong, by row. Rows of one sequence go through one session, in order. */
export function sensorFaults(vectors: SensorVector[]): { vector: SensorVector; fault: string | undefined }[] {
  const sessions = new Map<string, { session: SensorSession; before: Said[] }>()
  return vectors.map((vector) => {
    const test = vector.sequence && `${familyOf(vector)} ${vector.id.split('#')[0]}`
    let followed = test === undefined ? undefined : sessions.get(test)
    if (!followed) {
      followed = begin(vector)
      if (test !== undefined) sessions.set(test, followed)
    }
    return { vector, fault: faultOf(vector, followed.session, followed.before) }
  })
}

function begin(vector: SensorVector) {
  const { bindkey, bindkey_verified: keyVerified, decryption_failed: lastFailed } = vector.context ?? {}
  const key = bindkey === undefined ? undefined : bytesFromHex(bindkey)
  const session = createSensorSession({
    ...(key && { key }),
    ...(keyVerified === undefined ? {} : { keyVerified }),
    ...(lastFailed === undefined ? {} : { lastFailed }),
  })
  const before: Said[] = []
  for (const hex of missing[vector.sequence?.test ?? ''] ?? []) {
    const heard = session.hear(advertisementOf({ ...vector, serviceData: { fe95: hex } }), 0)
    if (heard) before.push(inTheirWords(heard.frame))
  }
  return { session, before }
}

function advertisementOf(vector: SensorVector): SensorAdvertisement {
  const bytes = (hex: string) => bytesFromHex(hex) ?? new Uint8Array()
  const { name, address, manufacturerData, serviceData, serviceUuids = [] } = vector
  return {
    ...(name === undefined ? {} : { name }),
    ...(address === undefined ? {} : { address }),
    manufacturerData: Object.fromEntries(
      Object.entries(manufacturerData).map(([company, hex]) => [Number.parseInt(company, 16), bytes(hex)]),
    ),
    serviceData: Object.fromEntries(Object.entries(serviceData).map(([uuid, hex]) => [shortUuid(uuid), bytes(hex)])),
    serviceUuids: serviceUuids.map(shortUuid),
  }
}

function faultOf(vector: SensorVector, session: SensorSession, before: Said[]): string | undefined {
  const heard = session.hear(advertisementOf(vector), 0)
  const frame = heard?.verdict === 'unsealed' ? undefined : heard?.frame
  const readable = heard?.verdict === 'fresh' ? frame : undefined
  const said = readable ? withRest(inTheirWords(readable), readable, vector) : empty()
  before.push(said)
  const { expected } = vector
  for (const part of ['values', 'binary', 'events', 'units'] as const) {
    const wanted = expected[part]
    const fault = wanted && partFault(part, wanted, said[part], before, vector)
    if (fault !== undefined) return fault
  }
  return deviceFault(vector, frame) ?? checksFault(vector, session, frame, said)
}

const empty = (): Said => ({ values: {}, units: {}, binary: {}, events: {} })

/** Signal strength, packet number, and what a source works out from other values. */
function withRest(said: Said, frame: SensorFrame, { rssi, expected }: SensorVector): Said {
  const { values, units } = said
  if (frame.format.startsWith('bthome') && frame.packet !== undefined) {
    values['packet_id'] = frame.packet
    units['packet_id'] = null
  }
  // Guessed by the source from the percentage: an AAA cell runs from 0.8 to 1.6 V, a button cell from 2.2 to 3.1 V.
  const percent = values['battery']
  if (frame.format === 'mibeacon' && typeof percent === 'number' && 'voltage' in (expected.values ?? {})) {
    const [low, high] = frame.model === 'LYWSDCGQ' ? [0.8, 1.6] : [2.2, 3.1]
    values['voltage'] = low + ((high - low) * percent) / 100
    units['voltage'] = 'electric_potential_volt'
  }
  if (rssi !== undefined)
    for (const name of Object.keys(expected.values ?? {}))
      if (name.startsWith('signal_strength')) {
        values[name] = rssi
        units[name] = 'signal_strength_decibels_milliwatt'
      }
  return frame.format.startsWith('ruuvi') ? { ...said, values: ruuviWords(said, frame) } : said
}

/**
 * A row must expect all that its frame says, and nothing that its sequence has not said. Ruuvi's tests name some values
 * of many.
 */
function partFault(
  part: keyof Said,
  wanted: Record<string, unknown>,
  said: Record<string, unknown>,
  before: Said[],
  vector: SensorVector,
): string | undefined {
  const so = part === 'events' ? said : Object.assign({}, ...before.map((one) => one[part]))
  for (const [name, value] of Object.entries(wanted)) {
    if (name.startsWith('signal_strength')) continue
    const own: unknown = (so as Record<string, unknown>)[name]
    const theirs = part === 'units' ? longUnit(value as string | null) : value
    if (!same(own, theirs)) return `${part} ${name}: ${JSON.stringify(own)}, not ${JSON.stringify(value)}`
  }
  if (familyOf(vector) === 'ruuvi') return undefined
  const more = Object.keys(said).find((name) => !(name in wanted))
  return more === undefined ? undefined : `${part} ${more}: not expected`
}

function same(own: unknown, theirs: unknown): boolean {
  if (typeof own === 'number' && typeof theirs === 'number')
    return Math.abs(own - theirs) <= 1e-6 * Math.max(Math.abs(own), Math.abs(theirs))
  return isDeepStrictEqual(own, theirs)
}

function deviceFault({ expected, name, address }: SensorVector, frame: SensorFrame | undefined): string | undefined {
  const device = Object.values(expected.devices ?? {}).find(({ model }) => model !== null)
  if (!device || !frame) return undefined
  const sealed = frame.encrypted
  if (frame.format.startsWith('bthome')) {
    const version = `BTHome BLE ${frame.format.slice(-2)}${sealed ? ' (encrypted)' : ''}`
    if (device.sw_version !== version) return `version ${version}`
    const profile = profileNamed(name === address ? undefined : name)
    const model = profile?.says ?? 'BTHome sensor'
    return device.model === model && (device.manufacturer ?? undefined) === profile?.vendor
      ? undefined
      : `model ${model}`
  }
  if (frame.model === undefined || !device.model?.startsWith(frame.model)) return `model ${frame.model}`
  if (frame.format !== 'mibeacon') return undefined
  const version = `Xiaomi (MiBeacon V${frame.version}${sealed ? ' encrypted' : ''})`
  if (device.sw_version !== version) return `version ${version}`
  return device.manufacturer === frame.vendor ? undefined : `vendor ${frame.vendor}`
}

function checksFault(
  vector: SensorVector,
  session: SensorSession,
  frame: SensorFrame | undefined,
  said: Said,
): string | undefined {
  const checks = vector.expected.checks ?? {}
  const ruuvi = said.values
  const profile = frame?.model === undefined ? undefined : profileNamed(vector.name, frame.model)
  const answers: Record<string, unknown> = {
    supported: frame !== undefined,
    'device.encryption_scheme': schemeOf(frame),
    'device.bindkey_verified': session.keyVerified,
    'device.decryption_failed': session.lastFailed,
    'device.downgrade_detected': session.unsealed,
    'device.encryption_counter': session.encryptionCounter,
    'device.packet_id': session.packet,
    'device.pending': session.pending,
    'device.sleepy_device': frame?.sleepy ?? false,
    'device.unhandled': frame?.unknown === undefined ? {} : frame.unknown,
    'device.device_type': frame?.model,
    'device.sensor_type': profile?.sensor,
    'device.button_count': profile?.buttons ?? 0,
    'device.sleepy': profile?.sleepy ?? false,
    'device.requires_active_scan': profile?.activeScan ?? false,
    'update.devices[None].model': frame?.model,
    'update.devices[None].name': `RuuviTag ${frame?.address?.replaceAll(':', '').slice(-4).toUpperCase()}`,
    'update.events': said.events,
  }
  for (const [name, value] of Object.entries(checks)) {
    let own = answers[name]
    // An object of the source stands for any frame that said something.
    if (name === 'device.last_service_info') own = session.pending ? null : value
    else if (name.startsWith('decoder.')) own = ruuvi[name.slice('decoder.'.length)]
    else if (name.startsWith('update.binary_entity')) own = 'moisture'
    if (!same(own, value)) return `${name}: ${JSON.stringify(own)}, not ${JSON.stringify(value)}`
  }
  return undefined
}

function schemeOf(frame: SensorFrame | undefined): string | undefined {
  if (!frame?.encrypted) return 'none'
  if (frame.format.startsWith('bthome')) return 'bthome_bindkey'
  return (frame.version ?? 0) <= 3 ? 'mibeacon_legacy' : 'mibeacon_4_5'
}

/** One figure for each format. */
export function scoreSensors(folder: string): Figure[] {
  const judged = sensorFaults(readSensorVectors(folder))
  const wrong = judged.filter(({ fault }) => fault !== undefined)
  process.stderr.write(wrong.map(({ vector, fault }) => `  ${vector.id}: ${fault}\n`).join(''))
  return [...Map.groupBy(judged, ({ vector }) => familyOf(vector))].map(([family, rows]) => ({
    name: `ble-advert-vectors/${family}-exact`,
    value: rounded(rows.filter(({ fault }) => fault === undefined).length / rows.length),
    unit: 'share',
    reference: 1,
    better: 'higher',
    n: rows.length,
  }))
}
