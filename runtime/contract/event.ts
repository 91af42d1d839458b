import type { Static, TSchema } from 'typebox'

/** `none`; `visit`: about an unlinkable token that dies within a day; `person`: about somebody who said yes. */
export type Privacy = 'none' | 'visit' | 'person'

/** The urgent lane is committed within 20 ms or 256 events and never dropped; telemetry is coalesced. */
export type Lane = 'urgent' | 'telemetry'

/** What crosses the bus. The attributes are those of CloudEvents 1.0, so nothing is renamed at the edge. */
export interface Event<D = unknown> {
  /** UUIDv7, stamped by the host. */
  id: string
  /** A type of the vocabulary, `shelf.taken`. */
  type: string
  /** `plugin/device`, or the plugin alone, stamped by the host. */
  source: string
  /** What it is about, a path: `zone/entrance`, `slot/A/3/2`, `visit/7f3a`. */
  subject: string
  /** Milliseconds since the epoch; RFC 3339 outside the box. */
  time: number
  data: D
  /** From the type's definition, never from the emitter. */
  privacy: Privacy
  /** Ids of the events that this one was derived from. */
  because?: string[]
}

/** One type of the vocabulary. Documents, OpenAPI, palette help and SDK types come from it. */
export interface EventDefinition<S extends TSchema = TSchema> {
  type: string
  /** One sentence for a technician. */
  meaning: string
  /** Pattern of the subject, as a help text: `zone/<zone>`. */
  subject: string
  data: S
  privacy: Privacy
  lane: Lane
  /**
   * What the ledger keeps: nothing (false), or rows for `days`; with `everySeconds` at most one row for each subject
   * in that time (the newest), which is how telemetry spares an SD card. What is urgent is on the disk within 20 ms;
   * with `withinSeconds` it may wait so long for company, unless its emitter waits for the disk.
   */
  keep: false | { days: number; everySeconds?: number; withinSeconds?: number }
  /** Top-level fields of data on which `where` may filter. An array field matches when it contains the value. */
  filterable?: readonly string[]
  /**
   * Top-level fields of data that hold an identity token (`visit/…`, `person/…`, `staff/…`, `asset/…`). The host
   * raises privacy to `person` where one holds `person/…`, and refuses the event where that consent is missing.
   */
  identity?: readonly string[]
  /** Only children with this permission receive it: it never reaches Node-RED, a stream, a page or the ledger. */
  only?: 'camera'
  /** True where emitters put a radio identity (`radio/…`) into the identity fields; the host replaces it. */
  radio?: boolean
  /** After so many seconds without news, the last value of a subject counts as stale. */
  staleSeconds?: number
  example: { subject: string; data: Static<S> }
}

/** Types an event definition by its own schema. */
export const defineEvent = <S extends TSchema, T extends string>(
  definition: Omit<EventDefinition<S>, 'type'> & { type: T },
): EventDefinition<S> & { type: T } => definition

/** What a consumer wants. `type` exact or `shelf.*`; `subject` with `+` and `#` as in MQTT; `where` equality. */
export interface Consume {
  type: string
  subject?: string
  where?: Record<string, string | number | boolean>
}
