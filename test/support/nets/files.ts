/** Writes a net as the folder of a model, in each format that we run. */
import { join } from 'node:path'
import { writeCard, writeModel } from '../../../models/write.ts'
import type { ModelDescription, ModelFormat } from '../../../runtime/contract/index.ts'
import { packDense, type WeightedLayer } from '../../../runtime/sdk/models.ts'
import type { Layer, Net } from './layers.ts'
import { onnxFile } from './onnx.ts'

/** `<parent>/<net>-<format>/`; returns the model's name. */
export function writeNet(parent: string, net: Net, format: Exclude<ModelFormat, 'tfjs-graph'>): string {
  const name = `${net.name}-${format}`
  const folder = join(parent, name)
  const files = filesOf(net, format)
  const [entry = ''] = Object.keys(files)
  writeModel(folder, describe(name, net, format, entry), files)
  writeCard(folder, 'Random weights, for tests.')
  return name
}

const describe = (name: string, net: Net, format: ModelFormat, entry: string): Omit<ModelDescription, 'files'> => ({
  name,
  version: '1.0.0',
  meaning: 'A net with random weights',
  format,
  entry,
  inputs: [
    {
      name: 'x',
      shape: net.input,
      meaning: 'anything',
      unit: '1',
      // Pictures are from 0 to 1.
      minimum: net.input.length === 3 ? 0 : -1,
      maximum: 1,
      ...(net.input.length === 1
        ? {
            features: Array.from({ length: net.input[0] ?? 0 }, (_, index) => ({
              name: `f${index}`,
              unit: '1',
              meaning: 'anything',
              ...(index > 0 ? { default: 0 } : {}),
              minimum: -1,
              maximum: 1,
            })),
          }
        : {}),
    },
  ],
  outputs: [{ name: 'y', shape: [net.output], meaning: 'anything' }],
  trainedOn: 'nothing: the weights are random',
  licence: 'Apache-2.0',
})

function filesOf(net: Net, format: ModelFormat): Record<string, string | Uint8Array> {
  if (format === 'onnx') return { 'net.onnx': onnxFile(net) }
  if (format === 'tfjs-layers') return layersFiles(net)
  const { net: header, weights } = packDense(net.layers.map(plainLayer))
  return { 'net.json': header, 'weights.bin': weights }
}

function plainLayer(layer: Layer): WeightedLayer {
  if (layer.kind === 'dense')
    return {
      type: 'dense',
      inputs: layer.inputs,
      units: layer.units,
      activation: layer.activation,
      weights: [layer.kernel, layer.bias],
    }
  if (layer.kind === 'gru')
    return {
      type: 'gru',
      inputs: layer.inputs,
      units: layer.units,
      returns: 'last',
      weights: [layer.kernel, layer.recurrent, layer.bias],
    }
  throw new Error(`plain nets have no ${layer.kind}`)
}

interface Keras {
  class_name: string
  config: Record<string, unknown>
  weights: { name: string; shape: number[]; values: Float32Array }[]
}

/** As TensorFlow.js saves a row of layers: topology and manifest in one file, weights in another. */
function layersFiles(net: Net): Record<string, string | Uint8Array> {
  const layers = net.layers.flatMap((layer, index) => kerasLayers(layer, `l${index}`))
  const [first] = layers
  if (first) first.config['batch_input_shape'] = [null, ...net.input]
  const weights = layers.flatMap((layer) => layer.weights)
  const topology = {
    format: 'layers-model',
    modelTopology: {
      class_name: 'Sequential',
      config: { name: net.name, layers: layers.map(({ class_name, config }) => ({ class_name, config })) },
      keras_version: 'tfjs-layers 4.22.0',
      backend: 'tensor_flow.js',
    },
    weightsManifest: [
      { paths: ['weights.bin'], weights: weights.map(({ name, shape }) => ({ name, shape, dtype: 'float32' })) },
    ],
  }
  const bytes = Buffer.concat(
    weights.map(({ values }) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
  )
  return { 'topology.json': JSON.stringify(topology), 'weights.bin': new Uint8Array(bytes) }
}

function kerasLayers(layer: Layer, name: string): Keras[] {
  const relu6: Keras = {
    class_name: 'ReLU',
    config: { name: `${name}-relu`, trainable: false, max_value: 6 },
    weights: [],
  }
  const common = { name, trainable: false, use_bias: true, dtype: 'float32' }
  if (layer.kind === 'pool')
    return [{ class_name: 'GlobalAveragePooling2D', config: { name, trainable: false }, weights: [] }]
  const bias = { name: `${name}/bias`, shape: [layer.bias.length], values: layer.bias }
  if (layer.kind === 'conv') {
    const { size, stride, inputs, filters, kernel } = layer
    return [
      {
        class_name: 'Conv2D',
        config: {
          ...common,
          filters,
          kernel_size: [size, size],
          strides: [stride, stride],
          padding: 'same',
          activation: 'linear',
        },
        weights: [{ name: `${name}/kernel`, shape: [size, size, inputs, filters], values: kernel }, bias],
      },
      relu6,
    ]
  }
  if (layer.kind === 'depthwise') {
    const { size, stride, inputs, kernel } = layer
    return [
      {
        class_name: 'DepthwiseConv2D',
        config: {
          ...common,
          kernel_size: [size, size],
          strides: [stride, stride],
          padding: 'same',
          depth_multiplier: 1,
          activation: 'linear',
        },
        weights: [{ name: `${name}/depthwise_kernel`, shape: [size, size, inputs, 1], values: kernel }, bias],
      },
      relu6,
    ]
  }
  if (layer.kind === 'gru') {
    const { units, inputs, kernel, recurrent } = layer
    return [
      {
        class_name: 'GRU',
        config: {
          ...common,
          units,
          activation: 'tanh',
          recurrent_activation: 'sigmoid',
          return_sequences: false,
          reset_after: false,
          implementation: 1,
        },
        weights: [
          { name: `${name}/kernel`, shape: [inputs, 3 * units], values: kernel },
          { name: `${name}/recurrent_kernel`, shape: [units, 3 * units], values: recurrent },
          bias,
        ],
      },
    ]
  }
  const { units, inputs, activation, kernel } = layer
  return [
    {
      class_name: 'Dense',
      config: { ...common, units, activation },
      weights: [{ name: `${name}/kernel`, shape: [inputs, units], values: kernel }, bias],
    },
  ]
}
