import Type, { type Static, type TSchema } from 'typebox'
import { strict } from '../fields.ts'

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

export const defineCommand = <S extends TSchema, A extends TSchema, N extends string>(
  definition: Omit<CommandDefinition<S, A>, 'name'> & { name: N },
): CommandDefinition<S, A> & { name: N } => definition

export const Nothing = Type.Object({}, strict)
