/** Every command: to one screen, associate or device, with id and deadline, answered once; a repeated id gets the first answer. */
import Type, { type Static, type TSchema } from 'typebox'
import { Content } from './content.ts'
import { Confidence, Grams, Id, Seconds, strict, Text, Token } from './fields.ts'
import { Inference } from './model.ts'

export interface CommandDefinition<S extends TSchema = TSchema, A extends TSchema = TSchema> {
  name: string
  meaning: string
  /** What `to` looks like, as a help text. */
  to: string
  params: S
  answer: A
  /** Milliseconds after which the caller is told ENDCAP_COMMAND_TIMEOUT, unless the call says otherwise. */
  deadline: number
  example: { to: string; params: Static<S> }
}

const define = <S extends TSchema, A extends TSchema, N extends string>(
  definition: Omit<CommandDefinition<S, A>, 'name'> & { name: N },
): CommandDefinition<S, A> & { name: N } => definition

const Nothing = Type.Object({}, strict)
const Characteristic = { service: Text(36), characteristic: Text(36) }
const Bytes = Type.String({ pattern: '^([0-9a-f]{2})*$', maxLength: 1024, description: 'bytes in hex' })

const list = [
  define({
    name: 'sign.show',
    meaning: 'Show something on a screen, until it is cleared or its time is over.',
    to: 'screen/<screen>',
    deadline: 2000,
    params: Type.Object(
      {
        content: Content,
        key: Type.Optional(Id),
        priority: Type.Optional(
          Type.Integer({ minimum: 0, maximum: 9, description: '0 to 9; 5 where it is not given' }),
        ),
        ttlSeconds: Type.Optional(Type.Number({ minimum: 1, maximum: 604800, description: 'seconds' })),
      },
      strict,
    ),
    answer: Type.Object(
      {
        showing: Type.Boolean({ description: 'false where something of higher priority shows' }),
        players: Type.Integer(),
      },
      strict,
    ),
    example: {
      to: 'screen/entrance',
      params: {
        content: { layout: 'message', title: 'Good morning', text: 'Fresh bread on your left' },
        key: 'zone-sign',
      },
    },
  }),
  define({
    name: 'sign.clear',
    meaning: 'Take something off a screen; what is beneath it, or the fallback, shows again.',
    to: 'screen/<screen>',
    deadline: 2000,
    params: Type.Object({ key: Type.Optional(Id) }, strict),
    answer: Type.Object({ cleared: Type.Integer() }, strict),
    example: { to: 'screen/entrance', params: { key: 'zone-sign' } },
  }),
  define({
    name: 'staff.notify',
    meaning:
      'Tell an associate something. The host fills {{name}} and {{favourite}} in the texts from the person named in `about`, and only while consent stands.',
    to: 'staff/<staff>, or staff/+ for everybody on shift',
    deadline: 2000,
    params: Type.Object(
      {
        title: Text(120),
        text: Type.Optional(Text(280)),
        about: Type.Optional(Token),
        zone: Type.Optional(Id),
        urgency: Type.Optional(Type.Union([Type.Literal('calm'), Type.Literal('normal'), Type.Literal('urgent')])),
        /** At most one notice with this key in so many seconds, kept over restarts; a repeat answers told: []. */
        once: Type.Optional(Type.Object({ key: Text(160), seconds: Seconds }, strict)),
        ttlSeconds: Type.Optional(Type.Number({ minimum: 1, maximum: 86400, description: 'seconds' })),
      },
      strict,
    ),
    answer: Type.Object(
      { notice: Type.Optional(Text(64)), told: Type.Array(Id), reason: Type.Optional(Text(200)) },
      strict,
    ),
    example: {
      to: 'staff/anna',
      params: {
        title: '{{name}} has come in',
        about: 'person/k3v9',
        zone: 'entrance',
        once: { key: 'arrival/k3v9', seconds: 600 },
      },
    },
  }),
  define({
    name: 'task.open',
    meaning: 'Open a task for whoever can do it.',
    to: 'staff/<staff>, or staff/+ for everybody on shift',
    deadline: 2000,
    params: Type.Object({ title: Text(120), zone: Type.Optional(Id), ttlSeconds: Type.Optional(Seconds) }, strict),
    answer: Type.Object({ task: Text(64) }, strict),
    example: { to: 'staff/+', params: { title: 'Refill oat milk', zone: 'dairy' } },
  }),
  define({
    name: 'model.predict',
    meaning: 'Ask a model: its answer to these inputs, and what it went by.',
    to: 'infer/<model>',
    deadline: 2000,
    params: Type.Object(
      {
        input: Type.Unknown({
          description: 'numbers by feature, rows of them, or all numbers in order; by input where there are several',
        }),
        explain: Type.Optional(Type.Boolean({ description: 'also tell which inputs mattered' })),
      },
      strict,
    ),
    answer: Type.Object(
      {
        model: Text(100),
        outputs: Type.Record(Type.String(), Type.Unknown()),
        label: Type.Optional(Text(64)),
        confidence: Type.Optional(Confidence),
        contributions: Type.Optional(Inference.properties.contributions),
      },
      strict,
    ),
    example: { to: 'infer/zone', params: { input: { entrance: -61, dairy: -84 }, explain: true } },
  }),
  define({
    name: 'scale.tare',
    meaning: 'Take the weight that rests on a scale now as zero.',
    to: '<plugin>/<device>',
    deadline: 5000,
    params: Type.Object({ slot: Type.Optional(Text(64)) }, strict),
    answer: Nothing,
    example: { to: 'shelf-scale/left', params: {} },
  }),
  define({
    name: 'scale.calibrate',
    meaning: 'Take the weight that rests on a scale now as so many grams.',
    to: '<plugin>/<device>',
    deadline: 5000,
    params: Type.Object({ slot: Type.Optional(Text(64)), grams: Grams }, strict),
    answer: Type.Object({ scale: Type.Number() }, strict),
    example: { to: 'shelf-scale/left', params: { grams: 500 } },
  }),
  define({
    name: 'ble.connect',
    meaning: 'Connect to a Bluetooth device.',
    to: 'ble/<adapter>',
    deadline: 15000,
    params: Type.Object({ address: Text(160) }, strict),
    answer: Type.Object({ services: Type.Array(Text(36)) }, strict),
    example: { to: 'ble/hci0', params: { address: 'c4:7c:8d:6a:3e:11' } },
  }),
  define({
    name: 'ble.read',
    meaning: 'Read a characteristic of a connected Bluetooth device.',
    to: 'ble/<adapter>',
    deadline: 5000,
    params: Type.Object({ address: Text(160), ...Characteristic }, strict),
    answer: Type.Object({ value: Bytes }, strict),
    example: { to: 'ble/hci0', params: { address: 'c4:7c:8d:6a:3e:11', service: '180f', characteristic: '2a19' } },
  }),
  define({
    name: 'ble.write',
    meaning: 'Write a characteristic of a connected Bluetooth device.',
    to: 'ble/<adapter>',
    deadline: 5000,
    params: Type.Object({ address: Text(160), ...Characteristic, value: Bytes }, strict),
    answer: Nothing,
    example: {
      to: 'ble/hci0',
      params: { address: 'c4:7c:8d:6a:3e:11', service: '1802', characteristic: '2a06', value: '02' },
    },
  }),
  define({
    name: 'ble.subscribe',
    meaning:
      'Have the notifications of a characteristic sent as ble.notified events of the plugin that owns the radio.',
    to: 'ble/<adapter>',
    deadline: 5000,
    params: Type.Object({ address: Text(160), ...Characteristic }, strict),
    answer: Nothing,
    example: { to: 'ble/hci0', params: { address: 'c4:7c:8d:6a:3e:11', service: '180f', characteristic: '2a19' } },
  }),
  define({
    name: 'ble.disconnect',
    meaning: 'End the connection to a Bluetooth device.',
    to: 'ble/<adapter>',
    deadline: 5000,
    params: Type.Object({ address: Text(160) }, strict),
    answer: Nothing,
    example: { to: 'ble/hci0', params: { address: 'c4:7c:8d:6a:3e:11' } },
  }),
  define({
    name: 'device.identify',
    meaning: 'Let a device show itself: blink, beep or vibrate.',
    to: '<plugin>/<device>, or screen/<screen>',
    deadline: 5000,
    params: Nothing,
    answer: Nothing,
    example: { to: 'screen/entrance', params: {} },
  }),
] as const

type Definitions = (typeof list)[number]
export type CommandName = Definitions['name']
export type CommandParams<N extends CommandName> = Static<Extract<Definitions, { name: N }>['params']>
export type CommandAnswer<N extends CommandName> = Static<Extract<Definitions, { name: N }>['answer']>

/** Every command by its name. */
export const commands: ReadonlyMap<string, CommandDefinition> = new Map(
  list.map((definition) => [definition.name, definition as CommandDefinition]),
)

/** A call on its way. `deadline` is how many milliseconds the caller waits. */
export interface CommandCall {
  id: string
  name: string
  to: string
  params: unknown
  deadline: number
  /** Who calls, stamped by the host: `flows`, `api/manager`, `mqtt`. */
  source: string
  because?: string[]
}
