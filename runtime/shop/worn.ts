/** What a device that somebody wears shows of what waits for them. It names no customer. */
import type { CommandAnswer } from '../contract/index.ts'
import type { Notice, Task } from './types.ts'

type Item = CommandAnswer<'staff.waiting'>['items'][number]

/** More does not fit a wrist. */
const limit = 40
const rank = { urgent: 0, normal: 1, calm: 2 }

/** Of texts without names. What was held back has disturbed nobody and is not worn. */
export function worn(
  id: string,
  tasks: readonly Task[],
  notices: readonly Notice[],
  held: ReadonlySet<string>,
): Item[] {
  const words = ({ title, text, zone }: Task | Notice) => ({
    title,
    ...(text === undefined ? {} : { text }),
    ...(zone === undefined ? {} : { zone }),
  })
  const all = [
    ...tasks
      .filter(({ state, told, claimedBy }) =>
        state === 'claimed' ? claimedBy === id : state === 'open' && told.includes(id),
      )
      .map((task) => ({
        urgency: task.urgency,
        time: task.waitingSince,
        item: { what: 'task' as const, item: task.id, ...words(task), mine: task.claimedBy === id },
      })),
    ...notices
      .filter(({ acknowledgedAt }) => acknowledgedAt === undefined)
      .map((notice) => ({
        urgency: notice.urgency,
        time: notice.time,
        item: { what: 'notice' as const, item: notice.id, ...words(notice), mine: false },
      })),
  ]
  return all
    .filter(({ item }) => !held.has(item.item))
    .sort((a, b) => rank[a.urgency] - rank[b.urgency] || b.time - a.time)
    .slice(0, limit)
    .toReversed()
    .map(({ item }) => item)
}
