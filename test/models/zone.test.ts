import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'tap'
import { makeZoneModel, type ZoneExplanation, type ZoneModel } from '../../models/zone/infer.ts'
import { makeWindow, type Window } from '../../models/zone/window.ts'
import type { Plan } from '../../plugins/presence/plan.ts'
import { openModel } from '../../runtime/sdk/models.ts'
import { box, makeRadio } from '../plugins/presence/shop-radio.ts'
import { makerOf, readZoneNet } from '../score/zone-model.ts'
import { compareTwin } from '../score/zone-places.ts'

const models = resolve(import.meta.dirname, '../../models')

/** A shop that is neither the virtual one nor a random one: two rooms and a corridor that is no zone. */
const pharmacy: Plan = {
  floor: { width: 15, depth: 8 },
  zones: [box('shelves', 0, 0, 6, 8), box('counter', 9, 0, 6, 8)],
  receivers: [
    { id: 'window', x: 1, y: 1 },
    { id: 'back', x: 2, y: 7 },
    { id: 'middle', x: 7.5, y: 4 },
    { id: 'till', x: 13, y: 1 },
    { id: 'store', x: 14, y: 7 },
  ],
}

/** A tag stands still for so many seconds and is heard three times a second. */
function stand(x: number, y: number, seconds = 8) {
  const radio = makeRadio({ seed: 5 })
  const window = makeWindow()
  for (let now = 0; now < seconds; now += 1 / 3)
    for (const [receiver, one] of pharmacy.receivers.entries()) {
      const rssi = radio.hear('asset/tag', one, x, y)
      if (rssi !== undefined) window.add({ receiver, rssi, seconds: now })
    }
  return window
}

function explained(model: ZoneModel, window: Window, seconds: number): ZoneExplanation {
  const said = model.explain(window, seconds)
  if (!said) throw new Error('nothing was heard')
  return said
}

test('the committed weights do on a day of the virtual shop what their card says', async (t) => {
  const card = readFileSync(join(models, 'zone/card.md'), 'utf8')
  const make = makerOf(await readZoneNet())
  for (const one of compareTwin(make, 3, [101]).filter(({ unit }) => unit === 'share')) {
    const row = card.split('\n').find((line) => line.startsWith(`| ${one.name} |`))
    const told = Number(row?.split('|')[3])
    t.ok(Math.abs(one.model - told) < 0.08, `${one.name}: ${one.model.toFixed(3)} here, ${told} on the card`)
    t.ok(one.n > 100, 'from enough moments')
  }
})

test('somebody at the counter of a shop never seen before is found there', async (t) => {
  const model = makerOf(await readZoneNet())(pharmacy)
  t.match(model.infer(stand(12, 4), 8), { zone: 'counter' })
  t.match(model.infer(stand(2.5, 4), 8), { zone: 'shelves' })
  const answer = model.infer(stand(12, 4), 8)
  t.ok(Math.abs([...(answer?.probabilities ?? [])].reduce((sum, p) => sum + p, 0) - 1) < 1e-9, 'probabilities sum to 1')
  t.same(model.candidates, ['shelves', 'counter', undefined], 'the corridor counts as outside')
})

test('a signal that is no number changes nothing', async (t) => {
  const model = makerOf(await readZoneNet())(pharmacy)
  const window = stand(12, 4)
  const before = model.infer(window, 8)
  window.add({ receiver: 0, rssi: Number.NaN, seconds: 7.9 })
  window.add({ receiver: 99, rssi: -40, seconds: 7.9 })
  t.same(model.infer(window, 8), before)
})

test('it does not know where a tag is that was not heard for 20 s', async (t) => {
  const model = makerOf(await readZoneNet())(pharmacy)
  t.equal(model.infer(stand(12, 4), 40), undefined)
  t.equal(model.explain(makeWindow(), 0), undefined)
})

test('contributions of the receivers add up to what was learnt from them', async (t) => {
  const model = makerOf(await readZoneNet())(pharmacy)
  const said = explained(model, stand(12, 4), 8)
  const sum = said.contributions.reduce((total, { contribution }) => total + contribution, 0)
  t.ok(Math.abs(said.before + sum - said.confidence) < 1e-9, `${said.before} + ${sum} is ${said.confidence}`)
  t.ok(Math.abs(said.before - 0.4) < 0.05, 'before anything was heard it is the share of the floor')
  t.ok(['receiver/till', 'receiver/store', 'receiver/middle'].includes(said.contributions[0]?.input ?? ''))
  t.ok(
    said.contributions.every(({ value }) => value < -20 && value > -100),
    'each with its mean signal',
  )
})

test('with many receivers the least of them are told together, and still add up', async (t) => {
  const many = {
    ...pharmacy,
    receivers: Array.from({ length: 12 }, (_, i) => ({ id: `r${i}`, x: 1 + i, y: i % 2 === 0 ? 1 : 7 })),
  }
  const window = makeWindow()
  const radio = makeRadio({ seed: 8 })
  for (let now = 0; now < 4; now += 0.5)
    for (const [receiver, one] of many.receivers.entries()) {
      const rssi = radio.hear('asset/tag', one, 3, 4)
      if (rssi !== undefined) window.add({ receiver, rssi, seconds: now })
    }
  const said = explained(makerOf(await readZoneNet())(many), window, 4)
  t.equal(said.contributions.length, 8)
  t.match(said.contributions.at(-1), { input: 'others', value: 5 })
  const sum = said.contributions.reduce((total, { contribution }) => total + contribution, 0)
  t.ok(Math.abs(said.before + sum - said.confidence) < 1e-9)
})

test('a plugin gets the same scores through the runner, and is refused what evidence cannot be', async (t) => {
  const score = await readZoneNet()
  const rows: Float32Array[] = []
  const model = makeZoneModel(pharmacy, (given) => {
    const width = given.length / 3
    for (let row = 0; row < 3; row++) rows.push(given.slice(row * width, (row + 1) * width))
    return score(given)
  })
  model.infer(stand(12, 4), 8)
  const opened = await openModel('zone', [models])
  t.teardown(() => opened.close())
  const predictions = await opened.predictBatch(rows)
  for (const [i, { outputs, model: who }] of predictions.entries()) {
    t.equal(who, `zone@${opened.description.version}`)
    t.equal(outputs['score'], score(rows[i] ?? new Float32Array())[0])
  }
  await t.rejects(opened.predict((rows[0] ?? new Float32Array()).map(() => Number.NaN)), {
    code: 'ENDCAP_MODEL_INPUT_INVALID',
  })
})

test('weights with one changed byte are refused', async (t) => {
  const folder = t.testdir()
  cpSync(join(models, 'zone'), join(folder, 'zone'), { recursive: true })
  const file = join(folder, 'zone/weights.bin')
  const bytes = readFileSync(file)
  bytes[100] = (bytes[100] ?? 0) ^ 1
  writeFileSync(file, bytes)
  await t.rejects(openModel('zone', [folder]), { code: 'ENDCAP_MODEL_ALTERED' })
  await t.rejects(readZoneNet(folder), { code: 'ENDCAP_MODEL_ALTERED' })
})
