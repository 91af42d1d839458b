/** The people who work here: what they are told, what there is to do, whether they may be disturbed, what they answer. */
import {
  type Associate,
  type CommandAnswer,
  type CommandCall,
  type CommandParams,
  EndcapError,
  type Purpose,
} from '../contract/index.ts'
import type { Ledger } from '../ledger/index.ts'
import { createAlarms } from './alarms.ts'
import { createAttention, defaultAlertsPerHour, type KeptAttention, type Wish } from './attention.ts'
import { createAvailability } from './availability.ts'
import { createKeeper } from './keeper.ts'
import { digest } from './notice-text.ts'
import { createNotices } from './notices.ts'
import type { Places } from './places.ts'
import { shiftEnd } from './roster.ts'
import { createTasks, type Tasks } from './tasks.ts'
import type { Emit, Person, Shop, ShopLog, StaffAlert } from './types.ts'
import { worn } from './worn.ts'

export interface WorkforceDependencies {
  ledger: Ledger
  emit: Emit
  log: ShopLog
  now(): number
  staff(): readonly Associate[]
  timezone(): string
  onShift(): readonly Associate[]
  places: Places
  person(token: string): Person | undefined
  consents(token: string, purpose: Purpose): boolean
  changed(what: 'notices' | 'tasks' | 'availability' | 'attention' | 'shifts'): void
}

const kind = 'attention'

export async function createWorkforce(dependencies: WorkforceDependencies) {
  const { ledger, emit, log, now, staff, onShift, places, changed } = dependencies
  const alarms = createAlarms(now)
  const pages = new Map<string, Set<(alert: StaffAlert) => void>>()
  const working = (id: string) => onShift().some((one) => one.id === id)
  const publish = (type: string, id: string, data: object, because: readonly string[] = []) => {
    const event = { type, subject: `staff/${id}`, data: { staff: id, ...data } }
    emit('shop', because.length > 0 ? { ...event, because: [...because] } : event).catch((error: unknown) =>
      log.error({ staff: id, err: error }, `${type} was not published`),
    )
  }

  let tasks: Tasks | undefined
  const availability = await createAvailability({
    ledger,
    emit,
    now,
    onShift: working,
    changed(id) {
      changed('availability')
      attention.look(id)
      void tasks?.look()
    },
  })
  const keeper = createKeeper({
    log,
    keep(id) {
      const kept = attention.kept(id)
      return ledger.documents.keep(kind, id, kept)
    },
  })
  const attention = createAttention({
    now,
    alarms,
    alertsPerHour: (id) => staff().find((one) => one.id === id)?.alertsPerHour ?? defaultAlertsPerHour,
    quiet: (id) => availability.of(id).quiet,
    metres(id, zone) {
      const goal = places.centre(zone)
      return goal && places.metres(`staff/${id}`, goal, zone)
    },
    waits: (id, { what, id: item }) =>
      what === 'task' ? tasks?.waits(id, item) === true : notices.plain(id, item)?.acknowledgedAt === undefined,
    deliver,
    changed(id) {
      keeper.touch(id)
      changed('attention')
    },
    restored: await ledger.documents.all<KeptAttention>(kind),
  })
  const notices = await createNotices({
    ...dependencies,
    availability: (id) => availability.of(id).availability,
    alert: (id, wish) => attention.ask(id, wish),
    changed: () => changed('notices'),
  })
  const work = await createTasks({
    ...dependencies,
    availability: (id) => availability.of(id).availability,
    names: notices.names,
    alert: (id, { id: task, urgency, zone, kind: sort, title }) =>
      attention.ask(id, {
        what: 'task',
        id: task,
        urgency,
        fold: `task/${sort ?? digest(title)}`,
        ...(zone === undefined ? {} : { zone }),
        time: now(),
      }),
    changed: () => changed('tasks'),
  })
  tasks = work

  /** To the pages of the associate; and as an event without any customer's name, for what they wear. */
  function deliver(id: string, wish: Wish, folded: number): void {
    const { what, id: item, urgency } = wish
    const about = what === 'task' ? tasks?.plain(item) : notices.plain(id, item)
    for (const page of pages.get(id) ?? []) {
      try {
        const { title, zone } = about ?? {}
        const plain = { ...(title === undefined ? {} : { title }), ...(zone === undefined ? {} : { zone }) }
        page({ what, id: item, urgency, folded, time: now(), ...plain })
      } catch (error) {
        log.error({ staff: id, err: error }, 'a staff page could not be told')
      }
    }
    if (!about) return
    const { title, text, zone, because } = about
    const words = { title, ...(text === undefined ? {} : { text }), ...(zone === undefined ? {} : { zone }) }
    publish('staff.alerted', id, { what, item, ...words, urgency, folded }, because)
  }

  let present = new Set(onShift().map(({ id }) => id))
  /** Shifts may have begun or ended; what they leave behind is cleared away. */
  async function shifts(): Promise<void> {
    changed('shifts')
    const before = present
    present = new Set(onShift().map(({ id }) => id))
    for (const id of [...attention.people(), ...before]) if (!present.has(id)) attention.forget(id)
    for (const id of before.difference(present)) publish('staff.shift', id, { onShift: false })
    for (const id of present.difference(before)) publish('staff.shift', id, { onShift: true })
    await availability.shifts()
    await work.look(present.difference(before))
  }

  const turn = () =>
    void shifts().catch((error: unknown) => log.error({ err: error }, 'the change of shift could not be kept'))
  let start: NodeJS.Immediate | undefined

  /** What somebody answers on a device that they wear, as if they had tapped on their page. */
  async function answer(call: CommandCall): Promise<CommandAnswer<'staff.answer'>> {
    const id = call.to.slice('staff/'.length)
    const { item, answer: said } = call.params as CommandParams<'staff.answer'>
    if (said === 'acknowledge') await notices.face.acknowledge(id, item)
    else if (said === 'claim') await work.face.claim(id, item)
    else if (said === 'done') await work.face.done(id, item)
    else await work.face.pass(id, item, undefined)
    return {}
  }

  /** Off shift nothing waits. */
  function waiting({ to, name }: CommandCall): CommandAnswer<'staff.waiting'> {
    const id = to.slice('staff/'.length)
    if (!staff().some((one) => one.id === id)) throw new EndcapError('ENDCAP_TARGET_UNKNOWN', { to, command: name })
    if (!working(id)) return { items: [] }
    const held = new Set(attention.state(id).held.map((one) => one.id))
    const tasks = work.face.of(id).flatMap((task) => work.plain(task.id) ?? [])
    const told = notices.face.list(id).flatMap((notice) => notices.plain(id, notice.id) ?? [])
    return { items: worn(id, tasks, told, held) }
  }

  return {
    /** Takes names from what associates read: of a token, and on erasure also as somebody typed it. */
    async forget(token: string, words?: RegExp): Promise<void> {
      await Promise.all([notices.forget(token, words), work.forget(token, words)])
    },
    answers: {
      'staff.notify': notices.notify,
      'staff.answer': answer,
      'staff.waiting': waiting,
      'task.open': work.open,
      'task.close': work.close,
    },
    faces: {
      notices: notices.face,
      tasks: work.face,
      staff: {
        availability: availability.of,
        setAvailability: availability.set,
        attention: attention.state,
        shiftEnds(id) {
          const associate = staff().find((one) => one.id === id)
          return associate && shiftEnd(associate, dependencies.timezone(), now())
        },
        attach(id, page) {
          const set = pages.get(id) ?? new Set()
          pages.set(id, set.add(page))
          return () => {
            set.delete(page)
          }
        },
      },
    } satisfies Pick<Shop, 'notices' | 'staff'> & { tasks: typeof work.face },
    /** For files of tasks. */
    work,
    /** Begins to run in the next turn, when whoever made the shop can publish its events; what is overdue at once. */
    resume() {
      start = setImmediate(() => {
        work.resume()
        for (const id of attention.people()) attention.look(id)
        turn()
      })
    },
    shifts: turn,
    async stop() {
      clearImmediate(start)
      alarms.stop()
      pages.clear()
      notices.stop()
      work.stop()
      await keeper.stop()
    },
  }
}
