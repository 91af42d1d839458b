/**
 * The one place that decides who may do what: for every route, for every upgrade, for the way to Node-RED.
 * A route without a declared access cannot be registered, so what is forgotten is refused.
 */
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import { EndcapError } from '../contract/index.ts'
import type { Role, Session, Sessions } from './sessions.ts'

/**
 * `anyone`, `signed-in`, or the roles that may. `own` names the path parameter that must be the session's own id where
 * the role is not manager.
 */
export type Access = 'anyone' | 'signed-in' | { roles: readonly Role[]; own?: string }

export const manager: Access = { roles: ['manager'] }

export interface Ask {
  method: string
  headers: IncomingMessage['headers']
  params?: unknown
  upgrade: boolean
}

export type Authorize = (ask: Ask, access: Access) => Session | undefined

const safe = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Name of a Host header without its port; IPv6 addresses without brackets. */
const nameOf = (host: string): string =>
  host
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase()

export const cookieName = 'endcap_session'

/** Value of our cookie (RFC 6265, 4.2.1); the first counts. */
function sessionToken(header: string | undefined): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const equals = pair.indexOf('=')
    if (equals > 0 && pair.slice(0, equals).trim() === cookieName) return pair.slice(equals + 1).trim()
  }
  return undefined
}

/** Cookies ignore ports, SameSite too: a page of another port of this host is foreign, and only Origin tells. */
function checkOrigin({ method, headers, upgrade }: Ask): void {
  if (safe.has(method) && !upgrade) return
  const { origin, host } = headers
  const site = headers['sec-fetch-site']
  if (origin === undefined) {
    if (site === undefined || site === 'same-origin' || site === 'none') return
  } else if (origin === `http://${host}` || origin === `https://${host}`) return
  throw new EndcapError('ENDCAP_ORIGIN_REFUSED', { origin: origin ?? 'another site' })
}

export function createAuthorize(sessions: Sessions, names: readonly string[]): Authorize {
  const own = hostname().toLowerCase()
  const known = new Set(['localhost', own, `${own}.local`, ...names.map((name) => name.toLowerCase())])

  /** Against DNS rebinding: a name that an attacker chose must not be answered, an address cannot be chosen. */
  const checkHost = (host: string | undefined): void => {
    const name = nameOf(host ?? '')
    if (isIP(name) === 0 && !known.has(name)) throw new EndcapError('ENDCAP_HOST_UNKNOWN', { host: name || '(none)' })
  }

  return (ask, access) => {
    checkHost(ask.headers.host)
    checkOrigin(ask)
    const token = sessionToken(ask.headers.cookie)
    const session = token === undefined ? undefined : sessions.find(token)
    if (access === 'anyone') return session
    if (!session) throw new EndcapError('ENDCAP_SIGN_IN_REQUIRED')
    if (access === 'signed-in') return session
    const who = session.id === undefined ? 'The manager' : `${session.role} ${session.id}`
    const action = 'do this'
    if (!access.roles.includes(session.role)) throw new EndcapError('ENDCAP_ACCESS_DENIED', { who, action })
    if (access.own !== undefined && session.role !== 'manager') {
      const wanted = (ask.params as Record<string, string> | undefined)?.[access.own]
      if (wanted !== session.id && !(session.role === 'staff' && wanted === 'me'))
        throw new EndcapError('ENDCAP_ACCESS_DENIED', { who, action: 'see or change what belongs to another' })
    }
    return session
  }
}
