/** CSV and JSON files in and out: what a request says of one, and how its bytes become a text. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import { EndcapError, strict } from '../contract/index.ts'
import type { KnowledgeFile } from '../shop/index.ts'
import type { App } from './app.ts'
import type { DiskRoom } from './disk-room.ts'

export const FILE_BYTES = 64 * 1024 * 1024
export const mediaType = { csv: 'text/csv', json: 'application/json' } as const

export const ImportQuery = Type.Object(
  {
    dry: Type.Optional(Type.Boolean({ description: 'tell what would change, and change nothing' })),
    keep: Type.Optional(Type.Boolean({ description: 'what is there and not in the file stays' })),
    name: Type.Optional(Type.String({ maxLength: 120, description: 'name of the file, for the faults' })),
  },
  strict,
)
export const ExportQuery = Type.Object(
  { separator: Type.Optional(Type.Enum(['comma', 'semicolon'], { description: 'semicolons bring decimal commas' })) },
  strict,
)

/** For a context of its own: here a body of JSON is a file too, whose lines count. */
export function takeFiles(inner: App, room: DiskRoom): void {
  inner.removeAllContentTypeParsers()
  inner.addHook('onRequest', async ({ headers }) => {
    const bytes = Number(headers['content-length'] ?? 0)
    const mebibytes = Math.ceil(bytes / 1024 / 1024)
    // In the ledger it takes about twice its size: its log, then its pages.
    if (mebibytes <= FILE_BYTES / 1024 / 1024) return room.ask(2 * bytes, 'the file')
    const reason = `has ${mebibytes} MiB, and a file may have 64 MiB: import it in parts, keeping what is not in the file`
    throw new EndcapError('ENDCAP_REQUEST_INVALID', { path: 'body', reason })
  })
  const types = [mediaType.csv, mediaType.json, 'application/vnd.ms-excel', 'text/tab-separated-values', 'text/plain']
  inner.addContentTypeParser(types, { parseAs: 'buffer', bodyLimit: FILE_BYTES }, (_, body, done) =>
    done(null, decoded(body as Buffer)),
  )
}

/** The file of a request, and what to do with it. */
export function fileOf(
  { headers, query, body }: Pick<FastifyRequest, 'headers'> & { query: Static<typeof ImportQuery>; body: string },
  part: string,
): { file: KnowledgeFile; dry: boolean; keep: boolean } {
  const type = headers['content-type']?.startsWith(mediaType.json) ? 'json' : 'csv'
  const { dry = false, keep = false, name = `${part}.${type}` } = query
  return { file: { name, type, text: body }, dry, keep }
}

/** An answer that a browser saves under this name. */
export function asFile(reply: FastifyReply, name: `${string}.csv` | `${string}.json`): void {
  const type = name.endsWith('.csv') ? mediaType.csv : mediaType.json
  void reply.type(`${type}; charset=utf-8`).header('content-disposition', `attachment; filename="${name}"`)
}

export const separatorOf = ({ separator }: Static<typeof ExportQuery>) => (separator === 'semicolon' ? ';' : ',')

/** UTF-16 by its mark or by the empty half of its first letter, UTF-8, and where it is neither, what spreadsheets on Windows write (Windows-1252). */
function decoded(bytes: Buffer): string {
  const [first, second] = bytes
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0))
    return new TextDecoder('utf-16le').decode(bytes)
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0))
    return new TextDecoder('utf-16be').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}
