/** Starts a plugin as a box would (own process, descriptor 3, its permissions alone) and plays the box's side of the link. */
import { spawn } from 'node:child_process'
import { randomUUIDv7 } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, realpathSync } from 'node:fs'
import path from 'node:path'
import type { Duplex, Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import {
  createLink,
  type DeviceProfile,
  type Emission,
  type KnowledgeWish,
  type LogLevel,
  type PublicKnowledge,
  type PublicPlan,
  standsOn,
} from '../../contract/child.ts'
import { commands, type Event, faults, grantsOf, Manifest, pluginName, vocabulary } from '../../contract/index.ts'

export interface TestOptions {
  /** What the plugin gets as `ctx.config`; defaults of a schema are the box's work and not filled in here. */
  config?: unknown
  devices?: { id: string; name?: string; config?: unknown }[]
  /** Answer to `ctx.plan()`. */
  plan?: PublicPlan
  /** Answer to `ctx.knowledge()`; a shop without goods where it is missing. */
  knowledge?: PublicKnowledge
  /** Folders of models beside the plugin's own. */
  models?: string[]
  /** Answer to `ctx.profiles()`; none where it is missing. */
  profiles?: DeviceProfile[]
  /** What an earlier life left in `ctx.state`. */
  state?: ReadonlyMap<string, unknown>
  /** Answers what the plugin asks of others by `ctx.call`. */
  call?(name: string, to: string, params: unknown): unknown
}

/** What the plugin emitted. `fault` says why a box would refuse it. */
export interface Emitted extends Emission {
  id: string
  fault?: string
}

export interface TestedPlugin {
  name: string
  manifest: Manifest
  pid: number
  /** All that it emitted, oldest first. */
  events: Emitted[]
  lines: { level: LogLevel; text: string }[]
  state: Map<string, unknown>
  /** Heartbeats so far. */
  beats(): number
  /** What the box would show of a device: its last `device.*` event; undefined where there was none. */
  device(id: string): { state: string; reason?: string } | undefined
  /** The next event of a type, counted from the last one that next() gave; rejects when the plugin ends first. */
  next(type: string): Promise<Emitted>
  /** Lets it hear an event; returns its id. */
  deliver(event: Pick<Event, 'type' | 'data'> & Partial<Event>): string
  /** Gives a command to one of its devices. */
  command(name: string, device: string, params?: unknown): Promise<unknown>
  /** Gives it a changed configuration; false where it wants to be started anew for it. */
  configure(next: Pick<TestOptions, 'config' | 'devices'>): Promise<boolean>
  /** Resolves when the process has ended, by itself or after SIGKILL at three seconds. */
  stop(): Promise<{ inTime: boolean }>
  kill(): Promise<void>
}

const STOP_MS = 3000
const DEFAULT_START_SECONDS = 10

/** Resolves when the plugin is ready; rejects with its last words when it ends or is late. */
export async function testPlugin(folder: string, options: TestOptions = {}): Promise<TestedPlugin> {
  const place = realpathSync(folder)
  const json = JSON.parse(readFileSync(path.join(place, 'package.json'), 'utf8')) as PackageJson
  const manifest = json.endcap
  const [fault] = faults(Manifest, manifest)
  if (fault) throw new Error(`${path.join(place, 'package.json')}: /endcap${fault.path} ${fault.reason}`)
  const name = pluginName(json.name)

  const events: Emitted[] = []
  const lines: TestedPlugin['lines'] = []
  const state = new Map(options.state)
  const delivered = new Set<string>()
  const waiting = new Set<() => void>()
  const taken = new Map<string, number>()
  let beats = 0
  let over = false
  const { promise: ready, resolve: setReady, reject: setFailed } = Promise.withResolvers<void>()
  const wake = () => {
    for (const look of waiting) look()
  }

  const emit = (emission: Emission): Emitted => {
    const reason = refusal(name, manifest, emission, delivered)
    const emitted: Emitted = { ...emission, id: randomUUIDv7(), ...(reason === undefined ? {} : { fault: reason }) }
    events.push(emitted)
    wake()
    return emitted
  }
  const child = spawn(process.execPath, nodeArguments(place, manifest, options), {
    env: {},
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  const ended = once(child, 'exit').then(() => {
    over = true
    setFailed(new Error(`${name} ended: ${lines.map(({ text }) => text).join('\n')}`))
    wake()
  })
  for (const stream of [child.stdout, child.stderr] as Readable[])
    stream.setEncoding('utf8').on('data', (text: string) => lines.push({ level: 'info', text: text.trimEnd() }))

  const link = createLink(child.stdio[3] as Duplex, {
    message(message) {
      if (message.t === 'ready') setReady()
      else if (message.t === 'emit') emit(message.e)
      else if (message.t === 'beat') beats++
      else if (message.t === 'log') lines.push({ level: message.level, text: message.text })
    },
    request(asked, params) {
      const { key, value } = (params ?? {}) as { key: string; value: unknown }
      if (asked === 'emit') {
        const { id, fault: reason } = emit(params as Emission)
        if (reason !== undefined) throw new Error(reason)
        return { id }
      }
      if (asked === 'state.get') return state.get(key)
      if (asked === 'state.set') return void state.set(key, value)
      if (asked === 'state.delete') return void state.delete(key)
      if (asked === 'shop.plan' && options.plan) return options.plan
      if (asked === 'shop.knowledge') return knowledgeOf(options, params as KnowledgeWish | null)
      if (asked === 'devices.profiles') return options.profiles ?? []
      if (asked === 'command' && options.call) {
        const call = params as { name: string; to: string; params: unknown }
        if (manifest.gives?.includes(call.name)) return options.call(call.name, call.to, call.params)
      }
      throw new Error(`the test answers no request ${asked}; give it in the options, and in the manifest`)
    },
    end: () => undefined,
  })
  const { config = {}, devices } = options
  link.send({
    t: 'start',
    start: {
      plugin: name,
      version: json.version ?? '0.0.0',
      config,
      devices: given(devices),
      ...(manifest.permissions.includes('model') ? { models: modelFolders(place, options) } : {}),
    },
  })
  const seconds = manifest.startSeconds ?? DEFAULT_START_SECONDS
  const late = setTimeout(() => {
    child.kill('SIGKILL')
    setFailed(new Error(`${name} was not ready within ${seconds} s`))
  }, seconds * 1000)
  try {
    await ready
  } finally {
    clearTimeout(late)
  }

  return {
    name,
    manifest,
    pid: child.pid ?? 0,
    events,
    lines,
    state,
    beats: () => beats,
    device(id) {
      const last = events.findLast(({ type, device }) => device === id && type.startsWith('device.'))
      if (!last) return undefined
      const { reason } = last.data as { reason?: string }
      return { state: last.type.slice('device.'.length), ...(reason === undefined ? {} : { reason }) }
    },
    next: (type) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const index = events.findIndex((event, at) => event.type === type && at >= (taken.get(type) ?? 0))
          const event = events[index]
          if (!event && !over) return
          waiting.delete(look)
          if (!event) return reject(new Error(`${name} ended before it emitted ${type}`))
          taken.set(type, index + 1)
          resolve(event)
        }
        waiting.add(look)
        look()
      }),
    deliver(event) {
      const id = event.id ?? randomUUIDv7()
      delivered.add(id)
      const subject = event.subject ?? vocabulary.get(event.type)?.example.subject ?? ''
      link.send({ t: 'event', e: { source: 'test', time: Date.now(), privacy: 'none', ...event, subject, id } })
      return id
    },
    async command(command, device, params = {}) {
      const definition = commands.get(command)
      const [wrong] = definition ? faults(definition.params, params) : []
      if (wrong) throw new Error(`the command ${command} does not fit at ${wrong.path}: ${wrong.reason}`)
      const call = {
        id: randomUUIDv7(),
        name: command,
        to: `${name}/${device}`,
        params,
        deadline: 5000,
        source: 'test',
      }
      return link.request('command', call)
    },
    configure: async (next) =>
      (await link.request('configure', { config: next.config ?? {}, devices: given(next.devices) })) === true,
    async stop() {
      let inTime = true
      const insist = setTimeout(() => {
        inTime = false
        child.kill('SIGKILL')
      }, STOP_MS)
      link.send({ t: 'stop' })
      await ended
      clearTimeout(insist)
      return { inTime }
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

const given = (devices: TestOptions['devices'] = []) =>
  devices.map((device) => ({ ...device, config: device.config ?? {} }))

interface PackageJson {
  name: string
  version?: string
  endcap: Manifest
}

/** Why a box would refuse what was emitted, or undefined. */
function refusal(
  name: string,
  manifest: Manifest,
  { type, data, because }: Emission,
  delivered: ReadonlySet<string>,
): string | undefined {
  const own = manifest.events?.find((event) => event.type === type)
  const definition = vocabulary.get(type)
  const schema = definition?.data ?? own?.schema
  if (!schema) return `there is no event type ${type}`
  const allowed = type.startsWith('device.') || own || manifest.produces.some((pattern) => covers(pattern, type))
  if (!allowed) return `${name} emitted ${type}, which its manifest does not list under produces`
  const [fault] = faults(schema, data)
  if (fault) return `${type} does not fit its schema at ${fault.path}: ${fault.reason}`
  const unknown = because?.find((id) => !delivered.has(id))
  return unknown === undefined ? undefined : `${type} names ${unknown} as a cause, which was never delivered`
}

const covers = (pattern: string, type: string): boolean =>
  pattern === '*' || pattern === type || (pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1)))

const modelFolders = (place: string, { models = [] }: TestOptions) => [path.join(place, 'models'), ...models]

/** Node's side of the sandbox; what bubblewrap adds needs a box. */
function nodeArguments(folder: string, manifest: Manifest, { config, devices, models = [] }: TestOptions): string[] {
  const sdk = path.resolve(import.meta.dirname, '..')
  const asked = grantsOf(manifest.permissions, [config, ...given(devices).map((device) => device.config)])
  const modules = fileURLToPath(import.meta.resolve('msgpackr')).split(`${path.sep}node_modules${path.sep}`)[0] ?? sdk
  const readable = [
    folder,
    path.resolve(sdk, '..'),
    path.resolve(sdk, '../../devices'),
    path.join(modules, 'node_modules'),
    ...models,
    ...asked.flatMap(({ binds }) => binds.map((bind) => bind.path).filter((file) => file.startsWith('/'))),
  ]
  return [
    '--permission',
    '--disable-warning=PERM0001',
    '--disable-warning=PERM0002',
    '--disable-warning=PERM0006',
    ...new Set(asked.flatMap((permission) => permission.flags)),
    ...readable.map((file) => `--allow-fs-read=${file}`),
    '--allow-fs-read=/etc/alpine-release',
    path.join(sdk, `child${path.extname(import.meta.filename)}`),
    folder,
  ]
}

/** As a box answers: all of it, or what stands on the shelves that are asked for. */
function knowledgeOf({ knowledge }: TestOptions, wish: KnowledgeWish | null): PublicKnowledge {
  const { products, planogram, cabinets } = knowledge ?? { products: [], planogram: noGoods, cabinets: [] }
  if (!wish?.shelves) return { products, planogram, cabinets }
  const wanted = new Set(wish.shelves)
  const slots = planogram.slots.filter(({ slot }) => standsOn(wanted, slot))
  const standing = new Set(slots.flatMap((slot) => slot.products))
  const named = new Set(slots.map(({ slot }) => slot.split('/')[0]))
  return {
    products: products.filter(({ id }) => standing.has(id)),
    planogram: { fixtures: planogram.fixtures.filter(({ id }) => named.has(id)), slots },
    cabinets,
  }
}
const noGoods = { fixtures: [], slots: [] }
