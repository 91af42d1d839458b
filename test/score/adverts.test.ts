import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'tap'
import { decodeBeacon } from '../../devices/decoders/index.ts'
import { faultOf, readVectors } from './adverts.ts'
import { readSensorVectors, sensorFaults } from './sensors.ts'

const folder = resolve('../shared/data/ble-advert-vectors')
const skip = existsSync(folder) ? false : `${folder} is missing`

void test('every beacon of other projects’ test vectors decodes exactly', { skip }, async (t) => {
  const vectors = readVectors(folder)
  t.ok(vectors.length >= 32, 'all rows are found')
  for (const vector of vectors) t.equal(faultOf(vector), undefined, vector.id)
})

void test('every sensor of other projects’ test vectors decodes exactly', { skip }, async (t) => {
  const judged = sensorFaults(readSensorVectors(folder))
  t.equal(judged.length + readVectors(folder).length, 344, 'all rows are found')
  for (const { vector, fault } of judged) t.equal(fault, undefined, vector.id)
})

void test('a thermometer that also sends an iBeacon is seen as one', async (t) => {
  const bytes = Uint8Array.from(Buffer.from('0215494e54454c4c495f524f434b535f48575075f2ff0c', 'hex'))
  t.match(decodeBeacon({ manufacturerData: { 76: bytes }, serviceData: {} }), {
    id: 'ibeacon:494e5445-4c4c-495f-524f-434b535f4857:20597:62207',
  })
})
