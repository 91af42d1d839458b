/** What really happened in the virtual shop, for scores and tests: lines of JSON, none of which the runtime ever sees. */
import type { ShelfTruth } from './shelves.ts'

export type CabinetTruth =
  | { kind: 'door'; cabinet: string; open: boolean }
  | { kind: 'compressor' | 'defrost'; cabinet: string; on: boolean }
  | { kind: 'temperature'; cabinet: string; airCelsius: number; productCelsius: number }

export type Truth = ShelfTruth | CabinetTruth | { kind: 'fault'; fault: string; on: boolean }

/** Seconds since the world began. */
export type Told = Truth & { seconds: number }
