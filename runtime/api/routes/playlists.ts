/** Playlists in and out, the emergency, and the clock that players go by. */
import Type from 'typebox'
import { PlaylistFile, strict } from '../../contract/index.ts'
import { actor, type App, type Context, sessionOf, told } from '../app.ts'
import { manager } from '../authorize.ts'
import { instant } from '../outside.ts'
import { answers, ClockAnswer, EmergencyNow, Face } from '../schemas/index.ts'

const FILE_BYTES = 5 * 1024 * 1024
const types = ['text/yaml', 'application/yaml', 'application/x-yaml', 'text/plain', 'application/json']
/** Milliseconds since the epoch with fractions; the wall clock of the box, which may be set while it runs. */
const wallClock = () => Date.now() + (performance.now() % 1)

export async function playlistRoutes(app: App, { deps }: Context): Promise<void> {
  const { shop } = deps

  app.get(
    '/clock',
    {
      config: { access: 'signed-in' },
      schema: {
        ...told(
          'screens',
          'getClock',
          'When the box received this request and when it answers, for players to set their clocks by',
        ),
        response: answers(200, ClockAnswer),
      },
    },
    () => {
      const received = wallClock()
      return { received, sent: wallClock() }
    },
  )

  app.get(
    '/emergency',
    {
      config: { access: manager },
      schema: {
        ...told('screens', 'getEmergency', 'The emergency on the screens, and which of them show it'),
        response: answers(200, EmergencyNow),
      },
    },
    () => {
      const now = shop.screens.emergency()
      return { emergency: now ? { ...now, since: instant(now.since) } : null }
    },
  )

  app.get(
    '/product-faces',
    {
      config: { access: manager },
      schema: {
        ...told(
          'screens',
          'getProductFaces',
          'How products stand on a sign: name, picture and price as people write it',
        ),
        querystring: Type.Object(
          { ids: Type.String({ maxLength: 4096, description: 'of products, with commas between' }) },
          strict,
        ),
        response: answers(200, Type.Record(Type.String(), Face)),
      },
    },
    (request) =>
      Object.fromEntries(
        request.query.ids.split(',').flatMap((id) => {
          const face = shop.screens.productFace(id)
          return face ? [[id, face]] : []
        }),
      ),
  )

  app.get(
    '/playlists',
    {
      config: { access: manager },
      schema: {
        ...told('screens', 'listPlaylists', 'What the screens play, and when'),
        response: answers(200, Type.Object({ version: Type.Integer(), ...PlaylistFile.properties })),
      },
    },
    () => ({ version: shop.playlists.version(), playlists: [...shop.playlists.list()] }),
  )

  app.get(
    '/playlists.yaml',
    {
      config: { access: manager },
      schema: {
        ...told('screens', 'exportPlaylists', 'The playlists as YAML'),
        response: { 200: { description: 'playlists.yaml', content: { 'text/yaml': { schema: Type.String() } } } },
      },
    },
    (_, reply) => {
      void reply.type('text/yaml; charset=utf-8')
      return shop.playlists.exportYaml()
    },
  )

  // In a context of its own, so that text is taken here and nowhere else.
  await app.register(async (inner: App) => {
    inner.removeAllContentTypeParsers()
    inner.addContentTypeParser(types, { parseAs: 'string', bodyLimit: FILE_BYTES }, (_, body, done) => done(null, body))
    inner.put(
      '/playlists.yaml',
      {
        config: { access: manager },
        bodyLimit: FILE_BYTES,
        schema: {
          ...told(
            'screens',
            'importPlaylists',
            'Replace the playlists by YAML or JSON; a fault is named by line and changes nothing',
          ),
          consumes: ['text/yaml', 'application/json'],
          body: Type.String(),
          response: answers(200, Type.Object({ version: Type.Integer() })),
        },
      },
      async (request) => {
        const json = request.headers['content-type']?.startsWith('application/json') ?? false
        const file = json ? 'playlists.json' : 'playlists.yaml'
        await shop.playlists.importYaml(request.body, actor(sessionOf(request)), file)
        return { version: shop.playlists.version() }
      },
    )
  })
}
