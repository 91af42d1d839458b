import Type from 'typebox'
import { Count, Id, Seconds, Slot, strict, Text, Token, Urgency } from '../fields.ts'
import { defineCommand, Nothing } from './define.ts'

/** Which of the associates on shift: those with this role, in this group and with this skill. */
const Audience = Type.Object(
  { role: Type.Optional(Text(40)), group: Type.Optional(Text(40)), skill: Type.Optional(Text(40)) },
  strict,
)

export const TaskAsked = Type.Object(
  {
    title: Text(120),
    text: Type.Optional(Text(280)),
    about: Type.Optional(Token),
    /** What sort of work: refill, pick, cold, help, misplaced … */
    kind: Type.Optional(Id),
    /** An open task with the same key is brought up to date instead of opening another. */
    key: Type.Optional(Text(160)),
    for: Type.Optional(Audience),
    zone: Type.Optional(Id),
    slot: Type.Optional(Slot),
    product: Type.Optional(Id),
    cabinet: Type.Optional(Id),
    urgency: Type.Optional(Urgency),
    /** Who else is told when nobody has claimed it by then; `repeat` calls the last again and again until somebody does. */
    escalate: Type.Optional(
      Type.Array(
        Type.Object(
          { afterSeconds: Seconds, for: Type.Optional(Audience), repeat: Type.Optional(Type.Boolean()) },
          strict,
        ),
        { maxItems: 8 },
      ),
    ),
    ttlSeconds: Type.Optional(Seconds),
  },
  strict,
)

export const peopleCommands = [
  defineCommand({
    name: 'staff.notify',
    meaning:
      'Tell an associate something. The host fills {{name}} and {{favourite}} in the texts from the person named in `about`, and only while consent stands.',
    to: 'staff/<staff>, or staff/+ for everybody on shift',
    deadline: 2000,
    params: Type.Object(
      {
        title: Text(120),
        text: Type.Optional(Text(280)),
        about: Type.Optional(Token),
        zone: Type.Optional(Id),
        urgency: Type.Optional(Urgency),
        for: Type.Optional(Audience),
        /** At most one notice with this key in so many seconds, kept over restarts; a repeat answers told: []. */
        once: Type.Optional(Type.Object({ key: Text(160), seconds: Seconds }, strict)),
        ttlSeconds: Type.Optional(Type.Number({ minimum: 1, maximum: 86400, description: 'seconds' })),
      },
      strict,
    ),
    answer: Type.Object(
      { notice: Type.Optional(Text(64)), told: Type.Array(Id), reason: Type.Optional(Text(200)) },
      strict,
    ),
    example: {
      to: 'staff/anna',
      params: {
        title: '{{name}} has come in',
        about: 'person/k3v9',
        zone: 'entrance',
        once: { key: 'arrival/k3v9', seconds: 600 },
      },
    },
  }),
  defineCommand({
    name: 'staff.waiting',
    meaning:
      'Ask what waits for an associate on shift and has disturbed them, without the name of any customer: for a device that they wear and that was away.',
    to: 'staff/<staff>',
    deadline: 5000,
    flows: false,
    params: Nothing,
    answer: Type.Object(
      {
        items: Type.Array(
          Type.Object(
            {
              what: Type.Union([Type.Literal('notice'), Type.Literal('task')]),
              item: Text(64),
              title: Text(120),
              text: Type.Optional(Text(280)),
              zone: Type.Optional(Id),
              mine: Type.Boolean({ description: 'a task that they have claimed' }),
            },
            strict,
          ),
          { maxItems: 40, description: 'the most pressing last' },
        ),
      },
      strict,
    ),
    example: { to: 'staff/anna', params: {} },
  }),
  defineCommand({
    name: 'staff.answer',
    meaning: 'Give what an associate answered on a device that they wear, as if they had tapped on their page.',
    to: 'staff/<staff>',
    deadline: 5000,
    flows: false,
    params: Type.Object(
      {
        item: Type.String({ maxLength: 64, description: 'id of the notice or task, as staff.alerted names it' }),
        answer: Type.Enum(['acknowledge', 'claim', 'pass', 'done']),
      },
      strict,
    ),
    answer: Nothing,
    example: { to: 'staff/anna', params: { item: 't-01', answer: 'claim' } },
  }),
  defineCommand({
    name: 'task.open',
    meaning:
      'Open a task for whoever can do it. The host fills {{name}} and {{favourite}} as it does for staff.notify; without consent they stay nameless.',
    to: 'staff/<staff>, or staff/+ for everybody on shift',
    deadline: 2000,
    params: TaskAsked,
    answer: Type.Object(
      {
        task: Text(64),
        told: Type.Array(Id),
        again: Type.Boolean(),
        kept: Type.Optional(
          Type.Literal(false, { description: 'the disk is full: it is out, and written when there is room' }),
        ),
      },
      strict,
    ),
    example: {
      to: 'staff/+',
      params: { title: 'Refill oat milk', kind: 'refill', key: 'refill/A/3/2', zone: 'dairy', slot: 'A/3/2' },
    },
  }),
  defineCommand({
    name: 'task.close',
    meaning: 'End a task that is no longer needed, by its id or by its key.',
    to: 'task/<task>, or task/+ with a key',
    deadline: 2000,
    params: Type.Object({ key: Type.Optional(Text(160)), reason: Text(200) }, strict),
    answer: Type.Object({ closed: Count }, strict),
    example: { to: 'task/+', params: { key: 'refill/A/3/2', reason: 'the slot was filled again' } },
  }),
] as const
