export { type BusOptions, createBus } from './bus.ts'
export { type CommandsOptions, createCommands } from './commands.ts'
export type * from './types.ts'
