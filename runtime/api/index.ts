export { createApi } from './server.ts'
export type * from './types.ts'
