/**
 * A box as a process of its own that believes in another day, for stories of weeks. Started here, or run by itself with
 * home, folder of the pages and time: it moves the wall clock first, then starts the runtime and tells where it is.
 */
import './plain-children.ts'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Test } from 'tap'

export interface DatedBox {
  address: string
  /** Signs a manager in. */
  link: string
  /** As a power cut. */
  kill(): Promise<void>
}

/** Starts what `home` holds as if it were `time` (ms since the epoch) now; ended with the test. */
export async function startDatedBox(t: Test, home: string, webRoot: string, time: number): Promise<DatedBox> {
  const child = fork(import.meta.filename, [home, webRoot, String(time)], { silent: true })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (said += String(data)))
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
  t.teardown(kill)
  const [told] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [unknown]
  if (typeof told !== 'object' || told === null) throw new Error(`the box ended: ${said}`)
  return { ...(told as { address: string; link: string }), kill }
}

if (import.meta.main) {
  const [, , home = '', webRoot = '', time = ''] = process.argv
  const Real = globalThis.Date
  const shift = Number(time) - Real.now()
  globalThis.Date = class extends Real {
    constructor(...given: [] | [number | string | Date]) {
      super(...((given.length === 0 ? [Real.now() + shift] : given) as [number]))
    }
    static override now() {
      return Real.now() + shift
    }
  } as DateConstructor
  const { startRuntime } = await import('../../runtime/main.ts')
  const runtime = await startRuntime({ home, webRoot })
  process.send?.({ address: runtime.address, link: await runtime.signInLink() })
}
