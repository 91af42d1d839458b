import { socketUrl } from './api.ts'
import { reconnect } from './backoff.ts'

export interface SocketHandlers {
  message(data: unknown): void
  /** True while the stream stands. Told on change only. */
  live(live: boolean): void
}

export interface SocketOptions {
  /**
   * For a stream that beats: one that was silent for longer than this is not believed any more. The device slept, or
   * left the network without a word, which no socket notices; what it may still hold back would come too late.
   */
  silentMilliseconds?: number
}

const LOOK_MILLISECONDS = 5000

/** A WebSocket of the API that comes back by itself until `signal` aborts. A page that is frozen lets go of it. */
export function openSocket(
  path: string,
  signal: AbortSignal,
  handlers: SocketHandlers,
  { silentMilliseconds = Infinity }: SocketOptions = {},
): void {
  let live = false
  let current: AbortController | undefined
  /** By the wall clock, since others stand still while a device sleeps. */
  let heardAt = Date.now()
  const tell = (now: boolean) => {
    if (live === now) return
    live = now
    handlers.live(now)
  }
  /** Does not wait for the other side to agree, which may never answer. */
  const drop = () => {
    if (!current) return
    current.abort()
    current = undefined
    tell(false)
    attempts.retry()
  }
  const isSilent = () => Math.abs(Date.now() - heardAt) > silentMilliseconds
  const look = () => {
    if (isSilent()) drop()
  }
  const open = () => {
    const socket = new WebSocket(socketUrl(path))
    const own = new AbortController()
    current = own
    heardAt = Date.now()
    const listen = { signal: own.signal }
    own.signal.addEventListener('abort', () => socket.close(), { once: true })
    socket.addEventListener(
      'open',
      () => {
        heardAt = Date.now()
        attempts.settled()
        tell(true)
      },
      listen,
    )
    socket.addEventListener(
      'message',
      ({ data }) => {
        if (isSilent()) return drop()
        heardAt = Date.now()
        return handlers.message(JSON.parse(String(data)))
      },
      listen,
    )
    socket.addEventListener('close', drop, listen)
  }
  const attempts = reconnect(signal, open)
  const timer = setInterval(look, LOOK_MILLISECONDS)
  document.addEventListener('visibilitychange', look, { signal })
  document.addEventListener('freeze', drop, { signal })
  addEventListener('online', look, { signal })
  signal.addEventListener(
    'abort',
    () => {
      clearInterval(timer)
      current?.abort()
    },
    { once: true },
  )
  open()
}
