import Type from 'typebox'
import { defineEvent } from '../event.ts'
import { Confidence, Count, Grams, Id, Slot, strict } from '../fields.ts'

const product = Type.Optional(Type.String({ maxLength: 64, description: 'product id or GTIN' }))
const shared = {
  subject: 'slot/<slot>',
  privacy: 'none',
  lane: 'urgent',
  keep: { days: 90 },
  filterable: ['slot', 'product'],
} as const
const alternatives = (description: string) =>
  Type.Optional(
    Type.Array(Type.Object({ product, count: Count, probability: Confidence }, strict), { maxItems: 8, description }),
  )
/** What shoppers do all day; nobody waits for it to be on the disk. */
const step = { ...shared, keep: { days: 90, withinSeconds: 5 } } as const
const change = Type.Object(
  {
    slot: Slot,
    product,
    count: Count,
    grams: Grams,
    confidence: Confidence,
    alternatives: alternatives('what else the weight could have been, the likeliest first'),
  },
  strict,
)
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
      faults: Type.Optional(
        Type.Array(
          Type.Object(
            {
              slot: Slot,
              fault: Type.Union([Type.Literal('overload'), Type.Literal('disconnected'), Type.Literal('stuck')]),
            },
            strict,
          ),
          { maxItems: 512, description: 'plates whose weight cannot be believed; they are not among `plates`' },
        ),
      ),
    },
    strict,
  ),
  example: { subject: 'device/left', data: { plates: [{ slot: 'A/3/2', grams: 812.4, stable: true }] } },
})

export const taken = defineEvent({
  ...step,
  type: 'shelf.taken',
  meaning: 'Something was taken from a slot.',
  data: change,
  example: {
    subject: 'slot/A/3/2',
    data: { slot: 'A/3/2', product: 'oat-milk', count: 1, grams: 1034, confidence: 0.97 },
  },
})

export const returned = defineEvent({
  ...step,
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
  data: Type.Object(
    {
      slot: Slot,
      product,
      grams: Grams,
      confidence: Confidence,
      alternatives: alternatives('what of the slots beside it the weight could be, the likeliest first'),
    },
    strict,
  ),
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

export const counted = defineEvent({
  ...shared,
  type: 'shelf.counted',
  meaning: 'How many pieces stand in a slot now.',
  lane: 'telemetry',
  keep: { days: 30, everySeconds: 300 },
  data: Type.Object({ slot: Slot, product, count: Count, grams: Grams, confidence: Confidence }, strict),
  example: {
    subject: 'slot/A/3/2',
    data: { slot: 'A/3/2', product: 'oat-milk', count: 7, grams: 7231, confidence: 0.94 },
  },
})

const order = {
  subject: 'order/<order>',
  privacy: 'none',
  lane: 'urgent',
  keep: { days: 90 },
  filterable: ['order', 'product'],
} as const

export const orderOpened = defineEvent({
  ...order,
  type: 'order.opened',
  meaning: 'There is an order to pick.',
  data: Type.Object(
    {
      order: Id,
      lines: Type.Array(Type.Object({ product: Id, count: Count, slot: Type.Optional(Slot) }, strict), {
        maxItems: 200,
      }),
    },
    strict,
  ),
  example: {
    subject: 'order/w-1042',
    data: { order: 'w-1042', lines: [{ product: 'oat-milk', count: 2, slot: 'A/3/2' }] },
  },
})

export const orderPicked = defineEvent({
  ...order,
  type: 'order.picked',
  meaning: 'A line of an order was picked.',
  data: Type.Object({ order: Id, product: Id, count: Count, missing: Count }, strict),
  example: { subject: 'order/w-1042', data: { order: 'w-1042', product: 'oat-milk', count: 2, missing: 0 } },
})

export const orderDone = defineEvent({
  ...order,
  type: 'order.done',
  meaning: 'Everything of an order was picked, or it was ended.',
  data: Type.Object({ order: Id, complete: Type.Boolean() }, strict),
  example: { subject: 'order/w-1042', data: { order: 'w-1042', complete: true } },
})
