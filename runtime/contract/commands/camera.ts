import Type from 'typebox'
import { strict } from '../fields.ts'
import { defineCommand, Nothing } from './define.ts'

export const cameraCommands = [
  defineCommand({
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
  defineCommand({
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
] as const
