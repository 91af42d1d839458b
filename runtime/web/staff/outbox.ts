/**
 * What was tapped here and the box does not know yet. It is told until the box answers, over a reload too; telling it
 * twice does no harm, since the first counts there.
 */
import { asApiError, json, type ApiError } from '../shared/api.ts'
import { reconnect } from '../shared/backoff.ts'
import type { Notice, Task } from '../shared/types.ts'

export interface Tap {
  what: 'task' | 'notice'
  /** Id of the task or notice. */
  id: string
  act: 'acknowledge' | 'claim' | 'done' | 'pass'
  /** Colleague to whom a task is passed. */
  to?: string
}

export interface Outbox {
  list(): Tap[]
  add(tap: Tap): void
  /** The box is there again. */
  send(): void
}

interface Handlers {
  /** The list changed; to be kept and drawn. */
  changed(taps: Tap[]): void
  taken(tap: Tap, answer: Notice | Task): void
  /** The box will never take it: somebody else was faster, or it is gone. */
  refused(tap: Tap, error: ApiError): void
}

export function openOutbox(path: string, signal: AbortSignal, kept: Tap[], handlers: Handlers): Outbox {
  let taps = kept
  let sending = false
  const change = (next: Tap[]) => {
    taps = next
    handlers.changed(taps)
  }
  async function send() {
    if (sending) return
    sending = true
    try {
      for (let tap = taps[0]; tap && !signal.aborted; tap = taps[0]) {
        const current = tap
        const kind = tap.what === 'task' ? 'tasks' : 'notices'
        const options = tap.act === 'pass' ? { body: tap.to === undefined ? {} : { to: tap.to } } : {}
        try {
          const answer = await json<Notice | Task>(
            'POST',
            `${path}/${kind}/${encodeURIComponent(tap.id)}/${tap.act}`,
            options,
          )
          change(taps.filter((one) => one !== current))
          handlers.taken(current, answer)
        } catch (thrown) {
          const error = asApiError(thrown)
          if (error.status < 400 || error.status >= 500 || error.status === 401) return attempts.retry()
          change(taps.filter((one) => one !== current))
          handlers.refused(current, error)
        }
      }
      attempts.settled()
    } finally {
      sending = false
    }
  }
  const attempts = reconnect(signal, () => void send())
  return {
    list: () => taps,
    add(tap) {
      if (taps.some((one) => one.id === tap.id && one.act === tap.act)) return
      change([...taps, tap])
      void send()
    },
    send: () => void send(),
  }
}
