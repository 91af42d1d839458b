/** The flow engine: how it is, the versions of its flows, and the way to its editor. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import Type from 'typebox'
import { EndcapError } from '../../contract/index.ts'
import { actor, type App, type Context, sessionOf, told } from '../app.ts'
import { manager } from '../authorize.ts'
import { instant } from '../outside.ts'
import { answers, FlowsState, FlowsVersion, FlowsVersionWhole, Nothing } from '../schemas/index.ts'
import type { FlowsFace } from '../types.ts'

const Version = Type.Object({ version: Type.Integer({ minimum: 0 }) })

const present = (flows: FlowsFace | undefined): FlowsFace => {
  if (!flows) throw new EndcapError('ENDCAP_FLOWS_DOWN', { reason: 'this start leaves it out' })
  return flows
}

/** Node-RED's editor draws itself with inline code; it is kept to our origin and to its own frames. */
const EDITOR_POLICY = [
  "default-src 'self'",
  "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "worker-src 'self' blob:",
  "connect-src 'self'",
  "frame-ancestors 'self'",
  "form-action 'self'",
  "base-uri 'self'",
  "object-src 'none'",
].join('; ')

export function flowRoutes(app: App, { deps }: Context): void {
  app.get(
    '/flows',
    {
      config: { access: manager },
      schema: { ...told('flows', 'flowsState', 'How the flow engine is'), response: answers(200, FlowsState) },
    },
    () => deps.flows?.state() ?? { state: 'down', reason: 'this start leaves it out' },
  )

  app.get(
    '/flows/versions',
    {
      config: { access: manager },
      schema: {
        ...told('flows', 'listFlowsVersions', 'Deployed versions, newest first'),
        response: answers(200, Type.Array(FlowsVersion)),
      },
    },
    async () => (await present(deps.flows).versions()).map((one) => ({ ...one, time: instant(one.time) })),
  )

  app.get(
    '/flows/versions/:version',
    {
      config: { access: manager },
      schema: {
        ...told('flows', 'getFlowsVersion', 'What a version changed, in words'),
        params: Version,
        response: answers(200, FlowsVersionWhole),
      },
    },
    async (request) => {
      const { version } = request.params
      const flows = present(deps.flows)
      const found = (await flows.versions()).find((one) => one.version === version)
      if (!found) throw new EndcapError('ENDCAP_FLOWS_VERSION_UNKNOWN', { version })
      return { ...found, time: instant(found.time), difference: await flows.difference(version) }
    },
  )

  app.post(
    '/flows/versions/:version/restore',
    {
      config: { access: manager },
      schema: {
        ...told('flows', 'restoreFlows', 'Make an older version the newest, and run it'),
        params: Version,
        response: answers(204, Nothing),
      },
    },
    async (request, reply) => {
      await present(deps.flows).restore(request.params.version, actor(sessionOf(request)))
      return reply.code(204).send()
    },
  )
}

/** The editor at /flows: everything is carried to Node-RED, the body unread. */
export async function editorRoutes(app: App, { deps }: Context): Promise<void> {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_, _payload, done) => done(null))
  for (const url of ['/flows', '/flows/*']) {
    app.all(url, { config: { access: manager }, schema: { hide: true } }, (request, reply) => {
      const flows = present(deps.flows)
      reply.hijack()
      for (const [name, value] of Object.entries(reply.getHeaders()))
        if (value !== undefined && name !== 'cache-control') reply.raw.setHeader(name, value)
      reply.raw.setHeader('content-security-policy', EDITOR_POLICY)
      flows.proxy(request.raw, reply.raw, actor(sessionOf(request)))
    })
  }
}

export const isEditorPath = (url: string | undefined): boolean => /^\/flows(?:[/?]|$)/.test(url ?? '')

/** Carries an upgrade of the editor, which the caller has authorized; `ended` is called when its socket is over. */
export function upgradeEditor(
  flows: FlowsFace | undefined,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  user: string,
): void {
  present(flows).upgrade(request, socket, head, user)
}
