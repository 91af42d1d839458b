/** What the routes of cabinets take and give. */
import Type from 'typebox'

export const ColdQuery = Type.Object(
  {
    from: Type.Optional(
      Type.String({
        maxLength: 40,
        description: 'RFC 3339, or a day of the shop; a day before `to` where it is missing',
      }),
    ),
    to: Type.Optional(
      Type.String({ maxLength: 40, description: 'RFC 3339, or a day of the shop, with it; now where it is missing' }),
    ),
  },
  { additionalProperties: false },
)
const Temperature = Type.Optional(Type.Number({ description: '°C' }))
const Moment = Type.String({ description: 'RFC 3339' })
export const ColdCabinet = Type.Object({
  cabinet: Type.String(),
  name: Type.String(),
  zone: Type.Optional(Type.String()),
  limitCelsius: Type.Number(),
  state: Type.String(),
  time: Type.Optional(Moment),
  airCelsius: Temperature,
  productCelsius: Temperature,
  minutesToLimit: Type.Optional(Type.Number()),
  clockMinutes: Type.Number(),
  /** What is wrong now: the warnings since it was last in its range. */
  reasons: Type.Array(Type.String()),
  acknowledged: Type.Boolean(),
  /** Who sees to it, where it is not the manager. */
  staff: Type.Optional(Type.String()),
})
export const ColdProbe = Type.Object({
  probe: Type.String(),
  celsius: Temperature,
  open: Type.Optional(Type.Boolean()),
  time: Moment,
  stale: Type.Boolean(),
})
export const ColdLog = Type.Object({
  began: Type.Optional(Moment),
  rows: Type.Array(
    Type.Object({
      from: Moment,
      to: Moment,
      samples: Type.Integer(),
      expected: Type.Integer(),
      lowest: Temperature,
      mean: Temperature,
      highest: Temperature,
      product: Temperature,
      note: Type.Optional(Type.String()),
    }),
  ),
  gaps: Type.Array(Type.Object({ from: Moment, to: Moment, reason: Type.String() })),
  marks: Type.Array(
    Type.Object({
      at: Moment,
      what: Type.String(),
      text: Type.String(),
      staff: Type.Optional(Type.String()),
      celsius: Temperature,
    }),
  ),
})
