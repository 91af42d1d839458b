/** Talks to the API of the box. Every failure becomes an ApiError with a remedy that a person can follow. */
import type { FileFault } from '../../shop/index.ts'

const PREFIX = '/api/v1'
const PATIENCE_MILLISECONDS = 15_000

interface Refusal {
  code: string
  message: string
  remedy: string
  requestId?: string
  faults?: FileFault[]
  total?: number
}

export class ApiError extends Error {
  /** 0 where the box did not answer at all. */
  readonly status: number
  readonly code: string
  readonly remedy: string
  readonly requestId: string | undefined
  /** Of a file that was not imported: the first of its faults, and how many there are. */
  readonly faults: FileFault[] | undefined
  readonly total: number | undefined

  constructor(status: number, body: Refusal) {
    super(body.message)
    this.name = 'ApiError'
    this.status = status
    this.code = body.code
    this.remedy = body.remedy
    this.requestId = body.requestId
    this.faults = body.faults
    this.total = body.total
  }
}

export interface Options {
  /** Sent as JSON, unless it is a string or a Blob. */
  body?: unknown
  /** Content type of a body that is a string or a Blob. */
  type?: string
  signal?: AbortSignal
  /** Further headers: `if-match`. */
  headers?: Record<string, string>
}

const offline = () =>
  new ApiError(0, {
    code: 'OFFLINE',
    message: 'The box does not answer',
    remedy: 'See that it has power and that this device is on the network of the shop. This page goes on by itself.',
  })

const isBody = (value: unknown): value is Refusal =>
  typeof value === 'object' && value !== null && 'code' in value && 'message' in value && 'remedy' in value

async function refusal(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => undefined)
  if (isBody(body)) return new ApiError(response.status, body)
  return new ApiError(response.status, {
    code: 'UNREADABLE',
    message: `The box answered ${response.status} without saying why`,
    remedy: 'Load the page again. If it stays, the log of the box tells more.',
  })
}

/** One request. Throws ApiError; a refusal keeps the code and the remedy of the box. */
export async function request(method: string, path: string, options: Options = {}): Promise<Response> {
  const { body, type, signal, headers } = options
  const raw = typeof body === 'string' || body instanceof Blob
  const timeout = AbortSignal.timeout(PATIENCE_MILLISECONDS)
  let response: Response
  try {
    response = await fetch(PREFIX + path, {
      method,
      credentials: 'same-origin',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      headers: {
        ...headers,
        ...(body !== undefined && { 'content-type': raw ? (type ?? 'application/octet-stream') : 'application/json' }),
      },
      ...(body !== undefined && { body: raw ? body : JSON.stringify(body) }),
    })
  } catch {
    throw offline()
  }
  if (!response.ok) throw await refusal(response)
  return response
}

/** A request whose answer is JSON, or nothing (204). */
export async function json<T>(method: string, path: string, options?: Options): Promise<T> {
  const response = await request(method, path, options)
  return (response.status === 204 ? undefined : await response.json()) as T
}

export const get = <T>(path: string, signal?: AbortSignal): Promise<T> => json<T>('GET', path, signal ? { signal } : {})

/** Any failure as an ApiError, so that a page has one thing to show. */
export const asApiError = (error: unknown): ApiError =>
  error instanceof ApiError
    ? error
    : new ApiError(-1, {
        code: 'PAGE',
        message: error instanceof Error ? error.message : String(error),
        remedy: 'Load the page again.',
      })

/** Address of a stream on this box, for a WebSocket. */
export const socketUrl = (path: string): string => {
  const url = new URL(PREFIX + path, location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return url.href
}

export const mediaUrl = (hash: string): string => `${PREFIX}/media/${hash}`
