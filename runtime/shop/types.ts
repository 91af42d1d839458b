import type { Bus, Commands } from '../bus/index.ts'
import type {
  Associate,
  CommandParams,
  Content,
  Playlist,
  ProductFace,
  Programme,
  PublicPlan,
  Purpose,
  RosterEntry,
  ShopPlan,
  Showing,
} from '../contract/index.ts'
import type { Ledger } from '../ledger/index.ts'
import type { ChangeSummary, Knowledge, KnowledgeFile } from './knowledge/types.ts'

export type * from './knowledge/types.ts'

/** A customer who agreed to something. Lives in the ledger only; never enters Node-RED. */
export interface Person {
  /** Opaque; the token in events is `person/<id>`. */
  id: string
  name: string
  /** Beacon ids or radio addresses that this person carries. */
  tags: string[]
  /** Id of an associate. */
  favourite?: string
  consents: Consent[]
}

/** A receipt: what was agreed to, in which words, when, recorded by whom, and when it was taken back. */
export interface Consent {
  receipt: string
  purpose: Purpose
  /** The text that the person was shown. */
  text: string
  givenAt: number
  recordedBy: string
  withdrawnAt?: number
}

export interface Notice {
  id: string
  staff: string
  title: string
  text?: string
  zone?: string
  urgency: 'calm' | 'normal' | 'urgent'
  time: number
  until?: number
  acknowledgedAt?: number
  /** Token of the person it is about, so that withdrawal and erasure reach it. */
  about?: string
  /** It was taken back (consent withdrawn, person erased, time over): a page drops it. Such a one is empty and in no list. */
  gone?: true
  because: string[]
}

type TaskAsked = Omit<CommandParams<'task.open'>, 'escalate' | 'ttlSeconds' | 'urgency'>

/** Something to do. Times are milliseconds since the epoch. */
export interface Task extends TaskAsked {
  id: string
  /** `staff/anna`, or `staff/+` for everybody on shift. */
  to: string
  urgency: 'calm' | 'normal' | 'urgent'
  state: 'open' | 'claimed' | 'done' | 'closed' | 'expired'
  openedAt: number
  /** Since when it waits for somebody: opened, or given back. Escalation counts from here. */
  waitingSince: number
  /** How often others were called because nobody took it. */
  escalations: number
  until?: number
  claimedBy?: string
  claimedAt?: number
  /** To whom it was passed on, by whom; it waits for that person's yes, and everybody else may still take it. */
  offeredTo?: string
  passedBy?: string
  endedAt?: number
  endedBy?: string
  /** Why it was closed. */
  reason?: string
  /** Whom it has disturbed so far. */
  told: string[]
  because: string[]
}

/** What an associate says of themself. */
export interface Availability {
  availability: 'available' | 'busy' | 'break'
  /** Only urgent alerts disturb. */
  quiet: boolean
  /** Milliseconds since the epoch; 0 where nothing was said on this shift. */
  since: number
}

/** An alert that was held back, so that somebody is disturbed less. What it is about stands in the list all the same. */
export interface HeldAlert {
  what: 'task' | 'notice'
  id: string
  /** 1 comes next. */
  rank: number
  why: 'budget' | 'quiet' | 'folded'
  /** In words, for the person themself. */
  reason: string
}

/** How often somebody was disturbed within the last hour, and what waits for room. */
export interface Attention {
  alertsPerHour: number
  used: number
  /** When the next that waits may come (ms since the epoch); missing while there is room. */
  roomAt?: number
  /** In the order in which they will come. */
  held: HeldAlert[]
}

/** Somebody is disturbed now: a sound, a vibration. */
export interface StaffAlert {
  what: 'task' | 'notice'
  id: string
  urgency: 'calm' | 'normal' | 'urgent'
  /** Others of its kind that come with it without an alert of their own. */
  folded: number
  time: number
}

export interface ScreenState {
  screen: string
  /** What should show now: the emergency, the top of the stack, the item of the playlist, or the fallback. */
  content: Content
  /** What the catalogue adds to it. */
  product?: ProductFace
  key: string
  because: string[]
  /** When something else follows by itself (ms since the epoch). */
  until?: number
  /** Version of its programme. */
  programme: string
  emergency?: boolean
  /** Players connected now. */
  players: number
  /** What a player last said that it shows, and when. */
  shown?: { content: string; time: number }
  /** When a player was last heard (ms since the epoch), and what it said of itself. */
  seen?: number
  pulse?: Pulse
}

/** What a player says of itself every half minute. */
export interface Pulse {
  /** Key of what it shows. */
  key?: string
  /** Of the programme that it follows. */
  programme?: string
  /** Start of the span that it plays, and how long interruptions have held it up since. */
  span?: number
  lateMilliseconds?: number
  width: number
  height: number
  /** Files that its programme needs: how many it has, and which it cannot get. */
  mediaReady: number
  mediaMissing: string[]
  /** Bytes that the browser has used and allows; missing where it does not tell. */
  usedBytes?: number
  quotaBytes?: number
  /** True where the browser promised not to throw them away. */
  persisted?: boolean
  /** By how much its clock differs from the box's, and how sure that is. */
  clockMilliseconds?: number
  clockErrorMilliseconds?: number
  /** Proofs of play that have no answer yet. */
  waitingPlays: number
}

export interface Emergency {
  emergency: string
  title: string
  text?: string
  since: number
  by: string
}

export interface ChosenStaff {
  staff: string
  /** In words, for the technician: «favourite of the customer, on shift». */
  reason: string
}

/** Publishes an event of the box (`source` is ours); resolves with its id, after COMMIT where `commit` is set. */
export type Emit = (
  source: string,
  event: { type: string; subject?: string; data: unknown; because?: string[] },
  options?: { commit?: boolean },
) => Promise<string>

/** The part of pino that the shop uses. */
export interface ShopLog {
  info(fields: object, text: string): void
  warn(fields: object, text: string): void
  error(fields: object, text: string): void
}

export interface ShopDependencies {
  ledger: Ledger
  bus: Bus
  commands: Commands
  emit: Emit
  log: ShopLog
  /** Milliseconds since the epoch. */
  now?: () => number
  /** The plan of a box that has none yet; it becomes the first version. */
  defaults?: ShopPlan
}

/**
 * Who works here, edited. Each change writes a new version of the plan whose text keeps its comments and its order.
 * A `revision` stands for what an entry holds; where an expected one is given (null: nobody has this id yet) and does
 * not fit any more, it is ENDCAP_CHANGED_MEANWHILE. What is wrong is ENDCAP_KNOWLEDGE_INVALID with path and remedy,
 * in a file ENDCAP_IMPORT_INVALID with every fault, and changes nothing.
 */
export interface Team {
  list(): RosterEntry[]
  /** Throws ENDCAP_NOT_FOUND. */
  get(id: string): { entry: RosterEntry; revision: string }
  put(entry: RosterEntry, by: string, expected?: string | null): Promise<{ entry: RosterEntry; revision: string }>
  delete(id: string, by: string, expected?: string): Promise<void>
  /** As Knowledge.import. */
  import(file: KnowledgeFile, by: string, options?: { dry?: boolean; keep?: boolean }): Promise<ChangeSummary>
  export(type: 'csv' | 'json', separator?: ',' | ';'): string
}

/** What the shop knows. Changes are checked, committed to the ledger and told to listeners within a second. */
export interface Shop {
  plan(): ShopPlan
  publicPlan(): PublicPlan
  version(): number
  /**
   * Replaces the plan by a shop.yaml; throws ENDCAP_SHOP_INVALID (file, line, path, reason) and changes nothing.
   * ENDCAP_CHANGED_MEANWHILE where the plan has another version than the `expected` one.
   */
  importYaml(text: string, by: string, file?: string, expected?: number): Promise<void>
  /** As importYaml, of the text that is in use when it is this change's turn, so that no other change is lost. */
  editYaml(change: (text: string) => string, by: string): Promise<void>
  exportYaml(): string
  /** Associates on shift at a time (ms since the epoch), by the time zone of the shop. */
  onShift(time?: number): Associate[]
  /**
   * Whom to tell: the person's favourite if on shift and consented, else whoever on shift was last seen nearest to the zone,
   * else anybody on shift; undefined where nobody is.
   */
  chooseStaff(ask: { about?: string; zone?: string }): ChosenStaff | undefined
  identity: {
    /** Token for a radio identity (`ibeacon:…` or an address): person with consent to recognition, staff on shift, asset, else visit. */
    token(radio: string): string
    /** False for a person token without consent to recognition, or a staff token off shift. */
    allowed(token: string): boolean
  }
  people: {
    list(): Person[]
    add(person: { name: string; tags: string[]; favourite?: string }, by: string): Promise<Person>
    update(
      id: string,
      change: { name?: string; tags?: string[]; favourite?: string | null },
      by: string,
    ): Promise<Person>
    /** Removes the person, their events, notices and last values. Resolves with how many events went. */
    erase(id: string, by: string): Promise<number>
    give(id: string, purpose: Purpose, by: string): Promise<Consent>
    withdraw(id: string, purpose: Purpose, by: string): Promise<void>
    /** `who` is a token or an id. */
    consents(who: string, purpose: Purpose): boolean
  }
  screens: {
    list(): ScreenState[]
    state(screen: string): ScreenState
    /** Top first, with what the catalogue adds; without what has nothing to show because its product is gone. */
    stack(screen: string): (Showing & { product?: ProductFace })[]
    programme(screen: string): Programme
    /** The emergency, and which screens have said that they show it. */
    emergency(): (Emergency & { screens: { screen: string; confirmed: boolean }[] }) | undefined
    /** A player says how it is. */
    pulse(screen: string, pulse: Pulse): void
    /**
     * A player connected; `changed` is called with each new state, `identify` when the screen shall show itself.
     * Returns the way to leave.
     */
    attach(screen: string, changed: (state: ScreenState) => void, identify?: () => void): () => void
    /**
     * A player tells what it really shows; each play is kept durably, once when it begins and once, with its seconds,
     * when it is over. Resolves after COMMIT.
     */
    report(screen: string, ...plays: Play[]): Promise<void>
  }
  playlists: {
    list(): readonly Playlist[]
    version(): number
    exportYaml(): string
    /** Replaces the playlists; throws ENDCAP_PLAYLIST_INVALID (file, line, path, reason) and changes nothing. */
    importYaml(text: string, by: string, file?: string): Promise<void>
  }
  notices: {
    /** Newest first; open ones of this associate, or all of the day. */
    list(staff: string): Notice[]
    /** Idempotent: the first acknowledgement counts. */
    acknowledge(staff: string, notice: string): Promise<Notice>
    attach(staff: string, changed: (notice: Notice) => void): () => void
  }
  /** Kept in the ledger over restarts: a step that fell due meanwhile happens once, at the start. */
  tasks: {
    /** All that are open or claimed, and those that ended within a day; newest first. Also opened by `task.open`. */
    list(): Task[]
    /** What an associate sees: what they may take, what they have, what they ended within a day. Most pressing first. */
    of(staff: string): Task[]
    /** Throws ENDCAP_NOT_FOUND. */
    get(task: string): Task
    /** Throws ENDCAP_TASK_TAKEN where somebody else has it, ENDCAP_TASK_OVER, ENDCAP_STAFF_OFF_SHIFT. Idempotent. */
    claim(staff: string, task: string): Promise<Task>
    /** To a colleague on shift, or back to everybody. Also of a task that nobody has claimed. */
    pass(staff: string, task: string, to?: string): Promise<Task>
    /** Of one's own task, or of one that nobody has claimed. Idempotent. */
    done(staff: string, task: string): Promise<Task>
    close(task: string, reason: string, by: string): Promise<Task>
    /** Called with each task of theirs that changed, also when it stops being theirs (`state` and `claimedBy` tell). */
    attach(staff: string, changed: (task: Task) => void): () => void
  }
  staff: {
    availability(staff: string): Availability
    /** Throws ENDCAP_STAFF_OFF_SHIFT. */
    setAvailability(staff: string, change: Partial<Omit<Availability, 'since'>>): Promise<Availability>
    attention(staff: string): Attention
    /** When the shift that somebody is on ends (ms since the epoch); undefined off shift. */
    shiftEnds(staff: string): number | undefined
    /** Called with each alert that may disturb this associate. */
    attach(staff: string, alerted: (alert: StaffAlert) => void): () => void
  }
  team: Team
  /** Products, planogram, cabinets, orders and deliveries. */
  knowledge: Knowledge
  /** Called after each committed change of the plan, a person, a screen, …, and when a shift begins or ends. */
  onChange(
    listener: (
      what: 'plan' | 'people' | 'screens' | 'notices' | 'shifts' | 'tasks' | 'availability' | 'attention' | 'knowledge',
    ) => void,
  ): () => void
  stop(): Promise<void>
}

/** Something that a screen showed, as its player tells it. */
export interface Play {
  /** Key of what was shown for a while, or `<playlist>/<item>`. */
  content: string
  play: string
  /** Where it is there, the play is over. */
  shownSeconds?: number
  /** When it began or ended (ms since the epoch), where the player tells it; it may be told much later. */
  time?: number
}
