import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'tap'
import { createRandom } from '../../devices/twin/random.ts'
import { features } from '../../models/zone/features.ts'
import { makeCases } from '../../models/zone/cases.ts'
import { type Case, newNet, scoresOf, softmax, train } from '../../models/zone/net.ts'
import { trainZone, writeZone } from '../../models/zone/train.ts'
import { describeModel } from '../../runtime/sdk/models.ts'

test('the same seed gives the same bytes, another seed others', async (t) => {
  const folder = t.testdir()
  const made = async (name: string, seed: number) => {
    const at = join(folder, name, 'zone')
    writeZone(at, trainZone(3, seed), 3, seed)
    return readFileSync(join(at, 'weights.bin'))
  }
  const first = await made('first', 4)
  t.ok(first.equals(await made('second', 4)))
  t.notOk(first.equals(await made('third', 5)))
  await t.rejects(describeModel('zone', [join(folder, 'first')]), { code: 'ENDCAP_MODEL_CARD_MISSING' })
})

test('what the net learns from stays within what its inputs may be', (t) => {
  const cases = makeCases(6, 9)
  t.ok(cases.length > 100)
  for (const { rows, truth } of cases) {
    const candidates = rows.length / features.length
    if (truth < 0 || truth >= candidates) t.fail(`${truth} is no candidate`)
    for (const [at, value] of rows.entries()) {
      const feature = features[at % features.length]
      if (!(value >= (feature?.minimum ?? 0) && value <= (feature?.maximum ?? 0))) t.fail(`${feature?.name}: ${value}`)
    }
  }
  t.end()
})

test('training finds the rule that made the cases', (t) => {
  const random = createRandom(3)
  // The true candidate is the one nearest to 0.3: no straight line tells that.
  const cases = Array.from({ length: 600 }, (): Case => {
    const rows = Float32Array.from({ length: 4 }, () => random.between(-1, 1))
    const distances = [...rows].map((value) => Math.abs(value - 0.3))
    return { rows, truth: distances.indexOf(Math.min(...distances)) }
  })
  const net = newNet([1, 12, 1], random)
  const losses: number[] = []
  train(net, cases, { epochs: 30, batch: 20, rate: 0.02, decay: 0 }, random, (loss) => losses.push(loss))
  const right = cases.filter(({ rows, truth }) => {
    const probabilities = softmax(scoresOf(net, rows))
    return probabilities.indexOf(Math.max(...probabilities)) === truth
  })
  t.ok((losses.at(-1) ?? 9) < (losses[0] ?? 0) / 2, 'the loss falls')
  t.ok(right.length > 0.9 * cases.length, `${right.length} of ${cases.length}`)
  t.end()
})
