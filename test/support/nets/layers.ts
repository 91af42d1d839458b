/** Small descriptions of nets with their weights, from which the files of each format are written. */

/** Weights as TensorFlow.js keeps them: kernels [height][width][in][out], depthwise [height][width][in][1]. */
export type Layer =
  | {
      kind: 'conv'
      size: number
      stride: number
      inputs: number
      filters: number
      kernel: Float32Array
      bias: Float32Array
    }
  | { kind: 'depthwise'; size: number; stride: number; inputs: number; kernel: Float32Array; bias: Float32Array }
  | { kind: 'pool' }
  | { kind: 'gru'; inputs: number; units: number; kernel: Float32Array; recurrent: Float32Array; bias: Float32Array }
  | {
      kind: 'dense'
      inputs: number
      units: number
      activation: 'relu' | 'sigmoid' | 'softmax'
      kernel: Float32Array
      bias: Float32Array
    }

export interface Net {
  name: string
  /** Without the batch: [224, 224, 3], [steps, features], [features]. */
  input: number[]
  output: number
  layers: Layer[]
}

/** Mulberry32: small, seeded, the same everywhere. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** Uniform numbers whose variance keeps a signal's size through a layer of `fanIn` inputs. */
function spread(random: () => number, length: number, fanIn: number): Float32Array {
  const limit = Math.sqrt(6 / fanIn)
  return Float32Array.from({ length }, () => (2 * random() - 1) * limit)
}

const small = (random: () => number, length: number) => Float32Array.from({ length }, () => (random() - 0.5) * 0.2)

function dense(random: () => number, inputs: number, units: number, activation: 'relu' | 'sigmoid' | 'softmax'): Layer {
  return {
    kind: 'dense',
    inputs,
    units,
    activation,
    kernel: spread(random, inputs * units, inputs),
    bias: small(random, units),
  }
}

/** 16-32-16-1, with relu and a sigmoid at the end. */
export function mlp(seed = 1): Net {
  const random = seeded(seed)
  const layers = [dense(random, 16, 32, 'relu'), dense(random, 32, 16, 'relu'), dense(random, 16, 1, 'sigmoid')]
  return { name: 'mlp', input: [16], output: 1, layers }
}

/** 32 steps of 16 features through 32 units, then four classes. */
export function gru(seed = 2): Net {
  const random = seeded(seed)
  const units = 32
  const layer: Layer = {
    kind: 'gru',
    inputs: 16,
    units,
    kernel: spread(random, 16 * 3 * units, 16),
    recurrent: spread(random, units * 3 * units, 4 * units),
    bias: small(random, 3 * units),
  }
  return { name: 'gru', input: [32, 16], output: 4, layers: [layer, dense(random, units, 4, 'softmax')] }
}

/** Strides and filters of the 13 separable blocks of MobileNetV1 (Howard et al. 2017, https://arxiv.org/abs/1704.04861, table 1). */
const blocks: [stride: number, filters: number][] = [
  [1, 64],
  [2, 128],
  [1, 128],
  [2, 256],
  [1, 256],
  [2, 512],
  [1, 512],
  [1, 512],
  [1, 512],
  [1, 512],
  [1, 512],
  [2, 1024],
  [1, 1024],
]

/** MobileNetV1 at 224 with its batch normalisation folded into weights and bias; `alpha` is the width, 0.25 or 1. */
export function mobileNet(alpha: number, seed = 3): Net {
  const random = seeded(seed)
  const conv = (size: number, stride: number, inputs: number, filters: number): Layer => ({
    kind: 'conv',
    size,
    stride,
    inputs,
    filters,
    kernel: spread(random, size * size * inputs * filters, size * size * inputs),
    bias: small(random, filters),
  })
  const layers: Layer[] = [conv(3, 2, 3, Math.round(32 * alpha))]
  let inputs = Math.round(32 * alpha)
  for (const [stride, wide] of blocks) {
    const filters = Math.round(wide * alpha)
    layers.push({
      kind: 'depthwise',
      size: 3,
      stride,
      inputs,
      kernel: spread(random, 9 * inputs, 9),
      bias: small(random, inputs),
    })
    layers.push(conv(1, 1, inputs, filters))
    inputs = filters
  }
  layers.push({ kind: 'pool' }, dense(random, inputs, 1000, 'softmax'))
  return { name: `mobilenet-${alpha.toFixed(2)}`, input: [224, 224, 3], output: 1000, layers }
}

/** Numbers from 0 to 1 in the shape of its input. */
export function sampleInput({ input }: Net, seed = 9): Float32Array {
  const random = seeded(seed)
  return Float32Array.from({ length: input.reduce((product, length) => product * length, 1) }, () => random())
}
