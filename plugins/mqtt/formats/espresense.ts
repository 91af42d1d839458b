import { addressOf, dbm, ibeaconId, parseObject, type Reading, type Refusal, reading, volts } from './reading.ts'

/**
 * What ESPresense makes up for devices whose address changes (phones, earbuds), or that many devices share: nobody can
 * be told by it.
 */
const shared = /^(apple|msft|exp|smarttag|ad|md|sd|node):/

const ibeacon = /^ibeacon:(.{36})-(\d{1,5})-(\d{1,5})$/
const altbeacon = /^altbeacon:([0-9a-f-]{36})-(\d{1,5})-(\d{1,5})$/
const eddystone = /^eddy:([0-9a-f]{20,22})-([0-9a-f]{12})$/

/**
 * A message on `espresense/devices/<id>/<room>`: `{ mac, id, rssi, "rssi@1m", distance, mV, … }`, `mac` without colons,
 * `rssi` smoothed by the node. Written after the firmware's BleFingerprint.cpp; see docs/gateways.md.
 */
export function readEspresense(text: string): Reading | Refusal {
  const fields = parseObject(text)
  if (!fields) return 'malformed'
  const { id: name, mac, mV } = fields
  if (typeof name !== 'string' || name.length > 160) return 'malformed'
  const rssi = dbm(fields['rssi'])
  if (rssi === undefined) return 'absurd'
  const measuredPower = dbm(fields['rssi@1m'])
  const id = name.toLowerCase()
  const beacon = beaconOf(id)
  if (beacon) return reading(beacon.id, beacon.format, rssi, measuredPower, volts(mV))
  if (shared.test(id)) return 'ignored'
  // A phone that its owner enrolled: the key stays when the address changes.
  if (/^irk:[0-9a-f]{32}$/.test(id)) return reading(id, 'gateway', rssi, measuredPower)
  const address = addressOf(mac)
  return address === undefined ? 'malformed' : reading(address, 'gateway', rssi, measuredPower, volts(mV))
}

function beaconOf(id: string): Pick<Reading, 'id' | 'format'> | undefined {
  const [, uuid, major, minor] = ibeacon.exec(id) ?? []
  if (uuid !== undefined) {
    const own = ibeaconId(uuid, Number(major), Number(minor))
    return own === undefined ? undefined : { id: own, format: 'ibeacon' }
  }
  const [, first, second, third] = altbeacon.exec(id) ?? []
  if (first !== undefined) {
    const code = first.replaceAll('-', '') + hex16(second) + hex16(third)
    return code.length === 40 ? { id: `altbeacon:${code}`, format: 'altbeacon' } : undefined
  }
  const [, namespace, instance] = eddystone.exec(id) ?? []
  if (namespace === undefined) return undefined
  const own = namespace.length === 22 ? withoutRepeat(namespace) : namespace
  return own?.length === 20 ? { id: `eddystone-uid:${own}:${instance}`, format: 'eddystone-uid' } : undefined
}

/** The firmware prints the fifth byte of the namespace twice. */
const withoutRepeat = (namespace: string): string | undefined =>
  namespace.slice(8, 10) === namespace.slice(10, 12) ? namespace.slice(0, 10) + namespace.slice(12) : undefined

const hex16 = (decimal: string | undefined): string => Number(decimal).toString(16).padStart(4, '0')
