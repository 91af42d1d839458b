/** One supervised program as the console sees it: supervisor, lines, devices and counters, across all its lives. */
import {
  EndcapError,
  type Event,
  type EventDefinition,
  type LogLevel,
  manifestDefaults,
  type PermissionName,
  permissions,
} from '../contract/index.ts'
import { adoptedIn, adoptionLists } from './adoption.ts'
import type { EffectiveConfig } from './config.ts'
import { createDevices } from './devices.ts'
import { createLines } from './lines.ts'
import type { Owed } from './owed.ts'
import type { Faulty, Package } from './packages.ts'
import type { CommandLine } from './sandbox.ts'
import { createSession, type SessionEvents, type Surroundings } from './session.ts'
import { Supervisor, type SupervisorOptions } from './supervisor.ts'
import type { Timing } from './timing.ts'
import type { HostLog, PluginStatus, Principal } from './types.ts'

export interface UnitOptions {
  principal: Principal
  package: string
  version: string
  folder: string
  kind: PluginStatus['kind']
  /** Event types of its own. */
  own: ReadonlyMap<string, EventDefinition>
  configSchema?: object | undefined
  /** Of the configuration of each device. */
  deviceSchema?: object | undefined
  hasSafe: boolean
  sandbox(): PluginStatus['sandbox']
  /** The command line and what the child is given; asked before each start. */
  prepare(safe: boolean): Promise<{ line: CommandLine; effective: EffectiveConfig }>
  around: Surroundings
  /** Where its next life hears what it missed. */
  owed?: Owed
  timing: Timing
  log: HostLog
  changed(): void
  tell: SupervisorOptions['tell']
}

export interface Unit {
  principal: Principal
  supervisor: Supervisor
  effective(): EffectiveConfig | undefined
  status(): PluginStatus
  /** Hands a changed configuration to the running child; false where it must be started anew for it. */
  reconfigure(): Promise<boolean>
  settle(device: string): void
}

/** The same refusal is logged again after so long. */
const REFUSAL_SILENCE_MS = 60_000
const MAX_REFUSALS = 100

export function createUnit(options: UnitOptions): Unit {
  const { principal, log, version } = options
  const { manifest, name } = principal
  const devices = createDevices(name)
  const lines = createLines(({ level, text }) => log[severity(level)]({}, text))
  const refusals = new Map<string, number>()
  let effective: EffectiveConfig | undefined
  let emitted = 0
  let refused = 0
  let lastEventAt: number | undefined
  /** What earlier lives received. */
  const before = { received: 0, dropped: 0 }

  const refuse = (error: EndcapError) => {
    refused++
    const kind = `${error.code} ${JSON.stringify(error.values['type'])}`
    const now = performance.now()
    if (now - (refusals.get(kind) ?? -Infinity) < REFUSAL_SILENCE_MS) return
    if (refusals.size >= MAX_REFUSALS) refusals.clear()
    refusals.set(kind, now)
    lines.add('warn', `${error.message}. ${error.remedy}`)
  }

  let commandLine = ''
  const { configSchema: pluginSchema, deviceSchema } = options
  const lists = adoptionLists({ ...(pluginSchema ? { pluginSchema } : {}), ...(deviceSchema ? { deviceSchema } : {}) })
  const take = (prepared: Awaited<ReturnType<UnitOptions['prepare']>>) => {
    effective = prepared.effective
    commandLine = JSON.stringify(prepared.line)
    // A plugin without a schema for its devices may be given some all the same.
    devices.configured(
      deviceSchema ? adoptedIn(effective, lists) : [...effective.devices, ...adoptedIn(effective, lists)],
    )
  }

  const supervisor = new Supervisor({
    name,
    timing: options.timing,
    startSeconds: manifest.startSeconds ?? manifestDefaults.startSeconds,
    memoryMegabytes: manifest.memoryMegabytes ?? manifestDefaults.memoryMegabytes,
    hasSafe: options.hasSafe,
    async prepare(safe) {
      const prepared = await options.prepare(safe)
      take(prepared)
      return { line: prepared.line, start: { plugin: name, version, ...prepared.effective } }
    },
    session(events) {
      const heard: SessionEvents = {
        ...events,
        log(level, text, fields) {
          if (level === 'fatal') supervisor.lastWords(text)
          lines.add(level, fields ? `${text} ${JSON.stringify(fields)}`.trim() : text)
        },
        said(event: Event) {
          emitted++
          lastEventAt = event.time
          devices.said(event)
        },
        refused: refuse,
      }
      const session = createSession(principal, options.own, options.around, heard, options.owed)
      const { end } = session
      return {
        ...session,
        end() {
          const { received, dropped } = session.counts()
          before.received += received
          before.dropped += dropped
          devices.lost()
          end()
        },
      }
    },
    line: (level: LogLevel, text: string) => lines.add(level, text),
    changed: options.changed,
    tell: options.tell,
  })

  return {
    principal,
    supervisor,
    effective: () => effective,
    settle: devices.settle,
    async reconfigure() {
      const { state, session } = supervisor
      if (state !== 'running' || !session) return false
      try {
        const prepared = await options.prepare(false)
        // What it may reach is decided when it starts.
        if (JSON.stringify(prepared.line) !== commandLine) return false
        const { config, devices: own } = prepared.effective
        if (!(await session.configure({ config, devices: own }))) return false
        take(prepared)
        options.changed()
        return true
      } catch {
        return false
      }
    },
    status() {
      const { state, reason, remedy, restarts, pid, startedAt, memoryBytes, cpu, loopDelay, models } = supervisor
      const counts = supervisor.session?.counts() ?? { received: 0, waiting: 0, dropped: 0 }
      return {
        name,
        package: options.package,
        version,
        folder: options.folder,
        kind: options.kind,
        state,
        permissions: sentences(manifest.permissions),
        sandbox: options.sandbox(),
        restarts,
        emitted,
        refused,
        received: before.received + counts.received,
        waiting: counts.waiting,
        dropped: before.dropped + counts.dropped,
        lines: lines.list(),
        devices: devices.list(),
        ...given({ reason, remedy, pid, startedAt, memoryBytes, cpu, loopDelay, lastEventAt, models }),
        ...(effective ? { config: effective.config } : {}),
        ...(options.configSchema ? { configSchema: options.configSchema } : {}),
      }
    },
  }
}

/** Of a package that is not started: disabled, or faulty and why. */
export function idleStatus(found: Package | Faulty, sandbox: PluginStatus['sandbox']): PluginStatus {
  const common = { name: found.name, package: found.package, version: found.version, folder: found.folder, sandbox }
  const counters = { restarts: 0, emitted: 0, refused: 0, received: 0, waiting: 0, dropped: 0 }
  const nothing = { lines: [], devices: [] }
  if ('error' in found) {
    const { message, remedy } = found.error
    const state = 'invalid' as const
    return { ...common, ...counters, ...nothing, kind: 'device', state, reason: message, remedy, permissions: [] }
  }
  const { manifest, pluginConfigSchema: configSchema } = found
  return {
    ...common,
    ...counters,
    ...nothing,
    kind: manifest.kind,
    state: 'disabled',
    permissions: sentences(manifest.permissions),
    ...(configSchema ? { configSchema } : {}),
  }
}

const sentences = (names: readonly PermissionName[]): PluginStatus['permissions'] =>
  names.map((name) => ({ name, sentence: permissions[name].sentence }))

/** The fields that are there. */
function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}

const severity = (level: LogLevel): 'debug' | 'info' | 'warn' | 'error' => {
  if (level === 'trace' || level === 'debug') return 'debug'
  if (level === 'error' || level === 'fatal') return 'error'
  return level === 'warn' ? 'warn' : 'info'
}
