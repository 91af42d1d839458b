export { createHost } from './host.ts'
export type * from './types.ts'
