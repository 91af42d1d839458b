import { test } from 'tap'
import { buildDense, packDense, readDense } from '../../../runtime/sdk/models.ts'

const close = (found: Float32Array, wanted: number[]) =>
  found.length === wanted.length &&
  wanted.every((value, index) => Math.abs((found[index] ?? Number.NaN) - value) < 1e-6)

test('a dense layer multiplies, adds and activates, row by row', (t) => {
  const net = buildDense([
    { type: 'scale', inputs: 2, weights: [Float32Array.of(2, 1), Float32Array.of(0, -1)] },
    {
      type: 'dense',
      inputs: 2,
      units: 3,
      activation: 'relu',
      // By input, then unit.
      weights: [Float32Array.of(1, 0, -1, 0, 1, 1), Float32Array.of(0, 0.5, 0)],
    },
  ])
  // (1, 4) scaled is (2, 3); the second row (0, 0) is (0, −1).
  t.ok(close(net.run(Float32Array.of(1, 4, 0, 0)), [2, 3.5, 1, 0, 0, 0]))
  t.equal(net.parameters, 4 + 9)
  t.end()
})

test('a softmax sums to one and does not overflow', (t) => {
  const kernel = Float32Array.of(1, 0, 0, 1)
  const net = buildDense([
    { type: 'dense', inputs: 2, units: 2, activation: 'softmax', weights: [kernel, new Float32Array(2)] },
  ])
  t.ok(close(net.run(Float32Array.of(1000, 1000)), [0.5, 0.5]))
  t.ok(close(net.run(Float32Array.of(0, Math.log(3))), [0.25, 0.75]))
  t.end()
})

test('a GRU of one unit follows its equations by hand', (t) => {
  const [wz, wr, wh, uz, ur, uh, bz, br, bh] = [0.5, -0.3, 0.8, 0.2, 0.7, -0.4, 0.1, 0, 0.05]
  const sigmoid = (value: number) => 1 / (1 + Math.exp(-value))
  let state = 0
  const states = [1, -2].map((x) => {
    const z = sigmoid(wz * x + uz * state + bz)
    const r = sigmoid(wr * x + ur * state + br)
    state = z * state + (1 - z) * Math.tanh(wh * x + uh * r * state + bh)
    return state
  })
  const weights = [Float32Array.of(wz, wr, wh), Float32Array.of(uz, ur, uh), Float32Array.of(bz, br, bh)]
  const all = buildDense([{ type: 'gru', inputs: 1, units: 1, returns: 'all', weights }])
  const last = buildDense([{ type: 'gru', inputs: 1, units: 1, returns: 'last', weights }])
  t.ok(close(all.run(Float32Array.of(1, -2)), states))
  t.ok(close(last.run(Float32Array.of(1, -2)), states.slice(1)))
  t.ok(close(last.run(Float32Array.of(1, -2)), states.slice(1)), 'nothing of the first run is left')
  t.end()
})

test('what is packed reads back, and weights that do not belong are refused', (t) => {
  const layers = [
    {
      type: 'dense' as const,
      inputs: 2,
      units: 1,
      activation: 'sigmoid' as const,
      weights: [Float32Array.of(1, 2), Float32Array.of(3)],
    },
  ]
  const { net, weights } = packDense(layers)
  const header: unknown = JSON.parse(net)
  t.same([...readDense(header, weights).run(Float32Array.of(1, 1))], [...buildDense(layers).run(Float32Array.of(1, 1))])
  t.throws(() => readDense(header, weights.subarray(0, 8)), /more weights/)
  t.throws(() => readDense(header, new Uint8Array([...weights, 0, 0, 0, 0])), /no layer uses/)
  t.throws(() => readDense({ layers: [{ type: 'attention' }] }, weights), /unknown type/)
  t.throws(() => readDense({}, weights), /no layers/)
  t.throws(() => packDense([{ ...layers[0], weights: [] } as never]), /needs weights of 2, 1/)
  const wide = { type: 'dense' as const, inputs: 3, units: 1, activation: 'linear' as const }
  t.throws(
    () => buildDense([...layers, { ...wide, weights: [new Float32Array(3), new Float32Array(1)] }]),
    /after one of 1/,
  )
  t.end()
})
