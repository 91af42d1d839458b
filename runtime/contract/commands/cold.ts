import Type from 'typebox'
import { Id, strict } from '../fields.ts'
import { defineCommand } from './define.ts'

export const coldCommands = [
  defineCommand({
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
] as const
