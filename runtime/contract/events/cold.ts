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
      celsius: Celsius,
      limitCelsius: Celsius,
      minutesToLimit: Type.Optional(Type.Number({ minimum: 0, description: 'minutes' })),
      reason: Type.String({ maxLength: 200 }),
    },
    strict,
  ),
  example: {
    subject: 'cabinet/dairy',
    data: { cabinet: 'dairy', celsius: 4.6, limitCelsius: 5, minutesToLimit: 14, reason: 'rising 0.03 °C a minute' },
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
