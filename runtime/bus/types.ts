import type { CommandCall, Consume, Event } from '../contract/index.ts'

export interface SubscribeOptions {
  /** Shown on the console beside the queue. */
  name: string
  consumes: readonly Consume[]
  /**
   * Takes one event; false says «I am full»: further events wait in the queue until drain() is called (the event
   * given counts as taken). An exception ends in the log and counts as taken.
   */
  deliver(event: Event): boolean | undefined
  /** Events that may wait while the consumer is full; 10,000 where it is not given. Urgent ones are never dropped. */
  limit?: number
}

export interface SubscriptionStats {
  name: string
  delivered: number
  waiting: number
  coalesced: number
  dropped: number
}

export interface Subscription {
  /** The consumer takes events again. */
  drain(): void
  /** What is wanted from now on. */
  consume(consumes: readonly Consume[]): void
  stats(): SubscriptionStats
  close(): void
}

export interface LastValue {
  event: Event
  /** Older than the staleSeconds of its type, by the monotonic clock. */
  stale: boolean
}

/** Typed publish and subscribe in this process, with the last value of each subject. */
export interface Bus {
  publish(event: Event): void
  subscribe(options: SubscribeOptions): Subscription
  last(type: string, subject: string): LastValue | undefined
  /** Last values of a type or family; at most 10,000 subjects a type are remembered, the newest. */
  lastAll(type: string): LastValue[]
  /** Forgets last values, and events that wait for a full consumer, whose subject or identity is this token. */
  forget(token: string): void
  stats(): { published: number; subscriptions: SubscriptionStats[] }
}

/** Answers one command. May be async; what it throws is the caller's error. */
export type CommandHandler = (call: CommandCall) => unknown

/** Routes commands to whoever answers for a target; checks them; keeps the first answer of an id for ten minutes. */
export interface Commands {
  /**
   * Answers commands whose `to` begins with a prefix (`screen/`, `staff/`, `ble/hci0`), the longest prefix first.
   * Without names, all commands. Returns the way to take it back.
   */
  handle(prefix: string, names: readonly string[] | undefined, handler: CommandHandler): () => void
  /**
   * Throws ENDCAP_COMMAND_UNKNOWN, _INVALID, ENDCAP_TARGET_UNKNOWN, ENDCAP_COMMAND_TIMEOUT or what the handler threw.
   * Where `id` or `deadline` are missing they are made.
   */
  call(call: Omit<CommandCall, 'id' | 'deadline'> & { id?: string; deadline?: number }): Promise<unknown>
}
