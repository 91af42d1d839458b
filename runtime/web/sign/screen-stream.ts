import { ApiError, asApiError, get } from '../shared/api.ts'
import { reconnect } from '../shared/backoff.ts'
import type { ScreenDetail } from '../shared/types.ts'

/** The box says something every 15 s; a stream that is silent for longer is dead, whatever TCP believes. */
const PROBE_MILLISECONDS = 20_000

export interface StreamHandlers {
  state(state: ScreenDetail): void
  identify(): void
  /** The console wants a picture, for this question. */
  screenshot(ask: string): void
  /** Told on change only. */
  live(live: boolean): void
  /** The link of this screen is not valid, or not any more. */
  refused(error: ApiError): void
}

/** The stream of one screen; comes back by itself until `signal` aborts. */
export function openScreenStream(screen: string, signal: AbortSignal, handlers: StreamHandlers): void {
  let source: EventSource | undefined
  let live = false
  const tell = (now: boolean) => {
    if (live === now) return
    live = now
    handlers.live(now)
  }
  const lose = async () => {
    source?.close()
    source = undefined
    tell(false)
    try {
      await get(`/screens/${screen}`, signal)
    } catch (thrown) {
      const error = asApiError(thrown)
      if (error.status === 401 || error.status === 403 || error.status === 404) handlers.refused(error)
    }
    attempts.retry()
  }
  const open = () => {
    const opened = new EventSource(`/api/v1/screens/${encodeURIComponent(screen)}/stream`)
    source = opened
    opened.addEventListener('open', () => {
      attempts.settled()
      tell(true)
    })
    opened.addEventListener('state', ({ data }) => handlers.state(JSON.parse(String(data)) as ScreenDetail))
    opened.addEventListener('identify', () => handlers.identify())
    opened.addEventListener('screenshot', ({ data }) =>
      handlers.screenshot((JSON.parse(String(data)) as { ask: string }).ask),
    )
    opened.addEventListener('error', () => void (source === opened && lose()))
  }
  const attempts = reconnect(signal, open)
  const probe = setInterval(() => {
    if (!source) return
    get('/health', AbortSignal.timeout(5000)).catch(() => void (source && lose()))
  }, PROBE_MILLISECONDS)
  signal.addEventListener('abort', () => {
    clearInterval(probe)
    source?.close()
  })
  open()
}
