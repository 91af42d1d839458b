/** Graph models, as TensorFlow's converter writes them, answer what arithmetic says. */
import { memory } from '@tensorflow/tfjs-core'
import { test } from 'tap'
import { openModel } from '../../../runtime/sdk/models.ts'
import { backend } from '../../support/backend.ts'
import { type GraphLayer, writeGraph } from '../../support/nets/graph.ts'

const TOLERANCE = 1e-5

const hidden: GraphLayer = {
  kernel: [
    [0.5, -1, 0.25, 2],
    [-0.75, 0.5, 1, -0.5],
    [1.5, 0.25, -2, 0.125],
  ],
  bias: [0.1, -0.2, 0.3, -0.4],
  multiply: 'MatMul',
  add: 'BiasAdd',
  activation: 'Relu',
}
const classes: GraphLayer = {
  kernel: [
    [1, -0.5],
    [-1.25, 0.75],
    [0.5, 0.5],
    [-0.25, 1],
  ],
  bias: [0.05, -0.15],
  multiply: 'MatMul',
  add: 'AddV2',
  activation: 'Softmax',
}

const rows = [
  [1, 2, 3],
  [-1, 0.5, 0.25],
  [0, 0, 0],
]

/** In double precision, layer by layer. */
function expected(row: number[]): number[] {
  const sums = (values: number[], { kernel, bias }: GraphLayer) =>
    bias.map((start, unit) => values.reduce((sum, value, at) => sum + value * (kernel[at]?.[unit] ?? 0), start))
  const powers = sums(
    sums(row, hidden).map((value) => Math.max(0, value)),
    classes,
  ).map(Math.exp)
  const total = powers.reduce((sum, power) => sum + power)
  return powers.map((power) => power / total)
}

const near = (found: unknown, row: number[]): boolean =>
  Array.isArray(found) &&
  found.length === 2 &&
  expected(row).every((value, at) => Math.abs(value - Number(found[at])) < TOLERANCE)

for (const name of ['wasm', 'tensorflow'] as const)
  test(`a graph model on ${name} answers as arithmetic does, alone and in a batch`, async (t) => {
    if (name !== 'wasm' && !(await backend(t, name))) return
    const folder = t.testdir()
    writeGraph(folder, 'graph', [hidden, classes])
    const model = await openModel('graph', [folder], { backend: name })
    t.teardown(() => model.close())
    t.match(model.info(), { backend: name, format: 'tfjs-graph', parameters: 26, memoryBytes: 4 * 26 })
    for (const row of rows) {
      const { outputs } = await model.predict(row)
      t.ok(
        near(outputs['y'], row),
        `${row.join(' ')} gives ${expected(row).join(' ')}: ${JSON.stringify(outputs['y'])}`,
      )
    }
    const batch = await model.predictBatch(rows)
    t.ok(rows.every((row, at) => near(batch[at]?.outputs['y'], row)) && batch.length === rows.length, 'in one run')
  })

test('an operation that TensorFlow.js does not know is named, and nothing is left of that model', async (t) => {
  const folder = t.testdir()
  writeGraph(folder, 'graph', [hidden, classes])
  const good = await openModel('graph', [folder], { backend: 'wasm' })
  good.close()
  const { numTensors } = memory()
  writeGraph(folder, 'strange', [hidden, { ...classes, activation: 'Hardmix' }])
  await t.rejects(openModel('strange', [folder], { backend: 'wasm' }), {
    code: 'ENDCAP_MODEL_UNSUPPORTED',
    message: /strange: wasm: .*Hardmix/,
  })
  t.equal(memory().numTensors, numTensors)
})

test('an operation that WebAssembly lacks is named, and native TensorFlow runs it', async (t) => {
  const folder = t.testdir()
  writeGraph(folder, 'einsum', [hidden, { ...classes, multiply: 'Einsum' }])
  await t.rejects(openModel('einsum', [folder], { backend: 'wasm' }), {
    code: 'ENDCAP_MODEL_UNSUPPORTED',
    message: /einsum: wasm: .*Einsum/,
  })
  if (!(await backend(t, 'tensorflow'))) return
  const model = await openModel('einsum', [folder])
  t.teardown(() => model.close())
  t.match(model.info(), { backend: 'tensorflow', passedOver: [] })
  for (const row of rows) t.ok(near((await model.predict(row)).outputs['y'], row), row.join(' '))
})
