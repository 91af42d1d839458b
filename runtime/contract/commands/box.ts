import Type from 'typebox'
import { strict, Text } from '../fields.ts'
import { defineCommand, Nothing } from './define.ts'

export const boxCommands = [
  defineCommand({
    name: 'device.identify',
    meaning: 'Let a device show itself: blink, beep or vibrate.',
    to: '<plugin>/<device>, or screen/<screen>',
    deadline: 5000,
    params: Nothing,
    answer: Nothing,
    example: { to: 'screen/entrance', params: {} },
  }),
  defineCommand({
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
