/** ETag, If-Match and If-None-Match (RFC 9110, 13.1), so that of two people who edit one thing nobody loses anything. */
import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyReply } from 'fastify'

export const tagged = (reply: FastifyReply, revision: string | number): void =>
  void reply.header('etag', `"${revision}"`)

/** The revision that a request wants to change; null where there shall be nothing yet; undefined where it does not mind. */
export function expectedOf(headers: IncomingHttpHeaders): string | null | undefined {
  if (headers['if-none-match'] === '*') return null
  const tag = headers['if-match']
  // A proxy that compresses may have made the tag a weak one.
  return tag === undefined || tag === '*' ? undefined : tag.replace(/^W\//, '').replaceAll('"', '')
}
