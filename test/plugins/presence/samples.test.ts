import { test } from 'tap'
import { createPresence } from '../../../plugins/presence/engine.ts'
import type { Plan, Point } from '../../../plugins/presence/plan.ts'
import { cornerShop, makeRadio, recordSamples } from './shop-radio.ts'

/** A steel shelf stands before two of the receivers, and the shop swallows more than most. */
const air = { seed: 3, exponent: 3.3, shadowingDb: 4, behind: { wine: 14, cheese: 10 } }

const signal = (mean: number) => ({ mean, deviation: 4, count: 100 })

/** Mean metres between a cart that walks a round and where it is said to be. */
function errorOnARound(plan: Plan): number {
  const presence = createPresence(plan)
  const radio = makeRadio(air)
  const round: Point[] = [
    [2, 3],
    [16, 3],
    [16, 9],
    [2, 9],
    [2, 3],
  ]
  const metres: number[] = []
  let ms = 0
  for (const [leg, [toX, toY]] of round.entries()) {
    const [fromX, fromY] = round[leg - 1] ?? [toX, toY]
    const steps = Math.ceil(Math.hypot(toX - fromX, toY - fromY) / 0.25) + 10
    for (let step = 0; step <= steps; step++, ms += 333) {
      const x = fromX + (step / steps) * (toX - fromX)
      const y = fromY + (step / steps) * (toY - fromY)
      for (const receiver of plan.receivers) {
        const rssi = radio.hear('asset/cart', receiver, x, y)
        if (rssi !== undefined) presence.sight({ tag: 'asset/cart', receiver: receiver.id, rssi, time: ms })
      }
      presence.tick(ms)
      const said = presence.where('asset/cart')
      if (said && ms > 3000) metres.push(Math.hypot(said.x - x, said.y - y))
    }
  }
  return metres.reduce((sum, value) => sum + value, 0) / metres.length
}

void test('an hour of a technician with samples beats the bare path loss', async (t) => {
  const samples = recordSamples(cornerShop, makeRadio(air), 2)
  const bare = errorOnARound(cornerShop)
  const walked = errorOnARound({ ...cornerShop, samples })
  t.ok(walked < 0.75 * bare, `${walked.toFixed(2)} m instead of ${bare.toFixed(2)} m`)
})

void test('a technician who only said which zone it was is understood too', async (t) => {
  // No outline, no sensible receiver positions: the recordings alone tell the three places apart.
  const plan: Plan = {
    floor: { width: 10, depth: 10 },
    zones: [
      { id: 'inside', receiver: 'one', radiusMetres: 1 },
      { id: 'vestibule', receiver: 'one', radiusMetres: 1 },
      { id: 'outside', receiver: 'two', radiusMetres: 1 },
    ],
    receivers: [
      { id: 'one', x: 5, y: 5 },
      { id: 'two', x: 5, y: 5 },
    ],
    samples: [
      { zone: 'inside', signals: { one: signal(-62), two: signal(-85) } },
      { zone: 'inside', signals: { one: signal(-66), two: signal(-88) } },
      { zone: 'vestibule', signals: { one: signal(-70), two: signal(-70) } },
      { zone: 'outside', signals: { one: signal(-88), two: signal(-64) } },
    ],
  }
  const presence = createPresence(plan)
  const entered: string[] = []
  const stand = (seconds: number, one: number, two: number, from: number) => {
    for (let ms = from * 1000; ms < (from + seconds) * 1000; ms += 500) {
      const events = [
        ...presence.sight({ tag: 'person/kim', receiver: 'one', rssi: one + (ms % 3), time: ms }),
        ...presence.sight({ tag: 'person/kim', receiver: 'two', rssi: two - (ms % 4), time: ms }),
        ...presence.tick(ms),
      ]
      for (const { type, data } of events) if (type === 'presence.entered') entered.push(`${data.zone} (${data.kind})`)
    }
  }
  stand(60, -89, -65, 0)
  stand(60, -71, -71, 60)
  stand(60, -64, -86, 120)
  t.strictSame(entered, ['outside (customer)', 'vestibule (customer)', 'inside (customer)'])
})

void test('samples recorded in zones that are drawn on the plan bend the map there', async (t) => {
  const signals = Object.fromEntries(
    cornerShop.receivers.map(({ id }) => [id, { mean: id === 'milk' ? -85 : -70, deviation: 3, count: 50 }]),
  )
  const plan = { ...cornerShop, samples: [{ zone: 'dairy', signals }] }
  const presence = createPresence(plan)
  t.ok(presence.stats().sampled)
  for (let ms = 0; ms < 20_000; ms += 300) {
    for (const { id } of plan.receivers) {
      presence.sight({ tag: 'asset/cart', receiver: id, rssi: id === 'milk' ? -85 : -70, time: ms })
    }
    presence.tick(ms)
  }
  t.equal(presence.where('asset/cart')?.zone, 'dairy', 'although milk, the receiver in dairy, hears it worst')
})
