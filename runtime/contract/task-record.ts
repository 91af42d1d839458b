/** A task as files have it: what there is to do, and in what goes out also what became of it. */
import Type, { type Static } from 'typebox'
import { TaskAsked } from './commands/people.ts'
import { Count, Id, strict, Text } from './fields.ts'

const Moment = Type.String({ format: 'date-time', description: 'RFC 3339' })
const { title, text, kind, key, urgency, zone, slot, product, cabinet, escalate, for: audience } = TaskAsked.properties

export const TaskRecord = Type.Object(
  {
    task: Type.Optional(Text(64)),
    key,
    title,
    text,
    kind,
    urgency,
    /** An associate; everybody on shift where it is missing. */
    to: Type.Optional(
      Type.String({
        pattern: '^(staff/)?(\\+|[a-z0-9][a-z0-9._-]*)$',
        maxLength: 70,
        description: 'id of an associate',
      }),
    ),
    for: audience,
    zone,
    slot,
    product,
    cabinet,
    until: Type.Optional(Moment),
    escalate,
    openedAt: Type.Optional(Moment),
    claimedAt: Type.Optional(Moment),
    /** Who had it last. */
    staff: Type.Optional(Id),
    /** How often it was passed on, and how often others were called because nobody took it. */
    passed: Type.Optional(Count),
    escalated: Type.Optional(Count),
    endedAt: Type.Optional(Moment),
    outcome: Type.Optional(Type.Enum(['open', 'done', 'expired', 'closed'])),
    reason: Type.Optional(Text(200)),
  },
  strict,
)
export type TaskRecord = Static<typeof TaskRecord>
