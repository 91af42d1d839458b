/** Memory and processor time of a process and all its descendants, from /proc (Linux, proc(5)). */
import { readFileSync } from 'node:fs'

export interface Usage {
  /** Resident memory of all of them, VmRSS. */
  memoryBytes: number
  /** Processor time used so far, in seconds. */
  cpuSeconds: number
  /** The last descendant in the first line: inside bubblewrap, the program itself. */
  innermost: number
}

/** USER_HZ, fixed at 100 on every Linux architecture that Node runs on. */
const TICKS_PER_SECOND = 100

/** Undefined where the process is gone. */
export function usage(pid: number): Usage | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1')
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name, in parentheses, may hold anything; what follows it is plain. utime and stime are fields 14 and 15.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const total: Usage = {
      memoryBytes: Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024,
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
      innermost: pid,
    }
    for (const [index, child] of children(pid).entries()) {
      const more = usage(child)
      if (!more) continue
      total.memoryBytes += more.memoryBytes
      total.cpuSeconds += more.cpuSeconds
      if (index === 0) total.innermost = more.innermost
    }
    return total
  } catch {
    return undefined
  }
}

function children(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim()
  return text === '' ? [] : text.split(' ').map(Number)
}
