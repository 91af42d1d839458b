/** What there is to do: opened by flows, plugins and managers, claimed, passed on, done. Lives here, so it goes on without Node-RED. */
import { randomUUID } from 'node:crypto'
import {
  type Associate,
  type CommandAnswer,
  type CommandCall,
  type CommandParams,
  EndcapError,
} from '../contract/index.ts'
import type { AuditEntry } from '../ledger/index.ts'
import { createTaskBook, type TasksDependencies } from './task-book.ts'
import {
  byPressure,
  end,
  giveBack,
  isFor,
  isOf,
  isOver,
  type KeptTask,
  openedWords,
  outward,
  renewed,
  taskOf,
} from './task-state.ts'
import type { Shop, Task } from './types.ts'

/** A task that waits already, and what it is asked to be. */
export interface Renewal {
  task: KeptTask
  asked: KeptTask
  params: CommandParams<'task.open'>
}

export async function createTasks(dependencies: TasksDependencies) {
  const { now, staff, onShift } = dependencies
  const book = await createTaskBook(dependencies)
  const { find, running, rendered, commit, disturb, reached, close, bound } = book
  const nameOf = (id: string) => staff().find((one) => one.id === id)?.name ?? id

  async function open(call: CommandCall): Promise<CommandAnswer<'task.open'>> {
    const params = call.params as CommandParams<'task.open'>
    const { to, name } = call
    if (to !== 'staff/+' && !staff().some(({ id }) => to === `staff/${id}`))
      throw new EndcapError('ENDCAP_TARGET_UNKNOWN', { to, command: name })
    const asked = taskOf(call, params, randomUUID(), now())
    const known =
      params.key === undefined
        ? undefined
        : running().find((task) => task.key === params.key && isOf(task, call.source))
    if (known) return again(known, renewed(known, asked, params))
    book.add(asked)
    disturb(asked, reached(asked))
    const { told } = asked
    await commit(asked, 'task.opened', openedWords(asked), call.source)
    await bound()
    return { task: asked.id, told, again: false, ...unkept(asked) }
  }

  async function again(task: KeptTask, fresh: KeptTask): Promise<CommandAnswer<'task.open'>> {
    if (renew(task, fresh) || !book.isKept(task)) await book.keepAll([task])
    return { task: task.id, told: task.told, again: true, ...unkept(task) }
  }
  const unkept = (task: KeptTask) => (book.isKept(task) ? {} : { kept: false as const })
  /** For whoever waits for COMMIT: what they did counts, and they hear where it could not be written. */
  async function assured(done: Promise<Task>, task: KeptTask): Promise<Task> {
    const answer = await done
    await book.assure(task)
    return answer
  }
  /** Makes a task what `fresh` says, and tells whether that is anything new. More pressing than before, it disturbs anew. */
  function renew(task: KeptTask, fresh: KeptTask): boolean {
    const before = JSON.stringify(task)
    const raised = task.urgency !== 'urgent' && fresh.urgency === 'urgent'
    for (const field of Object.keys(task)) if (!(field in fresh)) delete task[field as 'text']
    Object.assign(task, fresh)
    if (task.state === 'open') {
      const those = reached(task)
      disturb(task, raised ? those : those.filter(({ id }) => !task.told.includes(id)))
    }
    return JSON.stringify(task) !== before
  }

  const associate = (id: string): Associate => {
    const found = onShift().find((one) => one.id === id)
    if (!found) throw new EndcapError('ENDCAP_STAFF_OFF_SHIFT', { staff: nameOf(id) })
    return found
  }
  /** The task, if this associate may act on it: theirs, or waiting for somebody like them. */
  function mine(id: string, task: KeptTask): KeptTask {
    const { title, state, claimedBy } = outward(task)
    if (isOver(task)) throw new EndcapError('ENDCAP_TASK_OVER', { title, state })
    if (claimedBy !== undefined && claimedBy !== id)
      throw new EndcapError('ENDCAP_TASK_TAKEN', { title, name: nameOf(claimedBy) })
    if (claimedBy === undefined && !isFor(associate(id), task))
      throw new EndcapError('ENDCAP_NOT_FOUND', { kind: 'task', id: task.id })
    return task
  }

  /** Who comes on shift or back from a break hears what waits; what those had who went home waits again. */
  async function look(come: ReadonlySet<string>) {
    const present = new Set(onShift().map(({ id }) => id))
    for (const task of running()) {
      const { claimedBy, offeredTo } = task
      if (claimedBy !== undefined && !present.has(claimedBy)) {
        giveBack(task, now())
        disturb(task, reached(task))
        await commit(task, 'task.passed', { staff: claimedBy }, 'endcap')
      } else if (task.state === 'open') {
        if (offeredTo !== undefined && present.has(offeredTo)) continue
        delete task.offeredTo
        // What they were told on an earlier shift they have left behind with it.
        task.told = task.told.filter((id) => !come.has(id))
        const fresh = reached(task).filter(({ id }) => !task.told.includes(id))
        if (fresh.length === 0) continue
        disturb(task, fresh)
        await book.keepAll([task])
      }
    }
  }

  const sees = (id: string, task: KeptTask): boolean => {
    if (isOver(task)) return task.endedBy === `staff/${id}` || (task.state === 'closed' && task.claimedBy === id)
    if (task.claimedBy !== undefined) return task.claimedBy === id
    return onShift().some((one) => one.id === id && isFor(one, task))
  }
  const known = (id: string): void => {
    if (!staff().some((one) => one.id === id)) throw new EndcapError('ENDCAP_NOT_FOUND', { kind: 'associate', id })
  }

  return {
    open,
    /** All that is kept; for files. */
    all: book.all,
    /** Opens those that are new as one, all or none, and brings the others up to date. */
    async take(fresh: readonly KeptTask[], renewals: readonly Renewal[], entry: Omit<AuditEntry, 'time'>) {
      const changed = renewals.flatMap(({ task, asked, params }) =>
        renew(task, renewed(task, asked, params)) ? [task] : [],
      )
      // Both begin in one turn: one transaction.
      await Promise.all([book.openAll(fresh, entry), book.keepAll(changed)])
    },
    async close(call: CommandCall): Promise<CommandAnswer<'task.close'>> {
      const { key, reason } = call.params as CommandParams<'task.close'>
      const id = call.to.slice('task/'.length)
      if (id === '+' && key === undefined)
        throw new EndcapError('ENDCAP_COMMAND_INVALID', {
          command: call.name,
          path: '/key',
          reason: 'is needed where `to` is task/+',
        })
      const those = running().filter(
        (task) => (id === '+' || task.id === id) && (key === undefined || task.key === key) && isOf(task, call.source),
      )
      for (const task of those) await close(task, reason, call.source)
      return { closed: those.length }
    },
    /** Whether a task still waits for somebody like this associate. */
    waits(id: string, taskId: string): boolean {
      const task = book.has(taskId) ? find(taskId) : undefined
      return task?.state === 'open' && sees(id, task)
    },
    /** The roster or somebody's availability changed; `come` are those whose shift has begun. */
    look: (come: ReadonlySet<string> = new Set()) => look(come).catch(book.fail),
    /** Everything that waits begins to run, what is overdue at once; `look` is the caller's. */
    resume: book.resume,
    forget: book.forget,
    /** A task with nobody's name in it. */
    plain: (id: string) => (book.has(id) ? outward(find(id)) : undefined),
    face: {
      list: () =>
        book
          .all()
          .sort((a, b) => b.openedAt - a.openedAt)
          .map(rendered),
      of(id) {
        known(id)
        return book
          .all()
          .filter((task) => sees(id, task))
          .sort((a, b) => Number(isOver(a)) - Number(isOver(b)) || byPressure(a, b))
          .map(rendered)
      },
      get: (id) => rendered(find(id)),
      async claim(id, taskId) {
        known(id)
        const task = mine(id, find(taskId))
        if (task.claimedBy === id) {
          await book.assure(task, true)
          return rendered(task)
        }
        task.state = 'claimed'
        task.claimedBy = id
        task.claimedAt = now()
        delete task.offeredTo
        return assured(commit(task, 'task.claimed', { staff: id }, `staff/${id}`), task)
      },
      async pass(id, taskId, to) {
        known(id)
        const task = mine(id, find(taskId))
        const colleague = to === undefined ? undefined : associate(to)
        giveBack(task, now())
        task.passedBy = id
        if (colleague) task.offeredTo = colleague.id
        const others = reached(task).filter((one) => one.id !== id)
        disturb(task, colleague ? [colleague] : others)
        const data = { staff: id, ...(colleague ? { to: colleague.id } : {}) }
        return assured(commit(task, 'task.passed', data, `staff/${id}`), task)
      },
      async done(id, taskId) {
        known(id)
        const task = find(taskId)
        if (task.state === 'done' && task.endedBy === `staff/${id}`) {
          await book.assure(task, true)
          return rendered(task)
        }
        mine(id, task)
        task.claimedBy ??= id
        task.claimedAt ??= now()
        end(task, 'done', now(), `staff/${id}`)
        const answer = await commit(task, 'task.done', { staff: id }, `staff/${id}`)
        await bound()
        await book.assure(task)
        return answer
      },
      async close(taskId, reason, by) {
        const task = find(taskId)
        if (isOver(task)) throw new EndcapError('ENDCAP_TASK_OVER', { title: outward(task).title, state: task.state })
        return assured(close(task, reason, by), task)
      },
      attach(id, page) {
        known(id)
        const seen = new Set(
          book
            .all()
            .filter((task) => sees(id, task))
            .map((task) => task.id),
        )
        const tell = (task: KeptTask) => {
          const now = sees(id, task)
          if (!now && !seen.delete(task.id)) return
          if (now) seen.add(task.id)
          page(rendered(task))
        }
        return book.onChange(tell)
      },
    } satisfies Omit<Shop['tasks'], 'import' | 'waiting'>,
    stop: book.stop,
  }
}
export type Tasks = Awaited<ReturnType<typeof createTasks>>
