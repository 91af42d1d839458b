import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'tap'
import { readProfiles } from '../../runtime/host/index.ts'
import { play, readTrace } from './trace.ts'

const folder = join(import.meta.dirname, '../../devices')
const near = (own: unknown, wanted: unknown) =>
  typeof own === 'number' && typeof wanted === 'number' ? Math.abs(own - wanted) <= 1e-6 * Math.abs(wanted) : undefined

test('every profile is valid, and what its device says in its trace becomes what the trace says', async (t) => {
  const { profiles, wrong } = await readProfiles([folder])
  t.same(wrong, [])
  t.ok(profiles.length >= 30, 'thirty models at least')
  for (const profile of profiles) {
    const file = join(folder, `${profile.id}.trace.jsonl`)
    if (!existsSync(file)) {
      t.fail(`${profile.id} has no trace`)
      continue
    }
    const [origin, ...lines] = readTrace(file)
    t.ok(origin?.about, `${profile.id}: the first line says where the frames are from`)
    t.ok(lines.length > 0, `${profile.id}: there are frames`)
    for (const [i, line] of lines.entries()) {
      const name = `${profile.id}, frame ${i + 1}`
      const { partial, readings = {}, ...rest } = line.expect ?? {}
      const { recognised, readings: own, ...became } = play(line, profile, profiles)
      t.ok(recognised, `${name}: recognised`)
      const said = (own ?? {}) as Record<string, unknown>
      for (const [field, value] of Object.entries(readings))
        t.ok(
          near(said[field], value) ?? said[field] === value,
          `${name}: ${field} ${String(said[field])}, to be ${String(value)}`,
        )
      if (!partial) t.same(Object.keys(said).toSorted(), Object.keys(readings).toSorted(), `${name}: nothing else`)
      t.match(became, rest, `${name}: events`)
      if (rest.events) t.equal((became as { events: unknown[] }).events.length, rest.events.length, `${name}: no more`)
    }
  }
})

test('no two profiles claim the same device', async (t) => {
  const { profiles } = await readProfiles([folder])
  const claims = profiles.flatMap(({ id, decoder, recognise: { products = [], models = [], names = [], usb = [] } }) =>
    [...products, ...models, ...usb, ...(decoder === 'bthome' ? names : [])].map((claim) => ({ id, claim })),
  )
  const twice = [...Map.groupBy(claims, ({ claim }) => claim).values()].filter((same) => same.length > 1)
  t.same(twice, [])
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
