/**
 * Decides when an event is written, and whether it becomes a row of its own. Pure: times are given, nothing is awaited.
 *
 * Urgent events wait 20 ms for company (or as long as their type may), telemetry a second. Telemetry of a type with `everySeconds` is a row at most
 * that often for each subject, the newest; and what stands still is one row, whose `until` is moved on. Rows that wait
 * for their time are written together on a common grid, because each commit costs an SD card some 20 KiB whatever it
 * holds; for the same reason everything that is due rides along with every commit.
 */
import type { Event, EventDefinition } from '../contract/index.ts'
import type { Refresh, Row } from './protocol.ts'

export const URGENT_MS = 20
const URGENT_EVENTS = 256
const TELEMETRY_MS = 1000
const TELEMETRY_EVENTS = 2000
/** The grid of what waits for its time, and the pace at which rows that stand still are confirmed. */
const SLOW_MS = 30_000
/** A row stands for at most so long, so that a query by time need not look back further. */
const ROW_MS = 3_600_000
/** Subjects whose last row is remembered. */
const MAX_SUBJECTS = 5000
/** Rows that wait while the file cannot be written. */
const MAX_WAITING = 10_000

export type Keep = Pick<EventDefinition, 'lane' | 'keep'>

export interface Lanes {
  /** Takes an event; `forced` makes it a row within 20 ms whatever its type says. False where the type is not kept. */
  add(event: Event, now: number, forced?: boolean): boolean
  /** When something must be written; monotonic milliseconds. */
  due(): number | undefined
  /** What is to be written now: all that is due and all that may ride along; with `all`, what is held back too. */
  take(now: number, all?: boolean): { rows: Row[]; refreshes: Refresh[] }
  /**
   * Gives back rows that could not be written; they are due again at `retryAt`. Where they become too many, those that
   * would be kept for the fewest days go first, the oldest first. Returns how many had to be dropped.
   */
  restore(rows: Row[], retryAt: number): number
  /** Forgets which rows stand, so that each subject begins a new one. */
  forget(): void
  readonly pending: number
  readonly coalesced: number
}

interface Subject {
  /** The row that stands. */
  id: string
  data: string
  time: number
  /** Monotonic milliseconds of the last writing. */
  writtenAt: number
  held?: Event
  dueAt: number
}

const asRow = (event: Event, days: number, data = JSON.stringify(event.data)): Row => {
  const { id, type, source, subject, time, privacy, because } = event
  return { id, type, days, source, subject, time, data, privacy, ...(because?.length && { because }) }
}

const later = (at: number, grid: number): number => Math.ceil(at / grid) * grid

export function createLanes(keepOf: (type: string) => Keep): Lanes {
  let rows: Row[] = []
  let refreshes: Refresh[] = []
  let urgents = 0
  /** When `rows` must be written. */
  let rowsDue = Infinity
  /** When the first of `holding` must be. */
  let heldDue = Infinity
  let coalesced = 0
  const subjects = new Map<string, Subject>()
  const holding = new Set<Subject>()

  const push = (row: Row, dueAt: number) => {
    rows.push(row)
    rowsDue = Math.min(rowsDue, dueAt)
  }

  /** Makes an event the row that stands for its subject. */
  const stand = (key: string, row: Row, now: number) => {
    subjects.delete(key)
    subjects.set(key, { id: row.id, data: row.data, time: row.time, writtenAt: now, dueAt: Infinity })
    if (subjects.size <= MAX_SUBJECTS) return
    for (const [oldest, subject] of subjects) {
      settle(oldest, subject, now)
      subjects.delete(oldest)
      break
    }
  }

  /** Turns what a subject held back into a new row, or into a confirmation of the row that stands. */
  const settle = (key: string, subject: Subject, now: number) => {
    const { held } = subject
    holding.delete(subject)
    if (!held) return
    delete subject.held
    const { keep } = keepOf(held.type)
    if (!keep) return
    const data = JSON.stringify(held.data)
    const standsFor = held.time - subject.time
    if (data === subject.data && standsFor >= 0 && standsFor < ROW_MS) {
      refreshes.push({ id: subject.id, until: held.time })
      subject.writtenAt = now
      coalesced++
      return
    }
    const row = asRow(held, keep.days, data)
    push(row, now)
    if (subjects.has(key)) stand(key, row, now)
  }

  const hold = (subject: Subject, event: Event, everyMs: number, gridMs: number) => {
    if (subject.held) coalesced++
    else {
      subject.dueAt = later(subject.writtenAt + everyMs, gridMs)
      heldDue = Math.min(heldDue, subject.dueAt)
      holding.add(subject)
    }
    subject.held = event
  }

  const addTelemetry = (event: Event, days: number, everySeconds: number | undefined, now: number) => {
    const key = `${event.type}\n${event.subject}`
    const subject = subjects.get(key)
    if (subject && everySeconds !== undefined) {
      return hold(subject, event, everySeconds * 1000, Math.min(Math.max(everySeconds * 1000, TELEMETRY_MS), SLOW_MS))
    }
    const row = asRow(event, days)
    if (subject && row.data === subject.data) return hold(subject, event, SLOW_MS, SLOW_MS)
    // The row before held until just now.
    if (subject) settle(key, subject, now)
    push(row, rows.length >= TELEMETRY_EVENTS ? now : now + TELEMETRY_MS)
    stand(key, row, now)
  }

  return {
    add(event, now, forced = false) {
      const { lane, keep } = keepOf(event.type)
      if (!keep) return false
      if (lane !== 'urgent' && !forced) {
        addTelemetry(event, keep.days, keep.everySeconds, now)
        return true
      }
      const row = asRow(event, keep.days)
      const waits = keep.withinSeconds === undefined || forced ? URGENT_MS : keep.withinSeconds * 1000
      push(row, ++urgents >= URGENT_EVENTS ? now : now + waits)
      if (lane !== 'urgent') {
        const key = `${event.type}\n${event.subject}`
        const subject = subjects.get(key)
        if (subject) settle(key, subject, now)
        stand(key, row, now)
      }
      return true
    },

    due() {
      const due = Math.min(rowsDue, heldDue)
      return due === Infinity ? undefined : due
    },

    take(now, all = false) {
      if (all || heldDue <= now) {
        heldDue = Infinity
        for (const subject of holding) {
          const { held } = subject
          if (held && (all || subject.dueAt <= now)) settle(`${held.type}\n${held.subject}`, subject, now)
          else heldDue = Math.min(heldDue, subject.dueAt)
        }
      }
      const taken = { rows, refreshes }
      rows = []
      refreshes = []
      urgents = 0
      rowsDue = Infinity
      return taken
    },

    restore(given, retryAt) {
      const all = [...given, ...rows]
      const dropped = Math.max(0, all.length - MAX_WAITING)
      const gone = new Set(dropped > 0 ? all.toSorted((a, b) => a.days - b.days).slice(0, dropped) : [])
      rows = dropped > 0 ? all.filter((row) => !gone.has(row)) : all
      rowsDue = rows.length > 0 ? retryAt : Infinity
      return dropped
    },

    forget() {
      subjects.clear()
      holding.clear()
      heldDue = Infinity
    },

    get pending() {
      return rows.length + holding.size
    },
    get coalesced() {
      return coalesced
    },
  }
}
