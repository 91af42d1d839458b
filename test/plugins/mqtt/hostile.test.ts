import * as fc from 'fast-check'
import { test } from 'tap'
import { createCounters } from '../../../plugins/mqtt/counters.ts'
import type { Reading } from '../../../plugins/mqtt/formats/reading.ts'
import { createGateways, receiverId } from '../../../plugins/mqtt/gateways.ts'
import { createIngest } from '../../../plugins/mqtt/ingest.ts'
import { vocabulary } from '../../../runtime/contract/index.ts'
import { fits } from '../../../runtime/contract/validate.ts'
import { frame, uuid } from './gateway.ts'

const nothing = () => {}

/** The plugin's inside, without a network, and what it would emit. */
function ingest() {
  const emitted: { receiver: string; reading: Reading }[] = []
  const ctx = {
    online: nothing,
    stale: nothing,
    offline: nothing,
    discovered: nothing,
    plan: () => Promise.reject(new Error('none')),
    log: { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing, fatal: nothing },
  }
  const counters = createCounters()
  const take = createIngest({
    gateways: createGateways({ receivers: {}, silenceSeconds: 60, ctx }),
    limits: { take: () => true },
    counters,
    plain: true,
    sighted: (receiver, reading) => emitted.push({ receiver, reading }),
  })
  return { take, counters, emitted }
}

const schema = vocabulary.get('beacon.sighted')?.data

/** True where the host would accept it. */
const valid = ({ receiver, reading: { id, ...rest } }: { receiver: string; reading: Reading }) =>
  schema !== undefined && fits(schema, { tag: `radio/${id}`, receiver, ...rest })

const topic = fc.oneof(
  fc.constantFrom(
    'espresense/devices/x/kitchen',
    'espresense/rooms/kitchen/status',
    'home/omg/BTtoMQTT/AABBCCDDEEFF',
    'home/omg/LWT',
    'endcap/raw/till',
    'endcap/raw/till/status',
  ),
  fc.string({ maxLength: 40 }).map((room) => `espresense/devices/x/${room}`),
  fc.string({ maxLength: 40 }).map((name) => `endcap/raw/${name}`),
  fc.string({ maxLength: 60 }),
)
const number = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(-60, -127, 20, 1e308, -0, Number.MIN_VALUE))
const value = fc.oneof(
  number,
  fc.string(),
  fc.constantFrom(frame, frame.slice(10), uuid, `iBeacon:${uuid}-1-7`, `eddy:${'0'.repeat(22)}-${'a'.repeat(12)}`),
  fc.constantFrom('AA:BB:CC:DD:EE:FF', 'aabbccddeeff', 'FEAA', null, true),
  fc.jsonValue(),
)
const fields = fc.dictionary(
  fc.constantFrom(
    'mac',
    'id',
    'rssi',
    'rssi@1m',
    'data',
    'uuid',
    'major',
    'minor',
    'txpower',
    'mac_type',
    'mV',
    'mv',
    'manufacturerdata',
    'servicedata',
    'servicedatauuid',
    '__proto__',
    'constructor',
    'toString',
  ),
  value,
)
const payload = fc.oneof(
  fields.map((one) => Buffer.from(JSON.stringify(one))),
  fc.array(fields, { maxLength: 5 }).map((all) => Buffer.from(JSON.stringify(all))),
  fc.json().map((text) => Buffer.from(text)),
  fc.string().map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 200 }),
)

test('whatever arrives, nothing is thrown, and what is reported fits the vocabulary', async (t) => {
  const { take, counters, emitted } = ingest()
  fc.assert(
    fc.property(topic, payload, fc.boolean(), (topic, payload, retained) => {
      take({ topic, payload, retained })
    }),
    { numRuns: 5000 },
  )
  t.same(
    emitted.filter((one) => !valid(one)),
    [],
  )
  t.equal(counters.received, 5000)
})

test('half-true messages are read where they are true', async (t) => {
  const { take, emitted } = ingest()
  const true_ = { mac: 'AA:BB:CC:DD:EE:FF', rssi: -60, data: frame }
  fc.assert(
    fc.property(fields, (noise) => {
      const before = emitted.length
      take({ topic: 'endcap/raw/till', payload: Buffer.from(JSON.stringify([noise, { ...noise, ...true_ }])) })
      return emitted.slice(before).some(({ reading }) => reading.id === `ibeacon:${uuid}:1:7` && reading.rssi === -60)
    }),
    { numRuns: 500 },
  )
  t.ok(emitted.every(valid))
})

test('every name of a gateway becomes a receiver id', async (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (name) =>
      /^[a-z0-9][a-z0-9._-]{0,63}$/.test(receiverId({}, name)),
    ),
  )
  t.equal(receiverId({}, 'Küche / hinten'), 'kuche-hinten')
  t.equal(receiverId({ OMG_5: 'door' }, 'OMG_5'), 'door')
})

test('made-up gateways do not fill the memory, and a real one is still heard', async (t) => {
  const { take, counters, emitted } = ingest()
  const says = (name: string) =>
    take({
      topic: `endcap/raw/${name}`,
      payload: Buffer.from(JSON.stringify({ mac: 'AA:BB:CC:DD:EE:FF', rssi: -60, data: frame })),
    })
  says('real')
  for (let i = 0; i < 1000; i++) says(`made-up-${i}`)
  const before = emitted.length
  says('real')
  t.equal(emitted.length, before + 1)
  t.ok(counters.strangers > 700)
})
