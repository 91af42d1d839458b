/** What all our WebSockets have in common: they end with their session, and a peer that is gone is noticed. */
import type { WebSocket } from 'ws'
import type { Session, Sessions } from './sessions.ts'

const PING_MILLISECONDS = 15_000
/** Close codes (RFC 6455, 7.4, and the registry of IANA). */
export const TRY_AGAIN_LATER = 1013
const POLICY_VIOLATION = 1008
const TERMINATE_MILLISECONDS = 2000

/** `closed` is called once, whoever ended it. `beat` is called every 15 s, for a page, which does not see our pings. */
export function guardSocket(
  socket: WebSocket,
  sessions: Sessions,
  session: Session,
  closed: () => void,
  beat?: () => void,
): void {
  let alive = true
  const timer = setInterval(() => {
    if (alive) {
      alive = false
      socket.ping()
      beat?.()
      return
    }
    // An answer may lie in our own queue, where this process was kept from running: it is read before one judges.
    setImmediate(() => {
      if (!alive) socket.terminate()
    })
  }, PING_MILLISECONDS)
  const release = sessions.onEnd(session, () => {
    socket.close(POLICY_VIOLATION, 'this session has ended')
    // A peer that does not answer the closing handshake must not keep what it may no longer see.
    setTimeout(() => socket.terminate(), TERMINATE_MILLISECONDS).unref()
  })
  socket.on('pong', () => {
    alive = true
  })
  socket.once('close', () => {
    clearInterval(timer)
    release()
    closed()
  })
}
