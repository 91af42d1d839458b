/**
 * The format `dense`: small nets by plain typed arrays, faster below some ten thousand weights than any library's call.
 *
 * `net.json` is `{ "weights": "weights.bin", "layers": [...] }`; the weights follow one another as little-endian
 * float32, layer by layer:
 *   scale  factor[inputs], shift[inputs]             y = x · factor + shift
 *   dense  kernel[inputs][units], bias[units]        y = activation(x · kernel + bias)
 *   gru    kernel[inputs][3·units], recurrent[units][3·units], bias[3·units], gates in the order z, r, h
 *          (Cho et al. 2014, https://arxiv.org/abs/1406.1078; Keras' GRU with reset_after=False):
 *          z = σ(xWz + hUz + bz), r = σ(xWr + hUr + br), h' = z·h + (1 − z)·tanh(xWh + (r·h)Uh + bh), h₀ = 0
 * An input is rows of features: `scale` and `dense` work on every row, `gru` runs along the rows and gives all of its
 * states, or the last alone with `"returns": "last"`; `flatten` makes one row of them.
 */
export type Activation = 'linear' | 'relu' | 'sigmoid' | 'tanh' | 'softmax'

export type DenseLayer =
  | { type: 'scale'; inputs: number }
  | { type: 'dense'; inputs: number; units: number; activation: Activation }
  | { type: 'gru'; inputs: number; units: number; returns: 'last' | 'all' }
  | { type: 'flatten' }

/** A layer with its weights, in the order of the file. */
export type WeightedLayer = DenseLayer & { weights: readonly Float32Array[] }

export interface DenseNet {
  /** Numbers of weights. */
  parameters: number
  /** Width of a row that goes in. */
  inputs: number
  /** Rows of `inputs` numbers in, the output's numbers out: a fresh array. */
  run(input: Float32Array): Float32Array
}

/** How many numbers each part of a layer's weights holds. */
export function weightSizes(layer: DenseLayer): number[] {
  switch (layer.type) {
    case 'scale':
      return [layer.inputs, layer.inputs]
    case 'dense':
      return [layer.inputs * layer.units, layer.units]
    case 'gru':
      return [3 * layer.units * layer.inputs, 3 * layer.units * layer.units, 3 * layer.units]
    case 'flatten':
      return []
    default:
      throw new TypeError(`has a layer of unknown type ${JSON.stringify(layer)}`)
  }
}

/** Throws RangeError or TypeError where header and weights do not belong together. */
export function readDense(header: unknown, weights: Uint8Array): DenseNet {
  const { layers } = header as { layers?: unknown }
  if (!Array.isArray(layers) || layers.length === 0) throw new TypeError('has no layers')
  const view = new DataView(weights.buffer, weights.byteOffset, weights.byteLength)
  let offset = 0
  const take = (length: number) => {
    if (!(length > 0)) throw new TypeError('has a layer without size')
    if (offset + 4 * length > view.byteLength) throw new RangeError(`needs more weights than ${view.byteLength} bytes`)
    const values = new Float32Array(length)
    for (let i = 0; i < length; i++, offset += 4) values[i] = view.getFloat32(offset, true)
    return values
  }
  const weighted = (layers as DenseLayer[]).map(
    (layer): WeightedLayer => ({ ...layer, weights: weightSizes(layer).map(take) }),
  )
  if (offset !== view.byteLength)
    throw new RangeError(`has ${view.byteLength - offset} bytes of weights that no layer uses`)
  return buildDense(weighted)
}

/** The two files of the format, from layers with their weights. */
export function packDense(
  layers: readonly WeightedLayer[],
  file = 'weights.bin',
): { net: string; weights: Uint8Array } {
  const parts = layers.flatMap((layer) => {
    const sizes = weightSizes(layer)
    if (sizes.length !== layer.weights.length || sizes.some((size, index) => size !== layer.weights[index]?.length))
      throw new RangeError(`${layer.type} needs weights of ${sizes.join(', ')} numbers`)
    return layer.weights
  })
  const view = new DataView(new ArrayBuffer(4 * parts.reduce((sum, { length }) => sum + length, 0)))
  let offset = 0
  for (const part of parts)
    for (const value of part) {
      view.setFloat32(offset, value, true)
      offset += 4
    }
  const bare = layers.map((layer) => ({ ...layer, weights: undefined }))
  return { net: `${JSON.stringify({ weights: file, layers: bare }, null, 2)}\n`, weights: new Uint8Array(view.buffer) }
}

type Step = (input: Float32Array) => Float32Array

/** A net that runs, from layers with their weights. Throws where the widths of neighbours do not meet. */
export function buildDense(layers: readonly WeightedLayer[]): DenseNet {
  const steps: Step[] = []
  let width: number | undefined
  let first: number | undefined
  for (const layer of layers) {
    if (layer.type === 'flatten') {
      // Rows lie one after the other already; how many there are only the input tells.
      width = undefined
      continue
    }
    if (width !== undefined && width !== layer.inputs)
      throw new RangeError(`has a ${layer.type} layer for ${layer.inputs} numbers after one of ${width}`)
    first ??= layer.inputs
    if (layer.type === 'scale') steps.push(scale(layer, layer.weights))
    else if (layer.type === 'dense') steps.push(dense(layer, layer.weights))
    else steps.push(gru(layer, layer.weights))
    width = layer.type === 'scale' ? layer.inputs : layer.units
  }
  if (first === undefined) throw new TypeError('has no layers with weights')
  return {
    inputs: first,
    parameters: layers.reduce((sum, { weights }) => sum + weights.reduce((own, { length }) => own + length, 0), 0),
    run(input) {
      let values = input
      for (const step of steps) values = step(values)
      return values
    },
  }
}

type Weights = readonly Float32Array[]
const part = (weights: Weights, index: number): Float32Array => weights[index] ?? new Float32Array()

function scale({ inputs }: { inputs: number }, weights: Weights): Step {
  const factor = part(weights, 0)
  const shift = part(weights, 1)
  return (input) => {
    const output = new Float32Array(input.length)
    for (let i = 0, column = 0; i < input.length; i++) {
      output[i] = at(input, i) * at(factor, column) + at(shift, column)
      if (++column === inputs) column = 0
    }
    return output
  }
}

function dense(
  { inputs, units, activation }: { inputs: number; units: number; activation: Activation },
  weights: Weights,
) {
  // By unit, so that each sum runs along memory and stays in a register.
  const kernel = transpose(part(weights, 0), inputs, units)
  const bias = part(weights, 1)
  const activate = activations[activation]
  if (!activate) throw new TypeError(`has the unknown activation ${activation}`)
  return (input: Float32Array): Float32Array => {
    const rows = input.length / inputs
    const output = new Float32Array(rows * units)
    for (let row = 0; row < rows; row++) {
      multiply(input, row * inputs, inputs, kernel, 0, units, bias, 0, output, row * units)
      activate(output, row * units, units)
    }
    return output
  }
}

function gru({ inputs, units, returns }: { inputs: number; units: number; returns: 'last' | 'all' }, weights: Weights) {
  const kernel = transpose(part(weights, 0), inputs, 3 * units)
  const recurrent = transpose(part(weights, 1), units, 3 * units)
  const bias = part(weights, 2)
  const none = new Float32Array(3 * units)
  return (input: Float32Array): Float32Array => {
    const steps = input.length / inputs
    const state = new Float32Array(units)
    const output = new Float32Array(returns === 'all' ? steps * units : units)
    const gates = new Float32Array(3 * units)
    const back = new Float32Array(3 * units)
    const kept = new Float32Array(units)
    for (let step = 0; step < steps; step++) {
      multiply(input, step * inputs, inputs, kernel, 0, 3 * units, bias, 0, gates, 0)
      multiply(state, 0, units, recurrent, 0, 2 * units, none, 0, back, 0)
      for (let i = 0; i < units; i++) kept[i] = at(state, i) * sigmoid(at(gates, units + i) + at(back, units + i))
      multiply(kept, 0, units, recurrent, 2 * units * units, units, none, 0, back, 2 * units)
      for (let i = 0; i < units; i++) {
        const update = sigmoid(at(gates, i) + at(back, i))
        const candidate = tanh(at(gates, 2 * units + i) + at(back, 2 * units + i))
        state[i] = update * at(state, i) + (1 - update) * candidate
      }
      if (returns === 'all') output.set(state, step * units)
    }
    if (returns === 'last') output.set(state)
    return output
  }
}

/**
 * output[o + j] = bias[j] + Σ input[i₀ + i] · kernel[k₀ + j·inputs + i], summed in doubles. Four sums run side by side:
 * a single one would wait for each addition before the next.
 */
function multiply(
  input: Float32Array,
  from: number,
  inputs: number,
  kernel: Float32Array,
  kernelFrom: number,
  units: number,
  bias: Float32Array,
  biasFrom: number,
  output: Float32Array,
  to: number,
): void {
  const end = from + inputs
  const whole = from + (inputs & ~3)
  for (let unit = 0, weight = kernelFrom; unit < units; unit++) {
    let a = at(bias, biasFrom + unit)
    let b = 0
    let c = 0
    let d = 0
    let i = from
    for (; i < whole; i += 4, weight += 4) {
      a += at(input, i) * at(kernel, weight)
      b += at(input, i + 1) * at(kernel, weight + 1)
      c += at(input, i + 2) * at(kernel, weight + 2)
      d += at(input, i + 3) * at(kernel, weight + 3)
    }
    for (; i < end; i++, weight++) a += at(input, i) * at(kernel, weight)
    output[to + unit] = a + b + (c + d)
  }
}

/** Every index is in range by construction; the compiler cannot know. */
const at = (values: Float32Array, index: number): number => values[index] as number

function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  const turned = new Float32Array(values.length)
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) turned[column * rows + row] = at(values, row * columns + column)
  return turned
}

const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value))
/** Exact to single precision, in a third of the time of Math.tanh. */
const tanh = (value: number): number => 1 - 2 / (1 + Math.exp(2 * value))

type Activate = (values: Float32Array, from: number, length: number) => void

const each =
  (change: (value: number) => number): Activate =>
  (values, from, length) => {
    for (let i = from; i < from + length; i++) values[i] = change(at(values, i))
  }

const activations: Record<Activation, Activate> = {
  linear: () => undefined,
  relu: each((value) => (value < 0 ? 0 : value)),
  sigmoid: each(sigmoid),
  tanh: each(Math.tanh),
  softmax(values, from, length) {
    let greatest = -Infinity
    for (let i = from; i < from + length; i++) greatest = Math.max(greatest, at(values, i))
    let sum = 0
    for (let i = from; i < from + length; i++) sum += values[i] = Math.exp(at(values, i) - greatest)
    for (let i = from; i < from + length; i++) values[i] = at(values, i) / sum
  },
}
