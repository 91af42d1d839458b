import Type from 'typebox'
import { defineEvent } from '../event.ts'
import { Celsius, Id, Seconds, strict } from '../fields.ts'

const probe = {
  subject: 'probe/<probe>',
  privacy: 'none',
  lane: 'telemetry',
  keep: { days: 90, everySeconds: 60 },
  staleSeconds: 300,
  filterable: ['probe'],
} as const

export const temperature = defineEvent({
  ...probe,
  type: 'probe.temperature',
  meaning: 'A temperature was measured.',
  data: Type.Object({ probe: Id, celsius: Celsius }, strict),
  example: { subject: 'probe/dairy-1', data: { probe: 'dairy-1', celsius: 3.8 } },
})

export const humidity = defineEvent({
  ...probe,
  type: 'probe.humidity',
  meaning: 'A relative humidity was measured.',
  data: Type.Object({ probe: Id, percent: Type.Number({ minimum: 0, maximum: 100, description: '% RH' }) }, strict),
  example: { subject: 'probe/dairy-1', data: { probe: 'dairy-1', percent: 61 } },
})

export const door = defineEvent({
  ...probe,
  type: 'probe.door',
  meaning: 'A cabinet door was opened or closed.',
  lane: 'urgent',
  keep: { days: 90 },
  data: Type.Object({ probe: Id, open: Type.Boolean() }, strict),
  example: { subject: 'probe/dairy-1', data: { probe: 'dairy-1', open: true } },
})

export const motion = defineEvent({
  ...probe,
  type: 'probe.motion',
  meaning: 'A motion sensor sees somebody move, or nobody any more. It says nothing of who.',
  lane: 'telemetry',
  keep: { days: 30 },
  data: Type.Object({ probe: Id, motion: Type.Boolean() }, strict),
  example: { subject: 'probe/store-room', data: { probe: 'store-room', motion: true } },
})

export const pressed = defineEvent({
  ...probe,
  type: 'button.pressed',
  meaning: 'A button was pressed, or a knob was turned.',
  lane: 'urgent',
  keep: { days: 90 },
  data: Type.Object(
    {
      probe: Id,
      control: Type.String({ maxLength: 40, description: 'button, dimmer, cube …' }),
      action: Type.String({ maxLength: 40, description: 'press, double-press, long-press, rotate-left …' }),
      at: Type.Optional(Type.String({ maxLength: 40, description: 'which of several' })),
      amount: Type.Optional(Type.Number({ description: 'steps, presses or seconds' })),
    },
    strict,
  ),
  example: { subject: 'probe/till-bell', data: { probe: 'till-bell', control: 'button', action: 'press' } },
})

const cabinet = {
  subject: 'cabinet/<cabinet>',
  privacy: 'none',
  lane: 'urgent',
  keep: { days: 730 },
  filterable: ['cabinet'],
} as const

export const warning = defineEvent({
  ...cabinet,
  type: 'cold.warning',
  meaning: 'A cabinet is on its way out of its range.',
  data: Type.Object(
    {
      cabinet: Id,
      celsius: Type.Optional(Celsius),
      limitCelsius: Celsius,
      minutesToLimit: Type.Optional(Type.Number({ minimum: 0, description: 'minutes' })),
      cause: Type.Enum(['rising', 'warm', 'cold', 'door', 'defrost', 'flat', 'silent', 'lost', 'unseen'], {
        description:
          'rising: on its way to the limit; warm: the air is over it; cold: under the lowest; door: left open; defrost: too long; flat: a probe that no longer moves; silent: no news; lost: the probe is gone; unseen: the box was off, longer than it knew',
      }),
      reason: Type.String({ maxLength: 200 }),
    },
    strict,
  ),
  example: {
    subject: 'cabinet/dairy',
    data: {
      cabinet: 'dairy',
      celsius: 4.6,
      limitCelsius: 5,
      minutesToLimit: 14,
      cause: 'rising',
      reason: 'rising 0.03 °C a minute',
    },
  },
})

export const excursion = defineEvent({
  ...cabinet,
  type: 'cold.excursion',
  meaning: 'A cabinet has left its range.',
  data: Type.Object({ cabinet: Id, celsius: Celsius, limitCelsius: Celsius, sinceSeconds: Seconds }, strict),
  example: { subject: 'cabinet/dairy', data: { cabinet: 'dairy', celsius: 6.2, limitCelsius: 5, sinceSeconds: 900 } },
})

export const recovered = defineEvent({
  ...cabinet,
  type: 'cold.recovered',
  meaning: 'A cabinet is back in its range.',
  data: Type.Object({ cabinet: Id, celsius: Celsius, excursionSeconds: Seconds }, strict),
  example: { subject: 'cabinet/dairy', data: { cabinet: 'dairy', celsius: 4.1, excursionSeconds: 1800 } },
})

export const coldAcknowledged = defineEvent({
  ...cabinet,
  type: 'cold.acknowledged',
  meaning: 'Somebody saw to a warning; nobody else is called for it.',
  data: Type.Object({ cabinet: Id, staff: Type.Optional(Id), afterSeconds: Seconds }, strict),
  example: { subject: 'cabinet/dairy', data: { cabinet: 'dairy', staff: 'anna', afterSeconds: 95 } },
})

export const coldState = defineEvent({
  ...cabinet,
  type: 'cold.state',
  meaning: 'How a cabinet is now. It never says that food is safe.',
  lane: 'telemetry',
  keep: { days: 7, everySeconds: 60 },
  staleSeconds: 300,
  data: Type.Object(
    {
      cabinet: Id,
      state: Type.Enum(['in-range', 'warning', 'excursion', 'defrost', 'door-open', 'unknown']),
      airCelsius: Type.Optional(Celsius),
      productCelsius: Type.Optional(Celsius),
      limitCelsius: Celsius,
      minutesToLimit: Type.Optional(Type.Number({ minimum: 0, description: 'minutes' })),
      clockMinutes: Type.Number({ minimum: 0, description: 'minutes that the product has been over the limit' }),
      seenTo: Type.Optional(
        Type.Boolean({ description: 'whether somebody sees to it; missing where there is nothing to see to' }),
      ),
    },
    strict,
  ),
  example: {
    subject: 'cabinet/dairy',
    data: {
      cabinet: 'dairy',
      state: 'in-range',
      airCelsius: 3.4,
      productCelsius: 3.1,
      limitCelsius: 5,
      clockMinutes: 0,
    },
  },
})

export const coldLogged = defineEvent({
  ...cabinet,
  type: 'cold.logged',
  meaning: 'The temperatures of a cabinet over some minutes, for the log that an inspector asks for.',
  lane: 'telemetry',
  data: Type.Object(
    {
      cabinet: Id,
      seconds: Seconds,
      samples: Type.Integer({ minimum: 0, description: 'minutes with a measurement' }),
      lowestCelsius: Type.Optional(Celsius),
      meanCelsius: Type.Optional(Celsius),
      highestCelsius: Type.Optional(Celsius),
      productCelsius: Type.Optional(Celsius),
      note: Type.Optional(Type.String({ maxLength: 200 })),
    },
    strict,
  ),
  example: {
    subject: 'cabinet/dairy',
    data: {
      cabinet: 'dairy',
      seconds: 300,
      samples: 5,
      lowestCelsius: 3.1,
      meanCelsius: 3.4,
      highestCelsius: 3.8,
      productCelsius: 3.2,
    },
  },
})
