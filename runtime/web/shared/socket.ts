import { socketUrl } from './api.ts'
import { reconnect } from './backoff.ts'

export interface SocketHandlers {
  message(data: unknown): void
  /** True while the stream stands. Told on change only. */
  live(live: boolean): void
}

/** A WebSocket of the API that comes back by itself until `signal` aborts. */
export function openSocket(path: string, signal: AbortSignal, handlers: SocketHandlers): void {
  let live = false
  const tell = (now: boolean) => {
    if (live === now) return
    live = now
    handlers.live(now)
  }
  const open = () => {
    const socket = new WebSocket(socketUrl(path))
    const stop = () => socket.close()
    signal.addEventListener('abort', stop, { once: true })
    socket.addEventListener('open', () => {
      attempts.settled()
      tell(true)
    })
    socket.addEventListener('message', ({ data }) => {
      if (!signal.aborted) handlers.message(JSON.parse(String(data)))
    })
    socket.addEventListener('close', () => {
      signal.removeEventListener('abort', stop)
      if (signal.aborted) return
      tell(false)
      attempts.retry()
    })
  }
  const attempts = reconnect(signal, open)
  open()
}
