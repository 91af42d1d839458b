import { createHash, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { Aedes, type AuthenticateError, type Client } from 'aedes'
import type { Counters } from './counters.ts'
import { limitFrames } from './frame-limit.ts'
import type { Incoming } from './ingest.ts'
import type { Readers } from './readers.ts'

/** Room for what we drop politely; beyond it the connection ends. */
const maxPacketBytes = 1_048_576
const connectTimeoutMs = 10_000
const keepAliveMs = 60_000
/** How long a client waits that is above its rate: its own connection fills up, nobody else's. */
const brakeMs = 250
const badCredentials = 4
const unavailable = 3

/** Where a gateway asks for its own orders. Nothing is ever sent there, so it learns nothing of others. */
const ownTopics = /^(espresense\/(rooms\/[^/#]+\/[^/#]+\/set|settings\/[^/#]+\/config)|[^/#]+\/[^/#]+\/commands\/.*)$/

export interface BrokerOptions {
  host: string
  port: number
  username: string
  password: string
  maxClients: number
  /** An account that may read some topics, and publish nothing. */
  reader: { username: string; password: string | undefined; topics: Readers }
  counters: Counters
  /** False where the client is to be slowed down. */
  received(incoming: Incoming): boolean
}

export interface Broker {
  /** The port, also where 0 was asked for. */
  port: number
  /** Rejects when the broker fails later on. */
  failed: Promise<never>
  stop(): Promise<void>
}

/**
 * A broker in this process, for gateways that publish. It forwards nothing to them and keeps nothing, so a gateway with the
 * password can neither read what others say nor leave anything behind. Readers have an account of their own. Rejects where the port cannot be had.
 */
export async function startBroker({ host, port, username, password, ...rest }: BrokerOptions): Promise<Broker> {
  const { maxClients, counters, received, reader } = rest
  const admits = credentials(username, password)
  const admitsReader = reader.password ? credentials(reader.username, reader.password) : () => false
  const readers = new WeakSet<Client>()
  const sockets = new Set<Socket>()
  const { promise: failed, reject: fail } = Promise.withResolvers<never>()
  failed.catch(() => {})

  const broker = await Aedes.createBroker({
    connectTimeout: connectTimeoutMs,
    maxTopicLevels: 16,
    maxInflightInbound: 100,
    preConnect(_client, packet, done) {
      // A session that outlives its connection would be memory that a stranger fills.
      packet.clean = true
      done(null, true)
    },
    authenticate(client, name, secret, done) {
      if (broker.connectedClients >= maxClients) return refuse(unavailable, 'there are too many clients', done)
      if (admitsReader(name, secret)) readers.add(client)
      else if (!admits(name, secret)) return refuse(badCredentials, 'wrong name or password', done)
      done(null, true)
    },
    authorizePublish(client: Client | null, packet, done) {
      packet.retain = false
      if (client && readers.has(client)) return done(new Error('a reader publishes nothing'))
      if (packet.topic.startsWith('$')) return done(new Error(`nobody publishes on ${packet.topic.slice(0, 64)}`))
      const from = client?.id
      const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload
      const incoming = { topic: packet.topic, payload, ...(from === undefined ? {} : { from }) }
      if (received(incoming)) done()
      else setTimeout(done, brakeMs)
    },
    authorizeSubscribe(client, subscription, done) {
      const { topic } = subscription
      const may = client && readers.has(client) ? reader.topics.mayAsk(topic) : ownTopics.test(topic)
      done(null, may ? subscription : null)
    },
    authorizeForward: (client, packet) => (readers.has(client) && reader.topics.mayHear(packet.topic) ? packet : null),
  })
  const refuse = (returnCode: number, reason: string, done: (error: AuthenticateError, success: boolean) => void) => {
    counters.refused += 1
    done(Object.assign(new Error(reason), { returnCode }), false)
  }
  // Clients come and go, and break off; the broker's own trouble is another matter.
  broker.on('clientError', () => {})
  broker.on('connectionError', () => {})
  Reflect.apply(broker.on, broker, ['error', fail])

  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.setKeepAlive(true, keepAliveMs)
    limitFrames(socket, maxPacketBytes, () => (counters.oversized += 1))
    broker.handle(socket)
  })
  // Some more than clients, so that one too many is told so; above that, connections end at once.
  server.maxConnections = maxClients + 16
  const close = () => new Promise<void>((resolve) => broker.close(resolve))
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    await close()
    throw error
  }
  server.on('error', fail)
  const address = server.address()

  return {
    port: typeof address === 'object' && address ? address.port : port,
    failed,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await close()
      await closed
    },
  }
}

/** Compares in the same time whatever is given, so that no guess is better than another. */
function credentials(username: string, password: string) {
  const wanted = digest(username, password)
  return (name: string | undefined, secret: Uint8Array | undefined) =>
    timingSafeEqual(wanted, digest(name ?? '', Buffer.from(secret ?? '')))
}

const digest = (name: string, secret: string | Uint8Array) =>
  createHash('sha256').update(name).update('\0').update(secret).digest()
