/** What a plugin imports. Light: the contract's types and link, the decoders, no schemas. */
export * from '../../devices/decoders/index.ts'
export {
  degrees,
  EndcapError,
  inUnit,
  isOwnSerial,
  profileLimits,
  RemoteError,
  temperatureUnit,
  type TemperatureUnit,
} from '../contract/child.ts'
export type {
  Cabinet,
  CommandAnswer,
  CommandCall,
  CommandName,
  CommandParams,
  Consume,
  DeviceProfile,
  Event,
  EventData,
  EventType,
  Fixture,
  LogLevel,
  Planogram,
  PlanogramSlot,
  Price,
  Product,
  KnowledgeWish,
  PublicKnowledge,
  PublicPlan,
  Sample,
} from '../contract/child.ts'
export { definePlugin, type Plugin } from './plugin.ts'
export * from './sensors/index.ts'
export type * from './types.ts'
