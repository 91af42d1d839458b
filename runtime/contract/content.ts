/** What a screen can show. The player draws it, the console edits it, `sign.show` carries it. */
import Type, { type Static } from 'typebox'
import { Id, Media, Slot, strict, Text } from './fields.ts'

export const Content = Type.Object(
  {
    layout: Type.Enum(['message', 'picture', 'split', 'video', 'product', 'pick'], {
      description:
        'message: text alone; picture: a picture with a caption; split: text beside a picture; video; product: a product with its price, from the catalogue; pick: a tile that flashes, with what to pick and how many',
    }),
    title: Type.Optional(Text(80)),
    text: Type.Optional(Text(280)),
    /** Small line above the title. */
    kicker: Type.Optional(Text(40)),
    /** A large figure, for example a price. */
    figure: Type.Optional(Text(16)),
    /** A product of the catalogue: its name, price and picture fill what is not given here. */
    product: Type.Optional(Id),
    /** The slot to pick from: A/3/2. */
    slot: Type.Optional(Slot),
    media: Type.Optional(Media),
    /** What the picture shows, for people who do not see it. */
    alt: Type.Optional(Text(160)),
    tone: Type.Optional(
      Type.Union([Type.Literal('calm'), Type.Literal('fresh'), Type.Literal('warm'), Type.Literal('alert')], {
        description: 'which of the family of colours',
      }),
    ),
    transition: Type.Optional(Type.Union([Type.Literal('fade'), Type.Literal('slide'), Type.Literal('cut')])),
  },
  { ...strict, title: 'Content of a screen' },
)
export type Content = Static<typeof Content>

/** One thing that wants to be on a screen. The highest priority shows, among equals the newest. */
export const Showing = Type.Object(
  {
    /** Showing the same key again replaces it; sign.clear takes it away. */
    key: Id,
    content: Content,
    priority: Type.Integer({ minimum: 0, maximum: 9 }),
    /** Milliseconds since the epoch. */
    since: Type.Number(),
    until: Type.Optional(Type.Number()),
    because: Type.Array(Type.String(), { maxItems: 32 }),
  },
  strict,
)
export type Showing = Static<typeof Showing>
