import { mkdir, writeFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { test } from 'tap'
import type { FlowsFace } from '../../runtime/api/index.ts'
import { openBox } from './box.ts'

const html = { accept: 'text/html,application/xhtml+xml' }

async function build(folder: string) {
  await mkdir(join(folder, 'assets'), { recursive: true })
  for (const page of ['index', 'sign', 'staff', 'sign-in'])
    await writeFile(join(folder, `${page}.html`), `<p>${page}</p>`)
  await writeFile(join(folder, 'assets/app-1a2b.js'), 'let app')
  await writeFile(join(folder, 'sw.js'), 'let worker')
  await writeFile(join(folder, '.secret'), 'no')
}

test('pages want a session, their code does not', async (t) => {
  const box = await openBox(t)
  await build(join(box.root, 'web'))
  const { anyone, manager } = box
  for (const path of ['/', '/staff', '/sign/entrance', '/flows/'])
    t.match(
      await anyone.call('GET', path, undefined, html),
      { status: 401, body: '<p>sign-in</p>' },
      `${path} signs in`,
    )
  t.match(await anyone.call('GET', '/sign-in', undefined, html), { status: 200, body: '<p>sign-in</p>' })
  t.match(await anyone.call('GET', '/api/v1/shop', undefined, html), { body: { code: 'ENDCAP_SIGN_IN_REQUIRED' } })
  const app = await anyone.call('GET', '/assets/app-1a2b.js')
  t.equal(app.status, 200)
  t.match(app.headers.get('cache-control'), 'immutable')
  const worker = await anyone.call('GET', '/sw.js')
  t.equal(worker.headers.get('cache-control'), 'no-cache')
  t.equal(worker.headers.get('service-worker-allowed'), '/')
  for (const path of ['/index.html', '/.secret', '/assets/../.secret', '/%2e%2e/ledger/endcap.db', '/nothing.js'])
    t.notMatch((await anyone.call('GET', path)).status, 200, path)

  const console_ = await manager.call('GET', '/', undefined, html)
  t.match(console_, { status: 200, body: '<p>index</p>' })
  const policy = console_.headers.get('content-security-policy') ?? ''
  t.match(policy, "script-src 'self';")
  t.notMatch(policy, /unsafe/)
  t.match(await manager.call('GET', '/sign/entrance'), { status: 200, body: '<p>sign</p>' })

  const window = await box.device('screen', 'entrance')
  t.match(await window.call('GET', '/sign/entrance'), { status: 200, body: '<p>sign</p>' })
  for (const path of ['/', '/staff', '/sign/dairy']) {
    const sent = await window.call('GET', path, undefined, html)
    t.equal(sent.status, 302, `a screen that opens ${path}`)
    t.equal(sent.headers.get('location'), '/sign/entrance', 'is sent to its own page')
  }
})

/** A flow engine that says what it was given. */
function fakeFlows() {
  const restored: [number, string][] = []
  const flows: FlowsFace = {
    state: () => ({ state: 'running' }),
    proxy(request: IncomingMessage, response: ServerResponse, user: string) {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('end', () => response.end(`${request.method} ${request.url} ${user} ${body}`))
    },
    upgrade(_: IncomingMessage, socket: Duplex) {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n')
    },
    versions: async () => [{ version: 2, time: 0, by: 'manager', summary: 'changed "Zone sign"' }],
    difference: async () => ['added "Show on sign"'],
    restore: async (version, by) => void restored.push([version, by]),
  }
  return { flows, restored }
}

test('the editor is carried for managers alone, with a policy of its own', async (t) => {
  const { flows, restored } = fakeFlows()
  const box = await openBox(t, { flows })
  const { manager } = box
  const sent = await manager.call<string>('POST', '/flows/flows', { rev: 1 })
  t.equal(sent.body, 'POST /flows/flows manager {"rev":1}', 'the body is passed on as it is')
  t.match(sent.headers.get('content-security-policy'), "script-src 'self' 'unsafe-inline'")
  t.equal((await manager.call<string>('GET', '/flows')).body, 'GET /flows manager ')
  const window = await box.device('screen', 'entrance')
  t.equal((await window.call('GET', '/flows/')).status, 403)
  t.equal(await window.socket('/flows/comms').over, 403)
  const foreign = await manager.call('POST', '/flows/flows', {}, { origin: 'http://evil.example' })
  t.equal(foreign.status, 403)

  t.match((await manager.call('GET', '/api/v1/flows')).body, { state: 'running' })
  t.match((await manager.call('GET', '/api/v1/flows/versions')).body, [
    { version: 2, time: '1970-01-01T00:00:00.000Z' },
  ])
  t.match((await manager.call('GET', '/api/v1/flows/versions/2')).body, { difference: ['added "Show on sign"'] })
  t.equal((await manager.call('GET', '/api/v1/flows/versions/9')).body['code'], 'ENDCAP_FLOWS_VERSION_UNKNOWN')
  t.equal((await manager.call('POST', '/api/v1/flows/versions/2/restore')).status, 204)
  t.same(restored, [[2, 'manager']])
})

test('the editor loses its socket when its manager signs out', async (t) => {
  const box = await openBox(t, { flows: fakeFlows().flows })
  const { connect } = await import('node:net')
  const { port } = new URL(box.address)
  const socket = connect(Number(port), '127.0.0.1')
  socket.write(
    `GET /flows/comms HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncookie: ${box.manager.cookie}\r\n` +
      'connection: upgrade\r\nupgrade: websocket\r\n\r\n',
  )
  const first = await new Promise<string>((resolve) => socket.once('data', (data: Buffer) => resolve(data.toString())))
  t.match(first, '101 Switching Protocols')
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.on('error', () => undefined)
  await box.manager.call('DELETE', '/api/v1/session')
  await closed
  t.pass('closed')
})

test('without a flow engine the rest goes on', async (t) => {
  const box = await openBox(t)
  t.match(await box.manager.call('GET', '/flows'), { status: 503, body: { code: 'ENDCAP_FLOWS_DOWN' } })
  t.equal(await box.manager.socket('/flows/comms').over, 503)
  t.match(await box.manager.call('GET', '/api/v1/flows/versions'), { status: 503 })
})
