import type { Event } from '../contract/index.ts'

/** What is asked of the kept events. Newest first unless `ascending`. */
export interface EventQuery {
  id?: string
  /** Exact, or a family as `shelf.*`. */
  type?: string
  /** Exact, or with `+` and `#` as in MQTT. */
  subject?: string
  /** Milliseconds since the epoch, inclusive and exclusive. */
  since?: number
  until?: number
  /** Events that name this id as a cause. */
  because?: string
  /** Continue behind the event with this id. */
  after?: string
  ascending?: boolean
  /** At most 1,000; 100 where it is not given. */
  limit?: number
}

/** An event as the ledger keeps it. */
export interface KeptEvent extends Event {
  /**
   * Milliseconds since the epoch. Telemetry that stands still is one row for up to an hour: the same data was last
   * reported then.
   */
  until?: number
}

export interface AuditEntry {
  time: number
  /** `manager`, `staff/anna`, `endcap`. */
  actor: string
  /** `consent.withdraw`, `flows.deploy`. */
  action: string
  subject: string
  detail?: unknown
}

/** One kept version of a document that has history (the shop, the flows). */
export interface Version<T = unknown> {
  version: number
  time: number
  by: string
  summary: string
  value: T
}

/** Changes of documents, handed over piece by piece and kept as one. */
export interface Stage {
  /** Resolves when the writer has them. A change without a value deletes. */
  add(changes: readonly { kind: string; id: string; value?: unknown }[]): Promise<void>
  /** Keeps them all, with what else is changed in this turn of the event loop, as one transaction; resolves after COMMIT. */
  apply(): Promise<void>
}

export interface LedgerStats {
  events: number
  fileBytes: number
  /** Events waiting for a commit. */
  pending: number
  commits: number
  /** Telemetry rows that coalescing spared. */
  coalesced: number
}

/** The file cannot be written. */
export interface LedgerFault {
  reason: string
  /** What to do, for a person; empty where nobody knows. */
  remedy: string
  /** Milliseconds since the epoch. */
  since: number
  /** What waits in memory until it can. */
  waiting: number
}

/** A time in which the file could not be written, and is over. */
export interface LedgerGap {
  reason: string
  /** Milliseconds since the epoch. */
  since: number
  seconds: number
  /** What was too much to wait in memory, and is kept nowhere. */
  lost: number
}

/** Words that shall stand nowhere any more, as typed into free texts. */
export interface Redaction {
  /** Global, so that all of a text is looked at. */
  words: RegExp
  instead: string
  /** Beginnings of the subjects of events with such texts: `task/`. */
  subjects: string[]
  /** Fields of their data that hold the texts. */
  fields: string[]
}

/**
 * The durable log and state: one SQLite file, written in a worker thread. What returns a promise rejects with
 * ENDCAP_DISK_FULL or ENDCAP_LEDGER_BROKEN where the file cannot be read or written; appended events and what is to be
 * kept in any case wait in memory and are tried again.
 */
export interface Ledger {
  /** Keeps an event as its type says, in its lane; returns at once. Its id is a UUIDv7. */
  append(event: Event): void
  /** Keeps an event, never coalesced; resolves after COMMIT, and at once where its type is not kept. */
  commit(event: Event): Promise<void>
  /**
   * What was appended before is found, except telemetry that `everySeconds` still holds back. `because` looks at the
   * day that follows the cause.
   */
  query(query: EventQuery): Promise<KeptEvent[]>
  /**
   * Small documents by kind and id; plugin state is the kind `state/<plugin>`. Each change resolves after COMMIT.
   * Changes that are made in one turn of the event loop are one transaction: all of them are kept, or none.
   */
  documents: {
    all<T>(kind: string): Promise<Map<string, T>>
    get<T>(kind: string, id: string): Promise<T | undefined>
    put(kind: string, id: string, value: unknown): Promise<void>
    delete(kind: string, id: string): Promise<void>
    /**
     * For what happens whether it can be written or not, as an alarm: puts, or deletes without a value. Resolves with
     * true after COMMIT, with false where that failed: then it is tried again until it is written, or overtaken.
     */
    keep(kind: string, id: string, value?: unknown): Promise<boolean>
    /** For thousands of changes: handed over in one turn, they would hold up everything else. */
    stage(): Stage
  }
  /** Documents with history; the newest `keep` versions stay. */
  versions: {
    add(kind: string, value: unknown, by: string, summary: string, keep?: number): Promise<Version>
    list(kind: string): Promise<Omit<Version, 'value'>[]>
    get<T>(kind: string, version: number): Promise<Version<T> | undefined>
    latest<T>(kind: string): Promise<Version<T> | undefined>
  }
  /** A hash-chained trail: each entry carries the SHA-256 of itself and the one before. */
  audit: {
    add(entry: AuditEntry): Promise<void>
    /** For what happens whether it can be written or not, as `documents.keep`. */
    keep(entry: AuditEntry): Promise<boolean>
    list(limit: number): Promise<(AuditEntry & { sequence: number; hash: string })[]>
    /** The sequence of the first entry that does not fit its chain, or undefined. */
    verify(): Promise<number | undefined>
  }
  /** Deletes every event whose subject is this token or below it, or whose data names it. Resolves with how many. */
  erase(token: string): Promise<number>
  /** Replaces words in texts of events, leaving no bytes of them in the file. Resolves with how many events changed. */
  redact(redaction: Redaction): Promise<number>
  /** Drops what is over its retention, now. Runs by itself every hour. */
  prune(): Promise<number>
  /** Where the last commit failed, and none has succeeded since; undefined while the file can be written. */
  fault(): LedgerFault | undefined
  stats(): Promise<LedgerStats>
  /** Commits what is pending and closes the file. */
  close(): Promise<void>
}
