/**
 * A stand-in for the API of the box, as docs/api.md has it, for the tests of the pages and for drawing them:
 * `node test/support/fake-api.ts 5180` serves runtime/web/dist with a live shop. Everybody is signed in as `role` says.
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Content } from '../../runtime/contract/index.ts'
import { purposes } from '../../runtime/contract/index.ts'
import { createWalkers, evidence, plan, seeded, zoneAt } from './fake-shop.ts'
import * as facts from './fake-facts.ts'

const DIST = fileURLToPath(new URL('../../runtime/web/dist/', import.meta.url))
const CSP =
  "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'self'"
const TYPES: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript',
  css: 'text/css',
  svg: 'image/svg+xml',
}

export interface FakeNotice {
  id: string
  staff: string
  title: string
  text?: string
  zone?: string
  urgency: 'calm' | 'normal' | 'urgent'
  time: string
  acknowledgedAt?: string
  because: string[]
}

export type FakeApi = Awaited<ReturnType<typeof startFakeApi>>

export async function startFakeApi(options: { port?: number; twin?: boolean; live?: boolean } = {}) {
  const walkers = createWalkers(seeded(7))
  const media = new Map<string, { type: string; bytes: Buffer }>()
  const contents = new Map<string, { key: string; content: Content }>()
  const notices: FakeNotice[] = []
  const plays: { screen: string; content: string; play: string }[] = []
  const signs = new Map<ServerResponse, string>()
  const staffSockets = new Set<WebSocket>()
  const eventSockets = new Set<WebSocket>()
  const sockets = new Set<Socket>()
  const events: Record<string, unknown>[] = []
  const calls: { name: string; to: string; params: unknown }[] = []
  let people = facts.people()
  let signedIn = true
  let yaml = `name: ${plan.name}\ntimezone: ${plan.timezone}\nfloor:\n  width: 26\n  depth: 16\nzones: []\n`
  let sequence = 0

  const fallback: Content = {
    layout: 'message',
    kicker: 'Lindenhof Market',
    title: 'Good morning',
    text: 'Fresh bread on your left, straight from our oven.',
  }
  const screenState = (screen: string) => {
    const { key, content } = contents.get(screen) ?? { key: 'fallback', content: fallback }
    const defined = plan.screens.find(({ id }) => id === screen)
    return {
      screen,
      name: defined?.name,
      zone: defined?.zone,
      content,
      key,
      because: [],
      players: [...signs.values()].filter((id) => id === screen).length,
      ...(plays.length > 0 ? { shown: { content: key, time: new Date(Date.now() - 4000).toISOString() } } : {}),
    }
  }
  const tellScreen = (screen: string) => {
    for (const [response, id] of signs) {
      if (id === screen)
        response.write(`id: ${++sequence}\nevent: state\ndata: ${JSON.stringify(screenState(screen))}\n\n`)
    }
  }
  const emit = (type: string, subject: string, data: object, because?: string[]) => {
    const event = {
      id: `0199-${(++sequence).toString(16).padStart(6, '0')}`,
      type,
      source: type.startsWith('presence') ? 'presence' : 'api/manager',
      subject,
      time: new Date().toISOString(),
      data,
      privacy: 'visit',
      ...(because ? { because } : {}),
    }
    if (type !== 'presence.moved' && type !== 'beacon.sighted') events.unshift(event)
    events.splice(400)
    for (const socket of eventSockets) socket.send(JSON.stringify([event]))
    return event
  }

  const zones = new Map<string, { zone: string; since: number }>()
  const walk = () => {
    walkers.step(1, Date.now())
    for (const walker of walkers.list) {
      const { who, kind, x, y } = walker
      const zone = zoneAt(x, y)
      const before = zones.get(who)
      const shared = { who, kind, confidence: 0.86, evidence: evidence(walker) }
      if (zone && zone !== before?.zone) {
        if (before) {
          const dwellSeconds = Math.round((Date.now() - before.since) / 1000)
          emit('presence.left', `zone/${before.zone}`, {
            ...shared,
            zone: before.zone,
            to: zone,
            reason: 'moved',
            dwellSeconds,
          })
        }
        const entered = emit('presence.entered', `zone/${zone}`, { ...shared, zone, x, y })
        zones.set(who, { zone, since: Date.now() })
        if (kind === 'customer')
          emit('staff.notified', 'staff/anna', { staff: 'anna', notice: 'n-1', title: 'A guest has come in' }, [
            entered.id,
          ])
      }
      if (Date.now() - walker.heardAt < 1500) {
        emit('presence.moved', who, { ...shared, ...(zone ? { zone } : {}), x, y, accuracyMetres: 1.4 })
        for (const { receiver, rssi } of shared.evidence) {
          emit('beacon.sighted', `${who}/at/${receiver}`, { tag: who, receiver, rssi, format: 'ibeacon' })
        }
      }
    }
  }
  if (options.live ?? true) walk()
  const timer = options.live === false ? undefined : setInterval(walk, 1000)

  const notify = (notice: Partial<FakeNotice> & { title: string }) => {
    const whole: FakeNotice = {
      id: `n-${++sequence}`,
      staff: 'anna',
      urgency: 'normal',
      time: new Date().toISOString(),
      because: [],
      ...notice,
    }
    notices.unshift(whole)
    for (const socket of staffSockets) socket.send(JSON.stringify({ notice: whole }))
    return whole
  }
  const put = (bytes: Buffer, type: string) => {
    const hash = createHash('sha256').update(bytes).digest('hex')
    media.set(hash, { type, bytes })
    return hash
  }
  const show = (screen: string, content: Content, key = 'zone-sign') => {
    contents.set(screen, { key, content })
    tellScreen(screen)
  }

  const session = (role: string) => ({
    role,
    ...(role === 'staff' ? { id: 'anna', name: 'Anna Keller' } : {}),
    shop: plan.name,
    twin: options.twin ?? true,
    next: role === 'staff' ? '/staff' : '/',
  })
  const roleOf = (request: IncomingMessage) => {
    const page = new URL(request.headers.referer ?? 'http://x/').pathname
    return page.startsWith('/staff') ? 'staff' : page.startsWith('/sign/') ? 'screen' : 'manager'
  }
  const presence = () =>
    walkers.list.map((walker) => {
      const zone = zoneAt(walker.x, walker.y)
      return {
        who: walker.who,
        kind: walker.kind,
        ...(zone ? { zone } : {}),
        x: walker.x,
        y: walker.y,
        accuracyMetres: 1.4,
        time: new Date(walker.heardAt).toISOString(),
        stale: Date.now() - walker.heardAt > 30_000,
        evidence: evidence(walker),
      }
    })

  type Handler = (match: string[], body: Buffer, request: IncomingMessage, url: URL) => unknown
  const refuse = (status: number, code: string, message: string, remedy: string) => ({
    status,
    code,
    message,
    remedy,
    requestId: 'f00d',
  })
  const routes: [string, RegExp, Handler][] = [
    [
      'GET',
      /^\/health$/,
      () => ({
        status: 'ok',
        version: '0.1.0',
        uptimeSeconds: 7320,
        stages: { ledger: 'ready', api: 'ready', plugins: 'ready', flows: 'ready' },
        twin: options.twin ?? true,
      }),
    ],
    ['GET', /^\/session$/, (_, __, request) => session(roleOf(request))],
    [
      'POST',
      /^\/session$/,
      (_, body) => {
        const { secret } = JSON.parse(body.toString()) as { secret: string }
        if (secret !== 'open-sesame')
          return refuse(
            401,
            'ENDCAP_LINK_INVALID',
            'This link is not valid: it was used before',
            'Ask the manager for a new one, or run `endcap sign-in` on the box.',
          )
        signedIn = true
        return { role: 'manager', next: '/' }
      },
    ],
    ['DELETE', /^\/session$/, () => void (signedIn = false)],
    ['GET', /^\/shop$/, () => plan],
    ['GET', /^\/shop\.yaml$/, () => Buffer.from(yaml)],
    [
      'PUT',
      /^\/shop\.yaml$/,
      (_, body) => {
        const line =
          body
            .toString()
            .split('\n')
            .findIndex((text) => /^zoness/.test(text)) + 1
        if (line > 0)
          return refuse(
            422,
            'ENDCAP_SHOP_INVALID',
            `shop.yaml, line ${line}: /zoness is not a known field`,
            'Correct that line and import again; the shop stays as it was.',
          )
        yaml = body.toString()
        return { version: 2 }
      },
    ],
    ['GET', /^\/presence$/, presence],
    [
      'GET',
      /^\/zones$/,
      () =>
        plan.zones.map((zone) => ({
          ...zone,
          present: presence()
            .filter((one) => one.zone === zone.id)
            .map(({ who, kind, stale }) => ({ who, kind, stale, since: new Date().toISOString() })),
        })),
    ],
    ['GET', /^\/plugins$/, facts.plugins],
    [
      'POST',
      /^\/plugins\/([^/]+)\/(restart|enable|disable)$/,
      ([name]) => facts.plugins().find((one) => one.name === name),
    ],
    [
      'GET',
      /^\/devices$/,
      () =>
        facts
          .plugins()
          .flatMap(({ name, devices }) => (devices as object[]).map((device) => ({ ...device, plugin: name }))),
    ],
    ['GET', /^\/screens$/, () => plan.screens.map(({ id }) => screenState(id))],
    [
      'GET',
      /^\/screens\/([^/]+)$/,
      ([id]) => ({
        ...screenState(id ?? ''),
        stack: [...contents]
          .filter(([screen]) => screen === id)
          .map(([, one]) => ({ ...one, priority: 5, since: new Date(Date.now() - 60_000).toISOString(), because: [] })),
      }),
    ],
    [
      'POST',
      /^\/screens\/([^/]+)\/shown$/,
      ([screen], body) => {
        const play = JSON.parse(body.toString()) as { content: string; play: string }
        if (!plays.some((one) => one.play === play.play)) plays.push({ screen: screen ?? '', ...play })
      },
    ],
    [
      'GET',
      /^\/staff$/,
      () =>
        plan.staff.map(({ id, name }, i) => ({
          id,
          name,
          onShift: i < 3,
          ...(i < 3 ? { zone: plan.zones[i + 2]?.id } : {}),
        })),
    ],
    ['GET', /^\/staff\/([^/]+)\/notices$/, () => notices],
    [
      'POST',
      /^\/staff\/([^/]+)\/notices\/([^/]+)\/acknowledge$/,
      ([, id]) => {
        const notice = notices.find((one) => one.id === id)
        if (!notice) return refuse(404, 'ENDCAP_NOT_FOUND', `There is no notice ${id}`, 'See the list.')
        notice.acknowledgedAt ??= new Date().toISOString()
        return notice
      },
    ],
    ['GET', /^\/people$/, () => people],
    [
      'POST',
      /^\/people$/,
      (_, body) => {
        const person = {
          id: `p${people.length}`,
          tags: [],
          consents: [],
          ...(JSON.parse(body.toString()) as { name: string }),
        }
        people = [...people, person]
        return person
      },
    ],
    [
      'PUT',
      /^\/people\/([^/]+)\/consents\/([^/]+)$/,
      ([id, purpose]) => {
        const receipt = {
          receipt: `r-${++sequence}`,
          purpose: purpose as keyof typeof purposes,
          text: purposes[purpose as keyof typeof purposes],
          givenAt: new Date().toISOString(),
          recordedBy: 'manager',
        }
        people.find((one) => one.id === id)?.consents.push(receipt)
        return receipt
      },
    ],
    [
      'DELETE',
      /^\/people\/([^/]+)\/consents\/([^/]+)$/,
      ([id, purpose]) => {
        for (const one of people.find((person) => person.id === id)?.consents ?? []) {
          if (one.purpose === purpose) Object.assign(one, { withdrawnAt: new Date().toISOString() })
        }
      },
    ],
    [
      'DELETE',
      /^\/people\/([^/]+)$/,
      ([id]) => {
        people = people.filter((one) => one.id !== id)
        return { erased: 212 }
      },
    ],
    ['GET', /^\/purposes$/, () => Object.entries(purposes).map(([purpose, text]) => ({ purpose, text }))],
    [
      'GET',
      /^\/events$/,
      (_, __, ___, url) => {
        const type = url.searchParams.get('type')
        return events
          .filter(
            (one) =>
              !type ||
              one['type'] === type ||
              (type.endsWith('.*') && String(one['type']).startsWith(type.slice(0, -1))),
          )
          .slice(0, Number(url.searchParams.get('limit') ?? 100))
      },
    ],
    [
      'GET',
      /^\/events\/([^/]+)$/,
      ([id]) => {
        const event = events.find((one) => one['id'] === id)
        if (!event) return refuse(404, 'ENDCAP_NOT_FOUND', `There is no event ${id}`, 'It may be over its retention.')
        const causes = events.filter((one) => (event['because'] as string[] | undefined)?.includes(String(one['id'])))
        return {
          ...event,
          causes,
          effects: events.filter((one) => (one['because'] as string[] | undefined)?.includes(String(id))),
        }
      },
    ],
    [
      'POST',
      /^\/commands$/,
      (_, body) => {
        const call = JSON.parse(body.toString()) as {
          name: string
          to: string
          params: { content?: Content; key?: string }
        }
        calls.push(call)
        const screen = call.to.split('/')[1] ?? ''
        if (call.name === 'sign.show' && call.params.content)
          show(screen, call.params.content, call.params.key ?? 'api')
        if (call.name === 'sign.clear') contents.delete(screen), tellScreen(screen)
        if (call.name === 'device.identify')
          for (const [response, id] of signs) if (id === screen) response.write('event: identify\ndata: {}\n\n')
        return call.name === 'sign.show' ? { showing: true, players: 1 } : {}
      },
    ],
    ['GET', /^\/links$/, facts.links],
    [
      'POST',
      /^\/links$/,
      (_, body, request) => {
        const { role, id } = JSON.parse(body.toString()) as { role: string; id: string }
        return {
          id: 'l9',
          role,
          for: id,
          secret: 'k7Qm-28Zt-xW4n',
          url: `http://${request.headers.host}/sign-in#k7Qm-28Zt-xW4n`,
          qr: QR,
        }
      },
    ],
    ['DELETE', /^\/links\/([^/]+)$/, () => undefined],
    [
      'GET',
      /^\/media$/,
      () =>
        [...media].map(([hash, { type, bytes }]) => ({
          hash,
          type,
          bytes: bytes.length,
          addedAt: new Date().toISOString(),
        })),
    ],
    [
      'PUT',
      /^\/media$/,
      (_, body, request) => ({
        hash: put(body, request.headers['content-type'] ?? ''),
        bytes: body.length,
        type: request.headers['content-type'],
      }),
    ],
    ['GET', /^\/flows$/, () => ({ state: 'running' })],
    ['GET', /^\/flows\/versions$/, facts.versions],
    [
      'GET',
      /^\/flows\/versions\/(\d+)$/,
      ([n]) => ({
        ...facts.versions().find(({ version }) => version === Number(n)),
        difference: facts.differences[Number(n)] ?? [],
      }),
    ],
    ['POST', /^\/flows\/versions\/(\d+)\/restore$/, () => undefined],
  ]

  const send = (response: ServerResponse, status: number, type: string, body: string | Buffer) => {
    response.writeHead(status, { 'content-type': type, 'content-security-policy': CSP, 'cache-control': 'no-cache' })
    response.end(body)
  }
  const page = (response: ServerResponse, path: string) => {
    const name =
      path === '/'
        ? 'index.html'
        : path.startsWith('/sign/')
          ? 'sign.html'
          : path === '/staff' || path === '/sign-in'
            ? `${path.slice(1)}.html`
            : path.slice(1)
    const closed = !signedIn && name.endsWith('.html')
    const file = DIST + (closed ? 'sign-in.html' : name)
    if (name.includes('..') || !existsSync(file)) return send(response, 404, 'text/plain', 'There is no such page')
    send(
      response,
      closed && path !== '/sign-in' ? 401 : 200,
      TYPES[file.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
      readFileSync(file),
    )
  }
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    if (!url.pathname.startsWith('/api/v1')) return page(response, url.pathname)
    const path = url.pathname.slice('/api/v1'.length)
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const stream = /^\/screens\/([^/]+)\/stream$/.exec(path)
    if (!signedIn && path !== '/health' && !(path === '/session' && request.method === 'POST')) {
      return send(
        response,
        401,
        'application/json',
        JSON.stringify(
          refuse(
            401,
            'ENDCAP_SIGN_IN_REQUIRED',
            'Nobody is signed in',
            'Open the sign-in link that the box printed at its first start, or run `endcap sign-in` on the box.',
          ),
        ),
      )
    }
    if (stream) {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
      signs.set(response, stream[1] ?? '')
      response.on('close', () => signs.delete(response))
      response.write(`retry: 2000\nevent: state\ndata: ${JSON.stringify(screenState(stream[1] ?? ''))}\n\n`)
      return
    }
    const file = media.get(/^\/media\/([0-9a-f]{64})$/.exec(path)?.[1] ?? '')
    if (file) return send(response, 200, file.type, file.bytes)
    for (const [method, pattern, handle] of routes) {
      const match = pattern.exec(path)
      if (!match || method !== request.method) continue
      const answer = handle(match.slice(1).map(decodeURIComponent), Buffer.concat(chunks), request, url)
      if (Buffer.isBuffer(answer)) return send(response, 200, 'text/yaml', answer)
      const { status = 200 } = (typeof answer === 'object' && answer !== null && 'code' in answer ? answer : {}) as {
        status?: number
      }
      if (answer === undefined) return response.writeHead(204).end()
      return send(response, status, 'application/json', JSON.stringify(answer))
    }
    return send(
      response,
      404,
      'application/json',
      JSON.stringify(refuse(404, 'ENDCAP_NOT_FOUND', `There is no route ${path}`, 'See /api/v1/openapi.json.')),
    )
  })
  const upgrades = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, socket, head) => {
    upgrades.handleUpgrade(request, socket, head, (webSocket) => {
      if (request.url?.includes('/staff/')) {
        staffSockets.add(webSocket)
        webSocket.on('close', () => staffSockets.delete(webSocket))
        webSocket.send(JSON.stringify({ hello: { id: 'anna', name: 'Anna Keller', onShift: true, notices } }))
      } else {
        eventSockets.add(webSocket)
        webSocket.on('close', () => eventSockets.delete(webSocket))
      }
    })
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  await listen(options.port ?? 0)
  const { port } = server.address() as AddressInfo
  const down = () =>
    new Promise<void>((resolve) => {
      for (const socket of sockets) socket.destroy()
      server.close(() => resolve())
    })

  return {
    url: `http://127.0.0.1:${port}`,
    plays,
    calls,
    notices,
    media,
    show,
    notify,
    put,
    emit,
    /** As if the box lost power, and came back on the same port. */
    down,
    up: () => listen(port),
    signOut: () => void (signedIn = false),
    async stop() {
      clearInterval(timer)
      await down()
      upgrades.close()
    },
  }
}

/** Not a code that a phone would read; it only has the looks of one. */
const QR = (() => {
  const random = seeded(3)
  const cells = Array.from({ length: 441 }, (_, i) =>
    random() < 0.5 ? `M${i % 21} ${Math.floor(i / 21)}h1v1h-1z` : '',
  ).join('')
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-2 -2 25 25"><rect x="-2" y="-2" width="25" height="25" fill="#fff"/><path d="${cells}"/></svg>`
})()

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const api = await startFakeApi({ port: Number(process.argv[2] ?? 5180) })
  process.stdout.write(`${api.url}\n`)
}
