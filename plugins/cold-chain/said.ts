import type { EventData } from '@endcap/sdk'

type Types = 'cold.warning' | 'cold.excursion' | 'cold.recovered' | 'cold.acknowledged' | 'cold.state' | 'cold.logged'

/** What a cabinet says; index.ts makes events of it. */
export type Said = { [T in Types]: { type: T; data: EventData<T> } }[Types]

export type Cause = EventData<'cold.warning'>['cause']
export type State = EventData<'cold.state'>['state']

export const causesByPressure: readonly Cause[] = [
  'warm',
  'rising',
  'defrost',
  'door',
  'cold',
  'silent',
  'lost',
  'unseen',
  'flat',
]

/** Two decimals: no sensor here knows more. */
export const round = (celsius: number): number => Math.round(celsius * 100) / 100
