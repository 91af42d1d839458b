/**
 * Small layers models of TensorFlow.js by plain typed arrays: a call of a library costs more than the whole of such a
 * net. Takes rows of Dense and GRU layers; whatever it does not know it refuses, and TensorFlow.js runs the model.
 */
import type { ModelDescription } from '../../contract/child.ts'
import { readArtifacts, type WeightSpec } from './artifacts.ts'
import { type Activation, buildDense, type WeightedLayer } from './dense.ts'
import { plainRunner } from './plain.ts'
import type { Described } from './read.ts'
import type { Runner } from './types.ts'
import { sizeOf } from './values.ts'

/** Above so many weights the libraries' vector instructions win. */
const MOST_PARAMETERS = 50_000

interface KerasLayer {
  class_name: string
  config: Record<string, unknown>
}

/** Throws with the reason where the model is not of this kind. */
export function loadPlain(description: ModelDescription, read: Described['read']): Runner {
  const { modelTopology, weightSpecs, weightData } = readArtifacts(description.entry, read)
  const parameters = weightSpecs.reduce((sum, { shape }) => sum + sizeOf(shape), 0)
  if (parameters > MOST_PARAMETERS) throw new RangeError(`it has ${parameters} weights; a library is faster`)
  const weights = unpack(weightSpecs, weightData)
  const root = (modelTopology['model_config'] ?? modelTopology) as KerasLayer
  const { layers } = root.config as { layers?: KerasLayer[] }
  if (root.class_name !== 'Sequential' || !layers) throw new TypeError('it is not one row of layers')
  let rows = description.inputs[0]?.shape.length === 2
  const made: WeightedLayer[] = []
  for (const { class_name: kind, config } of layers) {
    const weight = (name: string) => weights.get(`${String(config['name'])}/${name}`)
    if (kind === 'InputLayer' || kind === 'Dropout') continue
    if (kind === 'Flatten') {
      made.push({ type: 'flatten', weights: [] })
      rows = false
    } else if (kind === 'Dense') {
      const activation = String(config['activation']) as Activation
      if (!['linear', 'relu', 'sigmoid', 'tanh', 'softmax'].includes(activation))
        throw new TypeError(`it has the activation ${activation}`)
      const { values: kernel, shape } = given(weight('kernel'), 'kernel')
      const [inputs = 0, units = 0] = shape
      const bias = weight('bias')?.values ?? new Float32Array(units)
      made.push({ type: 'dense', inputs, units, activation, weights: [kernel, bias] })
    } else if (kind === 'GRU') {
      if (!rows) throw new TypeError('it has a GRU layer without rows')
      if (
        config['activation'] !== 'tanh' ||
        config['recurrent_activation'] !== 'sigmoid' ||
        config['reset_after'] === true
      )
        throw new TypeError('its GRU layer is of another kind')
      if (config['go_backwards'] === true || config['return_state'] === true || config['stateful'] === true)
        throw new TypeError('its GRU layer goes backwards or keeps its state')
      const { values: kernel, shape } = given(weight('kernel'), 'kernel')
      const recurrent = given(weight('recurrent_kernel'), 'recurrent_kernel').values
      const inputs = shape[0] ?? 0
      const units = (shape[1] ?? 0) / 3
      rows = config['return_sequences'] === true
      const bias = weight('bias')?.values ?? new Float32Array(3 * units)
      made.push({ type: 'gru', inputs, units, returns: rows ? 'all' : 'last', weights: [kernel, recurrent, bias] })
    } else throw new TypeError(`it has a layer ${kind}`)
  }
  return plainRunner(description, buildDense(made))
}

interface Weight {
  values: Float32Array
  shape: number[]
}

function unpack(specs: readonly WeightSpec[], data: ArrayBuffer): Map<string, Weight> {
  const weights = new Map<string, Weight>()
  let offset = 0
  for (const { name, shape, dtype, quantization } of specs) {
    if (dtype !== 'float32' || quantization !== undefined) throw new TypeError('its weights are quantized')
    const length = sizeOf(shape)
    weights.set(name, { values: new Float32Array(data.slice(offset, offset + 4 * length)), shape })
    offset += 4 * length
  }
  return weights
}

function given(weight: Weight | undefined, name: string): Weight {
  if (!weight) throw new TypeError(`it has no weights ${name}`)
  return weight
}
