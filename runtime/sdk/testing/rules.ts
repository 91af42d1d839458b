/** What a box expects of every plugin, as small named rules, each with what to do where it does not hold. */
import { readFileSync } from 'node:fs'
import { type TestedPlugin, type TestOptions, testPlugin } from './harness.ts'

export interface Rule {
  name: string
  /** What a vendor does to keep it. */
  mend: string
  /** Undefined where it holds, else why it does not. May end the plugin and start another. */
  check(trial: Trial): Promise<string | undefined>
}

export interface Trial {
  plugin: TestedPlugin
  /** A new life, after the current one has ended. */
  again(options?: TestOptions): Promise<TestedPlugin>
}

export interface Finding {
  rule: string
  holds: boolean
  /** Where it does not hold: why, and what to do. */
  reason?: string
  mend?: string
}

const BEAT_DEADLINE_MS = 5000
const DEFAULT_MEMORY_MEGABYTES = 160

/** In the order in which they are tried; starting is the first, and without it none of the others. */
export const rules: readonly Rule[] = [
  {
    name: 'beats',
    mend: 'Do not block the event loop: cut long work into pieces or move it to a worker.',
    async check({ plugin }) {
      const end = performance.now() + BEAT_DEADLINE_MS
      while (plugin.beats() === 0 && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 20))
      return plugin.beats() === 0 ? `no heartbeat in ${BEAT_DEADLINE_MS / 1000} s` : undefined
    },
  },
  {
    name: 'emits what it declares',
    mend: 'List each type under endcap.produces, and give data as docs/events.md shows it.',
    check: async ({ plugin }) => plugin.events.find(({ fault }) => fault !== undefined)?.fault,
  },
  {
    name: 'fits its memory',
    mend: 'Hold less, or ask for more with endcap.memoryMegabytes.',
    async check({ plugin: { pid, manifest } }) {
      const status = readFileSync(`/proc/${pid}/status`, 'latin1')
      const megabytes = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024
      const limit = manifest.memoryMegabytes ?? DEFAULT_MEMORY_MEGABYTES
      return megabytes > limit ? `${Math.round(megabytes)} MB of ${limit} MB` : undefined
    },
  },
  {
    name: 'stops in time',
    mend: 'End timers, sockets and loops when ctx.signal aborts, or in the function that setup returns.',
    check: async ({ plugin }) => ((await plugin.stop()).inTime ? undefined : 'it had to be killed after three seconds'),
  },
  {
    name: 'survives being killed',
    mend: 'Keep nothing half-written: what must survive belongs into ctx.state.',
    async check({ again }) {
      const first = await again()
      await first.kill()
      const second = await again({ state: first.state })
      await second.stop()
      return undefined
    },
  },
  {
    name: 'starts without devices',
    mend: 'Start with ctx.devices empty, and offer what you find with ctx.discovered.',
    async check({ again }) {
      await (await again({ devices: [] })).stop()
      return undefined
    },
  },
]

/** Tries every rule on a plugin package. */
export async function conform(folder: string, options: TestOptions = {}): Promise<Finding[]> {
  const starting = 'starts in time with a valid manifest'
  let plugin: TestedPlugin
  try {
    plugin = await testPlugin(folder, options)
  } catch (error) {
    const mend = 'Correct what is named; start long work without awaiting it, so that setup returns.'
    return [{ rule: starting, holds: false, reason: String(error), mend }]
  }
  const findings: Finding[] = [{ rule: starting, holds: true }]
  const trial: Trial = { plugin, again: (more) => testPlugin(folder, { ...options, ...more }) }
  for (const { name, mend, check } of rules) {
    const reason = await check(trial).catch((error: unknown) => String(error))
    findings.push(reason === undefined ? { rule: name, holds: true } : { rule: name, holds: false, reason, mend })
  }
  return findings
}
