export { createHost } from './host.ts'
export type * from './types.ts'
export { readProfile, readProfiles, type ReadProfiles } from './profiles.ts'
