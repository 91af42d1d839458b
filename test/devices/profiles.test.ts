import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'tap'
import { createCounters } from '../../plugins/mqtt/counters.ts'
import { createIngest } from '../../plugins/mqtt/ingest.ts'
import { clashes, readProfiles } from '../../runtime/host/index.ts'
import { checkTrace } from '../../runtime/sdk/testing.ts'

const folder = join(import.meta.dirname, '../../devices')

test('every profile is valid, and what its device says in its trace becomes what the trace says', async (t) => {
  const { profiles, wrong } = await readProfiles([folder])
  t.same(wrong, [])
  t.ok(profiles.length >= 30, 'thirty models at least')
  for (const profile of profiles) {
    const trace = readFileSync(join(folder, `${profile.id}.trace.jsonl`), 'utf8')
    const { frames, faults } = checkTrace(trace, profile, profiles, sightedOf)
    t.ok(frames > 0, `${profile.id}: there are frames`)
    t.same(faults, [], profile.id)
  }
})

function sightedOf(topic: string, payload: string) {
  let sighted: unknown
  const ingest = createIngest({
    gateways: { heard: (name) => name.toLowerCase(), alive() {}, offline() {} },
    counters: createCounters(),
    limits: { take: () => true },
    plain: false,
    sighted: (receiver, { id, rssi }) => void (sighted = { receiver, id, rssi }),
  })
  ingest({ topic, payload: Buffer.from(payload) })
  return sighted
}

test('no two profiles claim the same device', async (t) => {
  const { profiles } = await readProfiles([folder])
  t.same(clashes(profiles), [])
})

test("a box's own profile takes the place of ours; a wrong one is named by line and field, and the rest is in use", async (t) => {
  const good = {
    id: 'xiaomi/lywsd03mmc',
    vendor: 'Xiaomi',
    model: 'ours, corrected',
    kind: 'thermometer',
    documentation: 'https://example.com',
    recognise: { products: ['0x055b'] },
    decoder: 'mibeacon',
    fields: { celsius: { emits: 'probe.temperature', unit: '°C', range: [-30, 60] } },
  }
  const own = t.testdir({
    xiaomi: { 'lywsd03mmc.json': JSON.stringify(good) },
    acme: { 'probe.json': '', 'x.json': '' },
  })
  const text = JSON.stringify({ ...good, id: 'acme/probe', decoder: 'mystery' }, null, 2)
  writeFileSync(join(own, 'acme/probe.json'), text)
  writeFileSync(join(own, 'acme/x.json'), '{\n  "id": "acme/x",\n  oops\n}')
  const { profiles, wrong } = await readProfiles([folder, own, join(own, 'not-there')])
  t.match(profiles.find(({ id }) => id === good.id)?.model, /corrected/)
  t.ok(profiles.length > 30)
  const line = text.split('\n').findIndex((one) => one.includes('"decoder"')) + 1
  t.match(
    wrong.map(({ message }) => message),
    [new RegExp(`probe\\.json, line ${line}, /decoder`), /x\.json, line 3, \/: is not JSON/],
  )
  t.ok(wrong.every(({ code }) => code === 'ENDCAP_PROFILE_INVALID'))
})
