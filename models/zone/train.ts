/**
 * Makes the weights of `zone` again: `node models/zone/train.ts [--shops 3000] [--seed 1] [--out models/zone]`.
 * It learns in random shops alone (random-shop.ts), so that every recording and the virtual shop stay unseen.
 * The same seed gives the same bytes. Two minutes on one core.
 */
import { parseArgs } from 'node:util'
import { packDense, type WeightedLayer } from '../../runtime/sdk/models.ts'
import { createRandom } from '../../devices/twin/random.ts'
import { writeModel } from '../write.ts'
import { makeCases } from './cases.ts'
import { features } from './features.ts'
import { type Case, type Net, newNet, train } from './net.ts'

export const version = '1.0.0'

const hidden = [32, 16]
const schedule = { epochs: 6, batch: 64, rate: 0.003, decay: 0.01 }
const width = features.length

/** Layers with their weights, ready to be packed. `told` hears the mean loss of each epoch. */
export function trainZone(shops: number, seed: number, told = (_loss: number) => {}): WeightedLayer[] {
  const cases = makeCases(shops, seed)
  const { middle, spread } = scaling(cases)
  const random = createRandom(seed + 1)
  const net = newNet([width, ...hidden, 1], random)
  const scaled = cases.map(({ rows, truth }) => ({
    truth,
    rows: rows.map((value, at) => (value - (middle[at % width] ?? 0)) / (spread[at % width] ?? 1)),
  }))
  train(net, scaled, schedule, random, told)
  const scale: WeightedLayer = {
    type: 'scale',
    inputs: width,
    weights: [
      Float32Array.from(spread, (one) => 1 / one),
      Float32Array.from(middle, (value, i) => -value / (spread[i] ?? 1)),
    ],
  }
  return [scale, ...layersOf(net)]
}

/** Mean and standard deviation of each feature. */
function scaling(cases: Case[]): { middle: Float64Array; spread: Float64Array } {
  const middle = new Float64Array(width)
  const squares = new Float64Array(width)
  let count = 0
  for (const { rows } of cases) {
    count += rows.length / width
    for (const [at, value] of rows.entries()) {
      middle[at % width] = (middle[at % width] ?? 0) + value
      squares[at % width] = (squares[at % width] ?? 0) + value * value
    }
  }
  const mean = middle.map((sum) => sum / Math.max(1, count))
  const spread = squares.map((sum, i) => Math.sqrt(Math.max(1e-4, sum / Math.max(1, count) - (mean[i] ?? 0) ** 2)))
  return { middle: mean, spread }
}

/** Kernels by input, then unit, as the format has them. */
function layersOf({ sizes, layers }: Net): WeightedLayer[] {
  return layers.map(({ weights, bias }, l) => {
    const inputs = sizes[l] ?? 0
    const units = sizes[l + 1] ?? 0
    const kernel = Float32Array.from(
      { length: inputs * units },
      (_, at) => weights[(at % units) * inputs + Math.floor(at / units)] ?? 0,
    )
    const activation = l === layers.length - 1 ? 'linear' : 'relu'
    return { type: 'dense', inputs, units, activation, weights: [kernel, Float32Array.from(bias)] }
  })
}

/** Writes model.json, net.json and weights.bin into a folder. */
export function writeZone(folder: string, layers: WeightedLayer[], shops: number, seed: number): void {
  const { net, weights } = packDense(layers)
  writeModel(
    folder,
    {
      name: 'zone',
      version,
      meaning: 'How much speaks for a tag being in one zone, from what several receivers heard of it in 20 s.',
      format: 'dense',
      entry: 'net.json',
      inputs: [
        {
          name: 'evidence',
          shape: [width],
          meaning: 'what speaks for one zone; models/zone/evidence.ts makes a row for each zone of the plan',
          features: features.map((feature) => ({ ...feature })),
        },
      ],
      outputs: [
        {
          name: 'score',
          shape: [1],
          unit: 'ln',
          meaning: 'softmax over the scores of all zones gives their probabilities',
        },
      ],
      trainedOn: `${shops} random shops (models/zone/random-shop.ts, seed ${seed}); no recording, not the virtual shop`,
      licence: 'Apache-2.0',
    },
    { 'net.json': net, 'weights.bin': weights },
  )
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      shops: { type: 'string', default: '3000' },
      seed: { type: 'string', default: '1' },
      out: { type: 'string', default: import.meta.dirname },
    },
  })
  const shops = Number(values.shops)
  const seed = Number(values.seed)
  const layers = trainZone(shops, seed, (loss) => process.stdout.write(`loss ${loss.toFixed(4)}\n`))
  writeZone(values.out, layers, shops, seed)
}
