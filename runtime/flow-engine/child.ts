/** Node-RED as a child of the host: one more plugin on descriptor 3, with its editor behind a gate of its own. */
import { randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import module from 'node:module'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { createLink, type Link, type LogLevel, type StartMessage } from '../contract/child.ts'
import { sparePlainFunctions } from './bounded.ts'
import type { Boot, ChildConfig, ChildState } from './types.ts'

const ROOT = join(import.meta.dirname, '../..')
/** The host takes a child for hung that is silent for several of these. */
const BEAT_MILLISECONDS = 1000
/** Flows get this long to close before the process ends. */
const STOP_MILLISECONDS = 2000

/** Node-RED's warning where no node has credentials, which is so on most boxes. */
const IDLE_WARNING = 'Encrypted credentials not found'

const LEVELS: Record<number, LogLevel> = { 10: 'fatal', 20: 'error', 30: 'warn', 40: 'info', 50: 'debug', 60: 'trace' }

const started = Promise.withResolvers<StartMessage>()
let stopping: () => Promise<void> = async () => undefined
let deliver: Parameters<typeof connect>[0] = () => undefined

const link = connect((event) => deliver(event))
const log = (level: LogLevel, text: string) => link.send({ t: 'log', level, text })

process.on('uncaughtException', (error) => {
  log('fatal', error.stack ?? String(error))
  link.close()
  setImmediate(() => process.exit(1))
})

function connect(take: (event: Parameters<Link['send']>[0] & { t: 'event' }) => void): Link {
  return createLink(new Socket({ fd: 3, readable: true, writable: true }), {
    message(message) {
      if (message.t === 'event') take(message)
      else if (message.t === 'start') started.resolve(message.start)
      else if (message.t === 'stop') void end(0)
    },
    request(name) {
      throw new Error(`Node-RED answers no ${name}`)
    },
    end: () => void end(0),
  })
}

async function end(code: number): Promise<void> {
  setTimeout(() => process.exit(code), STOP_MILLISECONDS).unref()
  await stopping().catch(() => undefined)
  process.exit(code)
}

async function main(config: ChildConfig): Promise<void> {
  sparePlainFunctions()
  const start = randomUUID()
  const [boot, { default: RED }, { createHub }, { nodeRedSettings }, { createStorage }, { openGate }, { serveLists }] =
    await Promise.all([
      link.request('flows.boot', { start }) as Promise<Boot>,
      import('node-red'),
      import('./hub.ts'),
      import('./settings.ts'),
      import('./storage.ts'),
      import('./gate.ts'),
      import('./lists.ts'),
    ])
  const hub = createHub(link)
  deliver = ({ e }) => hub.deliver(e)
  // Nodes ask for the lists as they start; by then they are here.
  hub.lists().catch(() => undefined)

  const types = async () =>
    (await RED.runtime.nodes.getNodeList({}))
      .filter(({ enabled, err }) => enabled && err === undefined)
      .flatMap(({ types }) => types)
  const storage = createStorage({ link, boot, start, recipes: join(ROOT, 'flows/recipes'), types, hub })

  const inner: Server = createServer()
  RED.init(
    inner,
    nodeRedSettings({
      config,
      boot,
      endcap: hub,
      palette: join(ROOT, 'flows/palette'),
      storage: storage.module,
      log: ({ level, msg, type, name, id }) => {
        if (msg !== IDLE_WARNING)
          log(LEVELS[level] ?? 'info', `${type ? `[${type}:${name ?? id ?? ''}] ` : ''}${text(msg)}`)
      },
    }),
  )
  serveLists(RED, hub)

  let ready = false
  let version = 0
  const report = (state: ChildState['state'], reason?: string) => {
    // Whoever hears that the flows run may rely on it that they hear every event from now on.
    hub.release()
    const message: ChildState = { start, state, version, ...(reason === undefined ? {} : { reason }) }
    void link.request('flows.state', message).catch((error: unknown) => log('error', String(error)))
    if (ready) return
    ready = true
    link.send({ t: 'ready' })
  }
  RED.events.on('flows:started', ({ config: { flows } }: { config: { flows: unknown } }) => {
    version = storage.versionOf(flows)
    report('running')
  })
  RED.events.on('runtime-event', ({ id, payload }: { id: string; payload?: RuntimeState }) => {
    if (id !== 'runtime-state' || !payload?.error) return
    version = storage.versionOf(undefined)
    if (payload.error === 'safe-mode') report('safe')
    else if (payload.state === 'stop') report('stopped', reason(payload))
  })

  const beat = beats()
  let gate: Server | undefined
  stopping = async () => {
    clearInterval(beat)
    gate?.closeAllConnections()
    gate?.close()
    await RED.stop()
    link.close()
  }
  gate = await openGate({ socket: config.socket, secret: boot.secret, app: RED.httpAdmin, inner })
  await RED.start()
  module.flushCompileCache()
}

interface RuntimeState {
  state?: string
  error?: string
  types?: string[]
}

const reason = ({ error, types }: RuntimeState): string =>
  error === 'missing-types' ? `the flows use node types that are missing: ${(types ?? []).join(', ')}` : String(error)

function text(message: unknown): string {
  if (typeof message === 'string') return message.trim()
  if (message instanceof Error) return message.stack ?? message.message
  return JSON.stringify(message) ?? ''
}

/** Reports heap and the longest delay of the event loop with each heartbeat. */
function beats(): NodeJS.Timeout {
  let due = performance.now() + BEAT_MILLISECONDS
  return setInterval(() => {
    const now = performance.now()
    const loopDelay = Math.max(0, now - due)
    due = now + BEAT_MILLISECONDS
    link.send({ t: 'beat', beat: { heapBytes: process.memoryUsage().heapUsed, loopDelay } })
  }, BEAT_MILLISECONDS)
}

await main((await started.promise).config as ChildConfig)
