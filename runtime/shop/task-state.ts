/** What a task is made of, who sees it, and what happens to it next. */
import type { Associate, CommandCall, CommandParams } from '../contract/index.ts'
import { type Audience, belongs } from './audience.ts'
import { fillNames, type NoticeNames, nobody } from './notice-text.ts'
import type { Task } from './types.ts'

export type Step = NonNullable<CommandParams<'task.open'>['escalate']>[number]

/** A task as the ledger keeps it. */
export interface KeptTask extends Task {
  escalate: Step[]
  /** How many steps have happened since it waits. */
  step: number
  /** When the last of them was. */
  steppedAt?: number
  /** Whom it is for; the first is what was asked, each escalation adds its own. */
  audiences: { staff?: string; for?: Audience }[]
  /** Id of its task.opened event. */
  event?: string
  /** Who asked for it; a task that an older release kept has none. */
  source?: string
}

/** However hasty a flow: nobody is called more often than this. */
const repeatSeconds = 15

/** More that wait at once are a flow gone wrong: the least pressing goes. The same number of ended ones is kept. */
export const taskLimit = 500

export const everybody = 'staff/+'
/**
 * Whether a caller may change or close a task: its own, and whatever a person asks for. A flow that is wrong must not
 * reach the alarm of a fridge, whose key is easily guessed.
 */
export const isOf = ({ source }: KeptTask, caller: string): boolean =>
  source === undefined || source === caller || caller.startsWith('api/')

/** What is too much of those that wait: the least pressing of whoever asked for the most, so that nobody crowds others out. */
export function surplus(open: readonly KeptTask[], limit: number): KeptTask[] {
  const bySource = Map.groupBy(open.toSorted(byPressure), ({ source }) => source)
  const out: KeptTask[] = []
  for (let many = open.length; many > limit; many--) {
    const most = [...bySource.values()].reduce((one, other) => (other.length > one.length ? other : one))
    const last = most.pop()
    if (last) out.push(last)
  }
  return out
}

export const isOver = ({ state }: Task): boolean => state !== 'open' && state !== 'claimed'

/**
 * A task as it was asked for. One about a person keeps the braces of its texts, which are filled for whoever reads it;
 * any other has nobody to name.
 */
export function taskOf(
  { to, source, because = [] }: CommandCall,
  params: CommandParams<'task.open'>,
  id: string,
  time: number,
) {
  const { title, text, escalate = [], ttlSeconds, urgency = 'normal', ...rest } = params
  const staff = to === everybody ? {} : { staff: to.slice('staff/'.length) }
  const kept = (words: string) => (params.about === undefined ? fillNames(words, nobody) : words)
  const task: KeptTask = {
    ...rest,
    id,
    to,
    source,
    title: kept(title).slice(0, 120),
    ...(text === undefined ? {} : { text: kept(text).slice(0, 280) }),
    urgency,
    state: 'open',
    openedAt: time,
    waitingSince: time,
    escalations: 0,
    ...(ttlSeconds === undefined ? {} : { until: time + ttlSeconds * 1000 }),
    told: [],
    because: because.slice(0, 32),
    escalate,
    step: 0,
    audiences: [{ ...staff, ...(rest.for ? { for: rest.for } : {}) }],
  }
  return task
}

/** What a repeated task.open changes of a task that is not over: what it says, not who has it or since when. */
export function renewed(task: KeptTask, asked: KeptTask, params: CommandParams<'task.open'>): KeptTask {
  const { id, state, openedAt, waitingSince, escalations, told, step, claimedBy, claimedAt } = task
  const { steppedAt, offeredTo, passedBy, event } = task
  return {
    ...asked,
    id,
    state,
    openedAt,
    waitingSince,
    escalations,
    told,
    step,
    ...(params.escalate ? {} : { escalate: task.escalate }),
    ...(params.ttlSeconds === undefined && task.until !== undefined ? { until: task.until } : {}),
    ...(claimedBy === undefined ? {} : { claimedBy }),
    ...(claimedAt === undefined ? {} : { claimedAt }),
    ...(steppedAt === undefined ? {} : { steppedAt }),
    ...(offeredTo === undefined ? {} : { offeredTo }),
    ...(passedBy === undefined ? {} : { passedBy }),
    ...(event === undefined ? {} : { event }),
    // A manager who changes it does not take it away from whoever will close it.
    ...(task.source === undefined ? {} : { source: task.source }),
    audiences: [...asked.audiences, ...task.audiences.slice(1)],
  }
}

/** What is told of a task when it is opened. */
export function openedWords(task: KeptTask): object {
  const { zone, slot, product, cabinet, urgency } = task
  const about = Object.entries({ zone, slot, product, cabinet }).filter(([, value]) => value !== undefined)
  return { title: outward(task).title, ...Object.fromEntries(about), urgency }
}

/** Whether a task is for an associate, as far as it was asked and escalated. */
export const isFor = (associate: Associate, { audiences, offeredTo }: KeptTask): boolean =>
  offeredTo === associate.id ||
  audiences.some(({ staff, for: wanted }) => (staff ?? associate.id) === associate.id && belongs(associate, wanted))

/** It waits again, and the clock of its escalation starts anew. */
export function giveBack(task: KeptTask, time: number): void {
  task.state = 'open'
  task.waitingSince = time
  task.step = 0
  for (const field of ['claimedBy', 'claimedAt', 'offeredTo', 'steppedAt'] as const) delete task[field]
}

export function end(task: KeptTask, state: 'done' | 'closed' | 'expired', time: number, by?: string): void {
  task.state = state
  task.endedAt = time
  if (by !== undefined) task.endedBy = by
}

/** What happens next if nobody does anything, and when (ms since the epoch). Who has a task is left to finish it. */
export function next(task: KeptTask): { what: 'escalate' | 'expire'; at: number } | undefined {
  if (task.state !== 'open') return undefined
  const { until } = task
  const at = nextStep(task)
  if (at !== undefined && (until === undefined || at < until)) return { what: 'escalate', at }
  return until === undefined ? undefined : { what: 'expire', at: until }
}

function nextStep({ escalate, step, steppedAt, waitingSince }: KeptTask): number | undefined {
  const coming = escalate[step]
  if (coming) return waitingSince + coming.afterSeconds * 1000
  const last = escalate.at(-1)
  if (!last?.repeat) return undefined
  return (steppedAt ?? waitingSince) + Math.max(last.afterSeconds, repeatSeconds) * 1000
}

/** Takes the step that is due, and says for whom it is. */
export function takeStep(task: KeptTask, time: number): Audience | undefined {
  const step = task.escalate[task.step] ?? task.escalate.at(-1)
  if (task.step < task.escalate.length) {
    task.step += 1
    task.audiences.push(step?.for ? { for: step.for } : {})
  }
  task.steppedAt = time
  task.escalations += 1
  return step?.for
}

const rank = { urgent: 0, normal: 1, calm: 2 }

/** The most urgent first, among equals the one that waits longest. */
export const byPressure = (a: Task, b: Task): number =>
  rank[a.urgency] - rank[b.urgency] || a.openedAt - b.openedAt || (a.id < b.id ? -1 : 1)

/** Without what only the shop needs, and with names in its texts: nobody's, unless whoever reads it may know. */
export function outward(task: KeptTask, names: NoticeNames = nobody): Task {
  const {
    escalate: _escalate,
    step: _step,
    steppedAt: _at,
    audiences: _audiences,
    event: _event,
    source: _source,
    title,
    text,
    ...rest
  } = task
  return {
    ...rest,
    title: fillNames(title, names).slice(0, 120),
    ...(text === undefined ? {} : { text: fillNames(text, names).slice(0, 280) }),
    told: [...rest.told],
  }
}
