/** Every failure as `{ code, message, remedy, requestId }`; that of a file also carries its `faults`. What is not ours is logged whole and told without its insides. */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { EndcapError, type ErrorBody, type ErrorCode, errors, RemoteError } from '../contract/index.ts'

export interface Failure extends ErrorBody {
  status: number
}

const isCode = (code: string): code is ErrorCode => Object.hasOwn(errors, code)

/** Fastify's own refusals of a request, in our words. */
function ofRequest(error: FastifyError): EndcapError | undefined {
  if (typeof error.statusCode !== 'number' || error.statusCode >= 500) return undefined
  if (error.statusCode === 404) return new EndcapError('ENDCAP_NOT_FOUND', { kind: 'page or file', id: 'at this path' })
  const reasons: Record<string, string> = {
    FST_ERR_CTP_INVALID_MEDIA_TYPE: 'has a content-type that this route does not take',
    FST_ERR_CTP_EMPTY_JSON_BODY: 'is empty, but its content-type is application/json',
    FST_ERR_CTP_BODY_TOO_LARGE: 'is larger than this route takes',
    FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'is not as long as its content-length says',
  }
  const path = error.code?.startsWith('FST_ERR_CTP') || error instanceof SyntaxError ? 'body' : 'path'
  return new EndcapError('ENDCAP_REQUEST_INVALID', { path, reason: reasons[error.code] ?? error.message })
}

/** The body and status of any error; `internal` where it is none that a caller could have caused. */
export function failureOf(error: unknown): { failure: Failure; internal: boolean; values?: Record<string, unknown> } {
  if (error instanceof RemoteError) {
    const status = isCode(error.code) ? errors[error.code].status : 502
    return {
      failure: { code: error.code, message: error.message, remedy: error.remedy, status },
      internal: error.code === 'ENDCAP_INTERNAL',
    }
  }
  const { code: ofDisk } = (error ?? {}) as { code?: unknown }
  if (ofDisk === 'ENOSPC' || ofDisk === 'EDQUOT')
    return failureOf(new EndcapError('ENDCAP_DISK_FULL', { what: 'the change' }))
  const own =
    error instanceof EndcapError ? error : error instanceof Error ? ofRequest(error as FastifyError) : undefined
  if (own) {
    const { code, message, remedy, status, values } = own
    return { failure: { code, message, remedy, status }, internal: code === 'ENDCAP_INTERNAL', values }
  }
  // The reason may hold anything (paths, names), so it stays in the log.
  const { code, message, remedy, status } = new EndcapError('ENDCAP_INTERNAL', { reason: 'unexpectedly' })
  return { failure: { code, message, remedy, status }, internal: true }
}

export function answerFailure(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { failure, internal, values } = failureOf(error)
  if (internal) request.log.error({ err: error, requestId: request.id }, 'a request failed')
  const { status, ...body } = failure
  if (failure.code === 'ENDCAP_RATE_LIMITED') reply.header('retry-after', Number(values?.['seconds'] ?? 1))
  const faults = Array.isArray(values?.['faults'])
    ? { faults: values['faults'] as unknown[], total: values['total'] }
    : {}
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .send(JSON.stringify({ ...body, ...faults, requestId: request.id }))
}
