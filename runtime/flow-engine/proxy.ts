/** Carries the editor through our own server: strips what only we may say, adds who is signed in, streams both ways. */
import { type IncomingHttpHeaders, type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { EndcapError } from '../contract/index.ts'
import { SECRET_HEADER, USER_HEADER } from './settings.ts'

/** Of one connection only (RFC 9110, 7.6.1), with those that `connection` names. */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]
/** Node-RED leaves an upgrade that none of its parts knows without an answer. */
const UPGRADE_MS = 5000
/** Ours to say, or none of Node-RED's business. */
const PRIVATE = [SECRET_HEADER, USER_HEADER, 'cookie', 'authorization']

/** The editor and its function editor write inline scripts and compile code; nobody else may frame it. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob: data:",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'self'",
].join('; ')
const SECURITY_HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
}

export interface Door {
  socket: string
  secret: string
}

/** Headers that may go on, without those of this connection. */
function onward(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  const named = (headers.connection ?? '').split(',')
  const dropped = new Set([...HOP_BY_HOP, ...named.map((name) => name.trim().toLowerCase())])
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || dropped.has(name) ? [] : [[name, value] as const],
    ),
  )
}

function inward(headers: IncomingHttpHeaders, { secret }: Door, user: string): Record<string, string | string[]> {
  const kept = onward(headers)
  for (const name of PRIVATE) delete kept[name]
  return { ...kept, [SECRET_HEADER]: secret, [USER_HEADER]: user.replace(/[^\x20-\x7e]/g, '?') }
}

export function proxyRequest(request: IncomingMessage, response: ServerResponse, door: Door, user: string): void {
  const { method, url, headers } = request
  const inner = httpRequest({ socketPath: door.socket, method, path: url, headers: inward(headers, door, user) })
  inner.on('response', (answer) => {
    const passed = onward(answer.headers)
    delete passed['x-frame-options']
    response.writeHead(answer.statusCode ?? 502, { ...passed, ...SECURITY_HEADERS })
    answer.pipe(response)
    answer.on('error', () => response.destroy())
  })
  inner.on('error', (error) => {
    if (response.headersSent) response.destroy()
    else refuse(request, response, error.message)
  })
  response.on('close', () => inner.destroy())
  request.pipe(inner)
}

/** Node-RED is not there: a page that looks again by itself, or the error as JSON. */
export function refuse(request: IncomingMessage, response: ServerResponse, reason: string): void {
  const error = new EndcapError('ENDCAP_FLOWS_DOWN', { reason })
  const html = (request.headers.accept ?? '').includes('text/html')
  const body = html ? page(error) : JSON.stringify({ code: error.code, message: error.message, remedy: error.remedy })
  const type = html ? 'text/html; charset=utf-8' : 'application/json'
  response.writeHead(error.status, { ...SECURITY_HEADERS, 'content-type': type, 'retry-after': '2' }).end(body)
}

const escape = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)

const page = ({ message, remedy }: EndcapError): string => `<!doctype html><html lang="en"><meta charset="utf-8">
<meta http-equiv="refresh" content="3"><meta name="viewport" content="width=device-width"><title>Endcap flows</title>
<style>:root{color-scheme:light dark}body{font:1rem/1.5 system-ui;max-width:34rem;margin:20vh auto;padding:0 1rem}</style>
<h1>The flow editor is not up</h1><p>${escape(message)}</p><p>${escape(remedy)}</p><p><a href="/">To the console</a></p></html>`

/** Takes over the socket. Returns the way to end it. */
export function proxyUpgrade(
  request: IncomingMessage,
  outer: Duplex,
  head: Buffer,
  door: Door,
  user: string,
): { inner: Socket; end: () => void } {
  const inner = connect(door.socket)
  const end = () => {
    inner.destroy()
    outer.destroy()
  }
  inner.on('connect', () => {
    const headers = inward(request.headers, door, user)
    const lines = Object.entries({ ...headers, connection: 'Upgrade', upgrade: request.headers.upgrade ?? 'websocket' })
      .flatMap(([name, value]) => [value].flat().map((one) => `${name}: ${one}`))
      .join('\r\n')
    inner.write(`${request.method ?? 'GET'} ${request.url ?? '/'} HTTP/1.1\r\n${lines}\r\n\r\n`)
    if (head.length > 0) inner.write(head)
    inner.setTimeout(UPGRADE_MS, end)
    inner.once('data', () => inner.setTimeout(0))
    outer.pipe(inner).pipe(outer)
  })
  for (const stream of [inner, outer]) {
    stream.on('error', end)
    stream.on('close', end)
  }
  return { inner, end }
}
