/** The built pages. Their code is public, since the sign-in page is made of it; the pages themselves want a session. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { EndcapError } from '../contract/index.ts'
import type { App, Context } from './app.ts'
import { homeOf } from './routes/access.ts'

/** Our pages run only our own code; styles are set by it, never written into the HTML. */
export const pagePolicy = {
  defaultSrc: ["'self'"],
  scriptSrc: ["'self'"],
  scriptSrcAttr: ["'none'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", 'data:', 'blob:'],
  mediaSrc: ["'self'", 'blob:'],
  fontSrc: ["'self'"],
  connectSrc: ["'self'"],
  workerSrc: ["'self'"],
  manifestSrc: ["'self'"],
  // The editor of the flows, and previews of screens, stand inside the console.
  frameSrc: ["'self'"],
  frameAncestors: ["'self'"],
  formAction: ["'self'"],
  baseUri: ["'none'"],
  objectSrc: ["'none'"],
}

const whole = { cacheControl: false, etag: false, lastModified: false, acceptRanges: false } as const

/** True where a person opened an address, and not a program. */
export const wantsPage = (request: FastifyRequest): boolean =>
  (request.method === 'GET' || request.method === 'HEAD') &&
  !request.url.startsWith('/api/') &&
  (request.headers.accept ?? '').includes('text/html')

/** Sends the sign-in page as the body of a refusal, where it is built. */
export function sendSignIn(webRoot: string, reply: FastifyReply): boolean {
  if (!existsSync(join(webRoot, 'sign-in.html'))) return false
  void reply.code(401).header('cache-control', 'no-store').sendFile('sign-in.html', webRoot, whole)
  return true
}

export function pageRoutes(app: App, { deps }: Context): void {
  const { webRoot } = deps
  const send = (reply: FastifyReply, page: string) => {
    if (!existsSync(join(webRoot, page)))
      throw new EndcapError('ENDCAP_NOT_FOUND', { kind: 'built page', id: `${page}; run npm run build` })
    return reply.header('cache-control', 'no-cache').sendFile(page, webRoot, { cacheControl: false })
  }
  /** Whoever opens a page that is not theirs is sent to their own. */
  const page =
    (name: string, mine: (request: FastifyRequest) => boolean) => (request: FastifyRequest, reply: FastifyReply) => {
      const { session } = request
      if (session && session.role !== 'manager' && !mine(request)) return reply.redirect(homeOf(session), 302)
      return send(reply, name)
    }

  const signedIn = { config: { access: 'signed-in' as const }, schema: { hide: true } }
  app.get(
    '/',
    signedIn,
    page('index.html', () => false),
  )
  app.get('/staff', signedIn, (request, reply) => {
    // Where the browser reads no barcodes itself, the page brings a reader as WebAssembly.
    const policy = String(reply.getHeader('content-security-policy') ?? '')
    void reply.header(
      'content-security-policy',
      policy.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'"),
    )
    return page('staff.html', ({ session }) => session?.role === 'staff')(request, reply)
  })
  app.get(
    '/sign/:screen',
    signedIn,
    page('sign.html', ({ session, params }) => {
      const { screen } = params as { screen: string }
      return session?.role === 'screen' && session.id === screen
    }),
  )
  const anyone = { config: { access: 'anyone' as const }, schema: { hide: true } }
  app.get('/sign-in', anyone, (_, reply) => send(reply, 'sign-in.html'))

  // Without this, whatever is not there under the API would be asked of the public files below.
  app.get('/api/*', signedIn, (_, reply) => reply.callNotFound())
  app.get('/*', anyone, (request, reply) => {
    const path = (request.params as { '*': string })['*']
    // The pages have their own addresses above, with their own rules.
    if (path === '' || path.endsWith('.html') || path.split('/').some((part) => part.startsWith('.')))
      return reply.callNotFound()
    const hashed = path.startsWith('assets/')
    void reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache')
    if (/(^|[/-])sw\.js$/.test(path)) void reply.header('service-worker-allowed', '/')
    return reply.sendFile(path, webRoot, { cacheControl: false })
  })
}
