import * as fc from 'fast-check'
import { test } from 'tap'
import {
  createSensorSession,
  crc8,
  decodeScratchpad,
  decodeSensor,
  parseRawAdvertisement,
} from '../../devices/decoders/index.ts'
import type { DeviceProfile } from '../../runtime/contract/index.ts'
import { createSensors, type SensorsOptions } from '../../runtime/sdk/index.ts'

const services = ['fcd2', '181c', '181e', 'fe95', 'fd50', '181d', '181b', 'feaa']
const companies = [0x0499, 0xec88, 0x0001, 0x8801, 0x8803, 0xef88, 0x004c, 0x4a32, 0x3022, 0xac63, 0x67dd]
const names = ['GVH5075_2762', 'GV5112AC3D', 'GV51407336', 'GVH5106_4E05', 'B51782BC8', 'ATC_8D18B2', '']
const bytes = fc.uint8Array({ maxLength: 300 })
const hostile = fc.record({
  address: fc.constantFrom('a4:c1:38:8d:18:b2', '', 'x', 'zz:zz'),
  name: fc.constantFrom(...names),
  serviceData: fc.dictionary(fc.constantFrom(...services), bytes),
  manufacturerData: fc
    .array(fc.tuple(fc.constantFrom(...companies), bytes))
    .map((pairs) => Object.fromEntries(pairs) as Record<number, Uint8Array>),
  serviceUuids: fc.array(fc.constantFrom('5550', '8551', 'ec88')),
})
const keys = fc.option(fc.uint8Array({ maxLength: 20 }), { nil: undefined })

test('whatever comes over the air, no decoder throws, and every number is one', (t) => {
  fc.assert(
    fc.property(hostile, keys, (advertisement, key) => {
      const frame = decodeSensor(advertisement, key)
      for (const { value } of frame?.readings ?? []) if (typeof value === 'number') fc.pre(!Number.isNaN(value))
      for (const { value } of frame?.readings ?? [])
        if (typeof value === 'number' && !Number.isFinite(value)) throw new Error(`not a number: ${value}`)
    }),
    { numRuns: 3000 },
  )
  t.end()
})

test('a frame that begins like a real one may end anywhere and hold anything', (t) => {
  const heads = [
    '40',
    '41',
    '43',
    '5859890a',
    '7120980012f34f6b8d7cc40d',
    '5858480b685f12342d585a',
    '05',
    'e1',
    '06',
    '03',
  ]
  fc.assert(
    fc.property(fc.constantFrom(...heads), bytes, fc.constantFrom(...services), keys, (head, rest, uuid, key) => {
      const data = Uint8Array.from([...Buffer.from(head, 'hex'), ...rest])
      decodeSensor(
        { address: 'a4:c1:38:8d:18:b2', serviceData: { [uuid]: data }, manufacturerData: { 0x0499: data } },
        key,
      )
      const session = createSensorSession(key ? { key } : {})
      session.hear({ ...parseRawAdvertisement(data), address: 'a4:c1:38:8d:18:b2' }, 0)
      decodeScratchpad('28', data)
    }),
    { numRuns: 3000 },
  )
  t.end()
})

test('what recent products say: keys of wall switches, times, somebody within reach', (t) => {
  const says = (service: string, hex: string) => {
    const frame = decodeSensor({
      address: 'a4:c1:38:15:68:01',
      manufacturerData: {},
      serviceData: { [service]: Uint8Array.from(Buffer.from(hex, 'hex')) },
    })
    return [frame?.model, frame?.readings, frame?.actions]
  }
  const press = (action: string, at?: string) => ({ control: 'button', action, ...(at === undefined ? {} : { at }) })
  const k9b = (product: string, which: string, how: string) =>
    says('fe95', `5040${product}0101681538c1a4011003${which}00${how}`)
  t.same(k9b('6815', '00', '00'), ['K9B-1BTN', [], [press('press')]])
  t.same(k9b('6915', '02', '02'), ['K9B-2BTN', [], [press('double-press', 'left'), press('double-press', 'right')]])
  t.same(k9b('fd0d', '03', '01'), ['K9B-3BTN', [], [press('long-press', 'left'), press('long-press', 'middle')]])
  t.same(k9b('fd0d', '09', '01'), ['K9B-3BTN', [], []], 'keys that it does not have')
  t.same(says('181c', 'a5505d396164')[1], [{ field: 'timestampSeconds', value: 1_684_093_277 }], 'BTHome 1')
  t.same(says('fcd2', '405301ff')[1], [], 'a text that is none')
  t.end()
})

test('one wrong bit on a 1-wire bus is noticed', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 8, maxLength: 8 }), fc.integer({ min: 0, max: 71 }), (eight, bit) => {
      const whole = Uint8Array.from([...eight, crc8(eight)])
      whole[bit >> 3] = (whole[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      return decodeScratchpad('28', whole) === undefined
    }),
  )
  t.match(decodeScratchpad('28', Uint8Array.from(Buffer.from('50055b5bb7ff0c10', 'hex'))), undefined)
  t.equal(decodeScratchpad('28', new Uint8Array(9)), undefined, 'a bus that is held low')
  const fresh = Uint8Array.from(Buffer.from('50054b467fff0c10', 'hex'))
  t.match(decodeScratchpad('28', Uint8Array.from([...fresh, crc8(fresh)])), { celsius: 85, powerOn: true })
  t.end()
})

const address = 'a4:c1:38:8d:18:b2'
const profile: DeviceProfile = {
  id: 'shelly/blu-ht',
  vendor: 'Shelly',
  model: 'BLU H&T',
  kind: 'thermometer',
  documentation: 'https://example.com',
  recognise: { services: ['fcd2'], names: ['SBHT-003C'] },
  decoder: 'bthome',
  fields: { celsius: { emits: 'probe.temperature', unit: '°C', range: [-20, 60], perMinute: 20 } },
}

function listen(options: Partial<SensorsOptions> = {}) {
  const events: unknown[] = []
  const found: { device: string; name: string; detail: string }[] = []
  const states: string[] = []
  let now = 0
  const sensors = createSensors({
    profiles: [profile],
    adopted: [{ radio: address, probe: 'dairy' }],
    emit: ({ data }) => void events.push('celsius' in data ? data.celsius : data),
    found: (one) => void found.push(one),
    state: (probe, _, state, reason) =>
      void states.push(`${probe} ${reason ?? (state === 'online' ? 'believed' : state)}`),
    clock: () => now,
    ...options,
  })
  let packet = 0
  const hear = (service: string) =>
    sensors.hear({
      address: address.toUpperCase(),
      name: 'SBHT-003C',
      manufacturerData: {},
      serviceData: { fcd2: Uint8Array.from(Buffer.from(service, 'hex')) },
    })
  /** A frame of its own ten seconds later. */
  const says = (celsius: number) => {
    now += 10_000
    packet = (packet + 1) % 256
    const raw = Math.round(celsius * 10) & 0xffff
    return hear(`4000${[packet, 0x45, raw & 255, raw >> 8].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`)
  }
  return { sensors, events, found, states, hear, says }
}

test('an adopted thermometer becomes a probe; what it cannot measure and what jumps is kept out', (t) => {
  const { sensors, events, states, says } = listen()
  for (const celsius of [4, 4.2, 120, 4.3, 55, 4.4]) t.ok(says(celsius))
  t.same(events, [4, 4.2, 4.3, 4.4])
  t.match(sensors.counters, { measured: 4, outOfRange: 1, jumped: 1 })
  t.equal(states[0], 'dairy believed')
  t.match(states[1], /^dairy .*cannot measure/)
  t.equal(states[2], 'dairy believed')
  for (const celsius of [30, 30.1, 30.2]) says(celsius)
  t.equal(events.at(-1), 30.2, 'confirmed three times, it was carried elsewhere')
  t.end()
})

test('the same frame heard twice is one reading', (t) => {
  const { sensors, events, hear } = listen()
  hear('4000074528 00'.replace(' ', ''))
  hear('40000745 2800'.replace(' ', ''))
  t.same(events, [4])
  t.equal(sensors.counters.repeated, 1)
  t.end()
})

test('with a key, recorded and unencrypted frames are kept out and marked, and the key is told to nobody', (t) => {
  const key = '231d39c1d7cc1ab1aee224cd096db932'
  const own = '54:48:e6:8f:80:a5'
  const said: unknown[] = []
  const { sensors } = listen({
    adopted: [{ radio: own, probe: 'dairy', key }],
    emit: (event) => void said.push(event),
    state: (...state) => void said.push(state),
  })
  const hear = (hex: string) =>
    sensors.hear({
      address: own,
      manufacturerData: {},
      serviceData: { fcd2: Uint8Array.from(Buffer.from(hex, 'hex')) },
    })
  hear('41a47266c95f730011223378237214')
  t.match(said, [{ type: 'probe.temperature', data: { probe: 'dairy', celsius: 25.06 } }, { data: { percent: 50.55 } }])
  hear('41e445f3c9962b332211006c7c4519')
  t.equal(sensors.counters.replayed, 1, 'a lower counter')
  hear('4002ca09')
  t.equal(sensors.counters.unsealed, 1, 'no encryption')
  t.notMatch(JSON.stringify(said), new RegExp(key, 'i'))
  t.equal(said.filter((one) => JSON.stringify(one).includes('probe.')).length, 2, 'no event but the first two')
  t.end()
})

test('a stranger is told of once, by its model, without its address', (t) => {
  const { events, found, says } = listen({ adopted: [] })
  says(4)
  says(5)
  t.same(events, [])
  t.match(found, [{ device: 'blu-ht-18b2', kind: 'thermometer', name: 'Shelly BLU H&T' }])
  t.equal(found.length, 1)
  t.notMatch(JSON.stringify(found).toLowerCase(), /a4:c1:38/)
  const again = listen({ adopted: [{ radio: 'blu-ht-18b2', probe: 'dairy' }] })
  again.says(4)
  t.same(again.events, [4], 'it is adopted by the name under which it was found')
  t.end()
})
