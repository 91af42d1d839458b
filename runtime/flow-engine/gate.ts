/** The editor's only door: a Unix socket in a folder that no other sandbox has, for those who carry the secret of this start. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { dirname } from 'node:path'
import type { WebApp, WebRequest } from 'node-red'
import { ADMIN_ROOT, SECRET_HEADER, USER_HEADER } from './settings.ts'

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/**
 * True for a request with the secret and a user's name. Takes the secret off the request, so that nothing behind the
 * gate can read it from there.
 */
function admit(request: IncomingMessage, secret: Buffer): boolean {
  const given = request.headers[SECRET_HEADER]
  delete request.headers[SECRET_HEADER]
  request.rawHeaders = []
  const known = typeof given === 'string' && timingSafeEqual(digest(given), secret)
  const user = request.headers[USER_HEADER]
  return known && typeof user === 'string' && user !== ''
}

/**
 * Opens the gate before Node-RED's app. `inner` is the server that Node-RED was given: it listens nowhere, and gets
 * only those upgrades that were let in.
 */
export function openGate(options: { socket: string; secret: string; app: WebApp; inner: Server }): Promise<Server> {
  const secret = digest(options.secret)
  const gate = createServer((request, response) => {
    if (!admit(request, secret)) {
      response.writeHead(401, { 'content-type': 'text/plain' }).end('Sign in at the console first.\n')
      return
    }
    const url = request.url ?? '/'
    if (url !== ADMIN_ROOT && !url.startsWith(`${ADMIN_ROOT}/`) && !url.startsWith(`${ADMIN_ROOT}?`)) {
      response.writeHead(404).end()
      return
    }
    // What Express does for an app that is mounted under a path.
    const mounted = request as WebRequest
    mounted.originalUrl = url
    mounted.baseUrl = ADMIN_ROOT
    const rest = url.slice(ADMIN_ROOT.length)
    mounted.url = rest.startsWith('/') ? rest : `/${rest}`
    options.app(mounted, response)
  })
  gate.on('upgrade', (request, socket, head) => {
    if (admit(request, secret)) options.inner.emit('upgrade', request, socket, head)
    else socket.end('HTTP/1.1 401 Unauthorized\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
  })
  mkdirSync(dirname(options.socket), { recursive: true, mode: 0o700 })
  rmSync(options.socket, { force: true })
  return new Promise((resolve, reject) => {
    gate.once('error', reject)
    gate.listen(options.socket, () => {
      chmodSync(options.socket, 0o600)
      gate.off('error', reject)
      resolve(gate)
    })
  })
}
