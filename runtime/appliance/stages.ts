/** The boot: ledger → api → plugins → flows, each with a deadline; after three boots that failed, the safe mode. */
import { join } from 'node:path'
import { EndcapError } from '../contract/index.ts'
import { readBootCount, writeBootCount } from './boot-count.ts'

export const stageNames = ['ledger', 'api', 'plugins', 'flows'] as const
export type StageName = (typeof stageNames)[number]

export interface StageState {
  state: 'waiting' | 'starting' | 'ready' | 'late' | 'failed' | 'off'
  /** Why it is late, failed or off. */
  reason?: string
  /** How long it took, or has taken. */
  milliseconds?: number
}

export interface Boot {
  /** Set where three boots failed: the API is to start, plugins and flows are off; in words why. */
  safeMode: string | undefined
  /**
   * Runs a stage and resolves with what `start` returned. A failure of ledger or api rejects, since nothing runs without
   * them. One of plugins or flows resolves with undefined, as does their deadline: the box goes on, /health tells, and
   * a stage that ends after its deadline counts as ready from then on. In safe mode the two are not run at all.
   */
  run<T>(name: StageName, start: (signal: AbortSignal) => Promise<T>): Promise<T | undefined>
  /** For /health. */
  states(): Record<StageName, StageState>
  /** `starting` until each stage was tried; `degraded` where one failed, is late or off. */
  status(): 'starting' | 'ok' | 'degraded'
  onChange(listener: () => void): () => void
  /** A clean stop: this boot was good. Ends the timers and the signals of stages that still start. */
  stop(): Promise<void>
}

export interface BootOptions {
  /** Folder of the count of failed boots. */
  home: string
  log: { info(fields: object, text: string): void; error(fields: object, text: string): void }
  /** Seconds for each stage. */
  deadlines?: Partial<Record<StageName, number>>
  /** A boot that lasts so long was good. */
  goodAfterSeconds?: number
}

const defaultDeadlines: Record<StageName, number> = { ledger: 30, api: 15, plugins: 30, flows: 60 }
const failuresToSafeMode = 3
const essential = new Set<StageName>(['ledger', 'api'])

/** Begins a boot: it counts as failed until it has lasted for 60 s or was stopped cleanly. */
export async function startBoot({ home, log, deadlines, goodAfterSeconds = 60 }: BootOptions): Promise<Boot> {
  const file = join(home, 'run', 'boots.json')
  const before = await readBootCount(file)
  const safeMode =
    before.failed >= failuresToSafeMode
      ? `${before.failed} boots in a row failed; the last one: ${before.reason || 'it ended without a word'}`
      : undefined
  if (safeMode) log.error({ failed: before.failed }, `starting in safe mode: ${safeMode}`)

  const states: Record<StageName, StageState> = {
    ledger: { state: 'waiting' },
    api: { state: 'waiting' },
    plugins: { state: 'waiting' },
    flows: { state: 'waiting' },
  }
  const listeners = new Set<() => void>()
  const ending = new AbortController()
  const timers = new Set<NodeJS.Timeout>()
  // One write after the other, so that the last one said stands in the file.
  let writing = Promise.resolve()
  let good = false

  const count = (reason: string): Promise<void> => {
    const next = good ? { failed: 0, reason: '' } : { failed: before.failed + 1, reason }
    writing = writing
      .then(() => writeBootCount(file, next))
      .catch((error: unknown) => log.error({ err: error }, 'the count of boots could not be kept'))
    return writing
  }
  const lasted = () => {
    good = true
    return count('')
  }
  const after = (seconds: number, act: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      act()
    }, seconds * 1000)
    timers.add(timer)
    return timer
  }
  const set = (name: StageName, state: StageState) => {
    states[name] = state
    for (const listener of listeners) listener()
  }

  await count('it ended before its first stage')
  after(goodAfterSeconds, () => void lasted()).unref()

  async function run<T>(name: StageName, start: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    if (safeMode !== undefined && !essential.has(name)) {
      set(name, { state: 'off', reason: `safe mode: ${safeMode}` })
      return undefined
    }
    const began = performance.now()
    const took = () => Math.round(performance.now() - began)
    const seconds = deadlines?.[name] ?? defaultDeadlines[name]
    await count(`it ended while ${name} started`)
    set(name, { state: 'starting' })

    const over = Promise.withResolvers<undefined>()
    const timer = after(seconds, () => {
      const late = new EndcapError('ENDCAP_STAGE_TIMEOUT', { stage: name, seconds })
      set(name, { state: 'late', reason: late.message, milliseconds: took() })
      log.error({ stage: name }, late.message)
      void count(late.message)
      if (essential.has(name)) over.reject(late)
      else over.resolve(undefined)
    })
    const work = start(ending.signal).then(
      (value) => {
        set(name, { state: 'ready', milliseconds: took() })
        log.info({ stage: name, milliseconds: took() }, `${name} is ready`)
        return value
      },
      async (error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error)
        set(name, { state: 'failed', reason, milliseconds: took() })
        log.error({ stage: name, err: error }, `${name} did not start`)
        await count(`${name} did not start: ${reason}`)
        if (essential.has(name)) throw error
        return undefined
      },
    )
    try {
      return await Promise.race([work, over.promise])
    } finally {
      clearTimeout(timer)
      timers.delete(timer)
    }
  }

  return {
    safeMode,
    run,
    states: () => structuredClone(states),
    status() {
      const all = Object.values(states).map(({ state }) => state)
      if (all.some((state) => state === 'waiting' || state === 'starting')) return 'starting'
      return all.every((state) => state === 'ready') ? 'ok' : 'degraded'
    },
    onChange(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    async stop() {
      for (const timer of timers) clearTimeout(timer)
      timers.clear()
      listeners.clear()
      ending.abort()
      // A stop because ledger or api did not start is not a good boot.
      if ([...essential].every((name) => states[name].state === 'ready')) await lasted()
      await writing
    },
  }
}
