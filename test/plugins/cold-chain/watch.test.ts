import { test } from 'tap'
import { chilled, frozen, simulated, world } from './cabinet-world.ts'

/** A cabinet that swings as one does. */
const swing = (middle: number) => (minute: number) => ({ air: middle + Math.sin(minute / 8), door: false })

void test('a dead compressor is told of before the product leaves its range', async (t) => {
  for (const [kind, cabinet, limit] of [
    ['chilled', chilled, 5],
    ['frozen', frozen, -15],
  ] as const) {
    for (const seed of [1, 4, 6]) {
      const shop = world(cabinet)
      const { cabinet: twin, measure } = simulated(kind, seed)
      shop.pass(2 * 1440, measure)
      t.strictSame(shop.alarms(), [], `${kind} ${seed}: two days with doors and defrosts raise no alarm`)
      t.ok(
        shop.events('cold.state').some(({ data }) => data['state'] === 'defrost'),
        'though defrosts are seen',
      )
      twin.fault({ compressor: 'dead' })
      let left = 0
      shop.pass(400, () => {
        const measured = measure()
        if (left === 0 && twin.now().productCelsius > limit) left = shop.minute()
        return measured
      })
      const [warning] = shop.events('cold.warning')
      t.ok(
        warning && warning.minute < left,
        `${kind} ${seed}: warned ${left - (warning?.minute ?? Infinity)} min ahead`,
      )
      t.equal(shop.events('cold.excursion').length > 0, true)
      t.equal(shop.state(), 'excursion')
      t.ok((shop.told.at(-1)?.data['clockMinutes'] as number) > 0, 'the clock of the product runs')
      twin.fault({ compressor: 'ok' })
      shop.pass(900, measure)
      const [recovered] = shop.events('cold.recovered')
      t.ok((recovered?.data['excursionSeconds'] as number) > 0)
      t.not(shop.state(), 'excursion')
    }
  }
})

void test('what looks like a defrost and does not end is told of after its cap', async (t) => {
  const shop = world(chilled)
  shop.pass(600, swing(2.5))
  const begun = shop.minute()
  shop.pass(28, (minute) => ({ air: Math.min(9, 3 + (minute - begun) * 0.4) }))
  t.strictSame(shop.alarms(), [], 'it is given time')
  t.equal(shop.state(), 'defrost')
  shop.pass(12, () => ({ air: 9 }))
  t.ok(shop.causes().includes('defrost'))
})

void test('a door left open, and shut again', async (t) => {
  const shop = world(chilled)
  shop.pass(60, swing(2.5))
  shop.pass(4, () => ({ air: 4.2, door: true }))
  t.equal(shop.state(), 'door-open')
  t.strictSame(shop.alarms(), [])
  shop.pass(2, () => ({ air: 4.4 }))
  t.match(shop.alarms(), [{ type: 'cold.warning', data: { cause: 'door', reason: /open for 5 min/ } }])
  shop.acknowledge('anna')
  shop.acknowledge('bogdan')
  t.match(shop.events('cold.acknowledged'), [{ data: { staff: 'anna' } }], 'the first who sees to it')
  shop.pass(6, () => ({ air: 3, door: false }))
  t.equal(shop.state(), 'in-range')
  t.match(shop.events('cold.recovered'), [{ data: { excursionSeconds: 0 } }])
})

void test('silence, a lost probe and a flat line are told of, once each', async (t) => {
  const silent = world(chilled)
  silent.pass(60, swing(2.5))
  silent.pass(30)
  t.strictSame(silent.causes(), ['silent'])
  t.equal(silent.state(), 'unknown')
  silent.pass(5, swing(2.5))
  t.equal(silent.events('cold.recovered').length, 1)

  const lost = world({ ...chilled, air: ['air', 'top'] })
  lost.pass(30, (minute) => ({ ...swing(2.5)(minute), top: 3 + Math.sin(minute / 5) }))
  lost.watch.trouble('top', 'there is no 28-01 on the 1-wire bus', lost.minute())
  lost.pass(20, swing(2.5))
  t.match(lost.alarms(), [{ data: { cause: 'lost', reason: /top: there is no 28-01/ } }])
  t.equal(lost.state(), 'warning', 'the other probe goes on')

  const flat = world(chilled)
  flat.pass(300, () => ({ air: 3.125 }))
  t.strictSame(flat.causes(), ['flat'])
})

void test('too cold, and air that is too warm for longer than its delay', async (t) => {
  const cold = world({ ...chilled, lowestCelsius: 0, delayMinutes: 10 })
  cold.pass(12, () => ({ air: -1 }))
  t.strictSame(cold.causes(), ['cold'])

  const warm = world({ ...chilled, delayMinutes: 30 })
  warm.pass(600, swing(3.8))
  t.strictSame(warm.alarms(), [], 'a cabinet that swings up to 4.8 °C is in its range')
  const begun = warm.minute()
  warm.pass(60, (minute) => ({ air: Math.min(5.6, 4.6 + (minute - begun) * 0.05) }))
  const [first] = warm.events('cold.warning')
  t.match(first?.data, { cause: 'rising' })
  t.ok(warm.causes().includes('warm'))
  t.equal(warm.events('cold.warning').length, 2, 'each cause once in an episode')
})

void test('frozen goods: short rises are allowed, long ones are not', async (t) => {
  const shop = world(frozen)
  shop.pass(300, swing(-20))
  shop.pass(100, (minute) => ({ air: -17 + 0.2 * Math.sin(minute) }))
  t.strictSame(shop.causes(), [])
  shop.pass(30, (minute) => ({ air: -17 + 0.2 * Math.sin(minute) }))
  t.match(shop.events('cold.warning'), [
    { data: { cause: 'warm', limitCelsius: -18, reason: /over -18 °C for 120 min/ } },
  ])
})

void test('a probe in the product is believed instead of the simulation', async (t) => {
  const shop = world({ ...chilled, product: 'bottle' })
  shop.pass(60, () => ({ air: 3, bottle: 4.8 }))
  t.equal(shop.state(), 'in-range')
  shop.pass(2, () => ({ air: 3, bottle: 5.4 }))
  t.match(shop.events('cold.excursion'), [{ data: { celsius: 5.4, limitCelsius: 5, sinceSeconds: 0 } }])
})

void test('the clock of the product: six hours below 21 °C, four above, and it is told of', async (t) => {
  const cool = world({ ...chilled, product: 'bottle' })
  cool.pass(359, () => ({ air: 9, bottle: 9 }))
  t.equal(cool.events('cold.excursion').length, 1)
  cool.pass(3, () => ({ air: 9, bottle: 9 }))
  t.match(cool.events('cold.excursion').at(-1)?.data, { sinceSeconds: 21_600 })

  const hot = world({ ...chilled, product: 'bottle' })
  hot.pass(242, () => ({ air: 24, bottle: 22 }))
  t.match(hot.events('cold.excursion').at(-1)?.data, { sinceSeconds: 14_400 })
  hot.pass(30, () => ({ air: 3, bottle: 3 }))
  t.match(hot.told.at(-1)?.data, { clockMinutes: 242 }, 'falling below the limit does not wind it back')
  hot.pass(1440, (minute) => ({ air: 3 + Math.sin(minute), bottle: 3 }))
  t.match(hot.told.at(-1)?.data, { clockMinutes: 0 }, 'a day later it is forgotten')
})

void test('a restart in the middle: the clock goes on, and a gap counts as warm', async (t) => {
  const before = world({ ...chilled, product: 'bottle' })
  before.pass(60, () => ({ air: 9, bottle: 8 }))
  const saved = JSON.parse(JSON.stringify(before.watch.save())) as ReturnType<typeof before.watch.save>
  const after = world({ ...chilled, product: 'bottle' }, before.minute() + 90, saved)
  after.pass(1, () => ({ air: 9, bottle: 8 }))
  t.equal(after.state(), 'excursion')
  t.match(after.told.at(-1)?.data, { clockMinutes: 151 }, '60 min before, 90 min nobody saw, 1 min after')
  t.strictSame(after.events('cold.excursion'), [], 'nothing is told again')
  after.pass(10, () => ({ air: 2, bottle: 3 }))
  t.match(after.events('cold.recovered'), [{ data: { excursionSeconds: 151 * 60 } }])

  const cold = world(chilled)
  cold.pass(60, swing(2.5))
  const warm = world(chilled, cold.minute() + 300, cold.watch.save())
  warm.pass(1, () => ({ air: 12 }))
  t.equal(warm.state(), 'excursion', 'five hours in which the power was off')
  t.match(warm.told.at(-1)?.data, { clockMinutes: 301 })
})

void test('two cabinets do not disturb each other, and one starts warm without a false excursion', async (t) => {
  const dairy = world(chilled)
  const freezer = world(frozen)
  for (let minute = 0; minute < 60; minute++) {
    dairy.pass(1, swing(2.5))
    freezer.pass(1, () => ({ air: 2 }))
  }
  t.strictSame(dairy.alarms(), [])
  t.ok(freezer.causes().includes('warm'))
  const begins = world(frozen)
  begins.pass(20, (minute) => ({ air: 4 - minute * 0.9 }))
  begins.pass(60, swing(-20))
  t.strictSame(begins.alarms(), [], 'a box that starts in the middle of a defrost')
})
