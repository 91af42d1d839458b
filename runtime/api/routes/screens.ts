/** Screens: what each shows, its stream, and what it really showed. */
import Type from 'typebox'
import { EndcapError } from '../../contract/index.ts'
import type { ScreenState } from '../../shop/index.ts'
import { type App, type Context, sessionOf, told } from '../app.ts'
import { type Access, manager } from '../authorize.ts'
import { outsideScreen, outsideShowing } from '../outside.ts'
import { HEAD_BYTES, mediaType } from '../media-type.ts'
import { answers, Nothing, params, ProgrammeWhole, Pulse, Screen, ScreenWhole, Shown } from '../schemas/index.ts'
import { createScreenshots } from '../screenshots.ts'
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

/** What a player may send as a picture of itself. */
const PICTURE_BYTES = 8 * 1024 * 1024
const pictures = ['image/jpeg', 'image/png', 'image/webp', 'application/octet-stream']

/** The same without a fault: one bad play must not hold back those that it came with. */
function playTimeOrNone(text: string): number | undefined {
  try {
    return playTime(text)
  } catch {
    return undefined
  }
}

export async function screenRoutes(app: App, { deps, sessions }: Context): Promise<void> {
  const { shop } = deps
  const screenshots = createScreenshots()
  app.addHook('onClose', () => screenshots.stop())
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
      ...(screen?.group === undefined ? {} : { group: screen.group }),
      ...(screen?.orientation === undefined ? {} : { orientation: screen.orientation }),
      ...(screen?.playlist === undefined ? {} : { playlist: screen.playlist }),
    }
  }
  const whole = (state: ScreenState) => ({
    ...described(state),
    stack: shop.screens.stack(state.screen).map(outsideShowing),
  })

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
      return whole(shop.screens.state(id))
    },
  )

  app.get(
    '/screens/:id/programme',
    {
      config: { access: itself },
      schema: {
        ...told('screens', 'getProgramme', 'What a screen plays in the coming fortnight'),
        params: params('id'),
        response: answers(200, ProgrammeWhole),
      },
    },
    (request) => shop.screens.programme(planned(request.params.id).id),
  )

  app.post(
    '/screens/:id/pulse',
    {
      config: { access: itself },
      schema: {
        ...told('screens', 'sendPulse', 'A player says that it draws, and how it is'),
        params: params('id'),
        body: Pulse,
        response: answers(204, Nothing),
      },
    },
    (request, reply) => {
      shop.screens.pulse(planned(request.params.id).id, request.body)
      return reply.code(204).send()
    },
  )

  app.get(
    '/screens/:id/screenshot',
    {
      config: { access: manager },
      schema: {
        ...told('screens', 'takeScreenshot', 'What a player draws now, as a picture; it is kept nowhere'),
        params: params('id'),
        response: { 200: { description: 'the picture', content: { 'image/*': { schema: Type.Unknown() } } } },
      },
      exposeHeadRoute: false,
    },
    async (request, reply) => {
      const { id } = planned(request.params.id)
      const { bytes, type } = await screenshots.ask(id)
      return reply.type(type).header('content-security-policy', "default-src 'none'; sandbox").send(bytes)
    },
  )

  // In a context of its own, so that pictures are taken here and nowhere else.
  await app.register(async (inner: App) => {
    inner.removeAllContentTypeParsers()
    inner.addContentTypeParser(pictures, { parseAs: 'buffer', bodyLimit: PICTURE_BYTES }, (_, body, done) =>
      done(null, body),
    )
    inner.put(
      '/screens/:id/screenshot/:ask',
      {
        config: { access: itself },
        bodyLimit: PICTURE_BYTES,
        schema: {
          ...told('screens', 'sendScreenshot', 'The picture that was asked for; an empty body where none can be made'),
          params: params('id', 'ask'),
          consumes: pictures,
          response: answers(204, Nothing),
        },
      },
      async (request, reply) => {
        const { id, ask } = request.params
        const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
        const type = mediaType(bytes.subarray(0, HEAD_BYTES))
        const picture =
          type?.startsWith('image/') && type !== 'image/svg+xml'
            ? { bytes, type }
            : { bytes: Buffer.alloc(0), type: '' }
        if (!screenshots.answer(id, ask, picture))
          throw new EndcapError('ENDCAP_NOT_FOUND', { kind: 'question', id: ask })
        return reply.code(204).send()
      },
    )
  })

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
            description: 'event: state, event: identify, event: screenshot',
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
      const send = (state: ScreenState) => stream.state(whole(state))
      if (request.query.watch) leave = shop.onChange((what) => what === 'screens' && send(shop.screens.state(id)))
      else {
        const gone = shop.screens.attach(id, send, () => stream.once('identify', {}))
        const away = screenshots.join(id, (ask) => stream.once('screenshot', { ask }))
        leave = () => {
          gone()
          away()
        }
      }
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

  app.post(
    '/screens/:id/plays',
    {
      config: { access: itself },
      schema: {
        ...told('screens', 'reportPlays', 'Proofs of play, at most 200 at once; answered after they were committed'),
        params: params('id'),
        body: Type.Object(
          { plays: Type.Array(Shown, { minItems: 1, maxItems: 200 }) },
          { additionalProperties: false },
        ),
        response: answers(
          200,
          Type.Object({ refused: Type.Array(Type.String({ description: 'ids of plays that cannot be taken' })) }),
        ),
      },
    },
    async (request) => {
      const { id } = planned(request.params.id)
      const refused: string[] = []
      const plays = request.body.plays.flatMap(({ time, ...play }) => {
        if (time === undefined) return [play]
        const at = playTimeOrNone(time)
        if (at === undefined) refused.push(play.play)
        return at === undefined ? [] : [{ ...play, time: at }]
      })
      await shop.screens.report(id, ...plays)
      return { refused }
    },
  )
}
