/** Fastify, put together: what guards every request, then the routes, then the way to the editor. */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { STATUS_CODES } from 'node:http'
import { networkInterfaces } from 'node:os'
import type { Duplex } from 'node:stream'
import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import fastifyStatic from '@fastify/static'
import websocket from '@fastify/websocket'
import Fastify, { LogController } from 'fastify'
import { EndcapError } from '../contract/index.ts'
import { actor, type App, type Context } from './app.ts'
import { type Authorize, createAuthorize, manager } from './authorize.ts'
import { answerFailure, failureOf } from './failures.ts'
import { createDiskRoom } from './disk-room.ts'
import { createMediaStore } from './media-store.ts'
import { createMethods } from './methods.ts'
import { createOccupancy } from './occupancy.ts'
import { describeApi, openapiRoute } from './openapi.ts'
import { pagePolicy, pageRoutes, sendSignIn, wantsPage } from './pages.ts'
import { accessRoutes } from './routes/access.ts'
import { boxRoutes } from './routes/box.ts'
import { coldRoutes } from './routes/cold.ts'
import { deviceActRoutes } from './routes/device-acts.ts'
import { deviceRoutes } from './routes/devices.ts'
import { eventRoutes } from './routes/events.ts'
import { editorRoutes, flowRoutes, isEditorPath, upgradeEditor } from './routes/flows.ts'
import { goodsRoutes } from './routes/goods.ts'
import { mediaRoutes } from './routes/media.ts'
import { peopleRoutes } from './routes/people.ts'
import { playlistRoutes } from './routes/playlists.ts'
import { playRoutes } from './routes/plays.ts'
import { rosterRoutes } from './routes/roster.ts'
import { screenRoutes } from './routes/screens.ts'
import { shopRoutes } from './routes/shop.ts'
import { staffRoutes } from './routes/staff.ts'
import { twinRoutes } from './routes/twin.ts'
import { workRoutes } from './routes/work.ts'
import { Sessions } from './sessions.ts'
import type { Api, ApiDependencies, Limits } from './types.ts'
import { validatorCompiler } from './validation.ts'

const PREFIX = '/api/v1'
const BODY_BYTES = 1024 * 1024
const SOCKET_BYTES = 64 * 1024
const STOP_MILLISECONDS = 2000
/** A request must be whole by then: Fastify alone would wait for ever for a body that trickles. */
const REQUEST_MILLISECONDS = 300_000
const defaults: Limits = { signInsPerMinute: 20, eventsPerSecond: 1000, mediaBytes: 200 * 1024 * 1024 }

/** Paths that pino leaves out, wherever somebody logs a request or a body whole. */
const redact = {
  paths: ['secret', '*.secret', '*.headers.cookie', '*.headers["set-cookie"]', 'headers.cookie', '*.password'],
  censor: '[left out]',
}

export function createApi(deps: ApiDependencies): Api {
  const limits: Limits = { ...defaults, ...deps.limits }
  const sessions = new Sessions(deps.ledger.documents)
  const authorize = createAuthorize(sessions, deps.network.names ?? [])
  const occupancy = createOccupancy(deps.bus, deps.ledger, (token) => deps.shop.identity.allowed(token))
  const room = createDiskRoom(deps.mediaFolder, deps.lookAtDisk)
  const media = createMediaStore(deps.mediaFolder, limits.mediaBytes, room)
  let address = ''

  const context: Context = {
    deps,
    limits,
    sessions,
    occupancy,
    media,
    room,
    publicUrl: (host) => publicUrl(host, address, deps.network.host),
    startedAt: performance.now(),
  }
  const app: App = Fastify({
    loggerInstance: deps.log.child({ part: 'api' }, { redact }),
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    bodyLimit: BODY_BYTES,
    requestTimeout: REQUEST_MILLISECONDS,
    // Any other upgrade is ignored, as RFC 9110 (7.8) lets a server do: nobody here would ever answer it.
    http: { shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket' },
    requestIdHeader: false,
    genReqId: () => randomUUID().slice(-12),
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: (error, request, reply) => void answerFailure(error, request, reply),
    clientErrorHandler(error, socket) {
      if ((error as NodeJS.ErrnoException).code === 'ECONNRESET' || !socket.writable) return
      refuseRaw(socket, new EndcapError('ENDCAP_REQUEST_INVALID', { path: 'header', reason: 'is no valid HTTP' }))
    },
  })

  return {
    async start() {
      await Promise.all([sessions.start(), media.start(), occupancy.start()])
      await assemble(app, context, authorize)
      await app.ready()
      takeUpgrades(app, context, authorize)
      const { host, port } = deps.network
      try {
        await app.listen({ host, port })
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
        throw new EndcapError('ENDCAP_ADDRESS_IN_USE', { host, port, cause: error })
      }
      const bound = app.server.address()
      if (bound === null || typeof bound === 'string') return
      address = `http://${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`
    },
    async stop() {
      sessions.stop()
      occupancy.stop()
      const patience = setTimeout(() => app.server.closeAllConnections(), STOP_MILLISECONDS)
      await app.close().finally(() => clearTimeout(patience))
    },
    signInSecret: () => sessions.signInSecret(),
    get address() {
      return address
    },
  }
}

async function assemble(app: App, context: Context, authorize: Authorize): Promise<void> {
  const { deps } = context
  const methods = createMethods()
  app.setValidatorCompiler(validatorCompiler)
  // Answers are what routes make of them: their schemas describe, they do not filter.
  app.setSerializerCompiler(() => JSON.stringify)
  app.decorateRequest('session', undefined)

  await app.register(cookie)
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: pagePolicy },
    // The box speaks plain HTTP in the shop's network; promising HTTPS would lock browsers out.
    strictTransportSecurity: false,
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    originAgentCluster: false,
    xFrameOptions: { action: 'sameorigin' },
    referrerPolicy: { policy: 'no-referrer' },
  })
  await app.register(rateLimit, {
    global: false,
    errorResponseBuilder: (request, { ttl }) =>
      new EndcapError('ENDCAP_RATE_LIMITED', { who: request.ip, seconds: Math.max(1, Math.ceil(ttl / 1000)) }),
  })
  await app.register(websocket, { options: { maxPayload: SOCKET_BYTES, perMessageDeflate: false } })
  await app.register(fastifyStatic, { root: deps.webRoot, serve: false, preCompressed: true, suppressWarning: true })
  await describeApi(app, deps.version)

  // After the plugins: @fastify/websocket must have told whether a request is an upgrade before we judge it.
  app.addHook('onRoute', ({ method, url, config }) => {
    if (config?.access === undefined) throw new Error(`${String(method)} ${url} declares no access`)
    methods.add(url, method)
  })
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id)
    if (request.url.startsWith('/api/')) void reply.header('cache-control', 'no-store')
    const { config } = request.routeOptions
    const { method, headers, params, ws: upgrade } = request
    // What is not found is known to nobody who is not signed in.
    request.session = authorize({ method, headers, params, upgrade }, config.access ?? 'signed-in')
    if (upgrade && !config.upgrade) throw new EndcapError('ENDCAP_NOT_FOUND', { kind: 'WebSocket', id: request.url })
  })
  app.addHook('onResponse', (request, reply, done) => {
    const { statusCode, elapsedTime } = reply
    const milliseconds = Math.round(elapsedTime * 10) / 10
    request.log.debug({ method: request.method, route: request.routeOptions.url, statusCode, milliseconds }, 'answered')
    done()
  })
  app.setErrorHandler((error, request, reply) => {
    const { code } = failureOf(error).failure
    if (code === 'ENDCAP_SIGN_IN_REQUIRED' && wantsPage(request) && sendSignIn(deps.webRoot, reply)) return reply
    return answerFailure(error, request, reply)
  })
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? ''
    const allowed = methods.of(path)
    if (allowed.length === 0 || allowed.includes(request.method))
      throw new EndcapError('ENDCAP_NOT_FOUND', { kind: 'page or route', id: path })
    void reply.header('allow', allowed.join(', '))
    if (request.method === 'OPTIONS') return reply.code(204).send()
    throw new EndcapError('ENDCAP_METHOD_NOT_ALLOWED', { path, method: request.method, methods: allowed.join(', ') })
  })

  await app.register(
    async (api: App) => {
      accessRoutes(api, context)
      boxRoutes(api, context)
      deviceRoutes(api, context)
      deviceActRoutes(api, context)
      await shopRoutes(api, context)
      await goodsRoutes(api, context)
      await rosterRoutes(api, context)
      await screenRoutes(api, context)
      await playlistRoutes(api, context)
      coldRoutes(api, context)
      playRoutes(api, context)
      staffRoutes(api, context)
      await workRoutes(api, context)
      peopleRoutes(api, context)
      eventRoutes(api, context)
      await mediaRoutes(api, context)
      flowRoutes(api, context)
      twinRoutes(api, context)
      openapiRoute(api)
    },
    { prefix: PREFIX },
  )
  await app.register(async (editor: App) => editorRoutes(editor, context))
  pageRoutes(app, context)
}

/** Upgrades of the editor go to Node-RED, all others through Fastify; both through the same authorize(). */
function takeUpgrades(app: App, { deps, sessions }: Context, authorize: Authorize): void {
  const others = app.server.listeners('upgrade') as ((...all: unknown[]) => void)[]
  app.server.removeAllListeners('upgrade')
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (!isEditorPath(request.url)) {
      for (const other of others) other.call(app.server, request, socket, head)
      return
    }
    const fail = () => socket.destroy()
    socket.on('error', fail)
    try {
      const { method = 'GET', headers } = request
      const session = authorize({ method, headers, upgrade: true }, manager)
      if (!session) throw new EndcapError('ENDCAP_SIGN_IN_REQUIRED')
      const release = sessions.onEnd(session, fail)
      socket.once('close', release)
      upgradeEditor(deps.flows, request, socket, head, actor(session))
    } catch (error) {
      refuseRaw(socket, error)
    }
  })
}

/** An answer where Fastify has no part in the connection. */
function refuseRaw(socket: Duplex, error: unknown): void {
  const { status, ...failure } = failureOf(error).failure
  const body = JSON.stringify({ ...failure, requestId: randomUUID().slice(-12) })
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\ncontent-type: application/json; charset=utf-8\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}

/** A link is opened on another device: where the manager sits at the box itself, its address in the shop's network. */
function publicUrl(host: string | undefined, address: string, listening: string): string {
  const local = /^(localhost|127\.|\[::1\])/.test(host ?? '')
  if (host !== undefined && !(local && (listening === '0.0.0.0' || listening === '::'))) return `http://${host}`
  const outside = Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.family === 'IPv4' && !one.internal)
  const port = new URL(address).port || '80'
  return outside ? `http://${outside.address}:${port}` : address
}
