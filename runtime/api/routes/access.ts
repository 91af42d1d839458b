/** Signing in and out, and the links that let screens and staff devices in. */
import qrcode from 'qrcode-generator'
import Type from 'typebox'
import { EndcapError, Id, strict } from '../../contract/index.ts'
import { actor, type App, type Context, sessionOf, told } from '../app.ts'
import { cookieName, manager } from '../authorize.ts'
import { instant } from '../outside.ts'
import { answers, LinkIssued, LinkListed, Me, Nothing, params, SignedIn } from '../schemas/index.ts'
import type { Session } from '../sessions.ts'

/** The page where a role is at home. */
export const homeOf = ({ role, id }: Pick<Session, 'role' | 'id'>): string =>
  role === 'manager' ? '/' : role === 'screen' ? `/sign/${id}` : '/staff'

/** Browsers keep a cookie for 400 days at most (RFC 6265bis, 5.5). */
const COOKIE_SECONDS = 400 * 86_400

const qrOf = (text: string): string => {
  const qr = qrcode(0, 'M')
  qr.addData(text)
  qr.make()
  return qr.createSvgTag({ cellSize: 4, margin: 16, scalable: true })
}

export function accessRoutes(app: App, { deps, limits, sessions, publicUrl }: Context): void {
  const nameOf = (role: string, id: string | undefined): string | undefined => {
    const plan = deps.shop.plan()
    return (role === 'screen' ? plan.screens : role === 'staff' ? plan.staff : []).find((one) => one.id === id)?.name
  }
  const named = (role: string, id: string | undefined) => {
    const name = nameOf(role, id)
    return { ...(id === undefined ? {} : { id }), ...(name === undefined ? {} : { name }) }
  }

  app.post(
    '/session',
    {
      config: { access: 'anyone', rateLimit: { max: limits.signInsPerMinute, timeWindow: 60_000 } },
      schema: {
        ...told('access', 'signIn', 'Turn a secret into a session cookie'),
        body: Type.Object({ secret: Type.String({ minLength: 1, maxLength: 200 }) }, strict),
        response: answers(200, SignedIn),
      },
    },
    async (request, reply) => {
      const { token, session } = await sessions.signIn(request.body.secret)
      await deps.ledger.audit.keep({
        time: Date.now(),
        actor: actor(session),
        action: 'session.start',
        subject: `link/${session.link}`,
      })
      void reply.setCookie(cookieName, token, {
        httpOnly: true,
        sameSite: 'strict',
        path: '/',
        secure: request.protocol === 'https',
        maxAge: COOKIE_SECONDS,
      })
      const { role, id } = session
      return { role, ...(id === undefined ? {} : { id }), next: homeOf(session) }
    },
  )

  app.get(
    '/session',
    {
      config: { access: 'signed-in' },
      schema: { ...told('access', 'whoAmI', 'Who is signed in'), response: answers(200, Me) },
    },
    (request) => {
      const session = sessionOf(request)
      const { role, id } = session
      return { role, ...named(role, id), shop: deps.shop.plan().name, twin: deps.twin, next: homeOf(session) }
    },
  )

  app.delete(
    '/session',
    {
      config: { access: 'signed-in' },
      schema: { ...told('access', 'signOut', 'Sign out'), response: answers(204, Nothing) },
    },
    async (request, reply) => {
      await sessions.signOut(sessionOf(request))
      return reply.clearCookie(cookieName, { path: '/' }).code(204).send()
    },
  )

  app.get(
    '/links',
    {
      config: { access: manager },
      schema: {
        ...told('access', 'listLinks', 'Links of screens and staff, and signed-in managers'),
        response: answers(200, Type.Array(LinkListed)),
      },
    },
    (request) => {
      const current = sessionOf(request).link
      return sessions.links().map(({ id, role, for: whom, createdAt, usedAt, sessions: signedIn, connected }) => {
        const name = nameOf(role, whom)
        return {
          id,
          role,
          ...(whom === undefined ? {} : { for: whom }),
          ...(name === undefined ? {} : { name }),
          createdAt: instant(createdAt),
          ...(usedAt === undefined ? {} : { usedAt: instant(usedAt) }),
          sessions: signedIn,
          connected,
          current: id === current,
        }
      })
    },
  )

  app.post(
    '/links',
    {
      config: { access: manager },
      schema: {
        ...told('access', 'issueLink', 'Make a link for a screen or an associate'),
        body: Type.Object({ role: Type.Union([Type.Literal('screen'), Type.Literal('staff')]), id: Id }, strict),
        response: answers(201, LinkIssued),
      },
    },
    async (request, reply) => {
      const { role, id } = request.body
      if (nameOf(role, id) === undefined)
        throw new EndcapError('ENDCAP_NOT_FOUND', { kind: role === 'screen' ? 'screen' : 'associate', id })
      const { link, secret } = await sessions.createLink(role, id)
      const by = actor(sessionOf(request))
      await deps.ledger.audit.add({ time: Date.now(), actor: by, action: 'link.issue', subject: `${role}/${id}` })
      const url = `${publicUrl(request.headers.host)}/sign-in#${secret}`
      return reply.code(201).send({ id: link.id, role, for: id, url, secret, qr: qrOf(url) })
    },
  )

  app.delete(
    '/links/:id',
    {
      config: { access: manager },
      schema: {
        ...told('access', 'revokeLink', 'Revoke a link; its sessions and streams end at once'),
        params: params('id'),
        response: answers(204, Nothing),
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const by = actor(sessionOf(request))
      if (!(await sessions.revoke(id))) throw new EndcapError('ENDCAP_NOT_FOUND', { kind: 'link', id })
      await deps.ledger.audit.add({ time: Date.now(), actor: by, action: 'link.revoke', subject: `link/${id}` })
      return reply.code(204).send()
    },
  )
}
