/** Writes a net as an ONNX file, opset 13 (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto). */
import type { Layer, Net } from './layers.ts'
import { bytes, type Field, integer } from './protobuf.ts'

const FLOAT = 1
const ATTRIBUTE = { int: 2, string: 3, ints: 7 }

/** Pictures come as [batch, height, width, channels], as in the other formats, and are turned inside. */
export function onnxFile(net: Net): Uint8Array {
  const nodes: Field[] = []
  const weights: Field[] = []
  let last = 'input'
  let count = 0
  const name = (kind: string) => `${kind}-${count++}`
  const node = (kind: string, inputs: string[], attributes: Field[] = [], outputs = [name(kind)]) => {
    nodes.push(
      bytes(1, [
        ...inputs.map((one) => bytes(1, one)),
        ...outputs.map((one) => bytes(2, one)),
        bytes(4, kind),
        ...attributes,
      ]),
    )
    last = outputs.at(-1) ?? ''
  }
  const weight = (values: Float32Array, shape: number[]) => {
    const own = name('weight')
    const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    weights.push(
      bytes(5, [...shape.map((length) => integer(1, length)), integer(2, FLOAT), bytes(8, own), bytes(9, raw)]),
    )
    return own
  }
  const scalar = (value: number) => weight(Float32Array.of(value), [])
  const relu6 = () => node('Clip', [last, scalar(0), scalar(6)])
  const same = (size: number, stride: number, group: number) => [
    ints('kernel_shape', [size, size]),
    ints('strides', [stride, stride]),
    int('group', group),
    string('auto_pad', 'SAME_UPPER'),
  ]

  if (net.input.length === 3) node('Transpose', [last], [ints('perm', [0, 3, 1, 2])])
  if (net.input.length === 2) node('Transpose', [last], [ints('perm', [1, 0, 2])])
  for (const layer of net.layers) {
    if (layer.kind === 'conv') {
      const { size, stride, inputs, filters, bias } = layer
      node(
        'Conv',
        [last, weight(kernelFirst(layer), [filters, inputs, size, size]), weight(bias, [filters])],
        same(size, stride, 1),
      )
      relu6()
    } else if (layer.kind === 'depthwise') {
      const { size, stride, inputs, bias } = layer
      node(
        'Conv',
        [last, weight(kernelFirst(layer), [inputs, 1, size, size]), weight(bias, [inputs])],
        same(size, stride, inputs),
      )
      relu6()
    } else if (layer.kind === 'pool') {
      node('GlobalAveragePool', [last])
      node('Flatten', [last], [int('axis', 1)])
    } else if (layer.kind === 'gru') {
      const { units, inputs, kernel, recurrent, bias } = layer
      const both = new Float32Array(6 * units)
      both.set(bias)
      const given = [
        last,
        weight(turned(kernel, inputs, 3 * units), [1, 3 * units, inputs]),
        weight(turned(recurrent, units, 3 * units), [1, 3 * units, units]),
        weight(both, [1, 6 * units]),
      ]
      node('GRU', given, [int('hidden_size', units), int('linear_before_reset', 0)], ['', name('state')])
      // [directions, batch, units]: there is one direction.
      node('Transpose', [last], [ints('perm', [1, 0, 2])])
      node('Flatten', [last], [int('axis', 1)])
    } else {
      const { inputs, units, activation, kernel, bias } = layer
      node('Gemm', [last, weight(kernel, [inputs, units]), weight(bias, [units])])
      node(
        { relu: 'Relu', sigmoid: 'Sigmoid', softmax: 'Softmax' }[activation],
        [last],
        activation === 'softmax' ? [int('axis', 1)] : [],
      )
    }
  }
  nodes.push(bytes(1, [bytes(1, last), bytes(2, 'output'), bytes(4, 'Identity')]))
  const graph = [
    ...nodes,
    bytes(2, net.name),
    ...weights,
    bytes(11, valueInfo('input', net.input)),
    bytes(12, valueInfo('output', [net.output])),
  ]
  return new Uint8Array(
    Buffer.concat([integer(1, 8), bytes(2, 'endcap-test'), bytes(7, graph), bytes(8, [bytes(1, ''), integer(2, 13)])]),
  )
}

const valueInfo = (name: string, shape: number[]): Field[] => [
  bytes(1, name),
  bytes(2, [
    bytes(1, [
      integer(1, FLOAT),
      bytes(2, [bytes(1, [bytes(2, 'batch')]), ...shape.map((length) => bytes(1, [integer(1, length)]))]),
    ]),
  ]),
]

const attribute = (name: string, type: number, value: Field[]): Field =>
  bytes(5, [bytes(1, name), ...value, integer(20, type)])
const int = (name: string, value: number) => attribute(name, ATTRIBUTE.int, [integer(3, value)])
const ints = (name: string, values: number[]) =>
  attribute(
    name,
    ATTRIBUTE.ints,
    values.map((value) => integer(8, value)),
  )
const string = (name: string, value: string) => attribute(name, ATTRIBUTE.string, [bytes(4, value)])

/** [height][width][in][out] to [out][in][height][width]; depthwise kernels have one output for each input. */
function kernelFirst(layer: Extract<Layer, { kind: 'conv' | 'depthwise' }>): Float32Array {
  const area = layer.size * layer.size
  const inputs = layer.kind === 'conv' ? layer.inputs : 1
  const outputs = layer.kind === 'conv' ? layer.filters : layer.inputs
  const result = new Float32Array(layer.kernel.length)
  for (let at = 0; at < area; at++)
    for (let input = 0; input < inputs; input++)
      for (let output = 0; output < outputs; output++)
        result[(output * inputs + input) * area + at] = layer.kernel[(at * inputs + input) * outputs + output] ?? 0
  return result
}

function turned(values: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(values.length)
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) result[column * rows + row] = values[row * columns + column] ?? 0
  return result
}
