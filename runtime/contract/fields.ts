/** Schemas of fields that many event types and commands share. */
import Type from 'typebox'

export const strict = { additionalProperties: false } as const

/** Names that stand in subjects: lower case letters, digits, dot, dash and underscore. */
export const Id = Type.String({ pattern: '^[a-z0-9][a-z0-9._-]{0,63}$', description: 'lower-case id without slashes' })

/**
 * Who or what carries a tag: `visit/…` (unlinkable, dies within a day), `person/…` (a consenting customer),
 * `staff/…`, `asset/…`. Emitters with the permission `radio-address` write `radio/…`; the host replaces it.
 */
export const Token = Type.String({
  pattern: '^(visit|person|staff|asset|radio)/[^/+#]{1,160}$',
  description: 'identity token: visit/…, person/…, staff/… or asset/…',
})

export const BearerKind = Type.Union(
  [Type.Literal('visitor'), Type.Literal('customer'), Type.Literal('staff'), Type.Literal('asset')],
  { description: 'what the token stands for' },
)

export const Dbm = Type.Number({ minimum: -127, maximum: 20, description: 'dBm' })
export const Metres = Type.Number({ description: 'metres' })
export const Confidence = Type.Number({ minimum: 0, maximum: 1, description: '0 to 1' })
export const Seconds = Type.Number({ minimum: 0, description: 'seconds' })
export const Celsius = Type.Number({ minimum: -273.15, maximum: 1000, description: '°C' })
export const Grams = Type.Number({ description: 'grams' })
export const Count = Type.Integer({ minimum: 0 })
export const Slot = Type.String({ minLength: 1, maxLength: 64, description: 'fixture/shelf/slot, for example A/3/2' })
/** How much something may disturb: calm waits for a look, urgent always comes. */
export const Urgency = Type.Union([Type.Literal('calm'), Type.Literal('normal'), Type.Literal('urgent')])
export const Text = (maxLength: number) => Type.String({ maxLength })

/** A file kept by its SHA-256, as the API's media routes return it. */
export const Media = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 of a stored media file' })
