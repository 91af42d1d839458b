import Type from 'typebox'
import { defineEvent } from '../event.ts'
import { BearerKind, Confidence, Dbm, Id, Metres, Seconds, strict, Token } from '../fields.ts'
import { Inference } from '../model.ts'

const Hex = Type.String({ pattern: '^([0-9a-f]{2})*$', maxLength: 510, description: 'bytes in hex' })

export const advertisement = defineEvent({
  type: 'ble.advertisement',
  meaning: 'A raw Bluetooth advertisement, for vendors who subscribe by company id or service UUID.',
  subject: '<token>/at/<receiver>',
  privacy: 'visit',
  lane: 'telemetry',
  keep: false,
  radio: true,
  identity: ['tag'],
  filterable: ['receiver', 'companyIds', 'serviceUuids'],
  data: Type.Object(
    {
      tag: Token,
      receiver: Id,
      rssi: Dbm,
      name: Type.Optional(Type.String({ maxLength: 248 })),
      txPower: Type.Optional(Dbm),
      companyIds: Type.Array(Type.Integer({ minimum: 0, maximum: 65535 }), { maxItems: 16 }),
      serviceUuids: Type.Array(Type.String({ maxLength: 36 }), { maxItems: 64 }),
      manufacturerData: Type.Record(Type.String(), Hex, { description: 'company id in decimal → bytes' }),
      serviceData: Type.Record(Type.String(), Hex, { description: 'service UUID, short where it is 16-bit → bytes' }),
    },
    strict,
  ),
  example: {
    subject: 'visit/5b1f0a77c2d94e10/at/door',
    data: {
      tag: 'visit/5b1f0a77c2d94e10',
      receiver: 'door',
      rssi: -61,
      companyIds: [1177],
      serviceUuids: [],
      manufacturerData: { '1177': '0512fc5394c37c0004fffc040cac364200cdcbb8334c884f' },
      serviceData: {},
    },
  },
})

export const bleNotified = defineEvent({
  type: 'ble.notified',
  meaning: 'A connected Bluetooth device sent a new value of a characteristic that somebody subscribed to.',
  subject: '<token>',
  privacy: 'visit',
  lane: 'urgent',
  keep: false,
  radio: true,
  identity: ['tag'],
  filterable: ['characteristic'],
  data: Type.Object(
    {
      tag: Token,
      characteristic: Type.String({ maxLength: 36 }),
      value: Type.String({ pattern: '^([0-9a-f]{2})*$', maxLength: 1024, description: 'bytes in hex' }),
    },
    strict,
  ),
  example: {
    subject: 'visit/5b1f0a77c2d94e10',
    data: { tag: 'visit/5b1f0a77c2d94e10', characteristic: '2a19', value: '64' },
  },
})

export const sighted = defineEvent({
  type: 'beacon.sighted',
  meaning: 'A receiver heard a beacon.',
  subject: '<token>/at/<receiver>',
  privacy: 'visit',
  lane: 'telemetry',
  keep: false,
  radio: true,
  identity: ['tag'],
  filterable: ['receiver', 'format'],
  staleSeconds: 30,
  data: Type.Object(
    {
      tag: Token,
      receiver: Id,
      rssi: Dbm,
      measuredPower: Type.Optional(Type.Number({ minimum: -127, maximum: 20, description: 'dBm at 1 m' })),
      format: Type.Union([
        Type.Literal('ibeacon'),
        Type.Literal('altbeacon'),
        Type.Literal('eddystone-uid'),
        Type.Literal('eddystone-url'),
        Type.Literal('eddystone-eid'),
        Type.Literal('eddystone-tlm'),
        Type.Literal('gateway'),
      ]),
      batteryVolts: Type.Optional(Type.Number({ minimum: 0, maximum: 10, description: 'volts' })),
    },
    strict,
  ),
  example: {
    subject: 'visit/5b1f0a77c2d94e10/at/door',
    data: { tag: 'visit/5b1f0a77c2d94e10', receiver: 'door', rssi: -67, measuredPower: -59, format: 'ibeacon' },
  },
})

/** What a decision was drawn from, since raw advertisements are not kept. */
export const Evidence = Type.Array(
  Type.Object(
    { receiver: Id, rssi: Dbm, metres: Type.Optional(Type.Number({ minimum: 0, description: 'estimated distance' })) },
    strict,
  ),
  { maxItems: 32, description: 'the receivers and filtered signals that it was decided from, strongest first' },
)

const presence = {
  who: Token,
  kind: BearerKind,
  zone: Id,
  confidence: Confidence,
  evidence: Evidence,
  /** Where a model decided. */
  inference: Type.Optional(Inference),
}
const shared = {
  privacy: 'visit',
  lane: 'urgent',
  // In a busy shop somebody comes or goes each second: a commit each would wear out an SD card.
  keep: { days: 30, withinSeconds: 5 },
  identity: ['who'],
  filterable: ['zone', 'kind', 'who'],
} as const
const evidence = [{ receiver: 'door', rssi: -58.5, metres: 1.1 }]

export const entered = defineEvent({
  ...shared,
  type: 'presence.entered',
  meaning: 'Somebody or something came into a zone.',
  subject: 'zone/<zone>',
  data: Type.Object(
    { ...presence, from: Type.Optional(Id), x: Type.Optional(Metres), y: Type.Optional(Metres) },
    strict,
  ),
  example: {
    subject: 'zone/entrance',
    data: { who: 'visit/5b1f0a77c2d94e10', kind: 'visitor', zone: 'entrance', confidence: 0.86, evidence },
  },
})

export const moved = defineEvent({
  ...shared,
  type: 'presence.moved',
  meaning: 'Where somebody or something is now, at most once a second.',
  subject: '<token>',
  lane: 'telemetry',
  keep: { days: 1, everySeconds: 30 },
  staleSeconds: 30,
  data: Type.Object(
    {
      who: Token,
      kind: BearerKind,
      zone: Type.Optional(Id),
      x: Metres,
      y: Metres,
      accuracyMetres: Type.Number({ minimum: 0, description: 'radius that holds the position in 68 of 100 cases' }),
      confidence: Confidence,
      evidence: Evidence,
      inference: Type.Optional(Inference),
    },
    strict,
  ),
  example: {
    subject: 'visit/5b1f0a77c2d94e10',
    data: {
      who: 'visit/5b1f0a77c2d94e10',
      kind: 'visitor',
      zone: 'entrance',
      x: 2.1,
      y: 1.4,
      accuracyMetres: 1.5,
      confidence: 0.86,
      evidence,
    },
  },
})

export const dwelled = defineEvent({
  ...shared,
  type: 'presence.dwelled',
  meaning: 'Somebody has stayed in a zone for a while.',
  subject: 'zone/<zone>',
  data: Type.Object({ ...presence, dwellSeconds: Seconds }, strict),
  example: {
    subject: 'zone/dairy',
    data: {
      who: 'visit/5b1f0a77c2d94e10',
      kind: 'visitor',
      zone: 'dairy',
      confidence: 0.9,
      dwellSeconds: 60,
      evidence,
    },
  },
})

export const left = defineEvent({
  ...shared,
  type: 'presence.left',
  meaning: 'Somebody or something left a zone, for another one or by silence.',
  subject: 'zone/<zone>',
  data: Type.Object(
    {
      ...presence,
      dwellSeconds: Seconds,
      to: Type.Optional(Id),
      reason: Type.Union([Type.Literal('moved'), Type.Literal('silence'), Type.Literal('shop-changed')]),
    },
    strict,
  ),
  example: {
    subject: 'zone/entrance',
    data: {
      who: 'visit/5b1f0a77c2d94e10',
      kind: 'visitor',
      zone: 'entrance',
      confidence: 0.8,
      dwellSeconds: 21,
      to: 'dairy',
      reason: 'moved',
      evidence,
    },
  },
})
