/** What one associate is told and has to do, as the box says it, kept on the device for when the box is away. */
import { asApiError, json, type ApiError } from '../shared/api.ts'
import { recall, remember } from '../shared/memory.ts'
import { openSocket } from '../shared/socket.ts'
import { milliseconds } from '../shared/time.ts'
import type { Alert, Notice, StaffMe, Task } from '../shared/types.ts'
import { itemsOf } from './items.ts'
import { openOutbox, type Outbox, type Tap } from './outbox.ts'

/** Notices that a device keeps for the list of earlier ones. */
const KEPT = 50
const DAY_MILLISECONDS = 86_400_000
/** The box beats every 15 s; after three that did not come the stream is opened anew. */
const SILENT_MILLISECONDS = 50_000
const rank = { urgent: 0, normal: 1, calm: 2 }

export interface Hello {
  id: string
  name: string
  onShift: boolean
}

export interface StaffView {
  hello?: Hello
  me?: StaffMe
  /** Newest first. */
  notices: Notice[]
  tasks: Task[]
  live: boolean
  /** How far the clock of the box is before the device's (ms): a tablet may never have been set. */
  ahead?: number
  /** What was tapped here that the box does not know of yet. */
  unsent: Tap[]
  /** Why the box did not take what was tapped, in its words. */
  said?: string
  refused?: ApiError
}

interface Message {
  hello?: Hello & { notices?: Notice[]; tasks?: Task[]; time?: string }
  notice?: Notice
  notices?: Notice[]
  task?: Task
  tasks?: Task[]
  alert?: Alert
  me?: StaffMe
}

const empty: StaffView = { notices: [], tasks: [], live: false, unsent: [] }
/** The box keeps a notice for a day after it was acknowledged, and drops one whose time is over; so does a device without it. */
const recentAt =
  (now: number) =>
  ({ time, until, acknowledgedAt }: Notice) =>
    milliseconds(acknowledgedAt ?? until ?? time) > now - DAY_MILLISECONDS
const isOver = ({ state }: Task) => state !== 'open' && state !== 'claimed'

/** Follows one associate, by id or as `me`. `alerted` is called when somebody may be disturbed now. */
export function openStaff(
  who: string,
  signal: AbortSignal,
  draw: (view: StaffView) => void,
  alerted: (alert: Alert) => void,
): Outbox['add'] {
  const store = `endcap.staff.${who}`
  const path = `/staff/${encodeURIComponent(who)}`
  // What an older release kept may lack what is new.
  const { refused: _, ...kept } = { ...empty, ...(recall(store) as StaffView | undefined) }
  let view: StaffView = {
    ...kept,
    live: false,
    notices: kept.notices.filter(recentAt(Date.now() + (kept.ahead ?? 0))),
    unsent: kept.unsent.filter((tap) => typeof tap === 'object'),
  }

  const now = () => Date.now() + (view.ahead ?? 0)
  const change = (part: Partial<StaffView>) => {
    view = { ...view, ...part }
    // What the box said may name a task that names somebody: it is shown, and not kept.
    const { said: _said, ...kept } = view
    remember(store, { ...kept, notices: kept.notices.filter(recentAt(now())) })
    draw(view)
  }
  const takeNotices = (notices: Notice[], all: boolean) => {
    const rest = all ? [] : view.notices.filter((old) => notices.every(({ id }) => id !== old.id))
    const merged = [...notices.filter(({ gone }) => !gone), ...rest]
    change({ notices: merged.sort((a, b) => milliseconds(b.time) - milliseconds(a.time)).slice(0, KEPT) })
  }
  const takeTask = (task: Task) => {
    const others = view.tasks.filter(({ id }) => id !== task.id)
    // A task that somebody else has is nothing to see here any more.
    const mine = task.claimedBy === undefined || task.claimedBy.id === view.hello?.id
    change({ tasks: mine && !(isOver(task) && task.claimedBy === undefined) ? [...others, task] : others })
  }

  const outbox = openOutbox(path, signal, view.unsent, {
    changed: (unsent) => change({ unsent }),
    taken({ what }, answer) {
      if (what === 'notice') takeNotices([answer as Notice], false)
      else takeTask(answer as Task)
    },
    refused({ what, id }, error) {
      // A notice that is gone is nothing to speak of; a task that somebody else has is.
      if (what === 'task') change({ said: error.message, tasks: view.tasks.filter((task) => task.id !== id) })
    },
  })

  /** What waited here when the box was last heard, and how urgent it was; undefined before it was heard at all. */
  let before: Map<string, number> | undefined
  let greeted = false
  const waiting = () => itemsOf(view, now())

  /** What came while the device was away disturbs once, as it would have then; what came and went, not at all. */
  function catchUp() {
    const known = before
    before = undefined
    if (!known) return
    const held = new Set(view.me?.attention.held.map(({ id }) => id))
    const [first, ...others] = waiting().filter(
      ({ id, urgency }) => !held.has(id) && rank[urgency] < (known.get(id) ?? Infinity),
    )
    if (!first) return
    const { id, tap, urgency } = first
    alerted({ what: tap.what, id, urgency, folded: others.length, time: new Date(now()).toISOString() })
  }

  const handlers = {
    live(live: boolean) {
      if (!live && greeted) before = new Map(waiting().map(({ id, urgency }) => [id, rank[urgency]]))
      greeted = false
      const { refused: _refused, ...rest } = view
      view = rest
      change({ live })
      if (live) outbox.send()
      else void whyNot()
    },
    message(data: unknown) {
      const { hello, notice, notices, task, tasks, alert, me } = data as Message
      if (me) change({ me })
      if (hello) {
        const ahead = hello.time === undefined ? 0 : milliseconds(hello.time) - Date.now()
        change({ hello: { id: hello.id, name: hello.name, onShift: hello.onShift }, ahead })
        if (hello.notices) takeNotices(hello.notices, true)
        if (hello.tasks) change({ tasks: hello.tasks })
        if (!greeted) catchUp()
        greeted = true
      }
      if (tasks) {
        const { said: _said, ...rest } = view
        view = rest
        change({ tasks })
      }
      if (notices) takeNotices(notices, true)
      if (notice) takeNotices([notice], false)
      if (task) takeTask(task)
      if (alert) alerted(alert)
    },
  }
  openSocket(`${path}/stream`, signal, handlers, { silentMilliseconds: SILENT_MILLISECONDS })

  /** A socket does not tell why it was refused; a request does. */
  async function whyNot() {
    try {
      await json('GET', `${path}/notices`)
    } catch (thrown) {
      const error = asApiError(thrown)
      if (error.status >= 400 && error.status < 500) change({ refused: error })
    }
  }
  void whyNot()
  draw(view)

  return (tap) => {
    const { said: _said, ...rest } = view
    view = rest
    outbox.add(tap)
  }
}
