/** What became of the tasks of some days, put together from the events that the ledger keeps of them. */
import type { EventData, TaskRecord } from '../contract/index.ts'
import type { KeptEvent, Ledger } from '../ledger/index.ts'
import { keptEvents } from './kept-events.ts'

/** One task, from its opening to its end. Times in milliseconds since the epoch. */
export interface TaskHistory {
  task: string
  title: string
  kind?: string
  urgency?: string
  zone?: string
  slot?: string
  product?: string
  cabinet?: string
  openedAt: number
  claimedAt?: number
  /** Who had it last. */
  staff?: string
  passed: number
  escalated: number
  endedAt?: number
  outcome: 'open' | 'done' | 'expired' | 'closed'
  reason?: string
}

const instant = (time: number) => new Date(time).toISOString()

/** As a file has it; `now` is what the shop knows of it while it waits. */
export function recordOf({ openedAt, claimedAt, endedAt, outcome, ...rest }: TaskHistory, now?: TaskRecord) {
  return {
    ...rest,
    ...now,
    openedAt: instant(openedAt),
    ...(claimedAt === undefined ? {} : { claimedAt: instant(claimedAt) }),
    ...(endedAt === undefined ? {} : { endedAt: instant(endedAt) }),
    outcome,
  } as TaskRecord
}

/** Tasks that were opened in a time, oldest first. What ended later than `until` counts as open. */
export async function taskHistory(ledger: Pick<Ledger, 'query'>, since: number, until: number): Promise<TaskHistory[]> {
  const tasks = new Map<string, TaskHistory>()
  for await (const event of keptEvents(ledger, { type: 'task.*', since, until })) {
    const { task, staff } = event.data as EventData<'task.claimed'>
    if (event.type === 'task.opened') {
      const { key: _key, staff: _staff, ...opened } = event.data as EventData<'task.opened'>
      // One that is brought up to date stays the same task.
      const known = tasks.get(task) ?? { openedAt: event.time, passed: 0, escalated: 0, outcome: 'open' as const }
      tasks.set(task, { ...known, ...opened })
      continue
    }
    const one = tasks.get(task)
    if (one) follow(one, event, staff)
  }
  return [...tasks.values()]
}

function follow(one: TaskHistory, { type, time, data }: KeptEvent, staff: string | undefined): void {
  if (type === 'task.escalated') one.escalated++
  if (type === 'task.passed') one.passed++
  if (type === 'task.claimed') one.claimedAt ??= time
  if (staff !== undefined && (type === 'task.claimed' || type === 'task.done')) one.staff = staff
  if (type !== 'task.done' && type !== 'task.expired' && type !== 'task.closed') return
  one.endedAt = time
  one.outcome = type.slice('task.'.length) as TaskHistory['outcome']
  if (type === 'task.closed') one.reason = (data as EventData<'task.closed'>).reason
}
