/** Programs that a benchmark starts: their output, their figures, their end. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'

export interface Program {
  child: ChildProcess
  pid: number
  output(): string
  /** Resolves when its output holds the text; rejects when it ends or `seconds` pass first. */
  says(text: string | RegExp, seconds?: number): Promise<void>
  stop(): Promise<void>
}

export function run(command: string, args: string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): Program {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options })
  let output = ''
  const listeners = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      for (const listener of listeners) listener()
    })
  const ended = once(child, 'exit')
  // Whatever ends the benchmark, what it has started does not go on.
  const endIt = () => child.kill('SIGTERM')
  process.once('exit', endIt)
  child.once('exit', () => process.off('exit', endIt))
  return {
    child,
    pid: child.pid ?? 0,
    output: () => output,
    says: (text, seconds = 30) =>
      new Promise((resolve, reject) => {
        const found = () => (typeof text === 'string' ? output.includes(text) : text.test(output))
        const settle = (error?: Error) => {
          clearTimeout(timer)
          listeners.delete(look)
          child.off('exit', gone)
          if (error) reject(error)
          else resolve()
        }
        const look = () => found() && settle()
        const gone = () => settle(new Error(`${command} ended early: ${output.slice(-800)}`))
        const timer = setTimeout(
          () => settle(new Error(`${command} did not say ${String(text)}: ${output.slice(-800)}`)),
          seconds * 1000,
        )
        listeners.add(look)
        child.on('exit', gone)
        look()
      }),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM')
        const kill = setTimeout(() => child.kill('SIGKILL'), 8000)
        await ended
        clearTimeout(kill)
      }
    },
  }
}

/** Resolves when a port of loopback accepts a connection. */
export async function listening(port: number, seconds = 20): Promise<void> {
  const until = performance.now() + seconds * 1000
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    const open = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false)
    socket.destroy()
    if (open) return
    if (performance.now() > until) throw new Error(`nothing listens on port ${port}`)
    await new Promise((wait) => setTimeout(wait, 20))
  }
}

/** A process and all its living descendants. */
function family(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
    return [pid, ...(children ? children.split(' ').flatMap((child) => family(Number(child))) : [])]
  } catch {
    // It ended meanwhile.
    return []
  }
}
const total = (pid: number, measure: (one: number) => number): number => {
  let sum = 0
  for (const one of family(pid)) sum += measure(one)
  return sum
}

/** Megabytes of a process and all its descendants; pages that they share count once (PSS, proc_pid_smaps(5)). */
export const megabytes = (pid: number): number =>
  Math.round(
    total(
      pid,
      (one) => Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${one}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / 1024,
    ),
  )

/** Seconds of processor time of a process and of its living descendants (clock ticks of 10 ms, as Linux counts them). */
export const cpuSeconds = (pid: number): number => total(pid, (one) => ticks(`/proc/${one}/stat`))

/** User and system time of a `stat` file (fields 14 and 15, proc_pid_stat(5)), in seconds. */
function ticks(file: string): number {
  const fields = readFileSync(file, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** As cpuSeconds and megabytes, of one process without its children. */
export const ownCpuSeconds = (pid: number): number => ticks(`/proc/${pid}/stat`)
export const ownMegabytes = (pid: number): number =>
  Math.round(Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / 1024)

/** Seconds that the first thread of a process has used: in Node, the one with the event loop. */
export const mainThreadSeconds = (pid: number): number => ticks(`/proc/${pid}/task/${pid}/stat`)

/** Megabytes that a process shares with no other: what one more of its kind would cost. */
export const privateMegabytes = (pid: number): number => {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  const kilobytes = rollup.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+)/gm).reduce((sum, [, kb]) => sum + Number(kb), 0)
  return Math.round(kilobytes / 102.4) / 10
}

/** Seconds of processor time that all processes of the machine have used so far. */
export const machineCpuSeconds = (): number => {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = readFileSync('/proc/stat', 'utf8')
    .slice('cpu  '.length)
    .split(' ', 7)
    .map(Number)
  return (user + nice + system + irq + softirq) / 100
}
