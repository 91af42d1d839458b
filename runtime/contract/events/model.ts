import Type from 'typebox'
import { defineEvent } from '../event.ts'
import { Confidence, strict, Text } from '../fields.ts'
import { Inference } from '../model.ts'

export const answered = defineEvent({
  type: 'model.answered',
  meaning: 'A model of the box was asked by a flow, and what its answer went by.',
  subject: 'model/<model>',
  privacy: 'none',
  lane: 'telemetry',
  keep: { days: 7, everySeconds: 30 },
  filterable: ['label'],
  data: Type.Object(
    { label: Type.Optional(Text(64)), confidence: Type.Optional(Confidence), inference: Inference },
    strict,
  ),
  example: {
    subject: 'model/zone',
    data: {
      label: 'dairy',
      confidence: 0.87,
      inference: {
        model: 'zone@1.0.0',
        contributions: [{ input: 'milk', value: -58, contribution: 0.41 }],
      },
    },
  },
})
