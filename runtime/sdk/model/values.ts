/** Numbers in by the declared inputs, plain objects out by the declared outputs; what does not fit is named. */
import { EndcapError, type ModelDescription, type ModelFeature, type ModelInput } from '../../contract/child.ts'
import type { Features, ModelValues, Prediction, Values } from './types.ts'

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1)

const isList = (values: unknown): values is ArrayLike<unknown> =>
  Array.isArray(values) || (ArrayBuffer.isView(values) && !(values instanceof DataView))

/**
 * The tensors of one call, in the order of model.json; a Float32Array may be handed on as it is. Throws
 * ENDCAP_MODEL_INPUT_INVALID.
 */
export function encode(model: ModelDescription, values: ModelValues): Float32Array[] {
  const refuse = (path: string, reason: string): never => {
    throw new EndcapError('ENDCAP_MODEL_INPUT_INVALID', { model: model.name, path, reason })
  }
  if (typeof values !== 'object' || values === null) return refuse('/', 'must be numbers, or an object of them')
  const { inputs } = model
  const [only] = inputs
  if (inputs.length === 1 && only && (isList(values) || !Object.hasOwn(values, only.name)))
    return [tensor(only, values as Values, '', refuse)]
  const named = values as Record<string, Values>
  for (const name of Object.keys(named))
    if (!inputs.some((input) => input.name === name)) refuse(`/${name}`, 'is not an input of this model')
  return inputs.map((input) => {
    if (!Object.hasOwn(named, input.name)) refuse(`/${input.name}`, 'is missing')
    return tensor(input, named[input.name] as Values, `/${input.name}`, refuse)
  })
}

type Refuse = (path: string, reason: string) => never

function tensor(input: ModelInput, values: Values, path: string, refuse: Refuse): Float32Array {
  if (typeof values !== 'object' || values === null) return refuse(path || '/', 'must be numbers, or an object of them')
  const size = sizeOf(input.shape)
  const { features } = input
  if (!isList(values)) {
    if (!features) return refuse(path || '/', `must be ${size} numbers: its features have no names`)
    if (size !== features.length) return refuse(path || '/', `must be ${size / features.length} rows of features`)
    const output = new Float32Array(size)
    row(features, values, output, 0, path, refuse)
    return output
  }
  if (features && typeof values[0] === 'object') {
    const rows = size / features.length
    if (values.length !== rows) return refuse(path || '/', `has ${values.length} rows instead of ${rows}`)
    const output = new Float32Array(size)
    for (let at = 0; at < rows; at++)
      row(features, values[at] as Features, output, at * features.length, `${path}/${at}`, refuse)
    return output
  }
  return list(input, values as ArrayLike<number>, size, path, refuse)
}

function list(input: ModelInput, values: ArrayLike<number>, size: number, path: string, refuse: Refuse): Float32Array {
  if (values.length !== size)
    return refuse(
      path || '/',
      `has ${values.length} numbers instead of ${size} (shape ${input.shape.join(' × ')}, row by row)`,
    )
  if (allFit(input, values)) return values
  const { features, minimum, maximum } = input
  const output = new Float32Array(size)
  for (let at = 0, column = 0; at < size; at++) {
    const value = values[at]
    const feature = features?.[column]
    if (feature && ++column === features.length) column = 0
    if (!within(value, feature?.minimum ?? minimum, feature?.maximum ?? maximum))
      number(
        value,
        feature?.minimum ?? minimum,
        feature?.maximum ?? maximum,
        `${path}/${at}${feature ? ` (${feature.name})` : ''}`,
        refuse,
      )
    output[at] = value as number
  }
  return output
}

const within = (value: unknown, minimum = -Number.MAX_VALUE, maximum = Number.MAX_VALUE): boolean =>
  typeof value === 'number' && value >= minimum && value <= maximum

/**
 * The quick test of a picture: 150,000 numbers in a tenth of the time that it takes to look at each. Bits of a float
 * from 0 up are ordered as the float is, and all others (negative, infinite, not a number) lie above them or have the
 * sign bit. False only means that somebody has to look closer.
 */
function allFit({ features, minimum, maximum }: ModelInput, values: ArrayLike<number>): values is Float32Array {
  if (features || !(values instanceof Float32Array) || minimum !== 0) return false
  const most = new Int32Array(Float32Array.of(maximum ?? MOST_FLOAT).buffer)[0] ?? 0
  return noneOutside(new Int32Array(values.buffer, values.byteOffset, values.length), most)
}

/** Eight at a time, in plain 32-bit arithmetic: half the time of one by one. */
function noneOutside(bits: Int32Array, most: number): boolean {
  const whole = bits.length & ~7
  let outside = 0
  for (let at = 0; at < whole; at += 8) {
    const a = int(bits, at)
    const b = int(bits, at + 1)
    const c = int(bits, at + 2)
    const d = int(bits, at + 3)
    const e = int(bits, at + 4)
    const f = int(bits, at + 5)
    const g = int(bits, at + 6)
    const h = int(bits, at + 7)
    outside |= a | b | c | d | e | f | g | h
    outside |= (most - a) | 0 | ((most - b) | 0) | ((most - c) | 0) | ((most - d) | 0)
    outside |= (most - e) | 0 | ((most - f) | 0) | ((most - g) | 0) | ((most - h) | 0)
  }
  for (let at = whole; at < bits.length; at++) outside |= int(bits, at) | ((most - int(bits, at)) | 0)
  return outside >= 0
}

const int = (bits: Int32Array, at: number): number => (bits[at] as number) | 0

/** The greatest finite number of single precision, IEEE 754. */
const MOST_FLOAT = (2 - 2 ** -23) * 2 ** 127

function row(
  features: readonly ModelFeature[],
  values: Features,
  output: Float32Array,
  from: number,
  path: string,
  refuse: Refuse,
): void {
  if (typeof values !== 'object' || values === null) refuse(path || '/', 'must be an object of numbers by feature')
  let found = 0
  for (const [index, { name, minimum, maximum, default: standard }] of features.entries()) {
    const given = Object.hasOwn(values, name) ? values[name] : undefined
    if (Object.hasOwn(values, name)) found++
    if (given === undefined || given === null) {
      output[from + index] = standard ?? refuse(`${path}/${name}`, 'is missing')
      continue
    }
    output[from + index] = number(given, minimum, maximum, `${path}/${name}`, refuse)
  }
  if (found === Object.keys(values).length) return
  const stray = Object.keys(values).find((key) => !features.some(({ name }) => name === key))
  if (stray !== undefined) refuse(`${path}/${stray}`, 'is not a feature of this model')
}

function number(
  value: unknown,
  minimum: number | undefined,
  maximum: number | undefined,
  path: string,
  refuse: Refuse,
): number {
  if (typeof value !== 'number') return refuse(path, `is ${typeof value}, not a number`)
  if (!Number.isFinite(value)) return refuse(path, `is ${value}`)
  if (minimum !== undefined && value < minimum) return refuse(path, `is ${value}, less than ${minimum}`)
  if (maximum !== undefined && value > maximum) return refuse(path, `is ${value}, more than ${maximum}`)
  return value
}

/** Answer number `index` of a batch, as plain objects. Throws ENDCAP_MODEL_OUTPUT_INVALID. */
export function decode(model: ModelDescription, tensors: readonly Float32Array[], index: number): Prediction {
  const prediction: Prediction = { model: `${model.name}@${model.version}`, outputs: {} }
  const refuse = (path: string, reason: string): never => {
    throw new EndcapError('ENDCAP_MODEL_OUTPUT_INVALID', { model: model.name, path, reason })
  }
  for (const [at, { name, shape, labels }] of model.outputs.entries()) {
    const size = sizeOf(shape)
    const tensor = tensors[at]
    if (!tensor || tensor.length < (index + 1) * size)
      refuse(`/${name}`, `has ${tensor?.length ?? 0} numbers instead of ${size}`)
    const values = (tensor as Float32Array).subarray(index * size, (index + 1) * size)
    const plain: number[] = []
    for (let i = 0; i < size; i++) {
      const value = values[i] as number
      if (!Number.isFinite(value)) refuse(`/${name}/${i}`, `is ${value}`)
      plain.push(value)
    }
    if (!labels) {
      prediction.outputs[name] = size === 1 ? (plain[0] ?? 0) : plain
      continue
    }
    const byLabel: Record<string, number> = {}
    let best = 0
    for (let i = 0; i < size; i++) {
      byLabel[labels[i] ?? ''] = values[i] ?? 0
      if ((values[i] ?? 0) > (values[best] ?? 0)) best = i
    }
    prediction.outputs[name] = byLabel
    if (prediction.label !== undefined) continue
    prediction.label = labels[best] ?? ''
    prediction.confidence = Math.min(1, Math.max(0, values[best] ?? 0))
  }
  return prediction
}
