/**
 * Which inputs mattered, by occlusion: how far the answer falls when one feature stands at its baseline (Zeiler and
 * Fergus 2014, https://arxiv.org/abs/1311.2901, there for patches of pictures). It needs nothing of the model's inside,
 * so it holds for every backend; features that only matter together share the blame unevenly.
 */
import type { Inference, ModelDescription } from '../../contract/child.ts'
import type { Prediction } from './types.ts'
import { decode } from './values.ts'

const MOST_TOLD = 8

type Contribution = Inference['contributions'][number]

/** The greatest contributions of named features, first. `value` is of the last row where there are several. */
export async function explain(
  model: ModelDescription,
  row: readonly Float32Array[],
  prediction: Prediction,
  run: (rows: readonly Float32Array[][]) => Promise<Float32Array[][]>,
): Promise<Contribution[]> {
  const asked: { input: string; value: number; tensors: Float32Array[] }[] = []
  for (const [at, { name, features = [] }] of model.inputs.entries())
    for (const [column, { name: feature, baseline, default: standard }] of features.entries()) {
      const tensor = row[at] ?? new Float32Array()
      const changed = tensor.slice()
      for (let i = column; i < changed.length; i += features.length) changed[i] = baseline ?? standard ?? 0
      asked.push({
        input: model.inputs.length > 1 ? `${name}.${feature}` : feature,
        value: tensor[tensor.length - features.length + column] ?? 0,
        tensors: row.map((own, index) => (index === at ? changed : own)),
      })
    }
  const answers = await run(asked.map(({ tensors }) => tensors))
  const now = judged(model, prediction, prediction)
  return asked
    .map(({ input, value }, index) => {
      const without = decode(model, answers[index] ?? [], 0)
      return { input, value, contribution: now - judged(model, without, prediction) }
    })
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
    .slice(0, MOST_TOLD)
}

/** The number that is explained: the probability of the label that was answered, else the first output's first number. */
function judged(model: ModelDescription, { outputs }: Prediction, { label }: Prediction): number {
  const output = model.outputs.find(({ labels }) => label === undefined || labels)
  const value = output && outputs[output.name]
  if (typeof value === 'number') return value
  if (Array.isArray(value)) return value[0] ?? 0
  return value?.[label ?? ''] ?? 0
}
