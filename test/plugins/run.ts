/** Runs one of our plugins as the host does, a child with the link on descriptor 3, and hears what it says. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { createLink, type Emission, type LogLevel, type Message } from '../../runtime/contract/index.ts'
import { schemaDefaults } from './defaults.ts'

const root = join(import.meta.dirname, '../..')

interface Setup {
  config?: Record<string, unknown>
  devices?: { id: string; name?: string; config?: Record<string, unknown> }[]
  env?: Record<string, string>
  /** What ctx.plan() answers. */
  plan?: unknown
  /** What ctx.profiles() answers. */
  profiles?: unknown[]
  /** What the plugin kept in an earlier run; it is written to. */
  kept?: Map<string, unknown>
}

type Heard = Extract<Message, { t: 'emit' }>['e']

export interface RunningPlugin {
  /** Everything that it emitted. */
  emitted: Heard[]
  logged: { level: LogLevel; text: string }[]
  pid: number
  /** The next event from now on that fits; at once where `past` is true and one has come already. */
  event<D = Data>(type: string, fits?: (data: D) => boolean, past?: boolean): Promise<Heard & { data: D }>
  logLine(fits: (text: string) => boolean): Promise<string>
  command(name: string, device: string, params: unknown): Promise<unknown>
  stop(): Promise<void>
}
/** Data as a test looks at them. */
type Data = Record<string, unknown>

export async function runPlugin(
  t: { teardown(handler: () => Promise<void>): void },
  name: string,
  {
    config = {},
    devices = [],
    env = {},
    plan = { zones: [], receivers: [] },
    profiles = [],
    kept = new Map(),
  }: Setup = {},
): Promise<RunningPlugin> {
  const folder = join(root, 'plugins', name)
  const child = spawn(process.execPath, [join(root, 'runtime/sdk/child.ts'), folder], {
    env,
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  })
  const emitted: Heard[] = []
  const logged: RunningPlugin['logged'] = []
  const waiting = new Set<() => boolean>()
  const look = () => {
    for (const done of waiting) if (done()) waiting.delete(done)
  }
  const until = <T>(find: () => T | undefined) =>
    new Promise<T>((resolve) => {
      const done = () => {
        const found = find()
        if (found !== undefined) resolve(found)
        return found !== undefined
      }
      if (!done()) waiting.add(done)
    })
  let ready = false

  const link = createLink(child.stdio[3] as Duplex, {
    message(message) {
      if (message.t === 'emit') emitted.push(message.e)
      else if (message.t === 'log') logged.push(message)
      else if (message.t === 'ready') ready = true
      look()
    },
    request(request, params) {
      if (request === 'shop.plan') return plan
      if (request === 'devices.profiles') return profiles
      if (request === 'state.get') return kept.get((params as { key: string }).key) ?? null
      if (request === 'state.delete') kept.delete((params as { key: string }).key)
      if (request === 'state.set') kept.set((params as { key: string }).key, (params as { value: unknown }).value)
      if (request.startsWith('state.')) return null
      if (request !== 'emit') throw new Error(`unexpected request ${request}`)
      emitted.push(params as Emission)
      look()
      return { id: 'test' }
    },
    end() {},
  })
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    link.send({ t: 'stop' })
    await exited
  }
  t.teardown(stop)

  const defaults = schemaDefaults(folder)
  link.send({
    t: 'start',
    start: {
      plugin: name,
      version: '0.0.0',
      config: { ...defaults.plugin, ...config },
      devices: devices.map((device) => ({ ...device, config: { ...defaults.device, ...device.config } })),
    },
  })
  await until(() => (ready || child.exitCode !== null ? true : undefined))

  return {
    emitted,
    logged,
    pid: child.pid ?? 0,
    event<D = Data>(type: string, fits: (data: D) => boolean = () => true, past = false) {
      let from = past ? 0 : emitted.length
      return until(() => {
        const found = emitted.slice(from).find((one) => one.type === type && fits(one.data as D))
        from = found || past ? from : emitted.length
        return found as (Heard & { data: D }) | undefined
      })
    },
    logLine: (fits) => until(() => logged.find(({ text }) => fits(text))?.text),
    command: (command, device, params) =>
      link.request('command', {
        id: crypto.randomUUID(),
        name: command,
        to: `${name}/${device}`,
        params,
        deadline: 5000,
        source: 'test',
      }),
    stop,
  }
}
