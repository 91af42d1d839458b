import Type from 'typebox'
import { Id } from '../../contract/index.ts'
import { Count, Instant, oneOf } from './common.ts'

const Role = oneOf('manager', 'screen', 'staff')

export const SignedIn = Type.Object({
  role: Role,
  id: Type.Optional(Id),
  next: Type.String({ description: 'the page of this role' }),
})

export const Me = Type.Object({
  role: Role,
  id: Type.Optional(Id),
  name: Type.Optional(Type.String()),
  shop: Type.String(),
  twin: Type.Boolean(),
  next: Type.String(),
})

export const LinkListed = Type.Object({
  id: Type.String(),
  role: Role,
  for: Type.Optional(Id),
  name: Type.Optional(Type.String()),
  createdAt: Instant,
  usedAt: Type.Optional(Instant),
  sessions: Count,
  connected: Count,
  current: Type.Boolean(),
})

export const LinkIssued = Type.Object({
  id: Type.String(),
  role: Role,
  for: Id,
  url: Type.String(),
  secret: Type.String({ description: 'shown this once' }),
  qr: Type.String({ description: 'SVG of the URL' }),
})
