/** What the API answers, as docs/api.md has it: the shapes of the runtime with instants in RFC 3339. */
import type {
  Content,
  Playlist,
  ProductFace,
  Programme,
  Purpose,
  ShopPlan,
  Showing,
  Zone,
} from '../../contract/index.ts'
import type { DeviceStatus, FoundDevice, PluginConfiguration, PluginStatus } from '../../host/index.ts'
import type {
  Attention as ShopAttention,
  Availability as ShopAvailability,
  Consent,
  Notice as ShopNotice,
  Person as ShopPerson,
  Pulse,
  ScreenState as ShopScreenState,
  StaffAlert,
  Task as ShopTask,
} from '../../shop/index.ts'

/** The same shape with RFC 3339 where the runtime has milliseconds. */
type Outside<T, Times extends keyof T> = Omit<T, Times> & { [K in Times]: string | Exclude<T[K], number> }

export type Notice = Outside<Omit<ShopNotice, 'until' | 'acknowledgedAt'>, 'time'> & {
  until?: string
  acknowledgedAt?: string
}
type Named = { id: string; name: string }
type TaskTimes = 'openedAt' | 'waitingSince' | 'until' | 'claimedAt' | 'endedAt'
export type Task = Omit<ShopTask, TaskTimes | 'claimedBy' | 'offeredTo' | 'passedBy'> & {
  openedAt: string
  waitingSince: string
  until?: string
  claimedAt?: string
  endedAt?: string
  claimedBy?: Named
  offeredTo?: Named
  passedBy?: Named
}
/** What the box knows of an associate. */
export interface StaffMe extends Omit<ShopAvailability, 'since'> {
  id: string
  name: string
  onShift: boolean
  shiftEndsAt?: string
  roles: string[]
  groups: string[]
  skills: string[]
  badges: number
  zone?: string
  attention: Omit<ShopAttention, 'roomAt'> & { roomAt?: string }
  colleagues: (Named & Pick<ShopAvailability, 'availability'>)[]
}
/** The plan of the shop as far as an associate needs it to find a shelf. Metres. */
export interface StaffFloor {
  width: number
  depth: number
  zones: { id: string; polygon?: [number, number][]; centre?: [number, number] }[]
  fixtures: { id: string; polygon: [number, number][]; wall?: boolean }[]
}
export type Alert = Outside<StaffAlert, 'time'>
export type Receipt = Omit<Consent, 'givenAt' | 'withdrawnAt'> & { givenAt: string; withdrawnAt?: string }
export type Person = Omit<ShopPerson, 'consents'> & { consents: Receipt[] }
export type ScreenState = Omit<ShopScreenState, 'shown' | 'until' | 'seen'> & {
  name?: string
  zone?: string
  group?: string
  orientation?: 'landscape' | 'portrait'
  playlist?: string
  until?: string
  seen?: string
  shown?: { content: string; time: string }
}
export type ScreenDetail = ScreenState & {
  stack: (Omit<Showing, 'since' | 'until'> & { product?: ProductFace; since: string; until?: string })[]
}
export type Device = Omit<DeviceStatus, 'lastEventAt' | 'since' | 'found' | 'last'> & {
  since?: string
  lastEventAt?: string
  found?: Omit<FoundDevice, 'at'> & { at: string }
  last?: { type: string; data: Record<string, unknown>; time: string }
}
export type DeviceListed = Device & {
  plugin: string
  vendor?: string
  model?: string
  documentation?: string
  battery?: { type: string; count: number }
  hidden: boolean
  can: { identify: boolean; test: boolean; weigh: boolean; see: boolean }
}
export interface DeviceForm {
  schema: object
  settings: object
  config: Record<string, unknown>
  calibration: string[]
  named: boolean
  zoned: boolean
  placed: boolean
  may: string[]
}
export type Plugin = Omit<PluginStatus, 'startedAt' | 'lastEventAt' | 'lines' | 'devices'> & {
  startedAt?: string
  lastEventAt?: string
  lines: { time: string; level: string; text: string }[]
  devices: Device[]
}

export type PluginConfig = PluginConfiguration & { config: unknown; inMemory: boolean }

export type Kind = 'visitor' | 'customer' | 'staff' | 'asset'
export interface Evidence {
  receiver: string
  rssi: number
  metres?: number
}
export interface Presence {
  who: string
  kind: Kind
  zone?: string
  x: number
  y: number
  accuracyMetres: number
  time: string
  stale: boolean
  confidence?: number
  evidence: Evidence[]
}
export interface KeptEvent {
  id: string
  type: string
  source: string
  subject: string
  time: string
  data: Record<string, unknown>
  privacy: string
  because?: string[]
}
export type EventDetail = KeptEvent & { causes: KeptEvent[]; effects?: KeptEvent[] }
/** What staff pages need of a zone; the manager's answer has more. */
export type ZoneName = Pick<Zone, 'id' | 'name'>

export interface Session {
  role: 'manager' | 'screen' | 'staff'
  id?: string
  name?: string
  shop: string
  twin: boolean
  next: string
}
export type { VirtualFault } from '../../api/index.ts'

export interface Health {
  status: 'ok' | 'starting' | 'degraded'
  version: string
  uptimeSeconds: number
  stages: Record<string, string>
  /** Why a stage is late, failed or off. */
  reasons?: Record<string, string>
  /** Wrong: it stands at a time that is over, as in 1970. */
  clock?: 'right' | 'wrong'
  twin: boolean
}
export interface Link {
  id: string
  role: Session['role']
  for?: string
  name?: string
  createdAt: string
  usedAt?: string
  sessions: number
  connected: number
  current: boolean
}
export interface NewLink {
  id: string
  role: Session['role']
  for: string
  url: string
  secret: string
  qr: string
}
export interface Associate {
  id: string
  name: string
  onShift: boolean
  zone?: string
}
export interface MediaFile {
  hash: string
  bytes: number
  type: string
  addedAt: string
}
export interface FlowsVersion {
  version: number
  time: string
  by: string
  summary: string
  difference?: string[]
}
export type { Content, Playlist, ProductFace, Programme, Pulse, Purpose, ShopPlan, Zone }
