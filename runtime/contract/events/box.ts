import Type from 'typebox'
import { defineEvent } from '../event.ts'
import { Count, Id, Seconds, strict, Text } from '../fields.ts'

const kept = { privacy: 'none', lane: 'urgent', keep: { days: 90 } } as const

export const shown = defineEvent({
  ...kept,
  type: 'sign.shown',
  meaning: 'A screen really showed something (proof of play).',
  subject: 'screen/<screen>',
  filterable: ['screen'],
  data: Type.Object(
    {
      screen: Id,
      content: Text(130),
      play: Type.String({ maxLength: 64, description: 'id of this play, made by the player' }),
      shownSeconds: Type.Optional(Seconds),
      shownAt: Type.Optional(
        Type.String({
          format: 'date-time',
          description: 'when it began, or ended where shownSeconds is there, by the clock of the player; RFC 3339',
        }),
      ),
    },
    strict,
  ),
  example: {
    subject: 'screen/entrance',
    data: {
      screen: 'entrance',
      content: 'zone-sign',
      play: 'p-81',
      shownSeconds: 12,
      shownAt: '2026-03-01T09:30:00.000Z',
    },
  },
})

export const played = defineEvent({
  ...kept,
  type: 'sign.played',
  meaning: 'Items of playlists that a screen has shown since it told last (proof of play, of some minutes at once).',
  subject: 'screen/<screen>',
  filterable: ['screen'],
  data: Type.Object(
    {
      screen: Id,
      since: Type.String({ format: 'date-time', description: 'when the first of them ended; RFC 3339' }),
      items: Type.Array(
        Type.Object(
          {
            content: Type.String({ maxLength: 130, description: '<playlist>/<item>' }),
            plays: Type.Array(
              Type.Tuple([Type.Integer({ minimum: 0 }), Type.Number({ minimum: 0 }), Type.String({ maxLength: 64 })], {
                description:
                  '[when it ended, milliseconds after since; for how long it stood, seconds; id of the play]',
              }),
              { minItems: 1 },
            ),
          },
          strict,
        ),
        { minItems: 1 },
      ),
    },
    strict,
  ),
  example: {
    subject: 'screen/entrance',
    data: {
      screen: 'entrance',
      since: '2026-03-01T09:30:00.000Z',
      items: [
        {
          content: 'morning/bread',
          plays: [
            [0, 10, '7d3e0b51c2a94f68'],
            [20_000, 10, '09ab4c6de1f27358'],
          ],
        },
      ],
    },
  },
})

export const signOffline = defineEvent({
  ...kept,
  type: 'sign.offline',
  meaning: 'A screen has not been heard of for a while.',
  subject: 'screen/<screen>',
  filterable: ['screen'],
  data: Type.Object({ screen: Id, silentSeconds: Seconds }, strict),
  example: { subject: 'screen/entrance', data: { screen: 'entrance', silentSeconds: 60 } },
})

export const signOnline = defineEvent({
  ...kept,
  type: 'sign.online',
  meaning: 'A screen of which nothing was heard for a while answers again.',
  subject: 'screen/<screen>',
  filterable: ['screen'],
  data: Type.Object({ screen: Id, silentSeconds: Seconds }, strict),
  example: { subject: 'screen/entrance', data: { screen: 'entrance', silentSeconds: 240 } },
})

export const emergency = defineEvent({
  ...kept,
  type: 'sign.emergency',
  meaning: 'A warning is shown on every screen, or the all-clear was given.',
  subject: 'shop',
  filterable: ['active'],
  data: Type.Object({ emergency: Id, active: Type.Boolean(), title: Text(80), by: Text(80) }, strict),
  example: {
    subject: 'shop',
    data: { emergency: 'e-0198c2f3', active: true, title: 'Please leave the building', by: 'manager' },
  },
})

const device = { ...kept, subject: 'device/<device>', filterable: ['device', 'kind'] } as const
const state = Type.Object(
  { device: Text(64), kind: Text(64), reason: Type.Optional(Text(300)), silentSeconds: Type.Optional(Seconds) },
  strict,
)
const example = (data: { device: string; kind: string; reason?: string; silentSeconds?: number }) => ({
  subject: `device/${data.device}`,
  data,
})

export const discovered = defineEvent({
  ...device,
  type: 'device.discovered',
  meaning: 'A device was found that nobody has adopted yet.',
  data: Type.Object(
    {
      device: Text(64),
      kind: Text(64),
      name: Type.Optional(Text(120)),
      detail: Type.Optional(Text(300)),
      profile: Type.Optional(Type.String({ maxLength: 81, description: 'vendor/model, where it was recognised' })),
      adopt: Type.Optional(
        Type.Object(
          {
            list: Type.Optional(
              Type.String({
                maxLength: 40,
                description: "list of the plugin's own configuration; `devices` where missing",
              }),
            ),
            config: Type.Record(Type.String(), Type.Unknown(), { description: 'what is already known of it' }),
          },
          { ...strict, description: 'how it is adopted: the entry that one click writes, completed by a form' },
        ),
      ),
    },
    strict,
  ),
  example: {
    subject: 'device/espresense-office',
    data: { device: 'espresense-office', kind: 'gateway', name: 'ESPresense office' },
  },
})
export const online = defineEvent({
  ...device,
  type: 'device.online',
  meaning: 'A device answers.',
  data: state,
  example: example({ device: 'hci0', kind: 'adapter' }),
})
export const stale = defineEvent({
  ...device,
  type: 'device.stale',
  meaning: 'A device is there but has said nothing for too long.',
  data: state,
  example: example({ device: 'hci0', kind: 'adapter', silentSeconds: 60, reason: 'the scan stopped; re-arming it' }),
})
export const offline = defineEvent({
  ...device,
  type: 'device.offline',
  meaning: 'A device is gone.',
  data: state,
  example: example({ device: 'hci0', kind: 'adapter', reason: 'there is no Bluetooth adapter' }),
})

export const suspect = defineEvent({
  ...device,
  type: 'device.suspect',
  meaning: 'A device says something that cannot be true; it was kept out. Its next believable word ends this.',
  data: Type.Object({ ...state.properties, reason: Text(300) }, strict),
  example: {
    subject: 'device/dairy-1',
    data: { device: 'dairy-1', kind: 'thermometer', reason: '85 °C is what a DS18B20 says before it has measured' },
  },
})

const plugin = { ...kept, subject: 'plugin/<plugin>', filterable: ['plugin'] } as const

export const started = defineEvent({
  ...plugin,
  type: 'plugin.started',
  meaning: 'A plugin is ready.',
  data: Type.Object({ plugin: Id, startMilliseconds: Type.Number({ minimum: 0, description: 'ms' }) }, strict),
  example: { subject: 'plugin/ble', data: { plugin: 'ble', startMilliseconds: 140 } },
})
export const failed = defineEvent({
  ...plugin,
  type: 'plugin.failed',
  meaning: 'A plugin ended or hung; it will be started again.',
  data: Type.Object({ plugin: Id, reason: Text(500), restartSeconds: Seconds }, strict),
  example: { subject: 'plugin/ble', data: { plugin: 'ble', reason: 'ended by SIGKILL', restartSeconds: 1 } },
})
export const quarantined = defineEvent({
  ...plugin,
  type: 'plugin.quarantined',
  meaning: 'A plugin crashed three times in five minutes and is left alone until somebody restarts it.',
  data: Type.Object({ plugin: Id, reason: Text(500), crashes: Count }, strict),
  example: { subject: 'plugin/ble', data: { plugin: 'ble', reason: 'ended by SIGSEGV', crashes: 3 } },
})

export const shopChanged = defineEvent({
  ...kept,
  type: 'shop.changed',
  meaning: 'The plan, the roster, or what the shop knows of its goods was changed.',
  subject: 'shop',
  filterable: ['part'],
  data: Type.Object(
    {
      version: Count,
      part: Type.Optional(
        Type.Enum(['plan', 'products', 'planogram', 'cabinets', 'orders', 'deliveries', 'playlists'], {
          description: 'the plan where it is missing',
        }),
      ),
    },
    strict,
  ),
  example: { subject: 'shop', data: { version: 4 } },
})

export const flowsDeployed = defineEvent({
  ...kept,
  type: 'flows.deployed',
  meaning: 'New flows run.',
  subject: 'flows',
  data: Type.Object({ version: Count, by: Text(64), summary: Text(500) }, strict),
  example: { subject: 'flows', data: { version: 12, by: 'manager', summary: 'changed "Show on sign" in "Zone sign"' } },
})

export const ledgerResumed = defineEvent({
  ...kept,
  type: 'ledger.resumed',
  meaning: 'The box can write again what happens, after a time in which it could not: its disk was full, or failed.',
  subject: 'box',
  keep: { days: 730 },
  data: Type.Object(
    {
      since: Type.String({ format: 'date-time', description: 'when the first write failed; RFC 3339' }),
      seconds: Seconds,
      lost: Type.Integer({ minimum: 0, description: 'what was too much to wait in memory, and is kept nowhere' }),
      reason: Text(400),
    },
    strict,
  ),
  example: {
    subject: 'box',
    data: {
      since: '2026-03-01T09:30:00.000Z',
      seconds: 5400,
      lost: 0,
      reason: 'The disk of the box is full: what is new cannot be kept',
    },
  },
})
