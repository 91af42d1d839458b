import Type from 'typebox'
import { Content } from '../content.ts'
import { Count, Id, strict, Text } from '../fields.ts'
import { defineCommand, Nothing } from './define.ts'

export const signCommands = [
  defineCommand({
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
  defineCommand({
    name: 'sign.clear',
    meaning: 'Take something off a screen; what is beneath it, or the fallback, shows again.',
    to: 'screen/<screen>, group/<group>, or screen/+ for all',
    deadline: 2000,
    params: Type.Object({ key: Type.Optional(Id) }, strict),
    answer: Type.Object({ cleared: Type.Integer() }, strict),
    example: { to: 'screen/entrance', params: { key: 'zone-sign' } },
  }),
  defineCommand({
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
  defineCommand({
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
  defineCommand({
    name: 'display.power',
    meaning: 'Switch a display on or off.',
    to: 'display/<display>',
    deadline: 10000,
    params: Type.Object({ on: Type.Boolean() }, strict),
    answer: Nothing,
    example: { to: 'display/window', params: { on: false } },
  }),
] as const
