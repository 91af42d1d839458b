/** The plugin's side of the link: turns messages into `ctx`, and `ctx` into messages. */
import {
  type ChildRequests,
  type CommandCall,
  type Consume,
  type DeviceProfile,
  EndcapError,
  type Emission,
  type Event,
  type Link,
  type LogLevel,
  matches,
  type PublicKnowledge,
  type PublicPlan,
  type StartMessage,
} from '../contract/child.ts'
import { createDeviceStates } from './device-states.ts'
import { createPluginModels, type PluginModels } from './models-of-plugin.ts'
import { createSerial } from './serial.ts'
import type { Context, Emit, Found, Log } from './types.ts'

type Handler = (event: Event<never>) => void | Promise<void>
type Answer = (params: never, call: CommandCall) => unknown

export interface Runtime {
  context: Context
  models: PluginModels
  deliver(event: Event): void
  /** Answers requests of the host: commands to this plugin's devices. */
  request(name: string, params: unknown): unknown
}

const levels: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal']

export function createContext(
  link: Pick<Link, 'send' | 'request'>,
  start: StartMessage,
  signal: AbortSignal,
  /** An exception in a handler: as bad as one anywhere else. */
  fail: (error: unknown) => void,
): Runtime {
  const listeners = new Set<{ consume: Consume; handler: Handler }>()
  const answers = new Map<string, Answer>()
  const seen = new Set<string>()
  let announcing = false
  let configured: Parameters<Context['onConfig']>[0] | undefined

  /** One message for all the calls of `on` in a turn. */
  const announce = () => {
    if (announcing) return
    announcing = true
    queueMicrotask(() => {
      announcing = false
      link.send({ t: 'consume', consumes: [...listeners].map(({ consume }) => consume) })
    })
  }

  const log = Object.fromEntries(
    levels.map((level) => [
      level,
      (fields: Record<string, unknown> | string, text?: string) =>
        typeof fields === 'string'
          ? link.send({ t: 'log', level, text: fields })
          : link.send({ t: 'log', level, text: text ?? '', fields }),
    ]),
  ) as Log

  const emit: Emit = Object.assign(
    (type: string, said: Omit<Emission, 'type'>) => link.send({ t: 'emit', e: { type, ...said } }),
    {
      committed: async (type: string, said: Omit<Emission, 'type'>) =>
        (await link.request('emit', { type, ...said })) as { id: string },
    },
  )

  const states = createDeviceStates((type, device, data) =>
    link.send({ t: 'emit', e: { type, device, subject: `device/${device}`, data } }),
  )
  signal.addEventListener('abort', states.stop, { once: true })

  const models = createPluginModels(start, signal, log)

  const context: Context = {
    plugin: start.plugin,
    devices: start.devices,
    config: start.config,
    signal,
    emit,
    on(what, handler) {
      const listener = { consume: typeof what === 'string' ? { type: what } : what, handler: handler as Handler }
      listeners.add(listener)
      announce()
      return () => {
        if (listeners.delete(listener)) announce()
      }
    },
    command(name, device, handler) {
      const key = `${name} ${device}`
      answers.set(key, handler)
      return () => void answers.delete(key)
    },
    call: async (name, to, params, options = {}) =>
      (await link.request('command', { name, to, params, ...options })) as never,
    state: {
      get: async <T>(key: string) => ((await link.request('state.get', { key })) ?? undefined) as T | undefined,
      set: async (key, value) => void (await link.request('state.set', { key, value })),
      delete: async (key) => void (await link.request('state.delete', { key })),
    },
    serial: createSerial(signal, log),
    discovered(found: Found) {
      if (seen.has(found.device)) return
      seen.add(found.device)
      const { device } = found
      link.send({
        t: 'emit',
        e: { type: 'device.discovered', device, subject: `device/${device}`, data: { ...found } },
      })
    },
    online: states.online,
    stale: states.stale,
    offline: states.offline,
    suspect: states.suspect,
    believed: states.believed,
    onConfig(handler) {
      configured = handler
    },
    plan: async () => (await link.request('shop.plan', null)) as PublicPlan,
    knowledge: async (wish) => (await link.request('shop.knowledge', wish ?? null)) as PublicKnowledge,
    model: models.open,
    profiles: async () => (await link.request('devices.profiles', null)) as DeviceProfile[],
    log,
  }

  const configure = async (next: Parameters<NonNullable<typeof configured>>[0]): Promise<boolean> => {
    if (!configured || !(await configured(next))) return false
    // What is adopted no longer may be found again.
    seen.clear()
    context.config = next.config
    context.devices = next.devices
    return true
  }

  const settle = (result: void | Promise<void>) => {
    if (result instanceof Promise) result.catch(fail)
  }

  // Without a word the host would send all that the manifest allows.
  announce()

  return {
    context,
    models,
    deliver(event) {
      for (const { consume, handler } of listeners) if (matches(consume, event)) settle(handler(event as Event<never>))
    },
    request(name, params) {
      if (name === 'configure') return configure(params as ChildRequests['configure']['in'])
      const call = params as CommandCall
      const device = call.to.slice(start.plugin.length + 1)
      const answer = answers.get(`${call.name} ${device}`) ?? answers.get(`${call.name} +`)
      if (name !== 'command' || !answer)
        throw new EndcapError('ENDCAP_TARGET_UNKNOWN', { to: call.to, command: call.name })
      return answer(call.params as never, call)
    },
  }
}
