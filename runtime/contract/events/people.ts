import Type from 'typebox'
import { defineEvent } from '../event.ts'
import { Confidence, Count, Id, Seconds, Slot, strict, Text, Token, Urgency } from '../fields.ts'
import { Inference } from '../model.ts'

export const facing = defineEvent({
  type: 'camera.facing',
  meaning: 'How many faces look at a screen now; nobody is recognised.',
  subject: 'screen/<screen>',
  privacy: 'none',
  lane: 'telemetry',
  keep: { days: 7, everySeconds: 30 },
  staleSeconds: 10,
  filterable: ['screen'],
  data: Type.Object({ screen: Id, count: Count, confidence: Confidence, inference: Type.Optional(Inference) }, strict),
  example: { subject: 'screen/entrance', data: { screen: 'entrance', count: 1, confidence: 0.8 } },
})

export const people = defineEvent({
  type: 'camera.people',
  meaning: 'How many people a camera sees in a zone now.',
  subject: 'zone/<zone>',
  privacy: 'none',
  lane: 'telemetry',
  keep: { days: 7, everySeconds: 30 },
  staleSeconds: 10,
  filterable: ['zone'],
  data: Type.Object({ zone: Id, count: Count, confidence: Confidence, inference: Type.Optional(Inference) }, strict),
  example: { subject: 'zone/dairy', data: { zone: 'dairy', count: 2, confidence: 0.9 } },
})

export const scored = defineEvent({
  type: 'interest.scored',
  meaning: 'How likely a visitor is interested in what stands in a zone.',
  subject: '<token>',
  privacy: 'visit',
  lane: 'telemetry',
  keep: { days: 1, everySeconds: 30 },
  identity: ['who'],
  filterable: ['zone', 'who'],
  data: Type.Object(
    {
      who: Token,
      zone: Id,
      score: Confidence,
      reasons: Type.Array(Text(120), { maxItems: 8 }),
      inference: Type.Optional(Inference),
    },
    strict,
  ),
  example: {
    subject: 'visit/5b1f0a77c2d94e10',
    data: { who: 'visit/5b1f0a77c2d94e10', zone: 'dairy', score: 0.7, reasons: ['stayed for 60 s'] },
  },
})

export const suggested = defineEvent({
  type: 'assist.suggested',
  meaning: 'Somebody may want help.',
  subject: 'zone/<zone>',
  privacy: 'visit',
  lane: 'urgent',
  keep: { days: 30 },
  identity: ['who'],
  filterable: ['zone', 'who'],
  data: Type.Object(
    { who: Type.Optional(Token), zone: Id, reason: Text(200), inference: Type.Optional(Inference) },
    strict,
  ),
  example: { subject: 'zone/dairy', data: { zone: 'dairy', reason: 'stayed for 90 s and took nothing' } },
})

const consent = {
  subject: 'person/<person>',
  privacy: 'person',
  lane: 'urgent',
  keep: { days: 1095 },
  filterable: ['purpose'],
} as const
const receipt = Type.Object({ who: Token, purpose: Id, receipt: Text(64) }, strict)

export const consentGiven = defineEvent({
  ...consent,
  type: 'consent.given',
  meaning: 'A person agreed to one purpose.',
  data: receipt,
  example: { subject: 'person/k3v9', data: { who: 'person/k3v9', purpose: 'arrival-notice', receipt: 'r-01' } },
})

export const consentWithdrawn = defineEvent({
  ...consent,
  type: 'consent.withdrawn',
  meaning: 'A person took back an agreement; it holds within a second.',
  data: receipt,
  example: { subject: 'person/k3v9', data: { who: 'person/k3v9', purpose: 'arrival-notice', receipt: 'r-01' } },
})

/** A picture of more than 4 MiB is none that a plugin should be sent many times a second. */
const Picture = Type.Unsafe<Uint8Array>(
  Type.Refine(
    Type.Unknown({ description: 'bytes of a JPEG picture, at most 4 MiB' }),
    (value) => value instanceof Uint8Array && value.byteLength <= 4 * 1024 * 1024,
  ),
)
const camera = {
  subject: 'camera/<camera>',
  privacy: 'none',
  lane: 'urgent',
  keep: { days: 90 },
  filterable: ['camera'],
} as const

export const cameraFrame = defineEvent({
  ...camera,
  type: 'camera.frame',
  meaning:
    'A picture in memory, for plugins that may see what cameras see; nobody else receives it, and nothing keeps it.',
  privacy: 'visit',
  lane: 'telemetry',
  keep: false,
  only: 'camera',
  data: Type.Object(
    {
      camera: Id,
      jpeg: Picture,
      widthPixels: Count,
      heightPixels: Count,
      takenAt: Type.Number({ description: 'milliseconds since the epoch' }),
    },
    strict,
  ),
  example: {
    subject: 'camera/dairy',
    data: { camera: 'dairy', jpeg: Uint8Array.of(), widthPixels: 640, heightPixels: 360, takenAt: 1_772_357_400_000 },
  },
})

export const cameraTrouble = defineEvent({
  ...camera,
  type: 'camera.trouble',
  meaning: 'A camera shows nothing that can be used.',
  data: Type.Object(
    {
      camera: Id,
      trouble: Type.Enum(['offline', 'black', 'frozen', 'moved']),
      reason: Text(200),
    },
    strict,
  ),
  example: {
    subject: 'camera/dairy',
    data: { camera: 'dairy', trouble: 'black', reason: 'every picture of 30 s was dark' },
  },
})

export const cameraRestored = defineEvent({
  ...camera,
  type: 'camera.restored',
  meaning: 'A camera shows something again.',
  data: Type.Object({ camera: Id, afterSeconds: Seconds }, strict),
  example: { subject: 'camera/dairy', data: { camera: 'dairy', afterSeconds: 340 } },
})

const staff = {
  subject: 'staff/<staff>',
  privacy: 'none',
  lane: 'urgent',
  keep: { days: 90 },
  filterable: ['staff'],
} as const

export const notified = defineEvent({
  ...staff,
  type: 'staff.notified',
  meaning: 'An associate was told something.',
  data: Type.Object({ staff: Id, notice: Text(64), title: Text(120) }, strict),
  example: { subject: 'staff/anna', data: { staff: 'anna', notice: 'n-01', title: 'A customer has come in' } },
})

export const acknowledged = defineEvent({
  ...staff,
  type: 'staff.acknowledged',
  meaning: 'An associate acknowledged a notice.',
  data: Type.Object({ staff: Id, notice: Text(64), afterSeconds: Seconds }, strict),
  example: { subject: 'staff/anna', data: { staff: 'anna', notice: 'n-01', afterSeconds: 7.5 } },
})

export const alerted = defineEvent({
  ...staff,
  type: 'staff.alerted',
  meaning:
    'An associate is disturbed now: within the attention budget, on shift, and without the name of a customer. For devices that people wear.',
  filterable: ['staff', 'what', 'item'],
  data: Type.Object(
    {
      staff: Id,
      what: Type.Union([Type.Literal('notice'), Type.Literal('task')]),
      item: Type.String({ maxLength: 64, description: 'id of the notice or task' }),
      title: Text(120),
      text: Type.Optional(Text(280)),
      zone: Type.Optional(Id),
      urgency: Urgency,
      folded: Type.Integer({ minimum: 0, description: 'others of its kind that come with it' }),
    },
    strict,
  ),
  example: {
    subject: 'staff/anna',
    data: { staff: 'anna', what: 'task', item: 't-01', title: 'Refill oat milk', urgency: 'normal', folded: 0 },
  },
})

export const shift = defineEvent({
  ...staff,
  type: 'staff.shift',
  meaning: 'A shift of an associate began or ended.',
  data: Type.Object({ staff: Id, onShift: Type.Boolean() }, strict),
  example: { subject: 'staff/anna', data: { staff: 'anna', onShift: true } },
})

export const availability = defineEvent({
  ...staff,
  type: 'staff.availability',
  meaning: 'An associate is available, busy, on a break, or wants quiet.',
  data: Type.Object(
    {
      staff: Id,
      availability: Type.Union([Type.Literal('available'), Type.Literal('busy'), Type.Literal('break')]),
      quiet: Type.Boolean({ description: 'only urgent alerts disturb' }),
    },
    strict,
  ),
  example: { subject: 'staff/anna', data: { staff: 'anna', availability: 'busy', quiet: false } },
})

const task = {
  subject: 'task/<task>',
  privacy: 'none',
  lane: 'urgent',
  keep: { days: 90 },
  filterable: ['task', 'staff', 'kind', 'key'],
} as const
const marks = { kind: Type.Optional(Id), key: Type.Optional(Text(160)) }
const owned = Type.Object({ task: Text(64), staff: Type.Optional(Id), ...marks }, strict)

export const opened = defineEvent({
  ...task,
  type: 'task.opened',
  meaning: 'There is something to do.',
  data: Type.Object(
    {
      ...owned.properties,
      title: Text(120),
      zone: Type.Optional(Id),
      slot: Type.Optional(Slot),
      product: Type.Optional(Id),
      cabinet: Type.Optional(Id),
      urgency: Type.Optional(Urgency),
    },
    strict,
  ),
  example: { subject: 'task/t-01', data: { task: 't-01', title: 'Refill oat milk', zone: 'dairy' } },
})
export const claimed = defineEvent({
  ...task,
  type: 'task.claimed',
  meaning: 'An associate took a task.',
  data: owned,
  example: { subject: 'task/t-01', data: { task: 't-01', staff: 'anna' } },
})
export const done = defineEvent({
  ...task,
  type: 'task.done',
  meaning: 'A task is done.',
  data: owned,
  example: { subject: 'task/t-01', data: { task: 't-01', staff: 'anna' } },
})
export const escalated = defineEvent({
  ...task,
  type: 'task.escalated',
  meaning: 'Nobody took a task in time, so others were told.',
  data: owned,
  example: { subject: 'task/t-01', data: { task: 't-01' } },
})
export const expired = defineEvent({
  ...task,
  type: 'task.expired',
  meaning: 'A task is over, undone.',
  data: owned,
  example: { subject: 'task/t-01', data: { task: 't-01' } },
})
export const passed = defineEvent({
  ...task,
  type: 'task.passed',
  meaning: 'An associate passed a task on: to somebody, or back to everybody.',
  data: Type.Object({ ...owned.properties, to: Type.Optional(Id) }, strict),
  example: { subject: 'task/t-01', data: { task: 't-01', staff: 'anna', to: 'bogdan' } },
})
export const closed = defineEvent({
  ...task,
  type: 'task.closed',
  meaning: 'A task is no longer needed, or somebody else saw to it.',
  data: Type.Object({ ...owned.properties, reason: Text(200) }, strict),
  example: { subject: 'task/t-01', data: { task: 't-01', reason: 'the slot was filled again' } },
})
