/** Screens: what each shows, its stream, and what it really showed. */
import Type from 'typebox'
import { EndcapError } from '../../contract/index.ts'
import type { ScreenState } from '../../shop/index.ts'
import { type App, type Context, sessionOf, told } from '../app.ts'
import { type Access, manager } from '../authorize.ts'
import { outsideScreen, outsideShowing } from '../outside.ts'
import { answers, Nothing, params, Screen, ScreenWhole, Shown } from '../schemas.ts'
import { openStateStream } from '../sse.ts'
import { milliseconds } from '../validation.ts'

const itself: Access = { roles: ['manager', 'screen'], own: 'id' }

const OLDEST_PLAY_MILLISECONDS = 30 * 86_400_000
/** So far a player's clock may be ahead of the box's. */
const AHEAD_MILLISECONDS = 60_000

/** When a play was, in milliseconds; throws where no player can mean it. */
function playTime(text: string): number {
  const time = milliseconds(text, 'body/time')
  const age = Date.now() - time
  if (age >= -AHEAD_MILLISECONDS && age <= OLDEST_PLAY_MILLISECONDS) return Math.min(time, Date.now())
  const reason = 'must lie in the last 30 days by the clock of the box'
  throw new EndcapError('ENDCAP_REQUEST_INVALID', { path: 'body/time', reason })
}

export function screenRoutes(app: App, { deps, sessions }: Context): void {
  const { shop } = deps
  const planned = (id: string) => {
    const screen = shop.plan().screens.find((one) => one.id === id)
    if (!screen) throw new EndcapError('ENDCAP_NOT_FOUND', { kind: 'screen', id })
    return screen
  }
  const described = (state: ScreenState) => {
    const screen = shop.plan().screens.find((one) => one.id === state.screen)
    return {
      ...outsideScreen(state),
      ...(screen ? { name: screen.name } : {}),
      ...(screen?.zone === undefined ? {} : { zone: screen.zone }),
    }
  }

  app.get(
    '/screens',
    {
      config: { access: manager },
      schema: {
        ...told('screens', 'listScreens', 'Every screen and what it should show'),
        response: answers(200, Type.Array(Screen)),
      },
    },
    () => shop.screens.list().map(described),
  )

  app.get(
    '/screens/:id',
    {
      config: { access: itself },
      schema: {
        ...told('screens', 'getScreen', 'One screen, with all that wants to be on it'),
        params: params('id'),
        response: answers(200, ScreenWhole),
      },
    },
    (request) => {
      const { id } = planned(request.params.id)
      return { ...described(shop.screens.state(id)), stack: shop.screens.stack(id).map(outsideShowing) }
    },
  )

  app.get(
    '/screens/:id/stream',
    {
      config: { access: itself },
      schema: {
        ...told('screens', 'streamScreen', 'Server-sent events: the state at once and at each change'),
        params: params('id'),
        querystring: Type.Object({ watch: Type.Optional(Type.Boolean({ description: 'do not count as a player' })) }),
        response: {
          200: {
            description: 'event: state, event: identify',
            content: { 'text/event-stream': { schema: Type.String() } },
          },
        },
      },
      // HEAD would be counted as a player that never ends.
      exposeHeadRoute: false,
    },
    (request, reply) => {
      const { id } = planned(request.params.id)
      let leave: (() => void) | undefined
      const stream = openStateStream(reply, sessions, sessionOf(request), () => leave?.())
      const send = (state: ScreenState) => stream.state(described(state))
      leave = request.query.watch
        ? shop.onChange((what) => what === 'screens' && send(shop.screens.state(id)))
        : shop.screens.attach(id, send, () => stream.once('identify', {}))
      send(shop.screens.state(id))
    },
  )

  app.post(
    '/screens/:id/shown',
    {
      config: { access: itself },
      schema: {
        ...told('screens', 'reportShown', 'Proof of play; answered after it was committed'),
        params: params('id'),
        body: Shown,
        response: answers(204, Nothing),
      },
    },
    async (request, reply) => {
      const { time, ...play } = request.body
      const { id } = planned(request.params.id)
      await shop.screens.report(id, { ...play, ...(time === undefined ? {} : { time: playTime(time) }) })
      return reply.code(204).send()
    },
  )
}
