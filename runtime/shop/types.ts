import type { Bus, Commands } from '../bus/index.ts'
import type {
  Associate,
  Playlist,
  ProductFace,
  Programme,
  PublicPlan,
  Purpose,
  ShopPlan,
  Showing,
  TaskRecord,
} from '../contract/index.ts'
import type { Ledger } from '../ledger/index.ts'
import type { ChangeSummary, Knowledge, KnowledgeFile } from './knowledge/types.ts'
import type { Consent, Person } from './types/people.ts'
import type { Emergency, Play, Pulse, ScreenState } from './types/screens.ts'
import type { Attention, Availability, ChosenStaff, Notice, StaffAlert, Task } from './types/staff.ts'
import type { Team } from './types/team.ts'

export type * from './knowledge/types.ts'
export type * from './types/people.ts'
export type * from './types/screens.ts'
export type * from './types/staff.ts'
export type * from './types/team.ts'

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
    /** How a product stands on a sign; undefined where the catalogue has none, or one that no sign may show. */
    productFace(product: string): ProductFace | undefined
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
    /**
     * Opens the tasks of a file, all of them or none, and brings those that are open up to date; what is wrong is
     * ENDCAP_IMPORT_INVALID with every fault, and changes nothing. A task is known by its id or its key (its title where
     * it has none): a file that comes twice opens nothing twice. No other task is closed. `dry` tells what would change.
     */
    import(file: KnowledgeFile, by: string, options?: { dry?: boolean }): Promise<ChangeSummary>
    /** Those that wait or that somebody has, as a file has them. */
    waiting(): TaskRecord[]
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
