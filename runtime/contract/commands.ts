/** Every command: to one screen, associate or device, with id and deadline, answered once; a repeated id gets the first answer. */
import Type, { type Static, type TSchema } from 'typebox'
import { Content } from './content.ts'
import { Confidence, Count, Grams, Id, Seconds, Slot, strict, Text, Token, Urgency } from './fields.ts'
import { PlanogramSlot, Product } from './knowledge.ts'
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
  /** Never from Node-RED: its answer shows what a camera sees, or it changes what flows may not. */
  flows?: false
  /** Only people give it, through the API: never a plugin, whatever its manifest lists. */
  person?: true
  example: { to: string; params: Static<S> }
}

const define = <S extends TSchema, A extends TSchema, N extends string>(
  definition: Omit<CommandDefinition<S, A>, 'name'> & { name: N },
): CommandDefinition<S, A> & { name: N } => definition

const Nothing = Type.Object({}, strict)
const Characteristic = { service: Text(36), characteristic: Text(36) }
const Bytes = Type.String({ pattern: '^([0-9a-f]{2})*$', maxLength: 1024, description: 'bytes in hex' })

/** Which of the associates on shift: those with this role, in this group and with this skill. */
const Audience = Type.Object(
  { role: Type.Optional(Text(40)), group: Type.Optional(Text(40)), skill: Type.Optional(Text(40)) },
  strict,
)
export const SlotFound = Type.Object(
  {
    ...PlanogramSlot.properties,
    name: Type.Optional(Type.String({ maxLength: 120, description: 'name of the product that the slot is for' })),
    zone: Type.Optional(Id),
    screen: Type.Optional(Id),
    count: Type.Optional(Type.Integer({ minimum: 0, description: 'how many stand there; missing where nobody knows' })),
    countedAt: Type.Optional(Type.Number({ description: 'milliseconds since the epoch' })),
  },
  strict,
)
export const ProductFound = Type.Object(
  {
    product: Product,
    slots: Type.Array(SlotFound, { maxItems: 100 }),
    nextDelivery: Type.Optional(
      Type.Object({ delivery: Id, dueAt: Type.String({ format: 'date-time' }), count: Count }, strict),
    ),
  },
  strict,
)
export type SlotFound = Static<typeof SlotFound>
export type ProductFound = Static<typeof ProductFound>

const list = [
  define({
    name: 'sign.show',
    meaning: 'Show something on a screen, until it is cleared or its time is over.',
    to: 'screen/<screen>, group/<group>, or screen/+ for all',
    deadline: 2000,
    params: Type.Object(
      {
        content: Content,
        key: Type.Optional(Id),
        priority: Type.Optional(
          Type.Integer({ minimum: 0, maximum: 9, description: '0 to 9; 5 where it is not given' }),
        ),
        ttlSeconds: Type.Optional(Type.Number({ minimum: 1, maximum: 604800, description: 'seconds' })),
        over: Type.Optional(
          Type.Index(Content, ['layout'], {
            description:
              'only where something of this layout would show without it: a word about a pick tile, while there is one',
          }),
        ),
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
    to: 'screen/<screen>, group/<group>, or screen/+ for all',
    deadline: 2000,
    params: Type.Object({ key: Type.Optional(Id) }, strict),
    answer: Type.Object({ cleared: Type.Integer() }, strict),
    example: { to: 'screen/entrance', params: { key: 'zone-sign' } },
  }),
  define({
    name: 'sign.emergency',
    meaning:
      'Show a warning on every screen at once, above everything else, until somebody gives the all-clear. It survives restarts.',
    to: 'screen/+',
    deadline: 5000,
    params: Type.Object({ title: Text(80), text: Type.Optional(Text(280)) }, strict),
    answer: Type.Object({ emergency: Id, screens: Count, players: Count }, strict),
    example: {
      to: 'screen/+',
      params: { title: 'Please leave the building', text: 'Use the nearest exit. Do not use the lift.' },
    },
  }),
  define({
    name: 'sign.all-clear',
    meaning: 'End the emergency; every screen goes on with what it would show now.',
    to: 'screen/+',
    deadline: 5000,
    flows: false,
    person: true,
    params: Nothing,
    answer: Type.Object({ ended: Type.Boolean({ description: 'false where there was none' }) }, strict),
    example: { to: 'screen/+', params: {} },
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
        urgency: Type.Optional(Urgency),
        for: Type.Optional(Audience),
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
    name: 'staff.answer',
    meaning: 'Give what an associate answered on a device that they wear, as if they had tapped on their page.',
    to: 'staff/<staff>',
    deadline: 5000,
    flows: false,
    params: Type.Object(
      {
        item: Type.String({ maxLength: 64, description: 'id of the notice or task, as staff.alerted names it' }),
        answer: Type.Enum(['acknowledge', 'claim', 'pass', 'done']),
      },
      strict,
    ),
    answer: Nothing,
    example: { to: 'staff/anna', params: { item: 't-01', answer: 'claim' } },
  }),
  define({
    name: 'task.open',
    meaning: 'Open a task for whoever can do it.',
    to: 'staff/<staff>, or staff/+ for everybody on shift',
    deadline: 2000,
    params: Type.Object(
      {
        title: Text(120),
        text: Type.Optional(Text(280)),
        /** What sort of work: refill, pick, cold, help, misplaced … */
        kind: Type.Optional(Id),
        /** An open task with the same key is brought up to date instead of opening another. */
        key: Type.Optional(Text(160)),
        for: Type.Optional(Audience),
        zone: Type.Optional(Id),
        slot: Type.Optional(Slot),
        product: Type.Optional(Id),
        cabinet: Type.Optional(Id),
        urgency: Type.Optional(Urgency),
        /** Who else is told when nobody has claimed it by then; `repeat` calls the last again and again until somebody does. */
        escalate: Type.Optional(
          Type.Array(
            Type.Object(
              { afterSeconds: Seconds, for: Type.Optional(Audience), repeat: Type.Optional(Type.Boolean()) },
              strict,
            ),
            { maxItems: 8 },
          ),
        ),
        ttlSeconds: Type.Optional(Seconds),
      },
      strict,
    ),
    answer: Type.Object({ task: Text(64), told: Type.Array(Id), again: Type.Boolean() }, strict),
    example: {
      to: 'staff/+',
      params: { title: 'Refill oat milk', kind: 'refill', key: 'refill/A/3/2', zone: 'dairy', slot: 'A/3/2' },
    },
  }),
  define({
    name: 'task.close',
    meaning: 'End a task that is no longer needed, by its id or by its key.',
    to: 'task/<task>, or task/+ with a key',
    deadline: 2000,
    params: Type.Object({ key: Type.Optional(Text(160)), reason: Text(200) }, strict),
    answer: Type.Object({ closed: Count }, strict),
    example: { to: 'task/+', params: { key: 'refill/A/3/2', reason: 'the slot was filled again' } },
  }),
  define({
    name: 'order.pick',
    meaning: 'Tell that so many of a product were picked for an order.',
    to: 'order/<order>, or order/+ for the open order that has waited longest for the product',
    deadline: 2000,
    params: Type.Object({ product: Id, count: Count }, strict),
    answer: Type.Object(
      {
        order: Type.Optional(
          Type.String({ description: 'which order it was for; missing where none wants the product' }),
        ),
        missing: Count,
        done: Type.Boolean(),
      },
      strict,
    ),
    example: { to: 'order/w-1042', params: { product: 'oat-milk', count: 2 } },
  }),
  define({
    name: 'product.find',
    meaning:
      'Look a product up by id, GTIN or words: what it is, where it belongs, how many stand there, what comes next.',
    to: 'shop/catalogue',
    deadline: 2000,
    params: Type.Object({ query: Text(120), limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50 })) }, strict),
    answer: Type.Object({ found: Type.Array(ProductFound, { maxItems: 50 }) }, strict),
    example: { to: 'shop/catalogue', params: { query: '4006381333931' } },
  }),
  define({
    name: 'planogram.find',
    meaning: 'What belongs into a slot, or where a product belongs.',
    to: 'shop/planogram',
    deadline: 2000,
    params: Type.Object({ slot: Type.Optional(Slot), product: Type.Optional(Id) }, strict),
    answer: Type.Object({ slots: Type.Array(SlotFound, { maxItems: 100 }) }, strict),
    example: { to: 'shop/planogram', params: { product: 'oat-milk' } },
  }),
  define({
    name: 'camera.watch',
    meaning: 'Have a camera take pictures, as long as this is repeated: the highest rate that anybody asks for holds.',
    to: 'camera/<camera>',
    deadline: 5000,
    params: Type.Object(
      {
        framesPerSecond: Type.Number({ exclusiveMinimum: 0, maximum: 30 }),
        seconds: Type.Number({ minimum: 1, maximum: 3600, description: 'for how long' }),
      },
      strict,
    ),
    answer: Nothing,
    example: { to: 'camera/dairy', params: { framesPerSecond: 2, seconds: 60 } },
  }),
  define({
    name: 'camera.snapshot',
    meaning: 'One picture, to aim a camera by. It is shown to the manager who asks, and kept nowhere.',
    to: 'camera/<camera>',
    deadline: 10000,
    flows: false,
    person: true,
    params: Type.Object(
      {
        accept: Type.Optional(
          Type.Boolean({ description: 'this view is right: from now on a camera that shows another has been moved' }),
        ),
      },
      strict,
    ),
    answer: Type.Object({ jpeg: Type.String({ description: 'base64' }) }, strict),
    example: { to: 'camera/dairy', params: {} },
  }),
  define({
    name: 'display.power',
    meaning: 'Switch a display on or off.',
    to: 'display/<display>',
    deadline: 10000,
    params: Type.Object({ on: Type.Boolean() }, strict),
    answer: Nothing,
    example: { to: 'display/window', params: { on: false } },
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
    name: 'cold.acknowledge',
    meaning: 'Say that somebody sees to a cabinet: nobody else is called for what is wrong with it now.',
    to: 'cold-chain/<cabinet>',
    deadline: 2000,
    params: Type.Object({ staff: Type.Optional(Id) }, strict),
    answer: Type.Object(
      { acknowledged: Type.Boolean({ description: 'false where nothing was wrong, or somebody had said so before' }) },
      strict,
    ),
    example: { to: 'cold-chain/dairy', params: {} },
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
  define({
    name: 'device.test',
    meaning: 'Ask a device whether it works: what it was asked, what it answered.',
    to: '<plugin>/<device>',
    deadline: 20000,
    params: Nothing,
    answer: Type.Object(
      {
        works: Type.Boolean(),
        said: Type.Array(Text(200), { maxItems: 16, description: 'for the technician, a line each' }),
      },
      strict,
    ),
    example: { to: 'shelf-scale/left', params: {} },
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
