export { createApi } from './server.ts'
export { createSignInSecret } from './sessions.ts'
export type * from './types.ts'
