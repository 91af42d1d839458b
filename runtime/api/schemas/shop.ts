import Type from 'typebox'
import { BearerKind, Evidence, Id, Media, Metres, Zone } from '../../contract/index.ts'
import { Count, Instant } from './common.ts'

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

const PointDrawn = Type.Tuple([Metres, Metres])
export const FloorDrawn = Type.Object({
  width: Metres,
  depth: Metres,
  zones: Type.Array(
    Type.Object({
      id: Id,
      polygon: Type.Optional(Type.Array(PointDrawn)),
      centre: Type.Optional(PointDrawn),
    }),
  ),
  fixtures: Type.Array(Type.Object({ id: Id, polygon: Type.Array(PointDrawn), wall: Type.Optional(Type.Boolean()) })),
})

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

export const MediaFile = Type.Object({ hash: Media, bytes: Count, type: Type.String() })
export const MediaListed = Type.Object({ ...MediaFile.properties, addedAt: Instant })
