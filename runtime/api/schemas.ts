/** Shapes that the API answers with, as they look from outside. OpenAPI is drawn from them; answers are not filtered by them. */
import Type, { type TSchema } from 'typebox'
import { BearerKind, Content, Evidence, Id, Media, Metres, Showing, strict, Zone } from '../contract/index.ts'

export const Instant = Type.String({ format: 'date-time', description: 'RFC 3339 in UTC' })
const Count = Type.Integer({ minimum: 0 })
const oneOf = (...values: string[]) => Type.Union(values.map((value) => Type.Literal(value)))

export const Failure = Type.Object(
  {
    code: Type.String(),
    message: Type.String(),
    remedy: Type.String(),
    requestId: Type.String(),
    faults: Type.Optional(
      Type.Array(
        Type.Object({ line: Type.Integer(), field: Type.String(), reason: Type.String(), remedy: Type.String() }),
        { description: 'of a file that was not imported: the first 20 of its faults' },
      ),
    ),
    total: Type.Optional(Type.Integer({ description: 'how many faults there are' })),
  },
  { description: 'what happened, and what to do now', title: 'Failure' },
)
export const Nothing = Type.Null({ description: 'done' })

export const Health = Type.Object({
  status: oneOf('ok', 'starting', 'degraded'),
  version: Type.String(),
  uptimeSeconds: Type.Number(),
  stages: Type.Record(Type.String(), oneOf('waiting', 'starting', 'ready', 'late', 'failed', 'off')),
  twin: Type.Boolean({ description: 'the shoppers are virtual' }),
  clock: oneOf('right', 'wrong'),
  reasons: Type.Optional(
    Type.Record(Type.String(), Type.String({ description: 'why a stage is late, failed or off' })),
  ),
})

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
  config: Type.Unknown({ description: 'what is already known; of one that is adopted, its lists' }),
  calibration: Type.Array(Type.String({ description: 'asked again when another takes over' })),
  named: Type.Boolean(),
  zoned: Type.Boolean(),
  placed: Type.Boolean({ description: 'by x and y on the floor plan' }),
})
export const Plugin = Type.Object({
  name: Type.String(),
  package: Type.String(),
  version: Type.String(),
  folder: Type.String(),
  kind: oneOf('device', 'inference', 'flows'),
  state: oneOf('disabled', 'invalid', 'starting', 'running', 'restarting', 'quarantined', 'stopped'),
  reason: Type.Optional(Type.String()),
  remedy: Type.Optional(Type.String()),
  permissions: Type.Array(Type.Object({ name: Type.String(), sentence: Type.String() })),
  sandbox: oneOf('bubblewrap', 'node'),
  pid: Type.Optional(Count),
  startedAt: Type.Optional(Instant),
  restarts: Count,
  memoryBytes: Type.Optional(Type.Number()),
  cpu: Type.Optional(Type.Number({ description: 'share of one core' })),
  loopDelay: Type.Optional(Type.Number({ description: 'milliseconds' })),
  emitted: Count,
  refused: Count,
  received: Count,
  waiting: Count,
  dropped: Count,
  lastEventAt: Type.Optional(Instant),
  lines: Type.Array(Type.Object({ time: Instant, level: Type.String(), text: Type.String() })),
  config: Type.Optional(Type.Unknown()),
  configSchema: Type.Optional(Type.Unknown()),
  devices: Type.Array(Device),
  models: Type.Optional(
    Type.Array(
      Type.Object({
        name: Type.String(),
        version: Type.String(),
        backend: Type.String(),
        passedOver: Type.String({ description: 'why no better backend runs it' }),
        calls: Count,
        failed: Count,
        p50: Type.Number({ description: 'milliseconds' }),
        p99: Type.Number({ description: 'milliseconds' }),
        memoryBytes: Type.Number(),
      }),
    ),
  ),
})

export const ConfigurationWritten = Type.Object(
  {
    config: Type.Optional(Type.Object({}, { description: 'as the schema of the plugin says' })),
    devices: Type.Array(
      Type.Object(
        {
          id: Id,
          name: Type.Optional(Type.String({ minLength: 1, maxLength: 120 })),
          zone: Type.Optional(Id),
          config: Type.Optional(Type.Object({}, { description: 'as the schema of its devices says' })),
        },
        strict,
      ),
      { maxItems: 1000 },
    ),
  },
  strict,
)
export const Configuration = Type.Object({
  config: Type.Unknown({ description: 'in force, with defaults and secrets' }),
  written: ConfigurationWritten,
  pluginSchema: Type.Optional(Type.Unknown({ description: 'JSON Schema of the configuration' })),
  deviceSchema: Type.Optional(Type.Unknown({ description: 'JSON Schema of the configuration of a device' })),
  inMemory: Type.Boolean({
    description: 'what is changed lasts until the box stops: the virtual shop keeps no endcap.yaml',
  }),
})

export const ZoneListed = Type.Intersect([
  Type.Object(Zone.properties),
  Type.Object({
    present: Type.Array(
      Type.Object({
        who: Type.String(),
        kind: BearerKind,
        since: Instant,
        x: Type.Optional(Metres),
        y: Type.Optional(Metres),
        stale: Type.Boolean(),
      }),
    ),
  }),
])
/** What an associate is told of a zone. */
export const ZoneCounted = Type.Object({ id: Id, name: Zone.properties.name, count: Count })
export const Dot = Type.Object({
  who: Type.String(),
  kind: BearerKind,
  zone: Type.Optional(Id),
  x: Metres,
  y: Metres,
  accuracyMetres: Metres,
  time: Instant,
  stale: Type.Boolean(),
  evidence: Evidence,
})

const Face = Type.Object(
  {
    name: Type.String(),
    brand: Type.Optional(Type.String()),
    picture: Type.Optional(Media),
    price: Type.Optional(Type.String({ description: 'as the people of the shop write it' })),
    per: Type.Optional(Type.String()),
    before: Type.Optional(Type.String({ description: 'the price before an offer' })),
  },
  { description: 'a product as it stands on a sign' },
)
const Drawn = { content: Content, product: Type.Optional(Face) }
const Milliseconds = Type.Number({ description: 'milliseconds' })
export const Pulse = Type.Object(
  {
    key: Type.Optional(Type.String({ maxLength: 130, description: 'of what it shows' })),
    programme: Type.Optional(Type.String({ maxLength: 64 })),
    span: Type.Optional(Milliseconds),
    lateMilliseconds: Type.Optional(Type.Number({ minimum: 0 })),
    width: Count,
    height: Count,
    mediaReady: Count,
    mediaMissing: Type.Array(Media, { maxItems: 100 }),
    usedBytes: Type.Optional(Type.Number({ minimum: 0 })),
    quotaBytes: Type.Optional(Type.Number({ minimum: 0 })),
    persisted: Type.Optional(Type.Boolean()),
    clockMilliseconds: Type.Optional(Type.Number()),
    clockErrorMilliseconds: Type.Optional(Type.Number({ minimum: 0 })),
    waitingPlays: Count,
  },
  strict,
)
const screen = {
  screen: Id,
  name: Type.Optional(Type.String()),
  zone: Type.Optional(Id),
  group: Type.Optional(Id),
  orientation: Type.Optional(Type.String()),
  playlist: Type.Optional(Id),
  ...Drawn,
  key: Type.String({ description: 'of sign.show, or playlist/item' }),
  because: Type.Array(Type.String()),
  until: Type.Optional(Instant),
  programme: Type.String({ description: 'version of its programme' }),
  emergency: Type.Optional(Type.Boolean()),
  players: Count,
  shown: Type.Optional(Type.Object({ content: Type.String(), time: Instant })),
  seen: Type.Optional(Instant),
  pulse: Type.Optional(Pulse),
}
export const Screen = Type.Object(screen)
export const ScreenWhole = Type.Object({
  ...screen,
  stack: Type.Array(Type.Object({ ...Showing.properties, ...Drawn, since: Instant, until: Type.Optional(Instant) })),
})
export const ProgrammeWhole = Type.Object({
  version: Type.String(),
  group: Type.Optional(Id),
  playlists: Type.Record(
    Type.String(),
    Type.Array(Type.Object({ id: Id, seconds: Type.Number({ description: 'seconds' }), ...Drawn })),
  ),
  spans: Type.Array(Type.Object({ from: Milliseconds, until: Milliseconds, playlist: Id, items: Type.Array(Count) }), {
    description: 'which items of which playlist run from when to when; milliseconds since the epoch',
  }),
  fallback: Type.Object(Drawn),
})
export const ClockAnswer = Type.Object({
  received: Type.Number({ description: 'milliseconds since the epoch' }),
  sent: Type.Number({ description: 'milliseconds since the epoch' }),
})
export const EmergencyNow = Type.Object({
  emergency: Type.Union([
    Type.Null(),
    Type.Object({
      emergency: Id,
      title: Type.String(),
      text: Type.Optional(Type.String()),
      since: Instant,
      by: Type.String(),
      screens: Type.Array(Type.Object({ screen: Id, confirmed: Type.Boolean() })),
    }),
  ]),
})
export const PlaySummary = Type.Object({
  screen: Id,
  content: Type.String(),
  plays: Count,
  shownSeconds: Type.Number({ description: 'seconds' }),
})
export const Shown = Type.Object(
  {
    content: Type.String({ minLength: 1, maxLength: 128 }),
    play: Type.String({
      minLength: 1,
      maxLength: 64,
      description: 'made by the player; its begin and its end count once each',
    }),
    shownSeconds: Type.Optional(Type.Number({ minimum: 0, description: 'seconds; the play is over' })),
    time: Type.Optional(
      Type.String({
        maxLength: 40,
        description: 'when it began or ended, for what is told late; RFC 3339, at most 30 days ago',
      }),
    ),
  },
  strict,
)

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

const Examples = Type.Array(Type.String(), { maxItems: 20 })
export const ChangeSummary = Type.Object({
  added: Count,
  changed: Count,
  removed: Count,
  examples: Type.Object(
    { added: Examples, changed: Examples, removed: Examples },
    { description: 'ids of the first of each' },
  ),
})

export const MediaFile = Type.Object({ hash: Media, bytes: Count, type: Type.String() })
export const MediaListed = Type.Object({ ...MediaFile.properties, addedAt: Instant })

const version = { version: Type.Integer(), time: Instant, by: Type.String(), summary: Type.String() }
export const FlowsVersion = Type.Object(version)
export const FlowsVersionWhole = Type.Object({ ...version, difference: Type.Array(Type.String()) })
export const FlowsState = Type.Object({ state: Type.String(), reason: Type.Optional(Type.String()) })

export const params = <N extends string>(...names: N[]) =>
  Type.Object(
    Object.fromEntries(names.map((name) => [name, Type.String({ maxLength: 160 })])) as Record<N, typeof Param>,
  )
const Param = Type.String({ maxLength: 160 })

/** Answers of a route: the good one, and a Failure for all else. */
export const answers = (status: number, schema: TSchema) => ({ [status]: schema, default: Failure })

export const VirtualFault = Type.Object({
  id: Type.String({ description: 'what it is, then where: fridge-off.poultry' }),
  group: Type.String(),
  title: Type.String(),
  expect: Type.String({ description: 'what a person should see then' }),
  on: Type.Boolean(),
})
