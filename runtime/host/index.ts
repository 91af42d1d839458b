export { createHost } from './host.ts'
export { listModels } from './models.ts'
export { findBubblewrap } from './sandbox.ts'
export type * from './types.ts'
