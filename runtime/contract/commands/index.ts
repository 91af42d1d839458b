/** Every command: to one screen, associate or device, with id and deadline, answered once; a repeated id gets the first answer. */
import type { Static } from 'typebox'
import { boxCommands } from './box.ts'
import { cameraCommands } from './camera.ts'
import { coldCommands } from './cold.ts'
import type { CommandDefinition } from './define.ts'
import { modelCommands } from './model.ts'
import { peopleCommands } from './people.ts'
import { radioCommands } from './radio.ts'
import { shelfCommands } from './shelf.ts'
import { signCommands } from './sign.ts'

const list = [
  ...signCommands,
  ...peopleCommands,
  ...shelfCommands,
  ...coldCommands,
  ...cameraCommands,
  ...modelCommands,
  ...radioCommands,
  ...boxCommands,
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

export type { CommandDefinition } from './define.ts'
export { ProductFound, SlotFound } from './shelf.ts'
