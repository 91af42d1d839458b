import type { Random } from '../../devices/twin/random.ts'

/** A dense net of one output, ReLU between the layers. Weights by output neuron, then input. */
export interface Net {
  sizes: readonly number[]
  layers: { weights: Float64Array; bias: Float64Array }[]
}

/** The candidates of one moment: as many rows of inputs as there are zones, and which of them is the true one. */
export interface Case {
  rows: Float32Array
  truth: number
}

export interface Schedule {
  epochs: number
  batch: number
  rate: number
  /** L2 shrinkage of weights at each step, over the rate (AdamW). */
  decay: number
}

/** He initialisation (He et al. 2015), as ReLU wants it. */
export function newNet(sizes: readonly number[], random: Random): Net {
  const layers = sizes.slice(1).map((size, i) => {
    const before = sizes[i] ?? 1
    const scale = Math.sqrt((i === sizes.length - 2 ? 1 : 2) / before)
    return {
      weights: Float64Array.from({ length: size * before }, () => scale * random.normal()),
      bias: new Float64Array(size),
    }
  })
  return { sizes, layers }
}

/** The score of one row, with what every layer put out in `outputs` (the inputs first). */
function forward({ sizes, layers }: Net, outputs: Float64Array[]): number {
  for (const [l, { weights, bias }] of layers.entries()) {
    const input = outputs[l] ?? new Float64Array()
    const output = outputs[l + 1] ?? new Float64Array()
    const width = sizes[l] ?? 0
    const last = l === layers.length - 1
    for (let o = 0; o < output.length; o++) {
      let sum = bias[o] ?? 0
      for (let i = 0; i < width; i++) sum += (weights[o * width + i] ?? 0) * (input[i] ?? 0)
      output[o] = last || sum > 0 ? sum : 0
    }
  }
  return outputs.at(-1)?.[0] ?? 0
}

/** Probabilities of the candidates: softmax over the scores of their rows. */
export function softmax(scores: ArrayLike<number>): Float64Array {
  const all = Float64Array.from(scores)
  const highest = all.reduce((a, b) => Math.max(a, b), -Infinity)
  const powers = all.map((score) => Math.exp(score - highest))
  const total = powers.reduce((a, b) => a + b, 0)
  return powers.map((power) => power / total)
}

/** The score of each row. */
export function scoresOf(net: Net, rows: Float32Array): Float64Array {
  const outputs = net.sizes.map((size) => new Float64Array(size))
  const width = net.sizes[0] ?? 1
  return Float64Array.from({ length: rows.length / width }, (_, row) => {
    outputs[0]?.set(rows.subarray(row * width, (row + 1) * width))
    return forward(net, outputs)
  })
}

/**
 * Trains by cross-entropy over the candidates of each case, with Adam (Kingma and Ba 2015) and a rate that falls as a
 * cosine to nothing. The same cases, net and random numbers give the same weights. `told` hears the mean loss.
 */
export function train(net: Net, cases: Case[], schedule: Schedule, random: Random, told = (_loss: number) => {}): void {
  const steps = schedule.epochs * Math.ceil(cases.length / schedule.batch)
  const optimiser = net.layers.flatMap(({ weights, bias }) => [adam(weights, schedule.decay), adam(bias, 0)])
  const outputs = net.sizes.map((size) => new Float64Array(size))
  const errors = net.sizes.map((size) => new Float64Array(size))
  const order = Int32Array.from(cases.keys())
  let step = 0
  for (let epoch = 0; epoch < schedule.epochs; epoch++) {
    shuffle(order, random)
    let loss = 0
    for (let start = 0; start < order.length; start += schedule.batch) {
      const batch = order.subarray(start, start + schedule.batch)
      for (const index of batch) loss += learn(net, cases[index], optimiser, outputs, errors, 1 / batch.length)
      const rate = schedule.rate * 0.5 * (1 + Math.cos((Math.PI * step) / steps))
      step++
      for (const one of optimiser) one.step(rate, step)
    }
    told(loss / cases.length)
  }
}

type Optimiser = ReturnType<typeof adam>

function adam(values: Float64Array, decay: number) {
  const gradient = new Float64Array(values.length)
  const first = new Float64Array(values.length)
  const second = new Float64Array(values.length)
  return {
    gradient,
    step(rate: number, count: number) {
      const one = 1 - 0.9 ** count
      const two = 1 - 0.999 ** count
      for (let i = 0; i < values.length; i++) {
        const g = gradient[i] ?? 0
        const m = (first[i] = 0.9 * (first[i] ?? 0) + 0.1 * g)
        const v = (second[i] = 0.999 * (second[i] ?? 0) + 0.001 * g * g)
        values[i] = (values[i] ?? 0) * (1 - rate * decay) - (rate * (m / one)) / (Math.sqrt(v / two) + 1e-8)
      }
      gradient.fill(0)
    },
  }
}

function learn(
  net: Net,
  { rows, truth }: Case = { rows: new Float32Array(), truth: 0 },
  optimiser: Optimiser[],
  outputs: Float64Array[],
  errors: Float64Array[],
  share: number,
): number {
  const width = net.sizes[0] ?? 1
  const probabilities = softmax(scoresOf(net, rows))
  for (const [row, probability] of probabilities.entries()) {
    outputs[0]?.set(rows.subarray(row * width, (row + 1) * width))
    forward(net, outputs)
    errors.at(-1)?.fill(share * (probability - (row === truth ? 1 : 0)))
    backward(net, optimiser, outputs, errors)
  }
  return -Math.log(Math.max(1e-9, probabilities[truth] ?? 0))
}

function backward({ sizes, layers }: Net, optimiser: Optimiser[], outputs: Float64Array[], errors: Float64Array[]) {
  for (let l = layers.length - 1; l >= 0; l--) {
    const { weights = new Float64Array() } = layers[l] ?? {}
    const width = sizes[l] ?? 0
    const input = outputs[l] ?? new Float64Array()
    const below = errors[l] ?? new Float64Array()
    const above = errors[l + 1] ?? new Float64Array()
    const weightGradient = optimiser[2 * l]?.gradient ?? new Float64Array()
    const biasGradient = optimiser[2 * l + 1]?.gradient ?? new Float64Array()
    below.fill(0)
    for (let o = 0; o < above.length; o++) {
      const error = above[o] ?? 0
      if (error === 0) continue
      biasGradient[o] = (biasGradient[o] ?? 0) + error
      for (let i = 0; i < width; i++) {
        const at = o * width + i
        weightGradient[at] = (weightGradient[at] ?? 0) + error * (input[i] ?? 0)
        below[i] = (below[i] ?? 0) + error * (weights[at] ?? 0)
      }
    }
    // ReLU lets no error through where it let no signal through; the inputs themselves have none.
    if (l > 0) for (let i = 0; i < width; i++) if ((input[i] ?? 0) <= 0) below[i] = 0
  }
}

function shuffle(order: Int32Array, random: Random): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random.next() * (i + 1))
    const kept = order[i] ?? 0
    order[i] = order[j] ?? 0
    order[j] = kept
  }
}
