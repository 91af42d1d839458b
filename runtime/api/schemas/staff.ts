import Type from 'typebox'
import { Id, strict } from '../../contract/index.ts'
import { Count, Instant, oneOf } from './common.ts'

export const Associate = Type.Object({
  id: Id,
  name: Type.String(),
  onShift: Type.Boolean(),
  zone: Type.Optional(Id),
})

export const Notice = Type.Object({
  id: Type.String(),
  staff: Id,
  title: Type.String(),
  text: Type.Optional(Type.String()),
  zone: Type.Optional(Id),
  urgency: oneOf('calm', 'normal', 'urgent'),
  time: Instant,
  until: Type.Optional(Instant),
  acknowledgedAt: Type.Optional(Instant),
  because: Type.Array(Type.String()),
})

const Urgency = oneOf('calm', 'normal', 'urgent')
const MaybeText = Type.Optional(Type.String())
const Named = Type.Object({ id: Id, name: Type.String() })

export const TaskOutside = Type.Object({
  id: Type.String(),
  title: Type.String(),
  text: MaybeText,
  kind: Type.Optional(Id),
  key: MaybeText,
  to: Type.String(),
  for: Type.Optional(Type.Object({ role: MaybeText, group: MaybeText, skill: MaybeText })),
  zone: Type.Optional(Id),
  slot: MaybeText,
  product: Type.Optional(Id),
  cabinet: Type.Optional(Id),
  urgency: Urgency,
  state: oneOf('open', 'claimed', 'done', 'closed', 'expired'),
  openedAt: Instant,
  waitingSince: Instant,
  until: Type.Optional(Instant),
  claimedBy: Type.Optional(Named),
  claimedAt: Type.Optional(Instant),
  offeredTo: Type.Optional(Named),
  passedBy: Type.Optional(Named),
  endedAt: Type.Optional(Instant),
  endedBy: MaybeText,
  reason: MaybeText,
  escalations: Count,
  told: Type.Array(Id),
  because: Type.Array(Type.String()),
})

export const TaskOpened = Type.Object({ task: Type.String(), told: Type.Array(Id), again: Type.Boolean() })
const Available = oneOf('available', 'busy', 'break')

export const AvailabilityChange = Type.Object(
  {
    availability: Type.Optional(Type.Union([Type.Literal('available'), Type.Literal('busy'), Type.Literal('break')])),
    quiet: Type.Optional(Type.Boolean()),
  },
  strict,
)

export const StaffMe = Type.Object({
  id: Id,
  name: Type.String(),
  onShift: Type.Boolean(),
  shiftEndsAt: Type.Optional(Instant),
  availability: Available,
  quiet: Type.Boolean(),
  roles: Type.Array(Type.String()),
  groups: Type.Array(Type.String()),
  skills: Type.Array(Type.String()),
  badges: Type.Integer({ minimum: 0, description: 'tags registered for this associate' }),
  zone: Type.Optional(Id),
  attention: Type.Object({
    alertsPerHour: Count,
    used: Count,
    roomAt: Type.Optional(Instant),
    held: Type.Array(
      Type.Object({
        what: oneOf('task', 'notice'),
        id: Type.String(),
        rank: Count,
        why: oneOf('budget', 'quiet', 'folded'),
        reason: Type.String(),
      }),
    ),
  }),
  colleagues: Type.Array(Type.Object({ id: Id, name: Type.String(), availability: Available })),
})
