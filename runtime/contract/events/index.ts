/** The vocabulary: every event type, found by its name. A type stands in one place, with meaning, units and example. */
import type { Static } from 'typebox'
import type { EventDefinition } from '../event.ts'
import * as box from './box.ts'
import * as cold from './cold.ts'
import * as model from './model.ts'
import * as people from './people.ts'
import * as radio from './radio.ts'
import * as shelf from './shelf.ts'

const families = [radio, shelf, cold, people, model, box] as const

type Values<F> = F extends unknown ? F[keyof F] : never
type Definitions = Extract<Values<(typeof families)[number]>, { meaning: string }>

/** Name of each type of the vocabulary. */
export type EventType = Definitions['type']

/** Data of a type: `EventData<'shelf.taken'>`. */
export type EventData<T extends EventType> = Static<Extract<Definitions, { type: T }>['data']>

/** Every definition of the vocabulary by type. */
export const vocabulary: ReadonlyMap<string, EventDefinition> = new Map(
  families
    .flatMap((family): Values<(typeof families)[number]>[] => Object.values(family))
    .filter((one): one is Definitions => 'meaning' in one)
    .map((definition) => [definition.type, definition as EventDefinition]),
)
