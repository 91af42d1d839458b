/** A box without plugins that answers real HTTP: the real ledger, bus, shop and host, and clients that are signed in. */
import { request as httpRequest } from 'node:http'
import path from 'node:path'
import pino from 'pino'
import type { Test } from 'tap'
import { WebSocket } from 'ws'
import { type Api, type ApiDependencies, createApi } from '../../runtime/api/index.ts'
import { createBus, createCommands } from '../../runtime/bus/index.ts'
import type { ShopPlan } from '../../runtime/contract/index.ts'
import { createHost, type Host } from '../../runtime/host/index.ts'
import { openLedger } from '../../runtime/ledger/index.ts'
import { createShop } from '../../runtime/shop/index.ts'

const always = [{ days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const, from: '00:00', to: '00:00' }]

export const plan: ShopPlan = {
  name: 'Corner shop',
  timezone: 'Europe/Zurich',
  floor: { width: 10, depth: 6 },
  zones: [
    {
      id: 'entrance',
      name: 'Entrance',
      polygon: [
        [0, 0],
        [4, 0],
        [4, 6],
      ],
    },
    { id: 'dairy', name: 'Dairy', receiver: 'fridge', radiusMetres: 3 },
  ],
  receivers: [{ id: 'fridge', name: 'Fridge', x: 8, y: 3 }],
  screens: [
    { id: 'entrance', name: 'Window', zone: 'entrance', fallback: { layout: 'message', title: 'Welcome' } },
    { id: 'dairy', name: 'Dairy end', zone: 'dairy' },
  ],
  staff: [
    { id: 'anna', name: 'Anna Keller', shifts: always.map((shift) => ({ ...shift, days: [...shift.days] })) },
    { id: 'bruno', name: 'Bruno Frei' },
  ],
}

export interface Answer<T = unknown> {
  status: number
  headers: Headers
  body: T
}

/** Somebody with or without a cookie. */
export interface Client {
  cookie: string
  call<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer<T>>
  socket(path: string, headers?: Record<string, string>): Socket
}

/** A WebSocket whose messages can be awaited, whenever they came. */
export interface Socket {
  /** Resolves with the next message that has not been taken yet. */
  next<T = unknown>(): Promise<T>
  opened: Promise<void>
  /** The close code, or the HTTP status of a refused upgrade. */
  over: Promise<number>
  close(): void
  /** Stops and goes on reading what the box sends. */
  pause(): void
  resume(): void
}

export type Box = Awaited<ReturnType<typeof openBox>>

export async function openBox(t: Test, given: Partial<ApiDependencies> = {}, defaults: ShopPlan = plan) {
  const root = t.testdir({ shipped: {}, own: {}, web: {} })
  const lines: string[] = []
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) })
  const bus = createBus()
  const commands = createCommands()
  const ledger = await openLedger({ file: path.join(root, 'ledger/endcap.db') })
  let host: Host | undefined
  const shop = await createShop({
    ledger,
    bus,
    commands,
    emit: async (source, event, options) => (await host?.emit(source, event, options)) ?? '',
    log,
    defaults,
  })
  const folders = [path.join(root, 'shipped'), path.join(root, 'own')]
  host = createHost({ bus, commands, ledger, shop, folders, settings: () => ({}), log, bubblewrap: false })
  const parts: ApiDependencies = {
    bus,
    commands,
    ledger,
    shop,
    host,
    enablePlugin: async () => undefined,
    configurePlugin: async () => undefined,
    mediaFolder: path.join(root, 'media'),
    webRoot: path.join(root, 'web'),
    stages: () => ({
      ledger: { state: 'ready' },
      api: { state: 'ready' },
      plugins: { state: 'ready' },
      flows: { state: 'ready' },
    }),
    twin: false,
    version: '0.0.0',
    log,
    network: { host: '127.0.0.1', port: 0 },
    ...given,
  }
  const api = createApi(parts)
  await api.start()
  /** A second API over the same box, as after a restart. */
  const again = async (changed: Partial<ApiDependencies> = {}) => {
    const second = createApi({ ...parts, ...changed })
    await second.start()
    more.push(second)
    return second
  }
  const more: Api[] = []
  t.teardown(async () => {
    for (const one of [api, ...more]) await one.stop()
    await host.stop()
    await shop.stop()
    await ledger.close()
  })
  const { address } = api
  const anyone = client(address)
  /** Signs in with a secret and keeps the cookie. */
  const signIn = async (secret: string): Promise<Client> => {
    const answer = await anyone.call('POST', '/api/v1/session', { secret })
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
    return client(address, (answer.headers.get('set-cookie') ?? '').split(';')[0])
  }
  const manager = await signIn(await api.signInSecret())
  /** A signed-in device, and its link. */
  const device = async (role: 'screen' | 'staff', id: string) => {
    const { body } = await manager.call<{ id: string; secret: string }>('POST', '/api/v1/links', { role, id })
    return { link: body.id, secret: body.secret, ...(await signIn(body.secret)) }
  }
  return { api, again, address, bus, commands, ledger, shop, host, lines, root, anyone, manager, signIn, device }
}

export function client(address: string, cookie = ''): Client {
  const own = cookie ? { cookie } : {}
  return {
    cookie,
    async call<T>(
      method: string,
      where: string,
      body?: unknown,
      headers: Record<string, string> = {},
    ): Promise<Answer<T>> {
      const raw = typeof body === 'string' || Buffer.isBuffer(body)
      const json = body !== undefined && !raw
      const response = await fetch(address + where, {
        method,
        redirect: 'manual',
        headers: { ...own, ...(json ? { 'content-type': 'application/json' } : {}), ...headers },
        ...(body === undefined ? {} : { body: raw ? (body as string) : JSON.stringify(body) }),
      })
      const text = await response.text()
      const isJson = response.headers.get('content-type')?.startsWith('application/json') && text !== ''
      return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : text) as T }
    },
    socket: (where, headers = {}) => openSocket(address.replace('http', 'ws') + where, { ...own, ...headers }),
  }
}

function openSocket(url: string, headers: Record<string, string>): Socket {
  const socket = new WebSocket(url, { headers })
  const messages: unknown[] = []
  let wake: (() => void) | undefined
  socket.on('message', (data) => {
    messages.push(JSON.parse((data as Buffer).toString()))
    wake?.()
  })
  const opened = new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  opened.catch(() => undefined)
  const over = new Promise<number>((resolve) => {
    socket.once('unexpected-response', (request, response) => {
      resolve(response.statusCode ?? 0)
      request.destroy()
    })
    socket.once('close', resolve)
    socket.once('error', () => undefined)
  })
  return {
    opened,
    over,
    async next<T>() {
      while (messages.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      return messages.shift() as T
    },
    close: () => socket.close(),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  }
}

/** Server-sent events as they come. */
export async function openStream(address: string, where: string, cookie: string) {
  const stop = new AbortController()
  const response = await fetch(address + where, { headers: { cookie }, signal: stop.signal })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  return {
    status: response.status,
    headers: response.headers,
    /** The next block of lines; undefined when the stream has ended. */
    async block(): Promise<string | undefined> {
      while (!text.includes('\n\n')) {
        const read = await reader?.read()
        if (!read || read.done) return undefined
        text += read.value
      }
      const [first = '', ...rest] = text.split('\n\n')
      text = rest.join('\n\n')
      return first
    },
    /** Data of the next event of this name. */
    async event<T>(name: string): Promise<T | undefined> {
      for (;;) {
        const block = await this.block()
        if (block === undefined) return undefined
        const lines = block.split('\n')
        if (!lines.includes(`event: ${name}`)) continue
        return JSON.parse(lines.find((line) => line.startsWith('data: '))?.slice(6) ?? 'null') as T
      }
    },
    close: () => stop.abort(),
  }
}

/** A request with exactly these headers, as fetch does not allow. */
export function plainRequest(
  address: string,
  method: string,
  where: string,
  headers: Record<string, string>,
): Promise<{ status: number; headers: Record<string, unknown>; text: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(address + where, { method, headers }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => (text += chunk.toString()))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
    })
    request.on('error', reject)
    request.end()
  })
}
