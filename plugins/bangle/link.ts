/** The connection to one watch: comes back by itself, tells whether it stands, writes in order. */
import { chunks, clearLine } from './gb.ts'

/** Nordic UART service; names are as seen from the watch. */
export const uart = {
  service: '6e400001-b5a3-f393-e0a9-e50e24dcca9e',
  receive: '6e400002-b5a3-f393-e0a9-e50e24dcca9e',
  transmit: '6e400003-b5a3-f393-e0a9-e50e24dcca9e',
} as const

const firstPauseMilliseconds = 1000
const longestPauseMilliseconds = 60_000
/** An empty line now and then, so that a watch that went away is noticed. */
const beatMilliseconds = 30_000
/** A watch that takes nothing for longer has lost count; a new connection starts afresh. */
const longestHoldMilliseconds = 10_000

export interface LinkOptions {
  signal: AbortSignal
  connect(): Promise<unknown>
  subscribe(): Promise<unknown>
  write(hex: string): Promise<unknown>
  disconnect(): Promise<unknown>
  /** It stands: what must be shown is to be sent now. */
  up(): void
  down(reason: string): void
}

export interface Link {
  /** Writes a line if the watch is there; resolves with whether it arrived. */
  send(line: string): Promise<boolean>
  isUp(): boolean
  /** The watch says whether it takes more. */
  flow(takesMore: boolean): void
}

export function openLink({ signal, connect, subscribe, write, disconnect, up, down }: LinkOptions): Link {
  let standing = false
  let failures = 0
  let timer: NodeJS.Timeout | undefined
  let last: Promise<unknown> = Promise.resolve()
  let held: PromiseWithResolvers<void> | undefined

  const lost = (error: unknown) => {
    if (signal.aborted) return
    clearTimeout(timer)
    standing = false
    flow(true)
    down(error instanceof Error ? error.message : String(error))
    const pause = Math.min(longestPauseMilliseconds, firstPauseMilliseconds * 2 ** Math.min(failures++, 6))
    timer = setTimeout(() => void attempt(), pause)
  }
  async function attempt() {
    try {
      // What is left of a connection that broke would be taken for a standing one.
      if (failures > 0) await disconnect().catch(() => undefined)
      await connect()
      await subscribe()
      if (signal.aborted) return
      standing = true
      failures = 0
      void send(clearLine)
      up()
      beat()
    } catch (error) {
      lost(error)
    }
  }
  const beat = () => {
    timer = setTimeout(() => {
      void send('\x10\n').then((arrived) => arrived && beat())
    }, beatMilliseconds)
  }
  function send(line: string): Promise<boolean> {
    const sent = last.then(async () => {
      if (!standing) return false
      try {
        for (const chunk of chunks(line)) {
          if (held) await patience(held.promise)
          await write(chunk)
        }
        return true
      } catch (error) {
        if (standing) lost(error)
        return false
      }
    })
    last = sent
    return sent
  }
  function flow(takesMore: boolean) {
    if (!takesMore) held ??= Promise.withResolvers()
    else {
      held?.resolve()
      held = undefined
    }
  }
  signal.addEventListener('abort', () => {
    clearTimeout(timer)
    flow(true)
    if (standing) disconnect().catch(() => undefined)
  })
  void attempt()
  return { send, isUp: () => standing, flow }
}

async function patience(free: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the watch takes no more')), longestHoldMilliseconds)
  })
  try {
    await Promise.race([free, over])
  } finally {
    clearTimeout(timer)
  }
}
