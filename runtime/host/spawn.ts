/** One child process: its link on descriptor 3, its output as lines, and an end that always comes. */
import { spawn } from 'node:child_process'
import type { Duplex, Readable } from 'node:stream'
import { createLink, type Link, type LinkHandlers } from '../contract/index.ts'
import { splitLines } from './lines.ts'
import type { CommandLine } from './sandbox.ts'

const LINK_DESCRIPTOR = 3
const LAST_LINES_MS = 250

export interface Child {
  pid: number
  link: Link
  /** How it ended, in words. */
  ended: Promise<string>
  /** Asks it to stop, then insists: the message, after `stopMs` SIGTERM, after as long again SIGKILL. */
  stop(stopMs: number): Promise<void>
  kill(): void
}

export interface ChildHandlers extends LinkHandlers {
  output(level: 'info' | 'error', text: string): void
}

/** Throws where the program cannot be started at all. */
export function spawnChild({ command, args, env }: CommandLine, handlers: ChildHandlers): Promise<Child> {
  // In a group of its own, so that Ctrl-C at the terminal reaches the host alone, which stops its children in order. They end
  // with the link where the host is killed.
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe', 'pipe'], detached: true })
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      // Its last lines come with `close`; a grandchild that holds the pipes open must not delay the restart.
      const done = () => resolve(describeEnd(code, signal))
      child.once('close', done)
      setTimeout(done, LAST_LINES_MS).unref()
    })
  })
  for (const [stream, level] of [
    [child.stdout, 'info'],
    [child.stderr, 'error'],
  ] as const) {
    ;(stream as Readable).setEncoding('utf8').on(
      'data',
      splitLines((text) => handlers.output(level, text)),
    )
  }
  const socket = child.stdio[LINK_DESCRIPTOR] as Duplex
  const link = createLink(socket, handlers)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('spawn', () => {
      child.removeListener('error', reject)
      child.on('error', (error) => handlers.output('error', String(error)))
      resolve({
        pid: child.pid ?? 0,
        link,
        ended,
        async stop(stopMs) {
          link.send({ t: 'stop' })
          const terminate = setTimeout(() => child.kill('SIGTERM'), stopMs)
          const insist = setTimeout(() => child.kill('SIGKILL'), 2 * stopMs)
          await ended
          clearTimeout(terminate)
          clearTimeout(insist)
        },
        kill: () => void child.kill('SIGKILL'),
      })
    })
  })
}

/** Bubblewrap passes on the end of what it wraps as 128 and the number of the signal, as a shell does. */
function describeEnd(code: number | null, signal: NodeJS.Signals | null): string {
  const names: Record<number, string> = { 6: 'SIGABRT', 9: 'SIGKILL', 11: 'SIGSEGV', 15: 'SIGTERM' }
  if (signal) return `ended by ${signal}`
  if (code !== null && code > 128) return `ended by ${names[code - 128] ?? `signal ${code - 128}`}`
  return `ended with code ${code}`
}
