/** A process beside the one that measures, started by `fork`: asked by messages, one at a time. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export interface Helper {
  pid: number
  /** Sends a message and resolves with the next one that comes back; rejects where the process ends instead. */
  ask(message: object): Promise<unknown>
  /** What it says first, by itself. */
  first: Promise<unknown>
  stop(): Promise<void>
}

export function startHelper(script: string, ...args: string[]): Helper {
  const child = fork(join(import.meta.dirname, script), args)
  const ended = once(child, 'exit')
  const next = () =>
    Promise.race([
      once(child, 'message').then(([message]) => message as unknown),
      ended.then(() => Promise.reject(new Error(`${script} has ended`))),
    ])
  const first = next()
  // Whoever never waits for it is not to fail because of it.
  first.catch(() => undefined)
  return {
    pid: child.pid ?? 0,
    first,
    ask(message) {
      const answer = next()
      child.send(message)
      return answer
    },
    async stop() {
      if (child.connected) child.disconnect()
      const late = setTimeout(() => child.kill('SIGKILL'), 3000)
      await ended
      clearTimeout(late)
    },
  }
}
