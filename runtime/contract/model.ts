/** The shape of model.json, which describes one model that inference plugins run: models/<name>/model.json. */
import Type, { type Static } from 'typebox'
import { Id, strict, Text } from './fields.ts'

export const ModelFormat = Type.Union(
  [Type.Literal('dense'), Type.Literal('tfjs-layers'), Type.Literal('tfjs-graph'), Type.Literal('onnx')],
  {
    description:
      'dense: our own small nets, run by plain typed arrays; tfjs-layers and tfjs-graph: TensorFlow.js; onnx: ONNX Runtime',
  },
)

export const ModelFile = Type.Object(
  {
    path: Type.String({ pattern: '^[a-zA-Z0-9][a-zA-Z0-9._/-]*$', maxLength: 200, description: 'inside the folder' }),
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    bytes: Type.Integer({ minimum: 1 }),
  },
  strict,
)

/** One number of an input's last axis. */
export const ModelFeature = Type.Object(
  {
    name: Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_.-]{0,63}$' }),
    unit: Type.String({ maxLength: 32, description: 'dBm, seconds, °C; `1` where it has none' }),
    meaning: Text(200),
    minimum: Type.Optional(Type.Number({ description: 'smaller values are refused' })),
    maximum: Type.Optional(Type.Number({ description: 'greater values are refused' })),
    default: Type.Optional(
      Type.Number({ description: 'stands where the field is missing; without it, it may not be' }),
    ),
    baseline: Type.Optional(
      Type.Number({ description: 'the usual value; contributions are measured against it. `default`, else 0' }),
    ),
  },
  strict,
)

const Shape = Type.Array(Type.Integer({ minimum: 1 }), {
  minItems: 1,
  maxItems: 5,
  description: 'without the axis of the batch',
})
const TensorName = Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_.-]{0,63}$' })

export const ModelInput = Type.Object(
  {
    name: TensorName,
    shape: Shape,
    unit: Type.Optional(Type.String({ maxLength: 32, description: 'of all its numbers, where features name none' })),
    meaning: Text(300),
    minimum: Type.Optional(Type.Number()),
    maximum: Type.Optional(Type.Number()),
    /** Name of the tensor inside the file, where it differs. */
    tensor: Type.Optional(Text(200)),
    features: Type.Optional(
      Type.Array(ModelFeature, { minItems: 1, maxItems: 4096, description: 'the numbers of the last axis, in order' }),
    ),
  },
  strict,
)

export const ModelOutput = Type.Object(
  {
    name: TensorName,
    shape: Shape,
    unit: Type.Optional(Text(32)),
    meaning: Text(300),
    tensor: Type.Optional(Text(200)),
    labels: Type.Optional(
      Type.Array(Text(64), {
        minItems: 1,
        maxItems: 10_000,
        description: 'one for each number, in order; the numbers are probabilities then',
      }),
    ),
  },
  strict,
)

export const ModelDescription = Type.Object(
  {
    name: Id,
    version: Type.String({ pattern: '^\\d+\\.\\d+\\.\\d+$', description: 'semver' }),
    meaning: Type.String({ maxLength: 300, description: 'one sentence for a technician' }),
    format: ModelFormat,
    entry: Type.String({
      maxLength: 200,
      description: 'the file that is opened first: net.json, topology.json, net.onnx',
    }),
    files: Type.Array(ModelFile, { minItems: 1, maxItems: 64, description: 'every file that is read, the entry too' }),
    inputs: Type.Array(ModelInput, { minItems: 1, maxItems: 16 }),
    outputs: Type.Array(ModelOutput, { minItems: 1, maxItems: 16 }),
    trainedOn: Type.String({ maxLength: 500, description: 'which data, and by what right' }),
    licence: Type.String({ maxLength: 64, description: 'SPDX identifier of the weights' }),
  },
  { ...strict, title: 'model.json' },
)

export type ModelDescription = Static<typeof ModelDescription>
export type ModelInput = Static<typeof ModelInput>
export type ModelOutput = Static<typeof ModelOutput>
export type ModelFeature = Static<typeof ModelFeature>
export type ModelFormat = Static<typeof ModelFormat>

/**
 * How a model came to what an event says. `contribution` is how much the answer (the probability of its label, or the
 * number itself) would fall if that input stood at its baseline: positive speaks for it, negative against it.
 */
export const Inference = Type.Object(
  {
    model: Type.String({ maxLength: 100, description: 'name@version' }),
    contributions: Type.Array(
      Type.Object({ input: Text(130), value: Type.Number(), contribution: Type.Number() }, strict),
      { maxItems: 8, description: 'what mattered most, first' },
    ),
  },
  { ...strict, description: 'which model said so, and what it went by' },
)
export type Inference = Static<typeof Inference>

/** What model.json says that a schema cannot check; empty where all is well. Paths are JSON pointers. */
export function modelFaults(model: ModelDescription): { path: string; reason: string }[] {
  const found: { path: string; reason: string }[] = []
  const listed = new Set(model.files.map(({ path }) => path))
  if (!listed.has(model.entry))
    found.push({ path: '/entry', reason: `names ${model.entry}, which files does not list` })
  for (const [index, { path }] of model.files.entries())
    if (path.split('/').includes('..'))
      found.push({ path: `/files/${index}/path`, reason: 'must stay inside the folder' })
  for (const [index, { shape, features }] of model.inputs.entries()) {
    if (features && features.length !== shape.at(-1))
      found.push({ path: `/inputs/${index}/features`, reason: `must be ${shape.at(-1)}, as many as the last axis` })
    if (features && new Set(features.map(({ name }) => name)).size !== features.length)
      found.push({ path: `/inputs/${index}/features`, reason: 'must have different names' })
  }
  for (const [index, { shape, labels }] of model.outputs.entries()) {
    const size = shape.reduce((product, length) => product * length, 1)
    if (labels && labels.length !== size)
      found.push({ path: `/outputs/${index}/labels`, reason: `must be ${size}, one for each number` })
  }
  for (const side of ['inputs', 'outputs'] as const)
    if (new Set(model[side].map(({ name }) => name)).size !== model[side].length)
      found.push({ path: `/${side}`, reason: 'must have different names' })
  return found
}
