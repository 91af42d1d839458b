import { assert, constantFrom, integer, property, tuple, uint8Array } from 'fast-check'
import { test } from 'tap'
import {
  bytesFromHex,
  decodeBeacon,
  decodeByLayout,
  hexFromBytes,
  parseBeaconLayout,
  parseRawAdvertisement,
  shortUuid,
} from '../../devices/decoders/index.ts'

const bytes = uint8Array({ maxLength: 300 })
/** Frames that look right at first. */
const tempting = tuple(
  constantFrom([], [0x02, 0x15], [0xbe, 0xac], [0x00], [0x10], [0x20], [0x20, 0x00], [0x20, 0x01], [0x30]),
  bytes,
)
const frame = tempting.map(([start, rest]) => Uint8Array.from([...start, ...rest]))

void test('whatever the air carries, decoding never throws', async (t) => {
  const layout = parseBeaconLayout('m:2-3=beac,i:4-19,i:20-21,i:22-23,p:24-24,d:25-25')
  assert(
    property(frame, integer({ min: 0, max: 65535 }), (data, company) => {
      const advertisement = { manufacturerData: { [company]: data, 76: data }, serviceData: { feaa: data } }
      const beacon = decodeBeacon(advertisement)
      if (layout) decodeByLayout(layout, advertisement)
      if (beacon?.id !== undefined) t.notOk(/[/+#]/.test(beacon.id), 'an id fits into a subject')
    }),
  )
  assert(property(bytes, (raw) => void decodeBeacon(parseRawAdvertisement(raw))))
  t.pass('neither for frames nor for raw payloads')
})

void test('any iBeacon that is sent is read back as it was', async (t) => {
  const uint16 = integer({ min: 0, max: 65535 })
  const power = integer({ min: -128, max: 127 })
  assert(
    property(uint8Array({ minLength: 16, maxLength: 16 }), uint16, uint16, power, (uuid, major, minor, dbm) => {
      const tail = [major >> 8, major & 255, minor >> 8, minor & 255, dbm & 255]
      const raw = Uint8Array.from([2, 1, 6, 26, 0xff, 0x4c, 0, 2, 0x15, ...uuid, ...tail])
      const beacon = decodeBeacon(parseRawAdvertisement(raw))
      t.match(beacon, { format: 'ibeacon', major, minor, measuredPower: dbm })
      t.ok(beacon?.id?.replaceAll('-', '').includes(hexFromBytes(uuid)))
    }),
    { numRuns: 50 },
  )
})

void test('hex and UUIDs of gateways are read in every notation', async (t) => {
  assert(
    property(bytes, (data) => t.strictSame(bytesFromHex(hexFromBytes(data)), data)),
    { numRuns: 20 },
  )
  t.equal(bytesFromHex('0'), undefined)
  t.equal(bytesFromHex('zz'), undefined)
  for (const uuid of ['FEAA', '0xfeaa', '0000FEAA', '0000feaa-0000-1000-8000-00805F9B34FB']) {
    t.equal(shortUuid(uuid), 'feaa', uuid)
  }
  t.equal(shortUuid('6E400001-B5A3-F393-E0A9-E50E24DCCA9E'), '6e400001-b5a3-f393-e0a9-e50e24dcca9e')
})

void test('a layout that is none is refused', async (t) => {
  for (const text of ['', 'm:2-3', 'm:2-3=be', 'i:9-4', 'p:1-2', 'i:4-1000', 'nonsense']) {
    t.equal(parseBeaconLayout(text), undefined, text)
  }
})
