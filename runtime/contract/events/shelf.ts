import Type from 'typebox'
import { defineEvent } from '../event.ts'
import { Confidence, Count, Grams, Slot, strict } from '../fields.ts'

const product = Type.Optional(Type.String({ maxLength: 64, description: 'product id or GTIN' }))
const shared = {
  subject: 'slot/<slot>',
  privacy: 'none',
  lane: 'urgent',
  keep: { days: 90 },
  filterable: ['slot', 'product'],
} as const
const change = Type.Object({ slot: Slot, product, count: Count, grams: Grams, confidence: Confidence }, strict)
const level = Type.Object({ slot: Slot, product, count: Count }, strict)

export const weights = defineEvent({
  type: 'shelf.weights',
  meaning: 'The weights of all plates of a board, in one event.',
  subject: 'device/<device>',
  privacy: 'none',
  lane: 'telemetry',
  keep: { days: 1, everySeconds: 30 },
  staleSeconds: 10,
  data: Type.Object(
    {
      plates: Type.Array(Type.Object({ slot: Slot, grams: Grams, stable: Type.Optional(Type.Boolean()) }, strict), {
        maxItems: 512,
      }),
    },
    strict,
  ),
  example: { subject: 'device/left', data: { plates: [{ slot: 'A/3/2', grams: 812.4, stable: true }] } },
})

export const taken = defineEvent({
  ...shared,
  type: 'shelf.taken',
  meaning: 'Something was taken from a slot.',
  data: change,
  example: {
    subject: 'slot/A/3/2',
    data: { slot: 'A/3/2', product: 'oat-milk', count: 1, grams: 1034, confidence: 0.97 },
  },
})

export const returned = defineEvent({
  ...shared,
  type: 'shelf.returned',
  meaning: 'Something was put back into its slot.',
  data: change,
  example: {
    subject: 'slot/A/3/2',
    data: { slot: 'A/3/2', product: 'oat-milk', count: 1, grams: 1031, confidence: 0.95 },
  },
})

export const misplaced = defineEvent({
  ...shared,
  type: 'shelf.misplaced',
  meaning: 'A slot holds a weight that its product does not explain.',
  data: Type.Object({ slot: Slot, product, grams: Grams, confidence: Confidence }, strict),
  example: { subject: 'slot/A/3/2', data: { slot: 'A/3/2', product: 'oat-milk', grams: 377, confidence: 0.8 } },
})

export const low = defineEvent({
  ...shared,
  type: 'shelf.low',
  meaning: 'A slot is nearly empty.',
  data: level,
  example: { subject: 'slot/A/3/2', data: { slot: 'A/3/2', product: 'oat-milk', count: 2 } },
})

export const empty = defineEvent({
  ...shared,
  type: 'shelf.empty',
  meaning: 'A slot is empty.',
  data: level,
  example: { subject: 'slot/A/3/2', data: { slot: 'A/3/2', product: 'oat-milk', count: 0 } },
})

export const restocked = defineEvent({
  ...shared,
  type: 'shelf.restocked',
  meaning: 'A slot was filled again.',
  data: level,
  example: { subject: 'slot/A/3/2', data: { slot: 'A/3/2', product: 'oat-milk', count: 12 } },
})
