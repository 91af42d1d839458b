/** What an event must pass before it is on the bus: declared, of its schema, with known causes, about nobody who did not agree. */
import { randomUUIDv7 } from 'node:crypto'
import {
  EndcapError,
  type Emission,
  type Event,
  type EventDefinition,
  faults,
  fits,
  matchesType,
  type Privacy,
  vocabulary,
} from '../contract/index.ts'
import type { Shop } from '../shop/index.ts'
import type { Received } from './received.ts'

/** Who emits, and what it may. */
export interface Origin {
  /** First part of the source. */
  name: string
  /** Patterns of the types that it may emit; undefined: all. */
  produces?: readonly string[]
  /** Types of its own. */
  events?: ReadonlyMap<string, EventDefinition>
  /** It may name radio identities. */
  radio: boolean
  /** Permissions for what only those who have them may receive. */
  reserved?: readonly string[]
  /** Undefined: its causes are taken as given. */
  received?: Received
}

export interface Ingested {
  /** For everybody. */
  event: Event
  /** As emitted, where it names a radio identity: only for children that may see those. */
  raw?: Event
  definition: EventDefinition
}

const RADIO = 'radio/'
const PERSON = 'person/'
/** What only the box itself says, whatever a manifest lists: others could invent a consent, or a plugin's end. */
const OURS = ['consent.*', 'staff.*', 'plugin.*', 'shop.*', 'flows.*', 'ledger.*']
const BOX = new Set(['shop', 'endcap', 'flows'])
const MAX_CAUSES = 64
const MAX_DEPTH = 16
const DEVICE = /^[^/+#\s]{1,64}$/
const SUBJECT = /^[^+#\0]{1,256}$/

/** Checks and stamps. Throws the EndcapError that tells why an event is refused. */
export function ingest(origin: Origin, emission: Emission, identity: Shop['identity'], time = Date.now()): Ingested {
  const { type, data } = emission
  const definition = vocabulary.get(type) ?? origin.events?.get(type)
  const source = sourceOf(origin, emission)
  if (!definition) throw new EndcapError('ENDCAP_EVENT_UNKNOWN', { type })
  if (!mayEmit(origin, type)) throw new EndcapError('ENDCAP_EVENT_UNDECLARED', { source, type })
  if (!BOX.has(origin.name.split('/', 1)[0] ?? '') && OURS.some((pattern) => matchesType(pattern, type)))
    throw new EndcapError('ENDCAP_EVENT_RESERVED', { source, type })
  if (!fits(definition.data, data)) {
    const [fault] = faults(definition.data, data)
    throw invalid(type, source, fault?.path ?? '/', fault?.reason ?? 'does not fit')
  }
  const because = causes(origin, emission)
  const subject = emission.subject ?? (emission.device === undefined ? origin.name : `device/${emission.device}`)
  if (typeof subject !== 'string' || !SUBJECT.test(subject))
    throw invalid(type, source, '/subject', 'must be a path of at most 256 characters without + and #')
  const event: Event = { id: randomUUIDv7(), type, source, subject, time, data, privacy: definition.privacy }
  if (because) event.because = because

  if (definition.only && !origin.reserved?.includes(definition.only))
    throw new EndcapError('ENDCAP_PLUGIN_DENIED', { plugin: origin.name, what: definition.only })
  const own = origin.events?.has(type) === true
  if (own) checkDepths(event, identity)
  const fields = definition.identity ?? (own ? textFields(data) : undefined)
  const ingested = fields ? identify(origin, event, definition, fields, identity) : { event, definition }
  return checkSubject(ingested, identity)
}

/** Replaces radio identities by tokens, and refuses what is about somebody who may not be recognised. */
function identify(
  origin: Origin,
  event: Event,
  definition: EventDefinition,
  fields: readonly string[],
  identity: Shop['identity'],
): Ingested {
  let raw: Event | undefined
  let privacy: Privacy = event.privacy
  for (const field of fields) {
    const held = (event.data as Record<string, unknown>)[field]
    if (typeof held !== 'string') continue
    let token = held
    if (held.startsWith(RADIO)) {
      if (!origin.radio) throw new EndcapError('ENDCAP_PLUGIN_DENIED', { plugin: origin.name, what: 'radio-address' })
      token = identity.token(held.slice(RADIO.length))
      raw ??= event
      const { subject } = event
      event = {
        ...event,
        subject: subject.startsWith(held) ? token + subject.slice(held.length) : subject,
        data: { ...(event.data as object), [field]: token },
      }
    }
    const person = token.startsWith(PERSON)
    if ((person || token.startsWith('staff/')) && !identity.allowed(token))
      throw new EndcapError('ENDCAP_CONSENT_MISSING', { person: token, purpose: 'recognition' })
    if (person) privacy = 'person'
    else if (privacy === 'none' && token.startsWith('visit/')) privacy = 'visit'
  }
  if (privacy !== event.privacy) event = { ...event, privacy }
  return raw ? { event, raw, definition } : { event, definition }
}

/** An identity in the subject alone would get past. The receipts of consents name those who have just withdrawn it. */
function checkSubject(ingested: Ingested, identity: Shop['identity']): Ingested {
  const { event } = ingested
  const { subject, type } = event
  if (subject.startsWith(RADIO))
    throw invalid(type, event.source, '/subject', 'must begin with the token that its data names')
  if (!subject.startsWith(PERSON) || matchesType('consent.*', type)) return ingested
  const person = subject.split('/', 2).join('/')
  if (!identity.allowed(person)) throw new EndcapError('ENDCAP_CONSENT_MISSING', { person, purpose: 'recognition' })
  return event.privacy === 'person' ? ingested : { ...ingested, event: { ...event, privacy: 'person' } }
}

/** Identities stand at the top of data, where they are replaced and checked; deeper ones would get past. */
function checkDepths({ type, source, data }: Event, identity: Shop['identity']): void {
  const look = (value: unknown, depth: number, at: string): void => {
    if (typeof value === 'string') {
      if (depth < 2) return
      if (value.startsWith(RADIO)) throw invalid(type, source, at, 'must not hold a radio identity so deep in its data')
      if ((value.startsWith(PERSON) || value.startsWith('staff/')) && !identity.allowed(value))
        throw new EndcapError('ENDCAP_CONSENT_MISSING', { person: value, purpose: 'recognition' })
      if (value.startsWith(PERSON)) throw invalid(type, source, at, 'must name a person at the top of its data')
    } else if (typeof value === 'object' && value !== null) {
      if (depth > MAX_DEPTH) throw invalid(type, source, at, `must not be nested deeper than ${MAX_DEPTH}`)
      for (const [name, part] of Object.entries(value)) look(part, depth + 1, `${at}/${name}`.slice(0, 100))
    }
  }
  look(data, 0, '')
}

function sourceOf({ name }: Origin, { type, device }: Emission): string {
  if (device === undefined || device === null) return name
  if (typeof device !== 'string' || !DEVICE.test(device))
    throw invalid(type, name, '/device', 'must be an id of at most 64 characters without slashes')
  return `${name}/${device}`
}

/** Every plugin may tell of its devices. */
const mayEmit = ({ produces, events }: Origin, type: string): boolean =>
  produces === undefined ||
  type.startsWith('device.') ||
  events?.has(type) === true ||
  produces.some((pattern) => matchesType(pattern, type))

function causes({ name, received }: Origin, { because }: Emission): string[] | undefined {
  if (because === undefined || because === null) return undefined
  if (!Array.isArray(because) || because.length > MAX_CAUSES)
    throw new EndcapError('ENDCAP_CAUSE_UNKNOWN', { plugin: name, id: `more than ${MAX_CAUSES} causes` })
  const unknown = because.find((id) => typeof id !== 'string' || (received && !received.has(id)))
  if (unknown !== undefined) throw new EndcapError('ENDCAP_CAUSE_UNKNOWN', { plugin: name, id: unknown })
  return because.length > 0 ? because : undefined
}

/** A plugin's own types have no marked identity fields: any text of theirs may be a token. */
const textFields = (data: unknown): string[] =>
  typeof data === 'object' && data !== null
    ? Object.entries(data).flatMap(([field, value]) => (typeof value === 'string' ? [field] : []))
    : []

const invalid = (type: string, source: string, path: string, reason: string) =>
  new EndcapError('ENDCAP_EVENT_INVALID', { type, source, path, reason })
