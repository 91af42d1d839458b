/** Writes rows of dense layers as a graph model of TensorFlow.js: what its converter makes of a SavedModel. */
import { join } from 'node:path'
import { writeCard, writeModel } from '../../../models/write.ts'

/** `activation(x × kernel + bias)`, with the operations of TensorFlow that do it. */
export interface GraphLayer {
  /** kernel[input][unit]. */
  kernel: number[][]
  bias: number[]
  multiply: 'MatMul' | 'Einsum'
  add: 'BiasAdd' | 'AddV2'
  /** Any name is written, so that one may be strange. */
  activation: string
}

interface Node {
  name: string
  op: string
  input?: string[]
  attr: Record<string, object>
}

interface Weight {
  name: string
  shape: number[]
  values: number[]
}

const float = { type: 'DT_FLOAT' }
/** Strings of a GraphDef are bytes, which its JSON has in base64. */
const bytes = (text: string) => ({ s: Buffer.from(text).toString('base64') })
/** Sizes are 64-bit, which its JSON has as strings; -1 is the batch. */
const dims = (shape: readonly number[]) => ({ dim: shape.map((size) => ({ size: String(size) })) })

const attributes: Record<GraphLayer['multiply'] | GraphLayer['add'], Node['attr']> = {
  MatMul: { T: float, transpose_a: { b: false }, transpose_b: { b: false } },
  Einsum: { T: float, N: { i: '2' }, equation: bytes('bi,io->bo') },
  BiasAdd: { T: float, data_format: bytes('NHWC') },
  AddV2: { T: float },
}

function layerNodes(layer: GraphLayer, name: string, input: string): { nodes: Node[]; weights: Weight[] } {
  const weights = [
    { name: `${name}/kernel`, shape: [layer.kernel.length, layer.bias.length], values: layer.kernel.flat() },
    { name: `${name}/bias`, shape: [layer.bias.length], values: layer.bias },
  ]
  const constants = weights.map(({ name, shape }) => ({
    name,
    op: 'Const',
    attr: { dtype: float, value: { tensor: { dtype: 'DT_FLOAT', tensorShape: dims(shape) } } },
  }))
  const { multiply, add, activation } = layer
  const nodes: Node[] = [
    ...constants,
    { name: `${name}/product`, op: multiply, input: [input, `${name}/kernel`], attr: attributes[multiply] },
    { name: `${name}/sum`, op: add, input: [`${name}/product`, `${name}/bias`], attr: attributes[add] },
    { name, op: activation, input: [`${name}/sum`], attr: { T: float } },
  ]
  return { nodes, weights }
}

/**
 * `<parent>/<name>/` with the signature that `tf.saved_model` gives: a key and the name of a tensor for each end.
 * The weights are in two files that part in the middle of a number, as the converter parts large ones anywhere.
 */
export function writeGraph(parent: string, name: string, layers: GraphLayer[]): void {
  const [inputs, outputs] = [layers[0]?.kernel.length ?? 0, layers.at(-1)?.bias.length ?? 0]
  const made = layers.map((layer, at) => layerNodes(layer, `net/l${at}`, at === 0 ? 'serving_x' : `net/l${at - 1}`))
  const node: Node[] = [
    { name: 'serving_x', op: 'Placeholder', attr: { dtype: float, shape: { shape: dims([-1, inputs]) } } },
    ...made.flatMap(({ nodes }) => nodes),
    { name: 'Identity', op: 'Identity', input: [`net/l${layers.length - 1}`], attr: { T: float } },
  ]
  const weights = made.flatMap((layer) => layer.weights)
  const data = new Uint8Array(Float32Array.from(weights.flatMap(({ values }) => values)).buffer)
  const middle = 4 * Math.floor(data.length / 8) + 2
  const end = (tensor: string, size: number) => ({ name: tensor, dtype: 'DT_FLOAT', tensorShape: dims([-1, size]) })
  const graph = {
    format: 'graph-model',
    generatedBy: '2.19.0',
    convertedBy: 'TensorFlow.js Converter v4.22.0',
    signature: { inputs: { x: end('serving_x:0', inputs) }, outputs: { y: end('Identity:0', outputs) } },
    modelTopology: { node, library: {}, versions: { producer: 2129, minConsumer: 12 } },
    weightsManifest: [
      {
        paths: ['group1-shard1of2.bin', 'group1-shard2of2.bin'],
        weights: weights.map(({ name, shape }) => ({ name, shape, dtype: 'float32' })),
      },
    ],
  }
  writeModel(
    join(parent, name),
    {
      name,
      version: '1.0.0',
      meaning: 'Dense layers as a graph',
      format: 'tfjs-graph',
      entry: 'graph/topology.json',
      inputs: [{ name: 'x', shape: [inputs], meaning: 'anything' }],
      outputs: [{ name: 'y', shape: [outputs], meaning: 'anything' }],
      trainedOn: 'nothing: the weights are written by hand',
      licence: 'Apache-2.0',
    },
    {
      'graph/topology.json': JSON.stringify(graph),
      'graph/group1-shard1of2.bin': data.subarray(0, middle),
      'graph/group1-shard2of2.bin': data.subarray(middle),
    },
  )
  writeCard(join(parent, name), 'Weights by hand, for tests.')
}
