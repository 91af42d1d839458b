/** What the ledger says to its worker thread and back. */
import type { Privacy } from '../contract/index.ts'
import type { AuditEntry, EventQuery, Redaction } from './types.ts'

/** An event as it is written. `data` is JSON already, so that the worker need not know types. */
export interface Row {
  id: string
  type: string
  /** Retention of its type. */
  days: number
  source: string
  subject: string
  time: number
  data: string
  privacy: Privacy
  because?: string[]
  /** See KeptEvent. */
  until?: number
}

/** A row that still holds: its data was confirmed at this time. */
export interface Refresh {
  id: string
  until: number
}

export type Change =
  | { do: 'put'; kind: string; id: string; value: string }
  | { do: 'delete'; kind: string; id: string }
  | { do: 'version'; kind: string; value: string; time: number; by: string; summary: string; keep: number }
  /** All that was handed over under this number. */
  | { do: 'staged'; stage: number }
  | { do: 'audit'; entry: Omit<AuditEntry, 'detail'>; detail: string | null }

/** One transaction. */
export interface Batch {
  rows: Row[]
  refreshes: Refresh[]
  changes: Change[]
}

export interface StoredVersion {
  version: number
  time: number
  by: string
  summary: string
  value: string
}

export interface StoredAudit {
  sequence: number
  time: number
  actor: string
  action: string
  subject: string
  detail: string | null
  hash: string
}

/** Every request by name: [what is asked, what is answered]. */
export interface Requests {
  /** Answers the version number of each change that adds one. */
  write: [Batch, (number | undefined)[]]
  /** Handed over ahead of the transaction that keeps it; `changes` missing: never mind. */
  stage: [{ stage: number; changes?: Change[] }, undefined]
  query: [EventQuery, Row[]]
  all: [{ kind: string }, { id: string; value: string }[]]
  get: [{ kind: string; id: string }, string | undefined]
  versions: [{ kind: string }, Omit<StoredVersion, 'value'>[]]
  /** The newest where no version is named. */
  version: [{ kind: string; version?: number }, StoredVersion | undefined]
  audit: [{ limit: number }, StoredAudit[]]
  verify: [Record<string, never>, number | undefined]
  erase: [{ token: string }, number]
  redact: [Redaction, number]
  /** Types with the retention that their rows were written with. */
  types: [Record<string, never>, { type: string; days: number }[]]
  prune: [{ before: { type: string; time: number }[] }, number]
  stats: [Record<string, never>, { events: number; fileBytes: number; commits: number }]
  close: [Record<string, never>, undefined]
}

export type RequestName = keyof Requests
export type Asked<N extends RequestName> = Requests[N][0]
export type Answered<N extends RequestName> = Requests[N][1]

export interface RequestMessage {
  number: number
  name: RequestName
  asked: unknown
}

/** `number` 0 tells that the file is open, or why it is not. */
export type ReplyMessage = { number: number; value: unknown } | { number: number; failed: string; full?: boolean }
