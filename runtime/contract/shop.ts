/** The shape of shop.yaml: what the shop knows of itself. Positions in metres from the upper left corner of the plan. */
import Type, { type Static } from 'typebox'
import { Content } from './content.ts'
import { Id, Media, strict, Text } from './fields.ts'

const Coordinate = Type.Number({ minimum: -1000, maximum: 1000, description: 'metres' })
export const Point = Type.Tuple([Coordinate, Coordinate], { description: '[x, y] in metres' })
const Polygon = Type.Array(Point, { minItems: 3, maxItems: 64 })

export const Zone = Type.Object(
  {
    id: Id,
    name: Text(60),
    /** A zone is an outline on the floor plan … */
    polygon: Type.Optional(Polygon),
    /** … or what is near one receiver. */
    receiver: Type.Optional(Id),
    radiusMetres: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 50 })),
    /** Customers come in here. */
    entrance: Type.Optional(Type.Boolean()),
  },
  strict,
)
export const Receiver = Type.Object(
  {
    id: Id,
    name: Text(60),
    x: Coordinate,
    y: Coordinate,
    heightMetres: Type.Optional(Type.Number({ minimum: 0, maximum: 20 })),
    /** dB that this receiver hears more (or less) than the others. */
    offset: Type.Optional(Type.Number({ minimum: -40, maximum: 40 })),
  },
  strict,
)
export const Screen = Type.Object(
  {
    id: Id,
    name: Text(60),
    zone: Type.Optional(Id),
    x: Type.Optional(Coordinate),
    y: Type.Optional(Coordinate),
    /** Screens of a group play in step, and are told together (`group/<group>`). */
    group: Type.Optional(Id),
    orientation: Type.Optional(Type.Union([Type.Literal('landscape'), Type.Literal('portrait')])),
    /** The playlist that runs when nothing else wants to show. */
    playlist: Type.Optional(Id),
    /** What it shows when nothing else wants to and no playlist runs. */
    fallback: Type.Optional(Content),
  },
  strict,
)
export const Clock = Type.String({
  pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$',
  description: 'HH:MM in the time of the shop',
})
export const Day = Type.Union([
  Type.Literal('mon'),
  Type.Literal('tue'),
  Type.Literal('wed'),
  Type.Literal('thu'),
  Type.Literal('fri'),
  Type.Literal('sat'),
  Type.Literal('sun'),
])
export const Associate = Type.Object(
  {
    id: Id,
    name: Text(60),
    roles: Type.Optional(Type.Array(Text(40), { maxItems: 16 })),
    groups: Type.Optional(Type.Array(Text(40), { maxItems: 16 })),
    skills: Type.Optional(Type.Array(Text(40), { maxItems: 32 })),
    /** Alerts an hour that this person is disturbed for; those above wait, ranked. Urgent ones always come. */
    alertsPerHour: Type.Optional(Type.Integer({ minimum: 1, maximum: 240 })),
    /** A shift whose end is not after its start ends on the next day. */
    shifts: Type.Optional(
      Type.Array(Type.Object({ days: Type.Array(Day, { minItems: 1, maxItems: 7 }), from: Clock, to: Clock }, strict), {
        maxItems: 32,
      }),
    ),
  },
  strict,
)
const TagId = Type.String({
  minLength: 1,
  maxLength: 160,
  pattern: '^[^/+#]+$',
  description: 'ibeacon:…, eddystone-uid:…, or an address',
})
/** An associate as the roster is edited and travels in files: with the registered tags that they wear. */
export const RosterEntry = Type.Object(
  { ...Associate.properties, badges: Type.Optional(Type.Array(TagId, { maxItems: 8, uniqueItems: true })) },
  strict,
)
export const Asset = Type.Object({ id: Id, name: Text(60) }, strict)
/** Registered tags: a beacon or radio address, and who or what carries it. Customers' tags stand with their consent. */
export const Tag = Type.Object(
  {
    id: TagId,
    bearer: Type.String({ pattern: '^(staff|asset)/[a-z0-9][a-z0-9._-]{0,63}$' }),
  },
  strict,
)
/** What a technician heard while standing at a place: mean and deviation of each receiver that heard the tag. */
export const Sample = Type.Object(
  {
    x: Type.Optional(Coordinate),
    y: Type.Optional(Coordinate),
    zone: Type.Optional(Id),
    signals: Type.Record(
      Type.String(),
      Type.Object(
        {
          mean: Type.Number({ minimum: -127, maximum: 20, description: 'dBm' }),
          deviation: Type.Number({ minimum: 0, maximum: 40, description: 'dB' }),
          count: Type.Integer({ minimum: 1 }),
        },
        strict,
      ),
    ),
  },
  strict,
)
export const Floor = Type.Object(
  {
    width: Type.Number({ exclusiveMinimum: 0, maximum: 1000, description: 'metres' }),
    depth: Type.Number({ exclusiveMinimum: 0, maximum: 1000, description: 'metres' }),
    picture: Type.Optional(Media),
    /** Shelves, counters and walls, for the drawing and for the twin. */
    fixtures: Type.Optional(
      Type.Array(
        Type.Object(
          { id: Id, name: Type.Optional(Text(60)), polygon: Polygon, wall: Type.Optional(Type.Boolean()) },
          strict,
        ),
        { maxItems: 500 },
      ),
    ),
  },
  strict,
)

export const ShopPlan = Type.Object(
  {
    name: Text(80),
    /** IANA name, for shifts and day parts. */
    timezone: Type.String({ maxLength: 64 }),
    /** BCP 47, for prices and numbers on signs: de-CH. */
    locale: Type.Optional(Type.String({ maxLength: 35, description: 'language and region, as de-CH or en-GB' })),
    floor: Floor,
    zones: Type.Array(Zone, { maxItems: 500 }),
    receivers: Type.Array(Receiver, { maxItems: 500 }),
    screens: Type.Array(Screen, { maxItems: 200 }),
    staff: Type.Array(Associate, { maxItems: 500 }),
    assets: Type.Optional(Type.Array(Asset, { maxItems: 2000 })),
    tags: Type.Optional(Type.Array(Tag, { maxItems: 5000 })),
    samples: Type.Optional(Type.Array(Sample, { maxItems: 5000 })),
  },
  { ...strict, title: 'shop.yaml' },
)
export type ShopPlan = Static<typeof ShopPlan>
export type Zone = Static<typeof Zone>
export type Receiver = Static<typeof Receiver>
export type Screen = Static<typeof Screen>
export type Associate = Static<typeof Associate>
export type RosterEntry = Static<typeof RosterEntry>
export type Shift = NonNullable<Associate['shifts']>[number]
export type Sample = Static<typeof Sample>
export type Floor = Static<typeof Floor>

/** What plugins may know of the plan: no associates, no tags. Answer to the request `shop.plan`. */
export type PublicPlan = Pick<
  ShopPlan,
  'name' | 'timezone' | 'locale' | 'floor' | 'zones' | 'receivers' | 'samples'
> & {
  screens: Pick<Screen, 'id' | 'name' | 'zone'>[]
  /** A `sign.emergency` holds: for who was not there when it was raised. */
  emergency?: true
}

/** What a customer can agree to. The texts are what the person is shown. */
export const purposes = {
  recognition: 'The shop may recognise my tag, so that my visit belongs to me and not to an anonymous token.',
  'arrival-notice': 'An associate may be told that I have come in, with the name I gave.',
  'favourite-associate': 'My favourite associate may be told first, if on shift.',
} as const
export type Purpose = keyof typeof purposes
