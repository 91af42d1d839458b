import Type from 'typebox'
import { Id, strict } from '../../contract/index.ts'
import { Count, Instant, oneOf } from './common.ts'
import { Device } from './devices.ts'

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

const version = { version: Type.Integer(), time: Instant, by: Type.String(), summary: Type.String() }
export const FlowsVersion = Type.Object(version)
export const FlowsVersionWhole = Type.Object({ ...version, difference: Type.Array(Type.String()) })
export const FlowsState = Type.Object({ state: Type.String(), reason: Type.Optional(Type.String()) })

export const VirtualFault = Type.Object({
  id: Type.String({ description: 'what it is, then where: fridge-off.poultry' }),
  group: Type.String(),
  title: Type.String(),
  expect: Type.String({ description: 'what a person should see then' }),
  look: Type.Array(Type.String(), { description: 'pages of the console on which it is seen: cold, tasks' }),
  on: Type.Boolean(),
})
