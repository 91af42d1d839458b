/** A whole box for a test: the real runtime in this process, its children beside it, a manager signed in. */
import './plain-children.ts'
import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { pino } from 'pino'
import type { Test } from 'tap'
import { WebSocket } from 'ws'
import { stringify } from 'yaml'
import { twinPlan } from '../../devices/twin/start.ts'
import type { PluginSettings, PluginStatus } from '../../runtime/host/index.ts'
import { startRuntime } from '../../runtime/main.ts'

export interface TestBox {
  address: string
  home: string
  /** Port of the broker that the plugin mqtt runs. */
  brokerPort: number
  /** Asks as the manager; throws with status and text where the box refuses. */
  ask<T>(method: string, path: string, body?: unknown, type?: string): Promise<T>
  /** A cookie for a device link, as the browser of a screen or associate gets it. */
  signInAs(role: 'screen' | 'staff', id: string): Promise<string>
  cookie: string
  /** A gateway of the shop: says that it heard a beacon. */
  hear(receiver: string, minor: number, rssi: number, uuid?: string): void
  plugins(): Promise<PluginStatus[]>
  /** Lines that the runtime logged, as JSON. */
  log: string[]
}

export const SHOP_UUID = '6c1f3f0a-52a1-4a3e-9d7c-0e5ad1c0ffee'
const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0')

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

/** Tries until it resolves with something; the last error tells why it never did. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  seconds = 30,
): Promise<T> {
  const end = performance.now() + seconds * 1000
  let last: unknown
  for (;;) {
    try {
      const found = await look()
      if (found !== undefined && found !== false) return found
    } catch (error) {
      last = error
    }
    if (performance.now() > end) throw new Error(`${what}: not within ${seconds} s`, { cause: last })
    await new Promise((wait) => setTimeout(wait, 25))
  }
}

/** Starts a box with the plan of the virtual shop, but without its people. Stopped at the end of the test. */
export async function startBox(
  t: Test,
  plugins: Record<string, PluginSettings> = { ble: { enabled: false } },
  webRoot?: string,
): Promise<TestBox> {
  // Not t.testdir(): tap removes that one before the box has stopped writing into it.
  const home = await mkdtemp(join(tmpdir(), 'endcap-test-'))
  const brokerPort = await freePort()
  const mqttConfig = { port: brokerPort, username: 'gateway', password: 'only-in-this-test' }
  writeFileSync(
    join(home, 'endcap.yaml'),
    stringify({ network: { port: 0 }, plugins: { ...plugins, mqtt: { config: mqttConfig } } }),
  )
  const log: string[] = []
  const runtime = await startRuntime({
    home,
    ...(webRoot === undefined ? {} : { webRoot }),
    log: pino({ level: 'info' }, { write: (line: string) => void log.push(line) }),
  })
  t.teardown(async () => {
    await runtime.stop()
    await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
    if (!t.passing()) for (const line of log.slice(-60)) t.comment(line.slice(0, 400))
  })
  const address = runtime.address
  const signIn = async (secret: string) => {
    const answer = await fetch(`${address}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ secret }),
    })
    if (!answer.ok) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`)
    return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  }
  const cookie = await signIn((await runtime.signInLink()).split('#')[1] ?? '')
  const ask = async <T>(method: string, path: string, body?: unknown, type = 'application/json'): Promise<T> => {
    const answer = await fetch(`${address}${path}`, {
      method,
      headers: { cookie, ...(body === undefined ? {} : { 'content-type': type }) },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return (/^[[{]/.test(text) ? JSON.parse(text) : text) as T
  }
  await ask('PUT', '/api/v1/shop.yaml', twinPlan(), 'text/yaml')
  await until('plugins and flows run', async () => {
    const { stages } = await ask<{ stages: Record<string, string> }>('GET', '/api/v1/health')
    return stages['plugins'] === 'ready' && stages['flows'] === 'ready' ? stages : undefined
  })
  const client = mqtt.connect(`mqtt://127.0.0.1:${brokerPort}`, {
    username: 'gateway',
    password: 'only-in-this-test',
    reconnectPeriod: 100,
    queueQoSZero: false,
  })
  client.on('error', () => undefined)
  t.teardown(() => client.end(true))
  await until('the gateway is connected', () => client.connected || undefined)
  return {
    address,
    home,
    brokerPort,
    ask,
    cookie,
    signInAs: async (role, id) => {
      const { url } = await ask<{ url: string }>('POST', '/api/v1/links', { role, id })
      return signIn(url.split('#')[1] ?? '')
    },
    hear(receiver, minor, rssi, uuid = SHOP_UUID) {
      const data = `0201061aff4c000215${uuid.replaceAll('-', '')}${hex(2, 4)}${hex(minor, 4)}c5`
      client.publish(`endcap/raw/${receiver}`, JSON.stringify({ mac: `c4:00:00:00:00:${hex(minor, 2)}`, rssi, data }))
    },
    plugins: () => ask<PluginStatus[]>('GET', '/api/v1/plugins'),
    log,
  }
}

/** Somebody stands still with a tag: heard ten times a second, loud by one receiver and faintly by others, until stopped. */
export function stand(box: TestBox, minor: number, near: string, uuid?: string): () => void {
  const faint = ['door', 'greens', 'bread', 'middle', 'milk', 'cellar', 'tills', 'hall'].filter((one) => one !== near)
  const timer = setInterval(() => {
    box.hear(near, minor, -50, uuid)
    for (const receiver of faint) box.hear(receiver, minor, -84, uuid)
  }, 100)
  return () => clearInterval(timer)
}

export interface Listener<T> {
  got: T[]
  /** The first that satisfies, already there or to come. */
  next(what: string, wanted: (one: T) => boolean, seconds?: number): Promise<T>
  close(): void
}

const listener = <T>(close: () => void): Listener<T> => {
  const got: T[] = []
  return { got, next: (what, wanted, seconds) => until(what, () => got.find(wanted), seconds), close }
}

/** The event stream of a manager, opened. */
export async function listen<T>(box: TestBox, path: string, cookie = box.cookie): Promise<Listener<T>> {
  const socket = new WebSocket(`${box.address.replace('http', 'ws')}${path}`, { headers: { cookie } })
  const heard = listener<T>(() => socket.terminate())
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as T | T[]
    heard.got.push(...(Array.isArray(message) ? message : [message]))
  })
  await new Promise((open, failed) => socket.once('open', open).once('error', failed))
  return heard
}

/** The states of a screen as its player gets them. */
export async function watchScreen<T>(box: TestBox, screen: string, cookie = box.cookie): Promise<Listener<T>> {
  const ending = new AbortController()
  const stream = await fetch(`${box.address}/api/v1/screens/${screen}/stream`, {
    headers: { cookie },
    signal: ending.signal,
  })
  const seen = listener<T>(() => ending.abort())
  const read = async () => {
    let text = ''
    const decoder = new TextDecoder()
    for await (const chunk of stream.body ?? []) {
      text += decoder.decode(chunk, { stream: true })
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks)
        if (/^event: state$/m.test(block)) seen.got.push(JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? 'null') as T)
    }
  }
  // Closing the listener ends the reading with an abort.
  void read().catch(() => undefined)
  return seen
}
