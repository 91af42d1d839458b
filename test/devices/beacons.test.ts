import { test } from 'tap'
import {
  bytesFromHex,
  decodeBeacon,
  parseRawAdvertisement,
  type AdvertisementData,
} from '../../devices/decoders/index.ts'

const hex = (text: string) => bytesFromHex(text.replaceAll(' ', '')) ?? new Uint8Array()
const eddystone = (text: string): AdvertisementData => ({ manufacturerData: {}, serviceData: { feaa: hex(text) } })

const url = (text: string) => {
  const beacon = decodeBeacon(eddystone(text))
  return beacon?.format === 'eddystone-url' ? beacon.url : undefined
}

void test('an iBeacon on a shopping basket is recognised by uuid, major and minor', async (t) => {
  const frame = '0215 e2c56db5dffb48d2b060d0f5a71096e0 0001 1f40 c5'
  t.strictSame(decodeBeacon({ manufacturerData: { 0x004c: hex(frame) }, serviceData: {} }), {
    format: 'ibeacon',
    id: 'ibeacon:e2c56db5-dffb-48d2-b060-d0f5a71096e0:1:8000',
    measuredPower: -59,
    uuid: 'e2c56db5-dffb-48d2-b060-d0f5a71096e0',
    major: 1,
    minor: 8000,
  })
  t.equal(decodeBeacon({ manufacturerData: { 0x0059: hex(frame) }, serviceData: {} }), undefined, 'of Apple only')
})

void test('an AltBeacon is recognised whatever company it comes from', async (t) => {
  const frame = 'beac 2f234454cf6d4a0fadf2f4911ba9ffa6 0001 0002 c5 2a'
  const beacon = decodeBeacon({ manufacturerData: { 0x0118: hex(frame) }, serviceData: {} })
  t.match(beacon, { format: 'altbeacon', company: 0x0118, major: 1, minor: 2, measuredPower: -59, data: 42 })
  t.equal(beacon?.id, 'altbeacon:2f234454cf6d4a0fadf2f4911ba9ffa600010002')
})

void test('Eddystone states its power at 0 m, we tell it at 1 m', async (t) => {
  const beacon = decodeBeacon(eddystone('00 e7 00112233445566778899 aabbccddeeff 0000'))
  t.strictSame(beacon, {
    format: 'eddystone-uid',
    id: 'eddystone-uid:00112233445566778899:aabbccddeeff',
    measuredPower: -66,
    namespace: '00112233445566778899',
    instance: 'aabbccddeeff',
  })
  t.match(decodeBeacon(eddystone('30 00 0102030405060708')), {
    format: 'eddystone-eid',
    ephemeralId: '0102030405060708',
    measuredPower: -41,
  })
})

void test('an Eddystone URL is spelled out', async (t) => {
  t.equal(url('10 00 03 676f6f2e676c2f61624331'), 'https://goo.gl/abC1')
  t.equal(url('10 00 01 73686f70 00 6d696c6b'), 'https://www.shop.com/milk', '.com and the slash are one byte')
  t.equal(url('10 00 04 6162'), undefined, 'there are four schemes')
  t.equal(url('10 00 02 6120 62'), undefined, 'a space is no part of a URL')
})

void test('a beacon tells how its battery does, or that only its owner may know', async (t) => {
  t.strictSame(decodeBeacon(eddystone('20 00 0bb8 1580 00000100 00000e10')), {
    format: 'eddystone-tlm',
    telemetry: { encrypted: false, batteryVolts: 3, celsius: 21.5, advertisementCount: 256, uptimeSeconds: 360 },
  })
  t.strictSame(
    decodeBeacon(eddystone('20 00 0000 8000 00000000 00000000')),
    { format: 'eddystone-tlm', telemetry: { encrypted: false, advertisementCount: 0, uptimeSeconds: 0 } },
    'what it does not measure is missing, not zero',
  )
  t.match(decodeBeacon(eddystone(`20 01 ${'ab'.repeat(16)}`)), { telemetry: { encrypted: true } })
})

void test('a gateway hands on raw bytes: name, power, services and beacon are found in them', async (t) => {
  const raw = '020106 0303aafe 0509 42616b65 020af4 1516aafe 00e7 00112233445566778899 aabbccddeeff'
  const data = parseRawAdvertisement(hex(raw))
  t.match(data, { name: 'Bake', txPower: -12, serviceUuids: ['feaa'] })
  t.equal(decodeBeacon(data)?.id, 'eddystone-uid:00112233445566778899:aabbccddeeff')

  const own = parseRawAdvertisement(hex('1107 9ecadc240ee5a9e093f3a3b50100406e'))
  t.strictSame(own.serviceUuids, ['6e400001-b5a3-f393-e0a9-e50e24dcca9e'])
  const long = parseRawAdvertisement(hex('1321 fb349b5f8000008000100000aafe0000 2000'))
  t.strictSame(Object.keys(long.serviceData), ['feaa'], 'a 16-bit service written in full')
})

void test('frames cut short anywhere are not taken for beacons', async (t) => {
  const whole = hex('0201061aff4c000215e2c56db5dffb48d2b060d0f5a71096e000011f40c5')
  t.equal(decodeBeacon(parseRawAdvertisement(whole))?.format, 'ibeacon')
  for (let length = 0; length < whole.length; length++) {
    t.equal(decodeBeacon(parseRawAdvertisement(whole.subarray(0, length))), undefined, `${length} bytes`)
  }
})
