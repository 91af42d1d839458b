/** The shape of playlists.yaml: what the screens play when nothing interrupts them, and when. */
import Type, { type Static } from 'typebox'
import { Content } from './content.ts'
import { Id, strict, Text } from './fields.ts'
import { Clock, Day } from './shop.ts'

const Moment = Type.String({
  pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}(T([01][0-9]|2[0-3]):[0-5][0-9])?$',
  description: '2026-12-24 or 2026-12-24T18:00, by the clock of the shop',
})

export const PlaylistItem = Type.Object(
  {
    /** Stands in the proof of play; made from what is shown where it is missing. */
    id: Type.Optional(Id),
    seconds: Type.Number({ minimum: 2, maximum: 3600, description: 'for how long it stands; seconds' }),
    /** Either what is shown … */
    content: Type.Optional(Content),
    /** … or a product of the catalogue, with its picture and price. */
    product: Type.Optional(Id),
    /** Not before this; a day alone begins at midnight. */
    from: Type.Optional(Moment),
    /** Not after this; a day alone is shown to its end. */
    until: Type.Optional(Moment),
  },
  strict,
)

/** When a playlist runs. A window whose end is not after its start ends on the next day; the days are those of its start. */
export const DayPart = Type.Object(
  {
    /** Every day where it is missing. */
    days: Type.Optional(Type.Array(Day, { minItems: 1, maxItems: 7, uniqueItems: true })),
    from: Clock,
    to: Clock,
  },
  strict,
)

export const Playlist = Type.Object(
  {
    id: Id,
    name: Text(60),
    /** Of several that could run on a screen, the one with the highest priority does; of equals, the one higher up. */
    priority: Type.Optional(Type.Integer({ minimum: 0, maximum: 9, description: '0 to 9; 5 where it is not given' })),
    screens: Type.Optional(Type.Array(Id, { maxItems: 200, uniqueItems: true })),
    groups: Type.Optional(Type.Array(Id, { maxItems: 50, uniqueItems: true })),
    /** Always where it is missing. */
    hours: Type.Optional(Type.Array(DayPart, { minItems: 1, maxItems: 32 })),
    items: Type.Array(PlaylistItem, { maxItems: 200 }),
  },
  strict,
)

export const PlaylistFile = Type.Object(
  { playlists: Type.Array(Playlist, { maxItems: 100 }) },
  { ...strict, title: 'playlists.yaml' },
)

export type PlaylistItem = Static<typeof PlaylistItem>
export type DayPart = Static<typeof DayPart>
export type Playlist = Static<typeof Playlist>
export type PlaylistFile = Static<typeof PlaylistFile>
