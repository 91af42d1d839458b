import { test } from 'tap'
import type { LedgerFault } from '../../runtime/ledger/index.ts'
import { client, openBox, openStream, plainRequest } from './box.ts'

interface Document {
  paths: Record<string, Record<string, { security?: unknown[] }>>
}

/** Every route of the document, with something in place of its parameters. */
const routesOf = ({ paths }: Document) =>
  Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => ({
      method: method.toUpperCase(),
      path: path.replace(/\{[^}]+\}/g, 'entrance'),
      open: operations[method]?.security?.length === 0,
    })),
  )

test('a box whose ledger cannot be written says so until it can', async (t) => {
  const box = await openBox(t)
  let fault: LedgerFault | undefined
  const again = await box.again({ ledger: { ...box.ledger, fault: () => fault } })
  const anyone = client(again.address)
  t.match((await anyone.call('GET', '/api/v1/health')).body, { status: 'ok', stages: { ledger: 'ready' } })
  fault = { reason: 'The disk of the box is full', remedy: 'Make room.', since: Date.now(), waiting: 7 }
  t.match((await anyone.call('GET', '/api/v1/health')).body, { status: 'degraded', stages: { ledger: 'failed' } })
  const { body } = await client(again.address, box.manager.cookie).call('GET', '/api/v1/health')
  t.match(body, { reasons: { ledger: /The disk of the box is full.*7 entries.*Make room/ } })
  fault = undefined
  t.match((await anyone.call('GET', '/api/v1/health')).body, { status: 'ok', stages: { ledger: 'ready' } })
})

test('an upgrade to something else than WebSocket is answered as if it were not asked for', async (t) => {
  const box = await openBox(t)
  for (const upgrade of ['foo', 'h2c', 'foo/2, bar']) {
    const headers = { connection: 'Upgrade', upgrade, cookie: box.manager.cookie }
    const answer = await plainRequest(box.address, 'GET', '/api/v1/session', headers)
    t.match(answer, { status: 200, text: /"manager"/ }, upgrade)
    const flows = await plainRequest(box.address, 'GET', '/flows/settings', headers)
    t.match(flows, { status: 503, text: /ENDCAP_FLOWS_DOWN/ }, upgrade)
    const { connection } = headers
    const nobody = await plainRequest(box.address, 'GET', '/flows/settings', { connection, upgrade })
    t.equal(nobody.status, 401, upgrade)
  }
})

test('nobody gets in without a session', async (t) => {
  const box = await openBox(t)
  const { body } = await box.manager.call<Document>('GET', '/api/v1/openapi.json')
  const routes = routesOf(body)
  t.ok(routes.length > 40, `${routes.length} routes`)
  t.same(
    routes
      .filter((route) => route.open)
      .map(({ method, path }) => `${method} ${path}`)
      .sort(),
    ['GET /api/v1/health', 'POST /api/v1/session'],
    'only these say that they are open',
  )
  const closed = [
    ...routes.filter((route) => !route.open),
    { method: 'GET', path: '/api/v1/openapi.json' },
    { method: 'GET', path: '/api/v1/nothing' },
    { method: 'POST', path: '/nothing' },
    ...['GET', 'POST', 'PUT', 'DELETE'].flatMap((method) => [
      { method, path: '/flows' },
      { method, path: '/flows/red/red.js' },
    ]),
    { method: 'GET', path: '/' },
    { method: 'GET', path: '/staff' },
    { method: 'GET', path: '/sign/entrance' },
  ]
  for (const { method, path } of closed) {
    const answer = await box.anyone.call(method, path)
    t.equal(answer.status, 401, `${method} ${path}`)
    t.equal(answer.body['code'], 'ENDCAP_SIGN_IN_REQUIRED', `${method} ${path} says why`)
    t.ok(answer.body['requestId'], 'and has a request id')
  }
  for (const path of ['/api/v1/stream', '/api/v1/staff/anna/stream', '/flows/comms'])
    t.equal(await box.anyone.socket(path).over, 401, `an upgrade of ${path}`)
  t.equal((await box.anyone.call('GET', '/api/v1/health')).status, 200)
  const forged = client(box.address, 'endcap_session=forged')
  t.equal((await forged.call('GET', '/api/v1/links')).status, 401, 'a made-up cookie')
})

test('a sign-in secret works once', async (t) => {
  const box = await openBox(t)
  const secret = await box.api.signInSecret()
  const tries = await Promise.all([1, 2, 3].map(() => box.anyone.call('POST', '/api/v1/session', { secret })))
  t.same(
    tries.map(({ status }) => status).sort((a, b) => a - b),
    [200, 401, 401],
    'even when it is used by several at once',
  )
  const good = tries.find(({ status }) => status === 200)
  t.same(good?.body, { role: 'manager', next: '/' })
  const cookie = good?.headers.get('set-cookie') ?? ''
  for (const part of ['HttpOnly', 'SameSite=Strict', 'Path=/']) t.match(cookie, part)
  t.notMatch(JSON.stringify([...(await box.ledger.documents.all('link'))]), secret, 'only its hash is kept')

  const again = await box.anyone.call('POST', '/api/v1/session', { secret })
  t.match(again.body, { code: 'ENDCAP_LINK_INVALID', message: /used already/, remedy: /endcap sign-in/ })

  const me = client(box.address, cookie.split(';')[0])
  t.match((await me.call('GET', '/api/v1/session')).body, { role: 'manager', shop: 'Corner shop', twin: false })
  t.equal((await me.call('DELETE', '/api/v1/session')).status, 204)
  t.equal((await me.call('GET', '/api/v1/session')).status, 401, 'signed out')
  t.notMatch(box.lines.join(''), secret, 'and it stands in no log')
})

test('a screen sees its own things alone, and loses them at once when its link is revoked', async (t) => {
  const box = await openBox(t)
  const window = await box.device('screen', 'entrance')
  t.match((await window.call('GET', '/api/v1/session')).body, {
    role: 'screen',
    id: 'entrance',
    name: 'Window',
    next: '/sign/entrance',
  })
  t.equal((await window.call('GET', '/api/v1/screens/entrance')).status, 200)
  for (const [method, path] of [
    ['GET', '/api/v1/screens/dairy'],
    ['GET', '/api/v1/screens/dairy/stream'],
    ['GET', '/api/v1/screens'],
    ['GET', '/api/v1/people'],
    ['GET', '/api/v1/zones'],
    ['POST', '/api/v1/links'],
    ['GET', '/flows'],
  ] as const)
    t.match(
      await window.call(method, path),
      { status: 403, body: { code: 'ENDCAP_ACCESS_DENIED' } },
      `${method} ${path}`,
    )
  t.equal(await window.socket('/api/v1/stream').over, 403, 'not the stream of all events')

  const stream = await openStream(box.address, '/api/v1/screens/entrance/stream', window.cookie)
  t.match(await stream.event('state'), { content: { title: 'Welcome' } })
  const second = await box.signIn(window.secret)
  t.equal((await second.call('GET', '/api/v1/session')).status, 200, 'the link works on a second device')
  const listed = await box.manager.call<{ id: string }[]>('GET', '/api/v1/links')
  const mine = listed.body.find(({ id }) => id === window.link)
  t.match(mine, { role: 'screen', for: 'entrance', name: 'Window', sessions: 2, connected: 1 })

  t.equal((await box.manager.call('DELETE', `/api/v1/links/${window.link}`)).status, 204)
  t.equal(await stream.event('state'), undefined, 'the stream has ended')
  t.equal((await window.call('GET', '/api/v1/screens/entrance')).status, 401)
  t.equal((await second.call('GET', '/api/v1/session')).status, 401)
  const again = await box.anyone.call('POST', '/api/v1/session', { secret: window.secret })
  t.equal(again.body['code'], 'ENDCAP_LINK_INVALID')
  t.equal(box.shop.screens.state('entrance').players, 0)
  const trail = new Set((await box.ledger.audit.list(10)).map(({ action }) => action))
  t.ok(trail.has('link.revoke') && trail.has('link.issue'), 'the trail tells of it')
})

test('a revoked staff device and a signed-out manager lose their sockets', async (t) => {
  const box = await openBox(t)
  const anna = await box.device('staff', 'anna')
  const notices = anna.socket('/api/v1/staff/me/stream')
  t.match(await notices.next(), { hello: { id: 'anna', name: 'Anna Keller', onShift: true, notices: [] } })
  t.equal(await anna.socket('/api/v1/staff/bruno/stream').over, 403)
  await box.manager.call('DELETE', `/api/v1/links/${anna.link}`)
  t.equal(await notices.over, 1008)

  const second = await box.signIn(await box.api.signInSecret())
  const events = second.socket('/api/v1/stream')
  await events.opened
  await second.call('DELETE', '/api/v1/session')
  t.equal(await events.over, 1008)
})

test('links and sessions outlive a restart', async (t) => {
  const box = await openBox(t)
  const window = await box.device('screen', 'entrance')
  const unused = await box.api.signInSecret()
  const again = await box.again({
    stages: () => ({
      ledger: { state: 'ready' },
      api: { state: 'starting' },
      plugins: { state: 'waiting' },
      flows: { state: 'off', reason: 'safe mode: three boots failed' },
    }),
    twin: true,
    version: '0.0.1',
  })
  const there = client(again.address, window.cookie)
  t.match((await there.call('GET', '/api/v1/session')).body, { role: 'screen', twin: true })
  const health = await client(again.address).call('GET', '/api/v1/health')
  t.match(health.body, { status: 'starting', version: '0.0.1', stages: { plugins: 'waiting', flows: 'off' } })
  t.notOk(health.body['reasons'], "why is nobody else's business")
  t.match((await client(again.address, box.manager.cookie).call('GET', '/api/v1/health')).body, {
    reasons: { flows: /safe mode/ },
  })
  t.match(await client(again.address).call('POST', '/api/v1/session', { secret: unused }), { status: 200 })
})

test('an unused secret ends after a day, an unused manager session after thirty', async (t) => {
  const box = await openBox(t)
  const secret = await box.api.signInSecret()
  const { documents } = box.ledger
  for (const kind of ['link', 'session'])
    for (const [id, kept] of await documents.all<{ expiresAt?: number }>(kind)) {
      const most = kind === 'link' ? 86_400_000 : 30 * 86_400_000
      if (kept.expiresAt !== undefined) t.ok(kept.expiresAt <= Date.now() + most, `a ${kind} ends`)
      await documents.put(kind, id, { ...kept, expiresAt: Date.now() - 1 })
    }
  const { address } = await box.again()
  t.match((await client(address).call('POST', '/api/v1/session', { secret })).body, { code: 'ENDCAP_LINK_INVALID' })
  t.equal((await client(address, box.manager.cookie).call('GET', '/api/v1/session')).status, 401)
})

test('pages of other origins and other names are refused', async (t) => {
  const box = await openBox(t)
  const { host } = new URL(box.address)
  const send = (headers: Record<string, string>) =>
    box.manager.call('POST', '/api/v1/commands', { name: 'sign.clear', to: 'screen/entrance' }, headers)
  t.equal((await send({})).status, 200, 'a program sends no Origin')
  t.equal((await send({ origin: `http://${host}` })).status, 200, 'our own page')
  for (const headers of [
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { origin: 'http://127.0.0.1:1' },
    { 'sec-fetch-site': 'cross-site' },
  ])
    t.match(await send(headers), { status: 403, body: { code: 'ENDCAP_ORIGIN_REFUSED' } })
  t.equal(await box.manager.socket('/api/v1/stream', { origin: 'http://evil.example' }).over, 403)
  t.equal(await box.manager.socket('/flows/comms', { origin: 'http://evil.example' }).over, 403)

  const { cookie } = box.manager
  for (const name of ['evil.example', 'evil.example:8080'])
    t.match(await plainRequest(box.address, 'GET', '/api/v1/shop', { host: name, cookie }), {
      status: 421,
      text: /ENDCAP_HOST_UNKNOWN/,
    })
  for (const name of ['localhost:8080', '[::1]:8080', '192.168.1.20'])
    t.match(await plainRequest(box.address, 'GET', '/api/v1/shop', { host: name, cookie }), { status: 200 })
})

test('sign-in attempts are limited, for a minute at most', async (t) => {
  const box = await openBox(t, { limits: { signInsPerMinute: 3 } })
  const attempt = () => box.anyone.call('POST', '/api/v1/session', { secret: 'guess' })
  t.equal((await attempt()).status, 401)
  t.equal((await attempt()).status, 401)
  const refused = await attempt()
  t.match(refused, { status: 429, body: { code: 'ENDCAP_RATE_LIMITED', remedy: /Wait \d+ s/ } })
  const wait = Number(refused.headers.get('retry-after'))
  t.ok(wait > 0 && wait <= 60, `wait ${wait} s`)
  t.equal((await box.manager.call('GET', '/api/v1/session')).status, 200, 'who is signed in does not feel it')
})

test('a staff link and a screen link reach what is theirs, and of the rest nothing', async (t) => {
  const box = await openBox(t)
  const { body } = await box.manager.call<Document>('GET', '/api/v1/openapi.json')
  const all = routesOf(body)
  const get = (path: string) => `GET ${path}`
  const may = async (role: 'staff' | 'screen', id: string) => {
    const device = await box.device(role, id)
    const open: string[] = []
    for (const { method, path } of all) {
      if (path.endsWith('/stream') || path.endsWith('/session')) continue
      const { status } = await device.call(method, path, method === 'GET' ? undefined : {})
      if (status !== 403) open.push(`${method} ${path.replace('/api/v1', '')}`)
    }
    return open.sort()
  }
  // Of staff/entrance and screens/entrance the first belongs to nobody who is signed in here.
  t.same(await may('staff', 'anna'), [
    ...[
      '/cabinets',
      '/clock',
      '/deliveries',
      '/floor',
      '/health',
      '/media/entrance',
      '/orders',
      '/planogram',
      '/products',
    ].map(get),
    ...['/products/entrance', '/slots', '/zones'].map(get),
    'PATCH /orders/entrance',
    'POST /orders/entrance/pick',
  ])
  t.same(await may('screen', 'dairy'), ['/clock', '/health', '/media/entrance'].map(get))
})
