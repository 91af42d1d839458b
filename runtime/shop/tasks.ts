/** What there is to do: opened by flows, plugins and managers, claimed, passed on, done. Lives here, so it goes on without Node-RED. */
import { randomUUID } from 'node:crypto'
import {
  type Associate,
  type CommandAnswer,
  type CommandCall,
  type CommandParams,
  EndcapError,
} from '../contract/index.ts'
import type { Ledger } from '../ledger/index.ts'
import { createAlarms } from './alarms.ts'
import { belongs, reach } from './audience.ts'
import { type NoticeNames, redact, typedFields } from './notice-text.ts'
import {
  byPressure,
  end,
  giveBack,
  isFor,
  isOf,
  isOver,
  type KeptTask,
  next,
  outward,
  renewed,
  surplus,
  takeStep,
  taskOf,
} from './task-state.ts'
import type { Availability, Emit, Shop, ShopLog, Task } from './types.ts'

export interface TasksDependencies {
  ledger: Ledger
  emit: Emit
  log: ShopLog
  now(): number
  staff(): readonly Associate[]
  onShift(): readonly Associate[]
  availability(staff: string): Availability['availability']
  /** Whose names an associate may read in what is about a token. */
  names(about: string | undefined): NoticeNames
  /** Somebody shall be disturbed by a task. */
  alert(staff: string, task: Task): void
  changed(): void
}

const kind = 'task'
const typed = new Set<string>(typedFields)
const dayMilliseconds = 86_400_000
/** More that wait at once are a flow gone wrong: the least pressing goes. The same number of ended ones is kept. */
const limit = 500

export async function createTasks(dependencies: TasksDependencies) {
  const { ledger, emit, log, now, staff, onShift, availability, names, alert, changed } = dependencies
  const alarms = createAlarms(now)
  const tasks = await ledger.documents.all<KeptTask>(kind)
  const pages = new Set<(task: KeptTask) => void>()

  const rendered = (task: KeptTask) => outward(task, names(task.about))
  const put = (task: KeptTask) => ledger.documents.put(kind, task.id, task)
  const find = (id: string): KeptTask => {
    const task = tasks.get(id)
    if (!task) throw new EndcapError('ENDCAP_NOT_FOUND', { kind: 'task', id })
    return task
  }
  const running = () => [...tasks.values()].filter((task) => !isOver(task))
  const nameOf = (id: string) => staff().find((one) => one.id === id)?.name ?? id
  const fail = (error: unknown) => log.error({ err: error }, 'a task could not be kept')

  function show(task: KeptTask) {
    for (const page of pages) {
      try {
        page(task)
      } catch (error) {
        log.error({ task: task.id, err: error }, 'a staff page could not be told')
      }
    }
    changed()
  }

  /** What happens to it by itself: escalation, expiry, and a day after its end oblivion. */
  function arm(task: KeptTask) {
    if (isOver(task)) return alarms.set(task.id, (task.endedAt ?? now()) + dayMilliseconds, () => void drop(task))
    const coming = next(task)
    if (!coming) return alarms.clear(task.id)
    const act = coming.what === 'escalate' ? escalate : expire
    return alarms.set(task.id, coming.at, () => void act(task).catch(fail))
  }

  async function drop(task: KeptTask) {
    alarms.clear(task.id)
    tasks.delete(task.id)
    await ledger.documents.delete(kind, task.id).catch(fail)
    changed()
  }

  /** After each change of state: shown at once, then kept, published and, where somebody did it, in the trail. */
  async function commit(task: KeptTask, type: string, data: object = {}, by?: string): Promise<Task> {
    arm(task)
    show(task)
    await put(task)
    const { id, kind: sort, key, event, because } = task
    const marks = { task: id, ...(sort === undefined ? {} : { kind: sort }), ...(key === undefined ? {} : { key }) }
    // What was typed may name somebody, and nothing is ever taken out of the trail again.
    const detail = Object.fromEntries(Object.entries(data).filter(([field]) => !typed.has(field)))
    const causes = event === undefined ? because : [event]
    const id7 = await emit(
      'shop',
      {
        type,
        subject: `task/${id}`,
        data: { ...marks, ...data },
        ...(causes.length > 0 ? { because: causes } : {}),
      },
      { commit: true },
    )
    if (type === 'task.opened') {
      task.event = id7
      await put(task)
    }
    if (by !== undefined)
      await ledger.audit.add({ time: now(), actor: by, action: type, subject: `task/${id}`, detail })
    return rendered(task)
  }

  function disturb(task: KeptTask, those: readonly Associate[]): void {
    task.told = [...new Set([...task.told, ...those.map(({ id }) => id)])]
    for (const { id } of those) alert(id, outward(task))
  }
  const reached = (task: KeptTask) =>
    reach(
      onShift().filter((one) => isFor(one, task)),
      availability,
      task.urgency,
    )

  async function escalate(task: KeptTask) {
    const wanted = takeStep(task, now())
    const fit = onShift().filter((one) => belongs(one, wanted))
    // An escalation that reaches nobody would be none: then everybody is called.
    disturb(task, reach(fit.length > 0 ? fit : onShift(), availability, task.urgency))
    await commit(task, 'task.escalated')
  }

  async function expire(task: KeptTask) {
    end(task, 'expired', now())
    await commit(task, 'task.expired')
  }

  const close = (task: KeptTask, reason: string, by: string) => {
    const held = task.claimedBy === undefined ? {} : { staff: task.claimedBy }
    end(task, 'closed', now(), by)
    task.reason = reason
    return commit(task, 'task.closed', { ...held, reason }, by)
  }

  /** What is too much goes: of those that wait the least pressing, of those that are over the oldest. */
  async function bound() {
    for (const task of surplus(running(), limit)) await close(task, `more than ${limit} tasks were open`, 'endcap')
    const over = [...tasks.values()].filter(isOver).sort((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0))
    for (const task of over.slice(limit)) await drop(task)
  }

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
    tasks.set(asked.id, asked)
    disturb(asked, reached(asked))
    const { told } = asked
    const { title } = outward(asked)
    const { zone, slot, product, cabinet, urgency } = asked
    const about = Object.entries({ zone, slot, product, cabinet }).filter(([, value]) => value !== undefined)
    await commit(asked, 'task.opened', { title, ...Object.fromEntries(about), urgency }, call.source)
    await bound()
    return { task: asked.id, told, again: false }
  }

  /** More pressing than before, it disturbs anew; else it only says what is so now. */
  async function again(task: KeptTask, fresh: KeptTask): Promise<CommandAnswer<'task.open'>> {
    const before = JSON.stringify(task)
    const raised = task.urgency !== 'urgent' && fresh.urgency === 'urgent'
    for (const field of Object.keys(task)) if (!(field in fresh)) delete task[field as 'text']
    Object.assign(task, fresh)
    if (task.state === 'open') {
      const those = reached(task)
      disturb(task, raised ? those : those.filter(({ id }) => !task.told.includes(id)))
    }
    if (JSON.stringify(task) !== before) {
      arm(task)
      show(task)
      await put(task)
    }
    return { task: task.id, told: task.told, again: true }
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
  async function look() {
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
        const fresh = reached(task).filter(({ id }) => !task.told.includes(id))
        if (fresh.length === 0) continue
        disturb(task, fresh)
        show(task)
        await put(task)
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
      const task = tasks.get(taskId)
      return task?.state === 'open' && sees(id, task)
    },
    /** The roster or somebody's availability changed. */
    look: () => look().catch(fail),
    /** Everything that waits begins to run, what is overdue at once; `look` is the caller's. */
    resume() {
      for (const task of tasks.values()) arm(task)
    },
    /** A task with nobody's name in it. */
    plain(id: string): Task | undefined {
      const task = tasks.get(id)
      return task && outward(task)
    },
    /** A token means nobody any more: what is about it stays to be done, and names nobody; nor does what was typed. */
    async forget(token: string, words?: RegExp): Promise<void> {
      const those = [...tasks.values()].filter((task) => {
        const typedThere = words !== undefined && redact(task, words)
        if (task.about !== token) return typedThere
        const { title, text } = outward(task)
        Object.assign(task, { title, ...(text === undefined ? {} : { text }) })
        delete task.about
        return true
      })
      for (const task of those) show(task)
      await Promise.all(those.map(put))
    },
    face: {
      list: () => [...tasks.values()].sort((a, b) => b.openedAt - a.openedAt).map(rendered),
      of(id) {
        known(id)
        return [...tasks.values()]
          .filter((task) => sees(id, task))
          .sort((a, b) => Number(isOver(a)) - Number(isOver(b)) || byPressure(a, b))
          .map(rendered)
      },
      get: (id) => rendered(find(id)),
      async claim(id, taskId) {
        known(id)
        const task = mine(id, find(taskId))
        if (task.claimedBy === id) return rendered(task)
        task.state = 'claimed'
        task.claimedBy = id
        task.claimedAt = now()
        delete task.offeredTo
        return commit(task, 'task.claimed', { staff: id }, `staff/${id}`)
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
        return commit(task, 'task.passed', { staff: id, ...(colleague ? { to: colleague.id } : {}) }, `staff/${id}`)
      },
      async done(id, taskId) {
        known(id)
        const task = find(taskId)
        if (task.state === 'done' && task.endedBy === `staff/${id}`) return rendered(task)
        mine(id, task)
        task.claimedBy ??= id
        task.claimedAt ??= now()
        end(task, 'done', now(), `staff/${id}`)
        const answer = await commit(task, 'task.done', { staff: id }, `staff/${id}`)
        await bound()
        return answer
      },
      async close(taskId, reason, by) {
        const task = find(taskId)
        if (isOver(task)) throw new EndcapError('ENDCAP_TASK_OVER', { title: outward(task).title, state: task.state })
        return close(task, reason, by)
      },
      attach(id, page) {
        known(id)
        const seen = new Set([...tasks.values()].filter((task) => sees(id, task)).map((task) => task.id))
        const tell = (task: KeptTask) => {
          const now = sees(id, task)
          if (!now && !seen.delete(task.id)) return
          if (now) seen.add(task.id)
          page(rendered(task))
        }
        pages.add(tell)
        return () => {
          pages.delete(tell)
        }
      },
    } satisfies Shop['tasks'],
    stop() {
      alarms.stop()
      pages.clear()
    },
  }
}
export type Tasks = Awaited<ReturnType<typeof createTasks>>
