/** What each process of a box takes, between two moments. */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { loadavg } from 'node:os'
import type { Box } from '../ours.ts'
import { cpuSeconds, machineCpuSeconds, mainThreadSeconds, ownCpuSeconds, privateMegabytes } from '../process.ts'
import type { LoopReading } from './meter.ts'

interface Status {
  name: string
  state: string
  pid?: number
  emitted: number
  refused: number
  received: number
  waiting: number
  dropped: number
  restarts: number
}

export interface Moment {
  at: number
  /** `host` and each child by name; `flows` is Node-RED. */
  processes: Map<string, { pid: number; cpu: number; status?: Status }>
  /** Of the whole box, and of the host's event loop alone. */
  cpu: number
  loop: number
  /** Of everything that runs on the machine. */
  machine: number
}

export async function look(box: Box): Promise<Moment> {
  const statuses = await box.ask<Status[]>('GET', '/api/v1/plugins')
  const { pid } = box.program
  const processes: Moment['processes'] = new Map([['host', { pid, cpu: ownCpuSeconds(pid) }]])
  for (const status of statuses)
    if (status.pid !== undefined)
      processes.set(status.name, { pid: status.pid, cpu: ownCpuSeconds(status.pid), status })
  return {
    at: performance.now(),
    processes,
    cpu: cpuSeconds(pid),
    loop: mainThreadSeconds(pid),
    machine: machineCpuSeconds(),
  }
}

export interface Taken {
  seconds: number
  /** Cores that the whole box used, and that all others on the machine used. */
  cores: number
  others: number
  /** That the host's event loop used: it is one thread, so one core is all it could. */
  loop: number
  load: number
  children: { name: string; cores: number; megabytes: number; emitted: number; dropped: number; refused: number }[]
}

/** What was used from one moment to the next. */
export function between(from: Moment, to: Moment): Taken {
  const seconds = (to.at - from.at) / 1000
  const cores = (to.cpu - from.cpu) / seconds
  const children = [...to.processes].map(([name, { pid, cpu, status }]) => {
    const before = from.processes.get(name)
    const more = (count: 'emitted' | 'dropped' | 'refused') => (status?.[count] ?? 0) - (before?.status?.[count] ?? 0)
    return {
      name,
      // One that was started anew meanwhile has used what it has used.
      cores: (cpu - (before?.pid === pid ? before.cpu : 0)) / seconds,
      megabytes: privateMegabytes(pid),
      emitted: more('emitted'),
      dropped: more('dropped'),
      refused: more('refused'),
    }
  })
  const loop = (to.loop - from.loop) / seconds
  return {
    seconds,
    cores,
    loop,
    others: (to.machine - from.machine) / seconds - cores,
    load: loadavg()[0] ?? 0,
    children,
  }
}

/** Asks the meter in the host for what it has measured since it was asked last; see meter.ts. */
export async function readMeter(box: Box, file: string): Promise<LoopReading> {
  rmSync(file, { force: true })
  box.program.child.kill('SIGUSR2')
  for (const until = performance.now() + 5000; performance.now() < until; ) {
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as LoopReading
    await new Promise((wait) => setTimeout(wait, 20))
  }
  throw new Error('the meter in the host does not answer')
}
