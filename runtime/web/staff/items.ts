/** Tasks and notices as one list of what wants somebody, the most pressing first. */
import { milliseconds } from '../shared/time.ts'
import type { Notice, Task } from '../shared/types.ts'
import type { StaffView } from './stream.ts'
import type { Tap } from './outbox.ts'

export interface Item {
  id: string
  title: string
  text?: string
  urgency: Notice['urgency']
  time: string
  zone?: string
  tap: Tap
  /** On its button. */
  action: string
  /** Why it stands here, or why it did not disturb. */
  why?: string
}

const rank = { urgent: 0, normal: 1, calm: 2 }

/** Tasks with what was tapped here and is not sent yet. `now` by the clock of the box, as everywhere here. */
export function tasksOf({ tasks, unsent, hello }: StaffView, now: number): Task[] {
  const me = hello && { id: hello.id, name: hello.name }
  // What changed comes in at the end; it stands by the order of the box all the same.
  const ranked = tasks.toSorted(
    (a, b) => rank[a.urgency] - rank[b.urgency] || milliseconds(a.openedAt) - milliseconds(b.openedAt),
  )
  return ranked.flatMap((task) => {
    // The box ends it at that moment, in reach or not; who has it is left to finish it.
    if (task.state === 'open' && task.until !== undefined && milliseconds(task.until) <= now) return []
    const taps = unsent.filter(({ what, id }) => what === 'task' && id === task.id)
    if (taps.some(({ act }) => act === 'pass')) return []
    if (taps.some(({ act }) => act === 'done')) return [{ ...task, state: 'done' as const }]
    if (taps.length > 0 && me) return [{ ...task, state: 'claimed' as const, claimedBy: me }]
    return [task]
  })
}

export const openNotices = ({ notices, unsent }: StaffView, now: number): Notice[] =>
  notices.filter(
    ({ id, acknowledgedAt, until }) =>
      !acknowledgedAt && !unsent.some((tap) => tap.id === id) && (!until || milliseconds(until) > now),
  )

/** What waits for this associate now. What was held back by the budget says so. */
export function itemsOf(view: StaffView, now: number): Item[] {
  const held = new Map(view.me?.attention.held.map(({ id, reason }) => [id, reason]))
  const reason = (id: string, otherwise?: string) => {
    const why = held.get(id)
    if (why !== undefined) return { why: `No sound: ${why}` }
    return otherwise === undefined ? {} : { why: otherwise }
  }
  const words = ({ id, title, text, urgency, zone }: Notice | Task) => ({
    id,
    title,
    urgency,
    ...(text === undefined ? {} : { text }),
    ...(zone === undefined ? {} : { zone }),
  })
  const notices = openNotices(view, now).map(
    (notice): Item => ({
      ...words(notice),
      ...reason(notice.id),
      time: notice.time,
      tap: { what: 'notice', id: notice.id, act: 'acknowledge' },
      action: 'Got it',
    }),
  )
  const tasks = tasksOf(view, now)
    .filter(({ state }) => state === 'open')
    .map(
      (task): Item => ({
        ...words(task),
        ...reason(task.id, whyOf(task, view)),
        time: task.waitingSince,
        tap: { what: 'task', id: task.id, act: 'claim' },
        action: 'I’ll do it',
      }),
    )
  return [...notices, ...tasks].sort(
    (a, b) =>
      rank[a.urgency] - rank[b.urgency] ||
      Number(held.has(a.id)) - Number(held.has(b.id)) ||
      milliseconds(b.time) - milliseconds(a.time),
  )
}

function whyOf({ offeredTo, passedBy, escalations, for: wanted }: Task, { hello }: StaffView): string | undefined {
  if (offeredTo && offeredTo.id === hello?.id && passedBy) return `${passedBy.name} passes it to you`
  if (offeredTo) return `Passed to ${offeredTo.name}`
  if (escalations > 0) return 'Nobody has taken it yet'
  const asked = wanted && (wanted.skill ?? wanted.group ?? wanted.role)
  return asked === undefined ? undefined : `For ${asked}`
}
