import Type from 'typebox'
import { Confidence, strict, Text } from '../fields.ts'
import { Inference } from '../model.ts'
import { defineCommand } from './define.ts'

export const modelCommands = [
  defineCommand({
    name: 'model.predict',
    meaning: 'Ask a model: its answer to these inputs, and what it went by.',
    to: 'infer/<model>',
    deadline: 2000,
    params: Type.Object(
      {
        input: Type.Unknown({
          description: 'numbers by feature, rows of them, or all numbers in order; by input where there are several',
        }),
        explain: Type.Optional(Type.Boolean({ description: 'also tell which inputs mattered' })),
      },
      strict,
    ),
    answer: Type.Object(
      {
        model: Text(100),
        outputs: Type.Record(Type.String(), Type.Unknown()),
        label: Type.Optional(Text(64)),
        confidence: Type.Optional(Confidence),
        contributions: Type.Optional(Inference.properties.contributions),
      },
      strict,
    ),
    example: { to: 'infer/zone', params: { input: { entrance: -61, dairy: -84 }, explain: true } },
  }),
] as const
