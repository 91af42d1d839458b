/** A box with a real ledger, bus, shop, host and Node-RED, and a page server before its editor. */
import '../support/plain-children.ts'
import { createServer, type IncomingMessage, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createBus, createCommands } from '../../runtime/bus/index.ts'
import type { Event, EventType, EventData, ShopPlan } from '../../runtime/contract/index.ts'
import { createFlowEngine, type FlowEngine, type FlowEngineDependencies } from '../../runtime/flow-engine/index.ts'
import { createHost, type Host, type HostDependencies } from '../../runtime/host/index.ts'
import { openLedger } from '../../runtime/ledger/index.ts'
import { createShop } from '../../runtime/shop/index.ts'
import { sampleEvent } from '../support/events.ts'

const every = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const always = [{ days: [...every], from: '00:00', to: '00:00' }]

export const plan: ShopPlan = {
  name: 'Corner shop',
  timezone: 'Etc/UTC',
  floor: { width: 20, depth: 10 },
  zones: [
    {
      id: 'entrance',
      name: 'Entrance',
      entrance: true,
      polygon: [
        [0, 0],
        [5, 0],
        [5, 5],
        [0, 5],
      ],
    }, // prettier-ignore
    {
      id: 'bakery',
      name: 'Bakery',
      polygon: [
        [5, 0],
        [10, 0],
        [10, 5],
        [5, 5],
      ],
    },
    {
      id: 'office',
      name: 'Office',
      polygon: [
        [10, 0],
        [15, 0],
        [15, 5],
        [10, 5],
      ],
    },
  ],
  receivers: [{ id: 'door', name: 'Door', x: 1, y: 1 }],
  screens: [
    { id: 'door', name: 'Door', zone: 'entrance', fallback: { layout: 'message', title: 'Good morning' } },
    { id: 'counter', name: 'Counter', zone: 'bakery', fallback: { layout: 'message', title: 'Bread' } },
  ],
  staff: [
    { id: 'anna', name: 'Anna', shifts: always },
    { id: 'ben', name: 'Ben', shifts: always },
    { id: 'carla', name: 'Carla' },
  ],
}

export interface Box {
  engine: FlowEngine
  host: Host
  shop: Awaited<ReturnType<typeof createShop>>
  bus: ReturnType<typeof createBus>
  commands: ReturnType<typeof createCommands>
  ledger: Awaited<ReturnType<typeof openLedger>>
  /** Every command that was given, in order. */
  calls: { name: string; to: string; params: Record<string, unknown>; because: string[] }[]
  /** Resolves when such a command was given; those before `from` do not count. */
  called(fits: (call: Box['calls'][number]) => boolean, from?: number): Promise<Box['calls'][number]>
  publish<T extends EventType>(type: T, given?: Partial<Omit<Event, 'data'>> & { data?: Partial<EventData<T>> }): Event
  /** Asks the editor as somebody who is signed in. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  address: string
  stop(): Promise<void>
}
export interface Answer {
  status: number
  headers: IncomingMessage['headers']
  text: string
  json: unknown
}
export interface BoxOptions {
  home: string
  plan?: ShopPlan
  deploySeconds?: number
  timing?: HostDependencies['timing']
  bubblewrap?: string | false
  /** Flows instead of the first recipes. */
  flows?: unknown[]
  /** Folders of plugins, and of models for them. */
  plugins?: string[]
  models?: string[]
}

const quiet = { child: () => quiet, debug() {}, info() {}, warn() {}, error() {} }
const loud = {
  child: () => loud,
  debug() {},
  info: (_: object, text: string) => console.error('info', text),
  warn: (fields: object, text: string) => console.error('warn', text, fields),
  error: (fields: object, text: string) => console.error('error', text, fields),
}

export async function startBox(options: BoxOptions): Promise<Box> {
  const log = process.env['ENDCAP_TEST_LOG'] ? loud : quiet
  const { home } = options
  const ledger = await openLedger({ file: join(home, 'ledger', 'endcap.db') })
  const bus = createBus()
  const commands = createCommands()
  const calls: Box['calls'] = []
  const listeners = new Set<() => void>()
  const recorded = {
    ...commands,
    call: async (call: Parameters<typeof commands.call>[0]) => {
      const answer = await commands.call(call)
      const { name, to, params, because = [] } = call
      calls.push({ name, to, params: params as Record<string, unknown>, because })
      for (const listener of listeners) listener()
      return answer
    },
  }
  let host: Host | undefined
  const shop = await createShop({
    ledger,
    bus,
    commands,
    emit: async (source, event, { commit = false } = {}) => (await host?.emit(source, event, { commit })) ?? '',
    log,
    defaults: options.plan ?? plan,
  })
  host = createHost({
    bus,
    commands: recorded,
    ledger,
    shop,
    folders: options.plugins ?? [],
    models: options.models ?? [],
    settings: () => ({}),
    log,
    bubblewrap: options.bubblewrap ?? false,
    ...(options.timing ? { timing: options.timing } : {}),
  })
  if (options.flows) await ledger.versions.add('flows', { flows: options.flows, credentials: {} }, 'test', 'given')
  const dependencies: FlowEngineDependencies = { host, ledger, shop, bus, commands, home, log }
  if (options.deploySeconds !== undefined) dependencies.deploySeconds = options.deploySeconds
  const engine = createFlowEngine(dependencies)
  try {
    await Promise.all([engine.start(), options.plugins ? host.start() : undefined])
  } catch (error) {
    await engine.stop()
    await host.stop()
    await shop.stop()
    await ledger.close()
    throw error
  }
  const server = await serve(engine)
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const running = host

  return {
    engine,
    host: running,
    shop,
    bus,
    commands,
    ledger,
    calls,
    address,
    called: (fits, from = 0) =>
      new Promise((resolve) => {
        const look = () => {
          const found = calls.slice(from).find(fits)
          if (!found) return
          listeners.delete(look)
          resolve(found)
        }
        listeners.add(look)
        look()
      }),
    publish(type, given) {
      const event = sampleEvent(type, given)
      bus.publish(event)
      return event
    },
    ask: (method, path, body, headers) => ask(address, method, path, body, headers),
    async stop() {
      server.closeAllConnections()
      server.close()
      await engine.stop()
      await running.stop()
      await shop.stop()
      await ledger.close()
    },
  }
}

/** Lets everybody in as `manager`, as the API does after it has looked at the cookie. */
async function serve(engine: FlowEngine): Promise<Server> {
  const server = createServer((request, response) => engine.proxy(request, response, 'manager'))
  server.on('upgrade', (request, socket, head) => engine.upgrade(request, socket, head, 'manager'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

export function ask(
  where: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const target = where.startsWith('/')
    ? { socketPath: where }
    : { host: where.split(':')[0] ?? '', port: Number(where.split(':')[1]) }
  const content: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' }
  return new Promise((resolve, reject) => {
    const call = request({ ...target, method, path, headers: { ...content, ...headers } }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        const isJson = String(answer.headers['content-type']).includes('json')
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          text,
          json: isJson ? (JSON.parse(text) as unknown) : undefined,
        })
      })
    })
    call.on('error', reject)
    call.end(body === undefined ? undefined : JSON.stringify(body))
  })
}
