import { test } from 'tap'
import { createPlates, drawNoise } from '../../devices/twin/plates.ts'
import { createRandom } from '../../devices/twin/random.ts'

const settle = (plates: ReturnType<typeof createPlates>, grams: Float64Array, seconds: number): number[] => {
  const seen: number[] = []
  for (let i = 0; i < seconds * 60; i++) {
    plates.read(1 / 60, grams)
    seen.push(grams[0] ?? 0)
  }
  return seen
}

test('a bottle is taken from a plate: the weight falls by it, and its neighbours barely notice', async (t) => {
  const plates = createPlates(createRandom(5), 3, { noiseGrams: () => 0.7 })
  const grams = new Float64Array(3)
  for (const plate of [0, 1, 2]) plates.place(plate, 4000)
  settle(plates, grams, 2)
  const before = [...grams]
  plates.hand(0, -1000)
  settle(plates, grams, 2)
  const fell = before.map((was, plate) => was - (grams[plate] ?? 0))
  t.ok(Math.abs((fell[0] ?? 0) - 1000) < 8, `${fell[0]} g`)
  t.ok(Math.abs(fell[1] ?? 0) < 12 && Math.abs(fell[2] ?? 0) < 12)
  t.equal(plates.load(0), 3000)
})

test('an elbow comes and goes, and a pour stays', async (t) => {
  const plates = createPlates(createRandom(6), 1, { noiseGrams: () => 0.7, driftGramsPerHour: 0 })
  const grams = new Float64Array(1)
  plates.place(0, 500)
  settle(plates, grams, 1)
  plates.lean(0, 2000, 2)
  const leaning = settle(plates, grams, 3)
  t.ok(Math.max(...leaning) > 2200)
  t.ok(Math.abs((leaning.at(-1) ?? 0) - 500) < 8)
  plates.pour(0, 200, 4)
  const pouring = settle(plates, grams, 5)
  t.ok(Math.abs((pouring[120] ?? 0) - 600) < 25, 'half of it after half of the time')
  t.ok(Math.abs((pouring.at(-1) ?? 0) - 700) < 8)
})

test('idle plates are as noisy as real ones, and a seed gives the same weights again', async (t) => {
  const random = createRandom(7)
  const drawn = Array.from({ length: 4000 }, () => drawNoise(random)).sort((a, b) => a - b)
  t.ok(Math.abs((drawn[2000] ?? 0) - 0.74) < 0.06)
  t.ok(Math.abs((drawn[3800] ?? 0) - 4.5) < 0.6)
  t.equal(Math.max(...drawn), 13.8)
  const once = () => settle(createPlates(createRandom(9), 1), new Float64Array(1), 2)
  t.same(once(), once())
  const idle = settle(
    createPlates(createRandom(8), 1, { noiseGrams: () => 4, driftGramsPerHour: 0 }),
    new Float64Array(1),
    20,
  )
  const mean = idle.reduce((sum, one) => sum + one, 0) / idle.length
  const deviation = Math.sqrt(idle.reduce((sum, one) => sum + (one - mean) ** 2, 0) / idle.length)
  t.ok(Math.abs(deviation - 4) < 0.6, `${deviation} g`)
})
