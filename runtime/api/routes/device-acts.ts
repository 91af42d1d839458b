/** What is done with a device and changes no setting of it: identify, test, hide, show. */
import Type from 'typebox'
import { actor, type App, type Context, sessionOf, told } from '../app.ts'
import { manager } from '../authorize.ts'
import { createDeviceDesk } from '../device-desk.ts'
import { judge } from '../device-test.ts'
import { answers, Nothing, params } from '../schemas/index.ts'

/** Documents of devices that were found and that nobody wants to see. */
export const HIDDEN = 'device-hidden'

export function deviceActRoutes(app: App, { deps }: Context): void {
  const { host, ledger, commands } = deps
  const desk = createDeviceDesk(deps)
  const at = '/devices/:plugin/:device'
  const paths = params('plugin', 'device')

  app.post(
    `${at}/identify`,
    {
      config: { access: manager },
      schema: {
        ...told('devices', 'identifyDevice', 'Let it show itself: blink, beep or vibrate'),
        params: paths,
        response: answers(204, Nothing),
      },
    },
    async (request, reply) => {
      const { source } = desk.find(request.params.plugin, request.params.device)
      await commands.call({ name: 'device.identify', to: source, params: {}, source: actor(sessionOf(request)) })
      void reply.status(204)
      return null
    },
  )

  app.post(
    `${at}/test`,
    {
      config: { access: manager },
      schema: {
        ...told('devices', 'testDevice', 'Ask it whether it works; where it cannot be asked, what the box knows of it'),
        params: paths,
        response: answers(
          200,
          Type.Object({ works: Type.Boolean(), said: Type.Array(Type.String()), asked: Type.Boolean() }),
        ),
      },
    },
    async (request) => {
      const { plugin, device } = request.params
      const status = desk.find(plugin, device)
      const known = judge(status, Date.now())
      if (!host.answers(plugin, 'device.test')) return known
      try {
        const answer = await commands.call({
          name: 'device.test',
          to: status.source,
          params: {},
          source: actor(sessionOf(request)),
        })
        return { ...(answer as { works: boolean; said: string[] }), asked: true }
      } catch (error) {
        if (codeOf(error) === 'ENDCAP_TARGET_UNKNOWN') return known
        if (!(error instanceof Error)) throw error
        return { works: false, said: [error.message.slice(0, 200), ...known.said], asked: true }
      }
    },
  )

  for (const [act, summary] of [
    ['hide', 'Show it no longer among those that were found'],
    ['show', 'Show it again among those that were found'],
  ] as const)
    app.post(
      `${at}/${act}`,
      {
        config: { access: manager },
        schema: { ...told('devices', `${act}Device`, summary), params: paths, response: answers(204, Nothing) },
      },
      async (request, reply) => {
        const { plugin, device } = request.params
        const { source } = desk.find(plugin, device)
        if (act === 'hide') await ledger.documents.put(HIDDEN, source, true)
        else await ledger.documents.delete(HIDDEN, source)
        void reply.status(204)
        return null
      },
    )
}

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined
