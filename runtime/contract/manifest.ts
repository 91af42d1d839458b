/** The `endcap` field of a plugin's package.json. Ids, versions and the entry are npm's own fields. */
import Type, { type Static } from 'typebox'
import { strict } from './fields.ts'
import { type PermissionName, permissions } from './permissions.ts'

const EventPattern = Type.String({
  pattern: '^([a-z0-9-]+(\\.[a-z0-9-]+)*(\\.\\*)?|\\*)$',
  description: 'shelf.taken, or shelf.*',
})

const Permission = Type.Unsafe<PermissionName>(Type.Union(Object.keys(permissions).map((name) => Type.Literal(name))))

export const Manifest = Type.Object(
  {
    /** Which version of this contract it was written for. */
    api: Type.String({ pattern: '^\\^?1(\\.\\d+){0,2}$', description: 'semver range; this runtime offers 1' }),
    kind: Type.Union([Type.Literal('device'), Type.Literal('inference')]),
    permissions: Type.Array(Permission, { uniqueItems: true }),
    /** Hosts that `network` may reach, as `host:port`; shown to the technician. */
    hosts: Type.Optional(Type.Array(Type.String({ maxLength: 260 }), { maxItems: 32 })),
    /** JSON Schema files: of each device's configuration, and of the plugin's own part. */
    config: Type.Optional(Type.String({ pattern: '^[^/].*\\.json$' })),
    pluginConfig: Type.Optional(Type.String({ pattern: '^[^/].*\\.json$' })),
    produces: Type.Array(EventPattern, { maxItems: 64 }),
    consumes: Type.Array(
      Type.Object(
        {
          type: EventPattern,
          subject: Type.Optional(Type.String({ maxLength: 256 })),
          where: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]))),
        },
        strict,
      ),
      { maxItems: 64 },
    ),
    /** Commands that it answers. */
    commands: Type.Array(Type.String({ maxLength: 64 }), { maxItems: 64 }),
    /** Commands that it may give to others. */
    gives: Type.Optional(Type.Array(Type.String({ maxLength: 64 }), { maxItems: 64 })),
    /** Types of its own; each begins with the plugin's name and a dot. */
    events: Type.Optional(
      Type.Array(
        Type.Object(
          {
            type: Type.String({ maxLength: 128 }),
            meaning: Type.String({ maxLength: 300 }),
            schema: Type.Record(Type.String(), Type.Unknown()),
          },
          strict,
        ),
        { maxItems: 64 },
      ),
    ),
    /** Events a second that it may emit; above it, its socket is paused. */
    eventsPerSecond: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
    /** Resident memory it may use. */
    memoryMegabytes: Type.Optional(Type.Integer({ minimum: 32, maximum: 4096 })),
    startSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 120 })),
  },
  { ...strict, title: 'endcap (in package.json of a plugin)' },
)
export type Manifest = Static<typeof Manifest>

/** What holds where a manifest is silent. */
export const manifestDefaults = { eventsPerSecond: 5000, memoryMegabytes: 160, startSeconds: 10 } as const

/** A plugin's short name: `@acme/endcap-shelf-scale` is `shelf-scale`, `@endcap/ble` is `ble`. */
export const pluginName = (packageName: string): string => packageName.replace(/^@[^/]+\//, '').replace(/^endcap-/, '')
