/** Looks at a running child from time to time: heartbeat, memory, processor time, and devices and folders that appear. */
import { identityOf } from './sandbox.ts'
import type { Timing } from './timing.ts'
import { type Usage, usage } from './usage.ts'

export interface Watched {
  pid: number
  /** Devices and folders that it may reach and that come and go. */
  awaited: readonly string[]
  memoryMegabytes: number
  timing: Pick<Timing, 'hung' | 'sample'>
  /** It is ready and should beat; a child whose socket is held back cannot be heard. */
  beating(): boolean
  heldBack(): boolean
  used(usage: Usage, cpu: number | undefined): void
  /** It must end, and why. */
  condemn(reason: string, remedy?: string): void
  /** It should start anew, though it did nothing wrong. */
  renew(reason: string): void
}

export interface Watch {
  /** It gave a sign of life. */
  beat(): void
  stop(): void
}

export function createWatch(watched: Watched): Watch {
  const { pid, awaited, memoryMegabytes } = watched
  const { hung, sample } = watched.timing
  const every = Math.min(sample, hung / 2)
  const before = awaited.map(identityOf)
  let previous = before
  let last: { time: number; cpuSeconds: number } | undefined
  let lastBeat = performance.now()
  let due = lastBeat + every

  const isHung = (now: number): boolean => {
    const late = now - due
    // When this process itself was held up, the beats that came meanwhile are still unread.
    if (!watched.beating() || watched.heldBack()) lastBeat = now
    else if (late > every) lastBeat = Math.max(lastBeat, now - hung / 2)
    return now - lastBeat > hung
  }

  const weigh = (now: number): boolean => {
    const used = usage(pid)
    if (!used) return false
    const cpu = last && (used.cpuSeconds - last.cpuSeconds) / ((now - last.time) / 1000)
    last = { time: now, cpuSeconds: used.cpuSeconds }
    watched.used(used, cpu)
    const megabytes = used.memoryBytes / 1024 / 1024
    if (megabytes <= memoryMegabytes) return false
    watched.condemn(
      `it used ${Math.round(megabytes)} MB of memory; ${memoryMegabytes} MB are allowed`,
      'Raise endcap.memoryMegabytes in its manifest if it really needs more.',
    )
    return true
  }

  /** A place counts when it looks the same twice, since owner and rights of a device are set just after it appears. */
  const appeared = (): string | undefined => {
    const present = awaited.map(identityOf)
    const index = present.findIndex(
      (identity, at) => identity !== undefined && identity !== before[at] && identity === previous[at],
    )
    previous = present
    return awaited[index]
  }

  const look = () => {
    const now = performance.now()
    if (isHung(now)) return watched.condemn(`it hung: no heartbeat for ${Math.round((now - lastBeat) / 1000)} s`)
    due = now + every
    if (weigh(now)) return
    const place = appeared()
    if (place !== undefined) watched.renew(`${place} is there now`)
  }
  const timer = setInterval(look, every)
  return { beat: () => (lastBeat = performance.now()), stop: () => clearInterval(timer) }
}
