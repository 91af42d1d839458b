/**
 * Measures one model on one backend in a process of its own: `node measure.ts FOLDER MODEL BACKEND SECONDS` prints
 * one JSON line. Blocks of bare calls and of calls through the runner take turns, so that neither has the better weather.
 */
import path from 'node:path'
import { type BackendName, openModel } from '../../../runtime/sdk/models.ts'
import { seeded } from '../../support/nets/layers.ts'
import { bare } from './bare.ts'

const [folder = '', name = '', backend = 'plain', seconds = '2'] = process.argv.slice(2)
const model = await openModel(name, [folder], { backend: backend as BackendName })
const shape = model.description.inputs[0]?.shape ?? []
const random = seeded(5)
const input = Float32Array.from({ length: shape.reduce((product, length) => product * length, 1) }, () => random())
const direct = await bare(path.join(folder, name), shape, backend as BackendName)
const through = (given: Float32Array) => model.predict(given)

type Call = (given: Float32Array) => unknown

/** Calls one after the other for some milliseconds; how long each took. */
async function block(call: Call, milliseconds: number, into: number[]): Promise<void> {
  const end = performance.now() + milliseconds
  for (let began = performance.now(); began < end; began = performance.now()) {
    await call(input)
    into.push(performance.now() - began)
  }
}

const times: { bare: number[]; through: number[] } = { bare: [], through: [] }
const warm: number[] = []
for (const call of [direct, through]) await block(call, 500, warm)
const blocks = 20
const each = (Number(seconds) * 1000) / blocks / 2
for (let turn = 0; turn < blocks; turn++) {
  // Who begins changes, so that a clock that slows down under load is nobody's disadvantage.
  const order = turn % 2 === 0 ? (['bare', 'through'] as const) : (['through', 'bare'] as const)
  for (const way of order) await block(way === 'bare' ? direct : through, each, times[way])
}
const quantile = (values: number[], share: number) =>
  values.toSorted((a, b) => a - b)[Math.floor(share * values.length)] ?? 0
const figures = (values: number[]) => ({
  n: values.length,
  p50: quantile(values, 0.5),
  p99: quantile(values, 0.99),
  perSecond: values.length / (values.reduce((sum, value) => sum + value, 0) / 1000),
})
const { backendVersion, memoryBytes, warmUpMilliseconds } = model.info()
const megabytes = process.memoryUsage.rss() / 1e6
process.stdout.write(
  `${JSON.stringify({ bare: figures(times.bare), through: figures(times.through), backendVersion, memoryBytes, warmUpMilliseconds, megabytes })}\n`,
)
model.close()
process.exit()
