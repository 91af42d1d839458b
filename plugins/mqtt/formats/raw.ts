import { type Beacon, bytesFromHex, decodeBeacon, parseRawAdvertisement, type Sighting } from '@endcap/sdk'
import { addressOf, dbm, isObject, parseJson, type Reading, type Refusal, reading, type Sense } from './reading.ts'

/** Names a beacon so that all gateways agree; see createIdentifier of the SDK. */
export type Identify = (heard: { address: string }, beacon: Beacon) => Sighting | undefined

/** Advertisements in one message. */
const maxBatch = 512

/**
 * A message on `endcap/raw/<gateway>`: what the radio heard, undecoded. Either JSON, `{ mac, rssi, data }` or an array
 * of these, or text, one advertisement a line: `<mac> <rssi> <data>`. `data` is the advertisement's payload in hex.
 */
export function readRaw(text: string, identify: Identify, sense: Sense): (Reading | Refusal)[] {
  const begin = text.trimStart()[0]
  if (begin !== '{' && begin !== '[') {
    const lines = text.split('\n').filter((line) => line.trim() !== '')
    return batch(lines, (line) => {
      const [mac, rssi, data] = line.trim().split(/\s+/)
      return readOne(mac, Number(rssi), data, identify, sense)
    })
  }
  const value = parseJson(text)
  return batch(Array.isArray(value) ? value : [value], (one: unknown) =>
    isObject(one) ? readOne(one['mac'], one['rssi'], one['data'], identify, sense) : 'malformed',
  )
}

const batch = <T>(all: T[], read: (one: T) => Reading | Refusal): (Reading | Refusal)[] =>
  all.length > maxBatch || all.length === 0 ? ['malformed'] : all.map(read)

function readOne(mac: unknown, power: unknown, data: unknown, identify: Identify, sense: Sense): Reading | Refusal {
  const address = addressOf(mac)
  const payload = typeof data === 'string' ? bytesFromHex(data) : undefined
  if (address === undefined || !payload) return 'malformed'
  const rssi = dbm(power)
  if (rssi === undefined) return 'absurd'
  const advertisement = parseRawAdvertisement(payload)
  if (sense.hear({ address, rssi, ...advertisement })) return 'sensed'
  const beacon = decodeBeacon(advertisement)
  const sighting = beacon && identify({ address }, beacon)
  if (!sighting) return 'ignored'
  const { id, format, measuredPower, batteryVolts } = sighting
  return reading(id, format, rssi, dbm(measuredPower), batteryVolts)
}
