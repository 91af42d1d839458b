import { asApiError, json, type ApiError } from '../shared/api.ts'
import { reconnect } from '../shared/backoff.ts'
import { recall, remember } from '../shared/memory.ts'
import { openSocket } from '../shared/socket.ts'
import { milliseconds } from '../shared/time.ts'
import type { Notice } from '../shared/types.ts'

/** Notices that a device keeps for the list of earlier ones. */
const KEPT = 50

export interface Hello {
  id: string
  name: string
  onShift: boolean
}

export interface StaffView {
  hello?: Hello
  /** Newest first. */
  notices: Notice[]
  live: boolean
  /** Ids acknowledged here that the box does not know of yet. */
  unsent: string[]
  refused?: ApiError
}

type Message = { hello?: Hello & { notices?: Notice[] }; notice?: Notice; notices?: Notice[] }

/**
 * Notices of one associate, by id or as `me`. An acknowledgement holds here at once and is told to the box until it answers, over a reload
 * too: the first one counts there, so telling it twice does no harm.
 */
export function openNotices(
  who: string,
  signal: AbortSignal,
  draw: (view: StaffView) => void,
  arrived: (notice: Notice) => void,
): { acknowledge(id: string): void } {
  const store = `endcap.staff.${who}`
  const path = `/staff/${encodeURIComponent(who)}`
  let view: StaffView = (recall(store) as StaffView | undefined) ?? { notices: [], live: false, unsent: [] }
  const { refused: _, ...kept } = view
  view = { ...kept, live: false }
  /** The first list after opening is what was there before; only what comes later buzzes. */
  const known = new Set(view.notices.map(({ id }) => id))

  const change = (part: Partial<StaffView>) => {
    view = { ...view, ...part }
    remember(store, view)
    draw(view)
  }

  const take = (notices: Notice[], all: boolean) => {
    const fresh = notices.filter(({ id }) => !known.has(id))
    for (const { id } of fresh) known.add(id)
    const rest = all ? [] : view.notices.filter((old) => notices.every(({ id }) => id !== old.id))
    const merged = [...notices, ...rest].sort((a, b) => milliseconds(b.time) - milliseconds(a.time)).slice(0, KEPT)
    change({ notices: merged })
    const open = fresh.find((notice) => !notice.acknowledgedAt)
    if (open) arrived(open)
  }

  const send = async () => {
    for (const id of view.unsent) {
      try {
        const notice = await json<Notice>('POST', `${path}/notices/${encodeURIComponent(id)}/acknowledge`)
        change({ unsent: view.unsent.filter((one) => one !== id) })
        take([notice], false)
      } catch (thrown) {
        const { status } = asApiError(thrown)
        // Gone with its time, or erased: nothing is left to acknowledge.
        if (status === 404) change({ unsent: view.unsent.filter((one) => one !== id) })
        else return attempts.retry()
      }
    }
    attempts.settled()
  }
  const attempts = reconnect(signal, () => void send())

  openSocket(`${path}/stream`, signal, {
    live(live) {
      const { refused: _, ...rest } = view
      view = rest
      change({ live })
      if (live) void send()
      else void whyNot()
    },
    message(data) {
      const { hello, notice, notices } = data as Message
      if (hello) {
        change({ hello: { id: hello.id, name: hello.name, onShift: hello.onShift } })
        if (hello.notices) take(hello.notices, true)
      }
      if (notices) take(notices, true)
      if (notice) take([notice], false)
    },
  })

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

  return {
    acknowledge(id) {
      if (view.unsent.includes(id)) return
      change({ unsent: [...view.unsent, id] })
      void send()
    },
  }
}
