/** Pictures and videos in and out. */
import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import Type from 'typebox'
import { EndcapError } from '../../contract/index.ts'
import { type App, type Context, told } from '../app.ts'
import { manager } from '../authorize.ts'
import { instant } from '../outside.ts'
import { answers, MediaFile, MediaListed, Nothing, params } from '../schemas/index.ts'

/** What a file may do that is opened by itself: nothing. An SVG could carry scripts. */
const CAGE = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src 'self'; sandbox"

/** One byte range of RFC 9110, 14.1.2; undefined: send the whole, null: it cannot be satisfied. */
export function byteRange(
  header: string | undefined,
  bytes: number,
): { start: number; end: number } | undefined | null {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined
  const start = first === '' ? Math.max(0, bytes - Number(last)) : Number(first)
  const end = first === '' || last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1)
  if (first !== '' && last !== '' && Number(last) < start) return undefined
  return start >= bytes || end < start ? null : { start, end }
}

export async function mediaRoutes(app: App, { media, limits }: Context): Promise<void> {
  // In a context of its own, so that a raw body of any type is taken here and nowhere else.
  await app.register(async (inner: App) => {
    inner.removeAllContentTypeParsers()
    inner.addContentTypeParser('*', (_, payload, done) => done(null, payload))
    inner.put(
      '/media',
      {
        config: { access: manager },
        schema: {
          ...told('media', 'addMedia', 'Keep a picture or video'),
          consumes: ['application/octet-stream', 'image/*', 'video/*'],
          response: { ...answers(201, MediaFile), 200: MediaFile },
        },
      },
      async (request, reply) => {
        const declared = Number(request.headers['content-length'])
        const megabytes = Math.floor(limits.mediaBytes / 1024 / 1024)
        if (declared > limits.mediaBytes) {
          void reply.header('connection', 'close')
          throw new EndcapError('ENDCAP_MEDIA_INVALID', { reason: `it is larger than ${megabytes} MB`, megabytes })
        }
        const { added, ...file } = await media.put(
          (request.body as Readable | undefined) ?? request.raw,
          Number.isFinite(declared) ? declared : 0,
        )
        return reply.code(added ? 201 : 200).send(file)
      },
    )
  })

  app.get(
    '/media',
    {
      config: { access: manager },
      schema: { ...told('media', 'listMedia', 'What is kept'), response: answers(200, Type.Array(MediaListed)) },
    },
    async () => (await media.list()).map(({ addedAt, ...file }) => ({ ...file, addedAt: instant(addedAt) })),
  )

  app.get(
    '/media/:hash',
    {
      config: { access: 'signed-in' },
      schema: {
        ...told('media', 'getMedia', 'A picture or video; never changes under its hash'),
        params: params('hash'),
        response: {
          200: { description: 'the file', content: { '*/*': { schema: Type.Unknown() } } },
          206: { description: 'the range that was asked for', content: { '*/*': { schema: Type.Unknown() } } },
          304: Nothing,
          416: Nothing,
        },
      },
    },
    async (request, reply) => {
      const { hash, bytes, type, path } = await media.find(request.params.hash)
      const etag = `"${hash}"`
      void reply
        .header('etag', etag)
        .header('cache-control', 'private, max-age=31536000, immutable')
        .header('accept-ranges', 'bytes')
        .header('content-security-policy', CAGE)
      const match = request.headers['if-none-match']
      if (match?.split(',').some((one) => one.trim().replace(/^W\//, '') === etag || one.trim() === '*'))
        return reply.code(304).send(null)
      const condition = request.headers['if-range']
      const wanted = condition === undefined || condition === etag ? request.headers.range : undefined
      const range = byteRange(wanted, bytes)
      if (range === null) return reply.code(416).header('content-range', `bytes */${bytes}`).send(null)
      const { start, end } = range ?? { start: 0, end: bytes - 1 }
      void reply.type(type).header('content-length', end - start + 1)
      if (range) void reply.code(206).header('content-range', `bytes ${start}-${end}/${bytes}`)
      if (request.method === 'HEAD') return reply.send()
      return reply.send(createReadStream(path, { start, end }))
    },
  )
}
