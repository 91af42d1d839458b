export { type LedgerOptions, openLedger } from './ledger.ts'
export type * from './types.ts'
