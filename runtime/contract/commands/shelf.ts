import Type, { type Static } from 'typebox'
import { Count, Grams, Id, Slot, strict, Text } from '../fields.ts'
import { PlanogramSlot, Product } from '../knowledge.ts'
import { defineCommand, Nothing } from './define.ts'

export const SlotFound = Type.Object(
  {
    ...PlanogramSlot.properties,
    name: Type.Optional(Type.String({ maxLength: 120, description: 'name of the product that the slot is for' })),
    zone: Type.Optional(Id),
    screen: Type.Optional(Id),
    count: Type.Optional(Type.Integer({ minimum: 0, description: 'how many stand there; missing where nobody knows' })),
    countedAt: Type.Optional(Type.Number({ description: 'milliseconds since the epoch' })),
  },
  strict,
)
export const ProductFound = Type.Object(
  {
    product: Product,
    slots: Type.Array(SlotFound, { maxItems: 100 }),
    nextDelivery: Type.Optional(
      Type.Object({ delivery: Id, dueAt: Type.String({ format: 'date-time' }), count: Count }, strict),
    ),
  },
  strict,
)
export type SlotFound = Static<typeof SlotFound>
export type ProductFound = Static<typeof ProductFound>

export const shelfCommands = [
  defineCommand({
    name: 'order.pick',
    meaning: 'Tell that so many of a product were picked for an order.',
    to: 'order/<order>, or order/+ for the open order that has waited longest for the product',
    deadline: 2000,
    params: Type.Object({ product: Id, count: Count }, strict),
    answer: Type.Object(
      {
        order: Type.Optional(
          Type.String({ description: 'which order it was for; missing where none wants the product' }),
        ),
        missing: Count,
        done: Type.Boolean(),
      },
      strict,
    ),
    example: { to: 'order/w-1042', params: { product: 'oat-milk', count: 2 } },
  }),
  defineCommand({
    name: 'product.find',
    meaning:
      'Look a product up by id, GTIN or words: what it is, where it belongs, how many stand there, what comes next.',
    to: 'shop/catalogue',
    deadline: 2000,
    params: Type.Object({ query: Text(120), limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50 })) }, strict),
    answer: Type.Object({ found: Type.Array(ProductFound, { maxItems: 50 }) }, strict),
    example: { to: 'shop/catalogue', params: { query: '4006381333931' } },
  }),
  defineCommand({
    name: 'planogram.find',
    meaning: 'What belongs into a slot, or where a product belongs.',
    to: 'shop/planogram',
    deadline: 2000,
    params: Type.Object({ slot: Type.Optional(Slot), product: Type.Optional(Id) }, strict),
    answer: Type.Object({ slots: Type.Array(SlotFound, { maxItems: 100 }) }, strict),
    example: { to: 'shop/planogram', params: { product: 'oat-milk' } },
  }),
  defineCommand({
    name: 'scale.tare',
    meaning: 'Take the weight that rests on a scale now as zero.',
    to: '<plugin>/<device>',
    deadline: 5000,
    params: Type.Object({ slot: Type.Optional(Text(64)) }, strict),
    answer: Nothing,
    example: { to: 'shelf-scale/left', params: {} },
  }),
  defineCommand({
    name: 'scale.calibrate',
    meaning: 'Take the weight that rests on a scale now as so many grams.',
    to: '<plugin>/<device>',
    deadline: 5000,
    params: Type.Object({ slot: Type.Optional(Text(64)), grams: Grams }, strict),
    answer: Type.Object({ scale: Type.Number() }, strict),
    example: { to: 'shelf-scale/left', params: { grams: 500 } },
  }),
] as const
