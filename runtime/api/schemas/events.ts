import Type from 'typebox'
import { strict } from '../../contract/index.ts'
import { Instant, oneOf } from './common.ts'

const because = Type.Array(Type.String({ maxLength: 64 }), { maxItems: 32 })

export const EventOutside = Type.Object(
  {
    id: Type.String({ description: 'UUIDv7' }),
    type: Type.String(),
    source: Type.String(),
    subject: Type.String(),
    time: Instant,
    data: Type.Unknown({ description: 'as the schema of the type says' }),
    privacy: oneOf('none', 'visit', 'person'),
    because: Type.Optional(because),
  },
  { title: 'Event' },
)

export const NewEvent = Type.Object(
  {
    type: Type.String({ minLength: 1, maxLength: 128 }),
    subject: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
    data: Type.Unknown(),
    because: Type.Optional(because),
  },
  strict,
)

export const Command = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 64 }),
    to: Type.String({ minLength: 1, maxLength: 160 }),
    params: Type.Optional(Type.Unknown()),
    id: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    deadline: Type.Optional(Type.Integer({ minimum: 1, maximum: 60_000, description: 'milliseconds' })),
  },
  strict,
)
