export { createFlowEngine } from './engine.ts'
export type { Consume, ProductFound, SlotFound } from '../contract/index.ts'
export type * from './types.ts'
