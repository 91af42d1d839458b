import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { type AdoptedSensor, type Context, definePlugin, EndcapError, followSensors } from '@endcap/sdk'
import { type Broker, startBroker } from './broker.ts'
import { createCounters, createReport } from './counters.ts'
import type { Reading } from './formats/reading.ts'
import { createGateways } from './gateways.ts'
import { createIngest, type Incoming } from './ingest.ts'
import { createLimits } from './limits.ts'
import { createReaders } from './readers.ts'

interface Config {
  url: string
  host: string
  port: number
  username: string
  password: string
  maxClients: number
  readerPassword?: string
  readTopics: string[]
  messagesPerSecond: number
  silenceSeconds: number
  plainDevices: boolean
  receivers: Record<string, string>
  sensors: AdoptedSensor[]
}
type Own = Context<unknown, Config>

const device = 'broker'
const kind = 'broker'
const tickMs = 1000
const reportMs = 60_000
const firstRetryMs = 1000
const lastRetryMs = 60_000

export default definePlugin<unknown, Config>(async (ctx) => {
  const { config } = ctx
  const counters = createCounters()
  const gateways = createGateways({ receivers: config.receivers, silenceSeconds: config.silenceSeconds, ctx })
  const sensors = await followSensors(ctx, config.sensors)
  const received = createIngest({
    gateways,
    counters,
    limits: createLimits(config.messagesPerSecond),
    plain: config.plainDevices,
    sense: sensors,
    sighted: (receiver, reading) => emitSighted(ctx, receiver, reading),
  })
  ctx.command('device.test', '+', (_, { to }) => {
    const id = to.slice(to.indexOf('/') + 1)
    return sensors.test(id) ?? gateways.test(id) ?? unknown(to)
  })
  // The broker goes on: no gateway has to connect anew because a thermometer was adopted.
  ctx.onConfig(({ config: next }) => {
    if (!isDeepStrictEqual(rest(next), rest(ctx.config))) return false
    gateways.rename(next.receivers)
    sensors.adopt(next.sensors)
    return true
  })
  const ticking = setInterval(gateways.tick, tickMs)
  const reporting = setInterval(createReport(counters, ctx.log), reportMs)
  const serving = config.url === '' ? serve(ctx, counters, received) : follow(ctx, received)
  return async () => {
    clearInterval(ticking)
    clearInterval(reporting)
    await serving
  }
})

/** What can only be changed by a new start. */
const rest = (config: Config): Config => ({ ...config, sensors: [], receivers: {} })

const unknown = (to: string): never => {
  throw new EndcapError('ENDCAP_TARGET_UNKNOWN', { to, command: 'device.test' })
}

function emitSighted(ctx: Own, receiver: string, { id, ...rest }: Reading) {
  const tag = `radio/${id}`
  ctx.emit('beacon.sighted', {
    device: receiver,
    subject: `${tag}/at/${receiver}`,
    data: { tag, receiver, ...rest },
  })
}

/** Our own broker, until the signal aborts; tried again and again where the port is taken. */
async function serve(ctx: Own, counters: ReturnType<typeof createCounters>, received: (incoming: Incoming) => boolean) {
  const { host, username, password, maxClients } = ctx.config
  const reader = {
    username: 'reader',
    password: ctx.config.readerPassword,
    topics: createReaders(ctx.config.readTopics),
  }
  const aborted = new Promise<void>((resolve) => ctx.signal.addEventListener('abort', () => resolve()))
  let retryMs = firstRetryMs
  let told = ''
  while (!ctx.signal.aborted) {
    let broker: Broker | undefined
    try {
      broker = await startBroker({
        host,
        port: ctx.config.port,
        username,
        password,
        maxClients,
        reader,
        counters,
        received,
      })
      ctx.log.info({ host, port: broker.port }, `Gateways may connect to ${host}:${broker.port} as ${username}`)
      ctx.online(device, kind)
      // For the console and the twin, where port 0 was asked for.
      await ctx.state.set('listening', { host, port: broker.port })
      retryMs = firstRetryMs
      told = ''
      await Promise.race([aborted, broker.failed])
    } catch (error) {
      const reason = troubleOf(error, host, ctx.config.port)
      if (reason !== told) ctx.log.error(reason)
      told = reason
      ctx.offline(device, kind, reason)
    }
    await broker?.stop()
    if (!ctx.signal.aborted) await sleep(retryMs, undefined, { signal: ctx.signal }).catch(() => {})
    retryMs = Math.min(retryMs * 2, lastRetryMs)
  }
}

function troubleOf(error: unknown, host: string, port: number): string {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
  if (code === 'EADDRINUSE') {
    return `Port ${port} on ${host} is taken by another program. Stop that one (sudo systemctl stop mosquitto), use it as the broker with plugins.mqtt.config.url: mqtt://name:password@${host}:${port}, or choose another port with plugins.mqtt.config.port.`
  }
  if (code === 'EACCES') return `Port ${port} may not be used. Choose one above 1023 with plugins.mqtt.config.port.`
  if (code === 'EADDRNOTAVAIL') return `${host} is no address of this box. Correct plugins.mqtt.config.host.`
  return `The broker failed: ${error instanceof Error ? error.message : String(error)}. It is started again.`
}

/** Another broker, until the signal aborts. */
async function follow(ctx: Own, received: (incoming: Incoming) => boolean) {
  // The client is loaded only here: most boxes run the broker themselves.
  const { followBroker } = await import('./external.ts')
  const where = nameOf(ctx.config.url)
  let told = ''
  const external = followBroker({
    url: ctx.config.url,
    received,
    connected() {
      told = ''
      ctx.log.info(`Connected to ${where}`)
      ctx.online(device, kind)
    },
    disconnected(reason) {
      if (told !== '') return
      told = `${where} is not there: ${reason}. It is tried again. See whether it runs, and whether plugins.mqtt.config.url names it with the right name and password.`
      ctx.log.warn(told)
      ctx.offline(device, kind, told)
    },
  })
  await new Promise<void>((resolve) => {
    ctx.signal.addEventListener('abort', () => resolve())
    if (ctx.signal.aborted) resolve()
  })
  await external.stop()
}

/** A URL without name and password, for the log. */
const nameOf = (url: string): string => {
  const { protocol, host } = URL.parse(url) ?? { protocol: 'mqtt:', host: 'the broker' }
  return `${protocol}//${host}`
}
