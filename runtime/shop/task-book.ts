/** The tasks that the ledger keeps, and what happens to each by itself: escalation, expiry, and a day after its end oblivion. */
import { type Associate, EndcapError } from '../contract/index.ts'
import type { AuditEntry, Ledger } from '../ledger/index.ts'
import { createAlarms } from './alarms.ts'
import { belongs, reach } from './audience.ts'
import { type NoticeNames, redact, typedFields } from './notice-text.ts'
import {
  end,
  isFor,
  isOver,
  type KeptTask,
  next,
  openedWords,
  outward,
  surplus,
  takeStep,
  taskLimit,
} from './task-state.ts'
import type { Availability, Emit, ShopLog, Task } from './types.ts'

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

export async function createTaskBook(dependencies: TasksDependencies) {
  const { ledger, emit, log, now, onShift, availability, names, alert, changed } = dependencies
  const alarms = createAlarms(now)
  const tasks = await ledger.documents.all<KeptTask>(kind)
  const pages = new Set<(task: KeptTask) => void>()

  const rendered = (task: KeptTask) => outward(task, names(task.about))
  const put = (task: KeptTask) => ledger.documents.put(kind, task.id, task)
  const keep = (task: KeptTask) => ledger.documents.keep(kind, task.id, task)
  const running = () => [...tasks.values()].filter((task) => !isOver(task))
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

  /** Sets the clock of what comes next. */
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
    unkept.delete(task.id)
    await ledger.documents.keep(kind, task.id)
    changed()
  }

  /** Publishes what happened to a task; resolves with the id of the event, and with `commit` after COMMIT. */
  function say(task: KeptTask, type: string, data: object, commit = false): Promise<string> {
    const { id, kind: sort, key, event, because } = task
    const marks = { task: id, ...(sort === undefined ? {} : { kind: sort }), ...(key === undefined ? {} : { key }) }
    const causes = event === undefined ? because : [event]
    return emit(
      'shop',
      {
        type,
        subject: `task/${id}`,
        data: { ...marks, ...data },
        ...(causes.length > 0 ? { because: causes } : {}),
      },
      { commit },
    )
  }

  /** Tasks whose last state the ledger could not write yet. */
  const unkept = new Set<string>()
  async function settle(task: KeptTask): Promise<void> {
    if (await keep(task)) unkept.delete(task.id)
    else unkept.add(task.id)
  }

  /**
   * After each change of state: shown and published at once, then kept and, where somebody did it, in the trail, all as
   * one transaction. It counts whether the disk takes it or not, and then is written later; `isKept` tells.
   */
  async function commit(task: KeptTask, type: string, data: object = {}, by?: string): Promise<Task> {
    arm(task)
    show(task)
    const { id } = task
    const id7 = await say(task, type, data)
    if (type === 'task.opened') task.event = id7
    // What was typed may name somebody, and nothing is ever taken out of the trail again.
    const detail = Object.fromEntries(Object.entries(data).filter(([field]) => !typed.has(field)))
    const trail = by !== undefined && { time: now(), actor: by, action: type, subject: `task/${id}`, detail }
    await Promise.all([settle(task), trail && ledger.audit.keep(trail)])
    return rendered(task)
  }
  /** Whether the ledger has all of it. */
  const isKept = (task: KeptTask): boolean => !unkept.has(task.id)

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
    for (const task of surplus(running(), taskLimit))
      await close(task, `more than ${taskLimit} tasks were open`, 'endcap')
    const over = [...tasks.values()].filter(isOver).sort((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0))
    for (const task of over.slice(taskLimit)) await drop(task)
  }

  /** Many that are new, kept as one: all of them with their events and the entry of the trail, or none. */
  async function openAll(fresh: readonly KeptTask[], entry: Omit<AuditEntry, 'time'>): Promise<void> {
    for (const task of fresh) tasks.set(task.id, task)
    try {
      const [ids] = await Promise.all([
        Promise.all(fresh.map((task) => say(task, 'task.opened', openedWords(task), true))),
        ...fresh.map(put),
        ledger.audit.add({ time: now(), ...entry }),
      ])
      for (const [at, task] of fresh.entries()) task.event = ids[at] ?? ''
    } catch (error) {
      for (const task of fresh) tasks.delete(task.id)
      throw error
    }
    for (const task of fresh) disturb(task, reached(task))
    await keepAll(fresh)
  }
  /** Shown and kept, without an event: nothing happened that anybody waits for. */
  async function keepAll(those: readonly KeptTask[]): Promise<void> {
    for (const task of those) {
      arm(task)
      show(task)
    }
    await Promise.all(those.map(settle))
  }

  return {
    all: () => [...tasks.values()],
    running,
    /** Throws ENDCAP_NOT_FOUND. */
    find(id: string): KeptTask {
      const task = tasks.get(id)
      if (!task) throw new EndcapError('ENDCAP_NOT_FOUND', { kind: 'task', id })
      return task
    },
    has: (id: string) => tasks.has(id),
    add(task: KeptTask): void {
      tasks.set(task.id, task)
    },
    openAll,
    keepAll,
    /** As an associate reads it. */
    rendered,
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
    commit,
    isKept,
    /** Throws why the ledger does not have all of a task; with `again` after another try. */
    async assure(task: KeptTask, again = false): Promise<void> {
      if (again && unkept.has(task.id)) await settle(task)
      const fault = unkept.has(task.id) && ledger.fault()
      if (fault) throw new EndcapError('ENDCAP_TASK_UNKEPT', { title: outward(task).title, reason: fault.reason })
    },
    disturb,
    reached,
    close,
    bound,
    fail,
    /** Called with each task that changed. */
    onChange(page: (task: KeptTask) => void): () => void {
      pages.add(page)
      return () => {
        pages.delete(page)
      }
    },
    /** Everything that waits begins to run, what is overdue at once. */
    resume() {
      for (const task of tasks.values()) arm(task)
    },
    stop() {
      alarms.stop()
      pages.clear()
    },
  }
}
export type TaskBook = Awaited<ReturnType<typeof createTaskBook>>
