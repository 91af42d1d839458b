/** From counts to grams, without a board: rest, zero, drifts and faults. */
import { existsSync, readFileSync } from 'node:fs'
import { array, assert, boolean, double, integer, property, record } from 'fast-check'
import { test } from 'tap'
import { createFaults, createJumpGuard } from '../../../plugins/shelf-scale/weigh/faults.ts'
import { createPlate, type Kept } from '../../../plugins/shelf-scale/weigh/plate.ts'
import { judgeRest } from '../../../plugins/shelf-scale/weigh/rest.ts'
import {
  gramsPerCelsius,
  learnDrift,
  nothingLearnt,
  type Stretch,
} from '../../../plugins/shelf-scale/weigh/temperature.ts'
import { createThinning } from '../../../plugins/shelf-scale/weigh/thin.ts'
import {
  creepAfter,
  ZERO_BAND_GRAMS,
  ZERO_GRAMS_PER_SECOND,
  zeroStep,
} from '../../../plugins/shelf-scale/weigh/zero.ts'

const runs = { numRuns: 200 }
const range = { low: -0x800000, high: 0x7fffff, fine: true }
const finite = (most: number) => double({ min: -most, max: most, noNaN: true })
/** Noise that is the same in every run. */
const noise = (i: number, size: number) => size * (((i * 7919) % 101) / 50 - 1)

/** A plate of 400 counts a gram, heard ten times a second for some seconds. */
function plateOf(kept: Kept = {}, options = {}) {
  const plate = createPlate({ slot: 'A', range, gramsPerCount: 1 / 400, ...options }, kept)
  let tick = 0
  const hear = (seconds: number, grams: (second: number) => number) => {
    let last = plate.hear(0, -1e6)
    const first = tick
    for (; tick < first + 10 * seconds; tick++)
      last = plate.hear(Math.round(400 * grams((tick - first) / 10) + noise(tick, 80)), tick * 100)
    return last
  }
  return { plate, hear }
}

test('the zero follows slow drifts near zero, and never takes a product', (t) => {
  assert(
    property(finite(5000), boolean(), double({ min: 0, max: 60, noNaN: true }), (grams, resting, seconds) => {
      const step = zeroStep(grams, resting, seconds)
      if (!resting || Math.abs(grams) > ZERO_BAND_GRAMS) return step === 0
      return Math.abs(step) <= ZERO_GRAMS_PER_SECOND * seconds + 1e-12 && Math.abs(step) <= Math.abs(grams)
    }),
    runs,
  )
  const { hear } = plateOf()
  hear(5, () => 0)
  const drifted = hear(600, (second) => (second / 600) * 8)
  t.ok(Math.abs(drifted.grams ?? 99) < 1, `8 g of drift in ten minutes is gone: ${drifted.grams}`)
  const placed = hear(600, () => 8 + 10)
  t.ok(Math.abs((placed.grams ?? 0) - 10) < 1.5, `10 g that were put on it stay: ${placed.grams}`)
  t.end()
})

test('creep is taken back as the data sheet says, and never more than it says', (t) => {
  assert(
    property(array(record({ load: finite(5000), seconds: double({ min: 0, max: 1000, noNaN: true }) })), (loads) => {
      let creep = 0
      for (const { load, seconds } of loads) creep = creepAfter(creep, load, 0.05, seconds)
      return Math.abs(creep) <= 0.0005 * 5000 + 1e-9
    }),
    runs,
  )
  const { hear } = plateOf({ zeroCounts: 0 }, { creepPercent: 0.1 })
  const after = hear(1800, (second) => 3000 * (1 + 0.001 * (1 - Math.exp(-second / 600))))
  t.ok(Math.abs((after.grams ?? 0) - 3000) < 1, `3 kg are 3 kg after half an hour: ${after.grams}`)
  t.end()
})

test('a drift with temperature is learnt from a plate that nobody touches', (t) => {
  let learnt = nothingLearnt
  let stretch: Stretch | undefined
  for (let step = 0; step < 60; step++) {
    const celsius = 20 + 4 * Math.sin(step / 6)
    ;({ learnt, stretch } = learnDrift(learnt, stretch, {
      celsius,
      grams: 800 - 1.7 * (celsius - 20) + noise(step, 0.2),
    }))
  }
  t.ok(Math.abs(gramsPerCelsius(learnt) + 1.7) < 0.1, String(gramsPerCelsius(learnt)))
  assert(
    property(array(record({ celsius: finite(60), grams: finite(5000) }), { maxLength: 50 }), (points) => {
      let own = nothingLearnt
      let one: Stretch | undefined
      for (const point of points) ({ learnt: own, stretch: one } = learnDrift(own, one, point))
      return Math.abs(gramsPerCelsius(own)) <= 5
    }),
    runs,
  )
  const { plate, hear } = plateOf({ zeroCounts: 0, celsius: 20 }, { gramsPerCelsius: -1.5 })
  plate.warmed(26)
  const warm = hear(3, () => 1000 - 1.5 * 6)
  t.ok(Math.abs((warm.grams ?? 0) - 1000) < 1, String(warm.grams))
  t.end()
})

test('rest is told from a hand, a slope and a step, whatever the noise', (t) => {
  const window = (of: (i: number) => number) => Array.from({ length: 12 }, (_, i) => ({ at: i * 100, value: of(i) }))
  for (const sigma of [0.2, 1, 5]) {
    t.equal(
      judgeRest(
        window((i) => 700 + noise(i, sigma)),
        1,
      ).resting,
      true,
      `rests with ${sigma} g of noise`,
    )
    t.equal(
      judgeRest(
        window((i) => 700 + 60 * Number(i > 8) + noise(i, sigma)),
        1,
      ).resting,
      false,
      'a step',
    )
  }
  t.equal(
    judgeRest(
      window((i) => 700 + 3 * i),
      1,
    ).resting,
    false,
    'a slow pour',
  )
  t.equal(judgeRest([], 1).resting, false)
  t.end()
})

test('a plate is tared and calibrated only at rest, and keeps both', (t) => {
  const bare = createPlate({ slot: 'A', range, capacityGrams: 5000 }, {})
  t.throws(() => bare.tare(), /has not said anything/)
  const feed = (counts: (i: number) => number, from: number) => {
    for (let i = from; i < from + 20; i++) bare.hear(Math.round(counts(i) + noise(i, 80)), i * 100)
  }
  feed((i) => 5000 + 9000 * i, 0)
  t.throws(() => bare.tare(), /it is moving; take your hands off/)
  feed(() => 5000, 20)
  t.throws(() => bare.calibrate(500), /its zero is not known/)
  bare.tare()
  t.throws(() => bare.calibrate(500), /nothing rests on it/)
  t.throws(() => bare.calibrate(0), /more than 0 g/)
  feed(() => 5000 - 200_000, 40)
  t.throws(() => bare.calibrate(9000), /it carries 5000 g/)
  const scale = bare.calibrate(500)
  t.ok(Math.abs(scale + 500 / 200_000) < 1e-5, 'a cell that was put in upside down counts backwards')
  const again = createPlate({ slot: 'A', range }, bare.kept())
  let last = again.hear(5000 - 400_000, 0)
  for (let i = 1; i < 20; i++) last = again.hear(Math.round(5000 - 400_000 + noise(i, 80)), i * 100)
  t.ok(Math.abs((last.grams ?? 0) - 1000) < 1)
  t.end()
})

test('faults begin and end only where some samples agree', (t) => {
  const faults = createFaults(range, 5000)
  const say = (counts: number, grams: number, at: number) => faults.hear({ at, counts, grams })
  t.equal(say(range.high, 0, 0), undefined, 'one sample is none')
  t.equal([1, 2, 3].map((i) => say(range.high, 0, i)).at(-1), 'disconnected')
  t.equal([4, 5, 6].map((i) => say(1000 + i, 10, i)).at(-1), undefined)
  t.equal([7, 8, 9].map((i) => say(2e6 + i, 5100, i)).at(-1), 'overload')
  t.equal([10, 11, 12].map((i) => say(range.high, 20_000, i)).at(-1), 'overload', 'beyond what its converter can say')
  t.equal([13, 14, 15].map((i) => say(2e6 + i, 4990, i)).at(-1), 'overload', 'until there is room again')
  t.equal([16, 17, 18].map((i) => say(1000 + i, 100, i)).at(-1), undefined)
  t.equal([2000, 6000].map((at) => say(4242, 100, at)).at(-1), undefined, 'a gap in what is heard proves nothing')
  t.equal([1, 2, 3, 4, 5].map((i) => say(4242, 100, 6000 + i)).at(-1), 'stuck')
  const wild = createFaults(range)
  const hanging = Array.from({ length: 14 }, (_, i) => wild.hear({ at: i, counts: i % 2 ? 3e6 + i : -3e6 + i }))
  t.equal(hanging.at(-1), 'disconnected', 'an input in the air')
  assert(
    property(array(integer({ min: -1_000_000, max: 1_000_000 }), { maxLength: 60 }), (counts) => {
      const pass = createJumpGuard(100_000)
      let last: number | undefined
      return counts.every((value, i) => {
        const { value: passed } = pass(value)
        const stood =
          passed === undefined ||
          last === undefined ||
          Math.abs(passed - last) <= 100_000 ||
          Math.abs(passed - (counts[i - 1] ?? 0)) <= 25_000
        last = passed ?? last
        return stood
      })
    }),
    runs,
  )
  t.end()
})

test('still plates are told each second, those that move or moved a moment ago with each sample', (t) => {
  const due = createThinning()
  const told = (from: number, grams: (i: number) => number, stable: boolean) =>
    Array.from({ length: 60 }, (_, i) => due(from + i * 16, [{ slot: 'A', grams: grams(i), stable }])).filter(Boolean)
      .length
  told(0, () => 500, true)
  t.ok(told(10_000, (i) => 500 + noise(i, 0.5), true) <= 2)
  t.equal(
    told(12_000, (i) => 500 + 10 * i, false),
    60,
  )
  t.equal(
    told(14_000, () => 1100, true),
    60,
    'whether a hand has gone is seen by how the plate comes to rest',
  )
  t.ok(told(22_000, () => 1100, true) <= 2)
  t.ok(due(23_016, [{ slot: 'A', grams: 900, stable: true }]), 'a step is told before the plate is known to move')
  t.end()
})

const recorded = new URL('../../../../shared/data/loadcell-hx711/', import.meta.url)
test('a load cell that warms up shows no product and no fault', {
  skip: !existsSync(recorded) && 'loadcell-hx711 is not here',
}, (t) => {
  for (const file of ['coldstart', 'startup']) {
    const rows = readFileSync(new URL(`${file}.csv`, recorded), 'utf8')
      .trim()
      .split('\n')
      .slice(1)
    const points = rows.map((row) => row.split(',').map(Number))
    const first = points[0]?.[1] ?? 0
    const plate = createPlate({ slot: 'A', range, gramsPerCount: 1 / 1540.32 }, { zeroCounts: first })
    const weights = points.map(([second = 0, raw = 0]) => plate.hear(raw, second * 1000))
    t.equal(
      weights.find(({ fault }) => fault),
      undefined,
      `${file}: no fault`,
    )
    const most = Math.max(...weights.map(({ grams = 0, stable }) => (stable ? Math.abs(grams) : 0)))
    t.ok(most < 5, `${file}: it rests at zero within ${most.toFixed(2)} g`)
  }
  t.end()
})
