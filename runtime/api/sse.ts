/**
 * Server-sent events of one reader who only wants the newest state (WHATWG HTML, 9.2). While the reader takes nothing,
 * states replace one another instead of piling up. Written here and not taken from @fastify/sse: that one waits for a
 * `drain` which never comes after a close, beats into a full socket, and does not end with the server.
 */
import type { FastifyReply } from 'fastify'
import type { Session, Sessions } from './sessions.ts'

export interface StateStream {
  /** The newest state; sent now, or when the reader takes again. */
  state(data: unknown): void
  /** Something that happens once; left out where the reader is behind. */
  once(event: string, data: unknown): void
  close(): void
}

export const HEARTBEAT_MILLISECONDS = 15_000
const RETRY_MILLISECONDS = 2000
/** A reader that took nothing for so many heartbeats is gone. */
const DEAD_AFTER_BEATS = 3

/** Takes the answer over from Fastify. `closed` is called once, whoever ended it. */
export function openStateStream(
  reply: FastifyReply,
  sessions: Sessions,
  session: Session,
  closed: () => void,
): StateStream {
  const { raw } = reply
  let id = 0
  let full = false
  let silent = 0
  let waiting: { data: unknown } | undefined
  let open = true

  const write = (text: string): void => {
    full = !raw.write(text)
  }
  const flush = (): void => {
    if (!open || full || !waiting) return
    const { data } = waiting
    waiting = undefined
    write(`id: ${++id}\nevent: state\ndata: ${JSON.stringify(data)}\n\n`)
  }
  const close = (): void => {
    if (!open) return
    open = false
    clearInterval(timer)
    release()
    raw.end()
    if (full) raw.destroy()
    closed()
  }

  reply.hijack()
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value)
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  })
  raw.on('drain', () => {
    full = false
    silent = 0
    flush()
  })
  raw.on('close', close)
  raw.on('error', close)
  const timer = setInterval(() => {
    if (!full) write(': here\n\n')
    else if (++silent >= DEAD_AFTER_BEATS) close()
  }, HEARTBEAT_MILLISECONDS)
  const release = sessions.onEnd(session, close)
  write(`retry: ${RETRY_MILLISECONDS}\n\n`)

  return {
    state(data) {
      waiting = { data }
      flush()
    },
    once(event, data) {
      if (open && !full) write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
    },
    close,
  }
}
