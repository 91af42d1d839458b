/** Opens a model and answers for it: checks in and out, batches, contributions, latency and memory. */
import { createHistogram } from 'node:perf_hooks'
import { EndcapError, type ModelDescription } from '../../contract/child.ts'
import { createBatcher } from './batcher.ts'
import { type Loaded, loadRunner } from './backends.ts'
import { explain } from './explain.ts'
import { describeModel } from './read.ts'
import { runRows } from './run.ts'
import type { Model, ModelInfo, ModelOptions, ModelValues, Prediction, PredictOptions } from './types.ts'
import { decode, encode } from './values.ts'

/** Calls that may be under way or waiting at once; more are refused, so that a flood cannot fill the memory. */
const MOST_WAITING = 256

/** Reads, checks, loads and warms up the model of that name from the first folder that has it. */
export async function openModel(name: string, folders: readonly string[], options: ModelOptions = {}): Promise<Model> {
  const described = await describeModel(name, folders)
  const loaded = await loadRunner(described, options.backend)
  return serve(described.description, loaded, options)
}

function serve(description: ModelDescription, loaded: Loaded, options: ModelOptions): Model {
  const { runner } = loaded
  const histogram = createHistogram({ lowest: 1, highest: 600_000_000, figures: 2 })
  let slowest = 0
  let calls = 0
  let failed = 0
  let waiting = 0
  let closed = false

  const run = (rows: readonly Float32Array[][]) => runRows(description, runner, rows)
  const batcher = options.batch ? createBatcher(options.batch, run) : undefined
  const runOne = batcher
    ? (row: Float32Array[]) => batcher.add(row.map((tensor) => tensor.slice()))
    : async (row: Float32Array[]) => (await run([row]))[0]

  /** Counts, bounds and times one call. */
  const timed = async <T>(work: () => Promise<T>): Promise<T> => {
    if (closed)
      throw new EndcapError('ENDCAP_MODEL_FAILED', {
        model: description.name,
        backend: runner.backend,
        reason: 'it is closed',
      })
    if (waiting >= MOST_WAITING) throw new EndcapError('ENDCAP_MODEL_BUSY', { model: description.name, waiting })
    const began = performance.now()
    waiting++
    calls++
    try {
      return await work()
    } catch (error) {
      failed++
      throw error
    } finally {
      waiting--
      const took = performance.now() - began
      slowest = Math.max(slowest, took)
      histogram.record(Math.max(1, Math.round(took * 1000)))
    }
  }

  const answer = (tensors: readonly Float32Array[] | undefined, at: number): Prediction =>
    decode(description, tensors ?? [], at)

  const predict = (values: ModelValues, how?: PredictOptions) =>
    timed(async () => {
      const row = encode(description, values)
      const prediction = answer(await runOne(row), 0)
      if (how?.explain) prediction.contributions = await explain(description, row, prediction, run)
      return prediction
    })

  return {
    description,
    predict,
    predictBatch: (inputs, how) =>
      timed(async () => {
        const rows = inputs.map((values) => encode(description, values))
        const results = await run(rows)
        const predictions = results.map((tensors) => answer(tensors, 0))
        if (how?.explain)
          for (const [index, prediction] of predictions.entries())
            prediction.contributions = await explain(description, rows[index] ?? [], prediction, run)
        return predictions
      }),
    info: (): ModelInfo => ({
      name: description.name,
      version: description.version,
      format: description.format,
      backend: runner.backend,
      backendVersion: runner.version,
      passedOver: loaded.passedOver,
      parameters: runner.parameters,
      memoryBytes: runner.memoryBytes(),
      loadMilliseconds: loaded.loadMilliseconds,
      warmUpMilliseconds: loaded.warmUpMilliseconds,
      calls,
      failed,
      latency: { p50: percentile(50), p99: percentile(99), max: slowest },
    }),
    close() {
      if (closed) return
      closed = true
      batcher?.stop()
      runner.close()
    },
  }

  function percentile(share: number): number {
    return histogram.count === 0 ? 0 : histogram.percentile(share) / 1000
  }
}
