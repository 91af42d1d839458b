/** The face of the contract for children: the link and the types, without the schemas and their memory. */
export type * from './commands/index.ts'
export { EndcapError, type ErrorBody, RemoteError } from './errors.ts'
export type { DeviceProfile } from './device-profile.ts'
export type { Consume, Event, Privacy } from './event.ts'
export type { EventData, EventType } from './events/index.ts'
export type {
  Cabinet,
  Fixture,
  KnowledgeWish,
  Planogram,
  PlanogramSlot,
  Price,
  Product,
  PublicKnowledge,
} from './knowledge.ts'
export * from './link.ts'
export { matches, matchesSubject, matchesType } from './match.ts'
export type { Inference, ModelDescription, ModelFeature, ModelFormat, ModelInput, ModelOutput } from './model.ts'
export type { PublicPlan, Sample } from './shop.ts'
export { standsOn } from './shelves.ts'
export { degrees, inUnit, profileLimits, temperatureUnit, type TemperatureUnit } from './units.ts'
export { isOwnSerial } from './usb.ts'
