/** A model called as a program without our runner would call its library: what the runner is measured against. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import type { BackendName } from '../../../runtime/sdk/models.ts'
import { backendWorks, readDense } from '../../../runtime/sdk/models.ts'

/** One answer to one input, as numbers. */
export type Bare = (input: Float32Array) => ArrayLike<number> | Promise<ArrayLike<number>>

export async function bare(folder: string, shape: number[], backend: BackendName): Promise<Bare> {
  const read = (file: string) => readFileSync(path.join(folder, file))
  if (backend === 'plain') {
    const net = readDense(JSON.parse(read('net.json').toString()), read('weights.bin'))
    return (input) => net.run(input)
  }
  if (backend === 'onnxruntime') {
    const { InferenceSession, Tensor } = await import('onnxruntime-node')
    const options = { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential' as const }
    const session = await InferenceSession.create(read('net.onnx'), options)
    return async (input) => {
      const { output } = await session.run({ input: new Tensor('float32', input, [1, ...shape]) })
      return output?.data as Float32Array
    }
  }
  // Picks the backend and its files, as every program has to before its first model.
  await backendWorks(backend)
  const require = createRequire(import.meta.url)
  const tf = require('@tensorflow/tfjs-core') as typeof import('@tensorflow/tfjs-core')
  const { loadLayersModel } = require('@tensorflow/tfjs-layers') as typeof import('@tensorflow/tfjs-layers')
  const { modelTopology, weightsManifest } = JSON.parse(read('topology.json').toString()) as {
    modelTopology: object
    weightsManifest: { weights: [] }[]
  }
  const weightData = Uint8Array.from(read('weights.bin')).buffer
  const weightSpecs = weightsManifest.flatMap(({ weights }) => weights)
  const model = await loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs, weightData }))
  return (input) => {
    const given = tf.tensor(input, [1, ...shape])
    const made = tf.tidy(() => model.predictOnBatch(given)) as import('@tensorflow/tfjs-core').Tensor
    const values = made.dataSync()
    tf.dispose([given, made])
    return values
  }
}
