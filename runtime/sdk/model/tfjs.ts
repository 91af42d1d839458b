/** Layers and graph models of TensorFlow.js as runners, on native TensorFlow or WebAssembly. */
import type { Tensor } from '@tensorflow/tfjs-core'
import type { ModelDescription } from '../../contract/child.ts'
import { readArtifacts } from './artifacts.ts'
import type { Described } from './read.ts'
import { pickTfjs, type Tfjs } from './tfjs-backend.ts'
import type { Runner } from './types.ts'
import { sizeOf } from './values.ts'

/** Throws with the reason where the backend does not work here or does not take the model. */
export async function loadTfjs(
  description: ModelDescription,
  read: Described['read'],
  backend: Tfjs['backend'],
): Promise<Runner> {
  const { tf, version } = await pickTfjs(backend)
  await tf.setBackend(backend)
  const { modelTopology, weightSpecs, weightData, rest } = readArtifacts(description.entry, read)
  const before = tf.memory().numBytes
  const handler = tf.io.fromMemory({ ...rest, modelTopology, weightSpecs: weightSpecs as never, weightData })
  const net = description.format === 'tfjs-layers' ? await layersNet(handler) : await graphNet(handler)
  const bytes = tf.memory().numBytes - before
  const inputs = description.inputs.map(({ name, tensor, shape }) => {
    const index = place(net.inputs, tensor, name, description.inputs.length)
    return { shape, index, dtype: net.types[index] === 'int32' ? ('int32' as const) : ('float32' as const) }
  })
  const outputs = description.outputs.map(({ name, tensor }) =>
    place(net.outputs, tensor, name, description.outputs.length),
  )

  return {
    backend,
    version,
    parameters: weightSpecs.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
    memoryBytes: () => bytes,
    run(values, batch) {
      // A backend that has started is switched to at once; the promise is for those that have not.
      if (tf.getBackend() !== backend) void tf.setBackend(backend)
      const given: Tensor[] = []
      for (const [at, { shape, index, dtype }] of inputs.entries()) {
        const own = values[at] ?? new Float32Array()
        given[index] = tf.tensor(dtype === 'int32' ? Int32Array.from(own) : own, [batch, ...shape], dtype)
      }
      let made: Tensor[]
      try {
        made = tf.tidy(() => net.run(given))
      } finally {
        tf.dispose(given)
      }
      try {
        return outputs.map((index) => floats(made[index]?.dataSync()))
      } finally {
        tf.dispose(made)
      }
    },
    close: () => net.close(),
  }
}

const floats = (data: ArrayLike<number> = []): Float32Array =>
  data instanceof Float32Array ? data : Float32Array.from(data)

interface Net {
  inputs: string[]
  types: (string | undefined)[]
  outputs: string[]
  run(tensors: Tensor[]): Tensor[]
  close(): void
}

type Handler = Parameters<typeof import('@tensorflow/tfjs-layers')['loadLayersModel']>[0]

const list = (tensors: Tensor | Tensor[]): Tensor[] => (Array.isArray(tensors) ? tensors : [tensors])

async function layersNet(handler: Handler): Promise<Net> {
  const { loadLayersModel } = await import('@tensorflow/tfjs-layers')
  const model = await loadLayersModel(handler)
  return {
    inputs: model.inputNames.length > 0 ? model.inputNames : model.inputs.map(({ name }) => name),
    types: model.inputs.map(({ dtype }) => dtype),
    outputs: model.outputNames.length > 0 ? model.outputNames : model.outputs.map(({ name }) => name),
    run: (tensors) => list(model.predictOnBatch(tensors)),
    close: () => void model.dispose(),
  }
}

async function graphNet(handler: Handler): Promise<Net> {
  const { loadGraphModel } = await import('@tensorflow/tfjs-converter')
  const model = await loadGraphModel(handler)
  return {
    inputs: model.inputs.map(({ name }) => name),
    types: model.inputs.map(({ dtype }) => dtype),
    outputs: model.outputs.map(({ name }) => name),
    run: (tensors) => list(model.execute(tensors)),
    close: () => model.dispose(),
  }
}

/** Where a tensor of model.json stands in the file: by its name there, or the only one. */
function place(names: readonly string[], tensor: string | undefined, name: string, count: number): number {
  if (names.length !== count) throw new RangeError(`it has the tensors ${names.join(', ')}; model.json names ${count}`)
  if (count === 1 && tensor === undefined) return 0
  const index = names.indexOf(tensor ?? name)
  if (index < 0) throw new RangeError(`it has no tensor ${tensor ?? name}; there are ${names.join(', ')}`)
  return index
}
