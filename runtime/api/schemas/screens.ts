import Type from 'typebox'
import { Content, Id, Media, Showing, strict } from '../../contract/index.ts'
import { Count, Instant } from './common.ts'

export const Face = Type.Object(
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
    mediaUnplayable: Type.Optional(
      Type.Array(Media, { maxItems: 100, description: 'arrived whole, but its browser cannot show them' }),
    ),
    mediaUnkept: Type.Optional(
      Type.Array(Media, { maxItems: 100, description: 'its browser has no room for; missing after a reload alone' }),
    ),
    programmeKept: Type.Optional(Type.Boolean({ description: 'false: its browser has no room for the programme' })),
    usedBytes: Type.Optional(Type.Number({ minimum: 0 })),
    quotaBytes: Type.Optional(Type.Number({ minimum: 0 })),
    persisted: Type.Optional(Type.Boolean()),
    clockMilliseconds: Type.Optional(Type.Number()),
    clockErrorMilliseconds: Type.Optional(Type.Number({ minimum: 0 })),
    waitingPlays: Count,
    lostPlays: Type.Optional(Count),
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
    content: Type.String({ minLength: 1, maxLength: 130 }),
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
