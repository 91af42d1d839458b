import Type from 'typebox'
import { Count, Instant, oneOf } from './common.ts'

export const Device = Type.Object({
  source: Type.String(),
  id: Type.String(),
  name: Type.Optional(Type.String()),
  state: oneOf('unknown', 'online', 'stale', 'offline', 'suspect', 'discovered'),
  reason: Type.Optional(Type.String()),
  zone: Type.Optional(Type.String()),
  kind: Type.Optional(Type.String()),
  profile: Type.Optional(Type.String({ description: 'vendor/model' })),
  since: Type.Optional(Instant),
  lastEventAt: Type.Optional(Instant),
  adopted: Type.Boolean({ description: 'endcap.yaml names it' }),
  found: Type.Optional(
    Type.Object(
      { detail: Type.Optional(Type.String()), adopt: Type.Optional(Type.Unknown()), at: Instant },
      { description: 'it was found, and nobody has adopted it yet' },
    ),
  ),
  last: Type.Optional(
    Type.Object({ type: Type.String(), data: Type.Unknown(), time: Instant }, { description: 'what it last said' }),
  ),
})

export const DeviceListed = Type.Intersect([
  Device,
  Type.Object({
    plugin: Type.String(),
    vendor: Type.Optional(Type.String()),
    model: Type.Optional(Type.String()),
    documentation: Type.Optional(Type.String()),
    battery: Type.Optional(Type.Object({ type: Type.String(), count: Count })),
    hidden: Type.Boolean({ description: 'nobody wants to see it among those that were found' }),
    can: Type.Object(
      { identify: Type.Boolean(), test: Type.Boolean(), weigh: Type.Boolean(), see: Type.Boolean() },
      { description: 'which commands its plugin answers' },
    ),
  }),
])

export const DevicesWrong = Type.Array(
  Type.Object({ code: Type.String(), message: Type.String(), remedy: Type.String() }),
)

export const DeviceAsked = Type.Object({
  schema: Type.Unknown({ description: 'JSON Schema of its settings' }),
  settings: Type.Unknown({ description: 'JSON Schema of what can be changed of one that is adopted' }),
  config: Type.Unknown({ description: 'what is already known, without secrets' }),
  calibration: Type.Array(Type.String({ description: 'asked again when another takes over' })),
  named: Type.Boolean(),
  zoned: Type.Boolean(),
  placed: Type.Boolean({ description: 'by x and y on the floor plan' }),
  may: Type.Array(Type.String(), {
    description: 'what its plugin may do, and what of the box this device opens to it',
  }),
})
