export { createFlowEngine } from './engine.ts'
export type { Consume } from '../contract/index.ts'
export type * from './types.ts'
