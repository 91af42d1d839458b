import Type from 'typebox'
import { Id, strict } from '../../contract/index.ts'
import { Instant } from './common.ts'

export const Consent = Type.Object({
  receipt: Type.String(),
  purpose: Type.String(),
  text: Type.String({ description: 'what the person was shown' }),
  givenAt: Instant,
  recordedBy: Type.String(),
  withdrawnAt: Type.Optional(Instant),
})

export const Person = Type.Object({
  id: Type.String(),
  name: Type.String(),
  tags: Type.Array(Type.String()),
  favourite: Type.Optional(Id),
  consents: Type.Array(Consent),
})

const TagId = Type.String({ minLength: 1, maxLength: 160, pattern: '^[^/+#]+$' })
const tags = Type.Array(TagId, { maxItems: 16 })
const PersonName = Type.String({ minLength: 1, maxLength: 80 })

export const NewPerson = Type.Object(
  { name: PersonName, tags: Type.Optional(tags), favourite: Type.Optional(Id) },
  strict,
)

export const PersonChange = Type.Object(
  {
    name: Type.Optional(PersonName),
    tags: Type.Optional(tags),
    favourite: Type.Optional(Type.Union([Id, Type.Null()])),
  },
  strict,
)
