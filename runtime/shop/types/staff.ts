import type { CommandParams } from '../../contract/index.ts'

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
  /** With nobody's name in it: it may stand on a locked screen. */
  title?: string
  zone?: string
}

export interface ChosenStaff {
  staff: string
  /** In words, for the technician: «favourite of the customer, on shift». */
  reason: string
}
