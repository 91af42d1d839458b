/**
 * Keeps one child process alive, or says why not.
 *
 *              start()                ready                    stop()
 *   stopped ───────────► starting ──────────► running ────────────────► stopped
 *                         │ │  ▲                 │
 *      its configuration  │ │  │ pause over      │ ended, hung, over its memory
 *      does not fit       │ │  │                 │
 *   invalid ◄─────────────┘ └►restarting ◄───────┘
 *                              │ third crash in five minutes
 *                              ▼
 *                         quarantined ── restart() ──► starting
 *
 * The pause doubles from 1 s to 60 s and begins anew after 60 s of health. Node-RED is not put into quarantine at
 * first: it starts again with its safe configuration.
 */
import {
  type Beat,
  EndcapError,
  type EventData,
  type LogLevel,
  type ModelReport,
  type StartMessage,
} from '../contract/index.ts'
import { type Backoff, createBackoff } from './backoff.ts'
import type { CommandLine } from './sandbox.ts'
import type { Session, SessionEvents } from './session.ts'
import { type Child, spawnChild } from './spawn.ts'
import type { Timing } from './timing.ts'
import type { PluginState } from './types.ts'
import { usage } from './usage.ts'
import { createWatch, type Watch } from './watch.ts'

const LAST_WORDS_MS = 2000

export interface SupervisorOptions {
  name: string
  timing: Timing
  startSeconds: number
  memoryMegabytes: number
  /** Asked before each start; what it throws makes the plugin invalid. */
  prepare(safe: boolean): Promise<{ line: CommandLine; start: StartMessage }>
  /** There is a safe configuration to fall back on. */
  hasSafe: boolean
  session(events: Pick<SessionEvents, 'ready' | 'beat' | 'broken' | 'resumed'>): Session
  line(level: LogLevel, text: string): void
  changed(): void
  tell<T extends 'plugin.started' | 'plugin.failed' | 'plugin.quarantined'>(type: T, data: EventData<T>): void
}

export class Supervisor {
  state: PluginState = 'stopped'
  reason: string | undefined
  remedy: string | undefined
  restarts = 0
  startedAt: number | undefined
  memoryBytes: number | undefined
  cpu: number | undefined
  loopDelay: number | undefined
  models: ModelReport[] | undefined
  pid: number | undefined
  session: Session | undefined
  readonly #options: SupervisorOptions
  #child: Child | undefined
  #verdict: string | undefined
  #words: { text: string; at: number } | undefined
  #stopping = false
  #safe = false
  readonly #backoff: Backoff
  #readyAt: number | undefined
  #lives: Watch | undefined
  #timers: (() => void)[] = []
  #queue: Promise<void> = Promise.resolve()

  constructor(options: SupervisorOptions) {
    this.#options = options
    this.#backoff = createBackoff(options.timing)
  }

  /** Resolves when the first attempt is decided: running, or not and the state says why. */
  start(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.state === 'starting' || this.state === 'running') return
      this.#stopping = false
      this.#backoff.forgive()
      this.#safe = false
      await this.#attempt()
    })
  }

  stop(): Promise<void> {
    this.#stopping = true
    // Told now: a start that is under way would otherwise have to be decided first.
    const told = this.#child?.stop(this.#options.timing.stop)
    return this.#inTurn(async () => {
      await told
      await this.#child?.stop(this.#options.timing.stop)
      this.#clear()
      this.#enter('stopped')
    })
  }

  async restart(): Promise<void> {
    await this.stop()
    await this.start()
  }

  /** A fatal line that the child logged: where it ends right after, that is why. */
  lastWords(text: string) {
    this.#words = { text: text.split('\n', 1)[0] ?? '', at: performance.now() }
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#queue = this.#queue.catch(() => undefined).then(work)
    return this.#queue
  }

  #enter(state: PluginState, reason?: string, remedy?: string) {
    this.state = state
    this.reason = reason
    this.remedy = remedy
    this.#options.changed()
  }

  #clear() {
    for (const clear of this.#timers.splice(0)) clear()
  }

  /** One life of the child; resolves when it is ready or has ended. */
  async #attempt(): Promise<void> {
    const { name, startSeconds, prepare, session: open, line } = this.#options
    this.#clear()
    this.#verdict = undefined
    this.#readyAt = undefined
    this.#enter('starting')
    const began = performance.now()
    let prepared: Awaited<ReturnType<SupervisorOptions['prepare']>>
    try {
      prepared = await prepare(this.#safe)
    } catch (error) {
      const told = error instanceof EndcapError ? error : new EndcapError('ENDCAP_INTERNAL', { reason: String(error) })
      return this.#enter('invalid', told.message, told.remedy)
    }
    if (this.#stopping) return

    const broken = (reason: string) => new EndcapError('ENDCAP_FRAME_INVALID', { plugin: name, reason }).message
    const { promise: decided, resolve: decide } = Promise.withResolvers<void>()
    const session = open({
      ready: () => {
        if (this.state !== 'starting') return
        this.#ready(performance.now() - began)
        decide()
      },
      beat: (beat) => this.#beat(beat),
      broken: (reason) => this.#condemn(broken(reason)),
      resumed: () => this.#lives?.beat(),
    })
    let child: Child
    try {
      child = await spawnChild(prepared.line, {
        ...session.handlers,
        end: (error) => {
          session.handlers.end(error)
          // A system error (ECONNRESET, EPIPE) only says that the child has ended; its exit says more.
          if (error && !('code' in error)) this.#verdict ??= broken(error.message)
          // Without its link it is of no use; most are ending anyway.
          if (this.#child) this.#after(1000, () => child.kill())
        },
        output: line,
      })
    } catch (error) {
      session.end()
      return this.#crashed(`could not be started: ${String(error)}`)
    }
    this.#child = child
    if (this.#stopping) {
      await child.stop(0)
      return this.#gone(session)
    }
    this.session = session
    this.pid = child.pid
    this.startedAt = Date.now()
    session.attach(child)
    child.link.send({ t: 'start', start: prepared.start })
    this.#after(startSeconds * 1000, () => {
      if (this.state !== 'starting') return
      const late = new EndcapError('ENDCAP_PLUGIN_START_TIMEOUT', { plugin: name, seconds: startSeconds })
      this.#condemn(late.message, late.remedy)
    })
    this.#watch(child, prepared.line.awaited)
    void child.ended.then((how) => {
      this.#gone(session)
      if (!this.#stopping) this.#crashed(this.#verdict ?? this.#explain(how))
      decide()
    })
    await decided
  }

  #explain(how: string): string {
    const words = this.#words
    return words && performance.now() - words.at < LAST_WORDS_MS ? `${how}: ${words.text}` : how
  }

  #after(milliseconds: number, work: () => void) {
    const timer = setTimeout(work, milliseconds)
    this.#timers.push(() => clearTimeout(timer))
  }

  #ready(milliseconds: number) {
    this.#readyAt = performance.now()
    this.#lives?.beat()
    this.pid = (this.#child && usage(this.#child.pid)?.innermost) ?? this.pid
    this.#enter('running', this.#safe ? 'it crashed repeatedly and runs with its safe configuration' : undefined)
    this.#options.tell('plugin.started', { plugin: this.#options.name, startMilliseconds: milliseconds })
  }

  #beat({ loopDelay, models }: Beat) {
    this.#lives?.beat()
    this.loopDelay = loopDelay
    this.models = models
  }

  #gone(session: Session) {
    session.end()
    this.#clear()
    this.#child = undefined
    this.session = undefined
    this.pid = this.memoryBytes = this.cpu = this.loopDelay = this.models = undefined
  }

  /** Ends the child for a reason that its exit status would not tell. */
  #condemn(reason: string, remedy?: string) {
    this.#verdict ??= reason
    this.remedy = remedy
    this.#child?.kill()
  }

  #watch(child: Child, awaited: readonly string[]) {
    const { memoryMegabytes, timing } = this.#options
    const watch = createWatch({
      pid: child.pid,
      awaited,
      memoryMegabytes,
      timing,
      beating: () => this.state === 'running',
      heldBack: () => this.session?.paused() === true,
      used: ({ memoryBytes }, cpu) => {
        this.memoryBytes = memoryBytes
        this.cpu = cpu
      },
      condemn: (reason, remedy) => this.#condemn(reason, remedy),
      renew: (reason) => this.#renew(reason),
    })
    this.#lives = watch
    this.#timers.push(() => watch.stop())
  }

  /** A restart that is nobody's fault. */
  #renew(reason: string) {
    this.#options.line('info', `restarted: ${reason}`)
    void this.#inTurn(async () => {
      if (this.#stopping || !this.#child) return
      this.#stopping = true
      await this.#child.stop(this.#options.timing.stop)
      this.#stopping = false
      this.restarts++
      await this.#attempt()
    })
  }

  #crashed(reason: string) {
    const { name, hasSafe, tell, line } = this.#options
    const { remedy } = this
    const now = performance.now()
    line('error', reason)
    let pause = this.#backoff.crashed(now, this.#readyAt === undefined ? 0 : now - this.#readyAt)
    if (pause === undefined && hasSafe && !this.#safe) {
      this.#safe = true
      this.#backoff.forgive()
      pause = this.#backoff.crashed(now, 0)
    }
    if (pause === undefined) {
      const told = new EndcapError('ENDCAP_PLUGIN_QUARANTINED', { plugin: name, reason })
      this.#enter('quarantined', told.message, told.remedy)
      tell('plugin.quarantined', { plugin: name, reason: reason.slice(0, 500), crashes: this.#backoff.crashes() })
      return
    }
    this.#enter('restarting', reason, remedy)
    tell('plugin.failed', { plugin: name, reason: reason.slice(0, 500), restartSeconds: pause / 1000 })
    this.#after(pause, () => {
      void this.#inTurn(async () => {
        if (this.#stopping) return
        this.restarts++
        await this.#attempt()
      })
    })
  }
}
