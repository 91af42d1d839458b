/** Requests against their schemas: bodies as they are, query and path converted from text. The first fault in words. */
import type { FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { EndcapError, faults } from '../contract/index.ts'

const parts: Record<string, string> = { body: 'body', querystring: 'query', params: 'path', headers: 'header' }

/** A query parameter that is repeatable comes as text where it stands once. */
function arrayed(schema: TSchema, value: unknown): unknown {
  const properties = (schema as { properties?: Record<string, { type?: string }> }).properties ?? {}
  const result: Record<string, unknown> = { ...(value as Record<string, unknown>) }
  for (const [name, property] of Object.entries(properties))
    if (property.type === 'array' && typeof result[name] === 'string') result[name] = [result[name]]
  return result
}

export const validatorCompiler: FastifySchemaCompiler<TSchema> =
  ({ schema, httpPart }) =>
  (data: unknown) => {
    const value = httpPart === 'body' ? data : Value.Convert(schema, arrayed(schema, data))
    const [fault] = faults(schema, value)
    if (!fault) return { value }
    const path = `${parts[httpPart ?? 'body']}${fault.path === '/' ? '' : fault.path}`
    return { error: new EndcapError('ENDCAP_REQUEST_INVALID', { path, reason: fault.reason }) }
  }

/** Milliseconds of an RFC 3339 instant; throws ENDCAP_REQUEST_INVALID naming the field. */
export function milliseconds(instant: string, path: string): number {
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(instant) ? Date.parse(instant) : Number.NaN
  if (Number.isNaN(time))
    throw new EndcapError('ENDCAP_REQUEST_INVALID', { path, reason: 'must be RFC 3339, as 2026-03-01T09:30:00Z' })
  return time
}
