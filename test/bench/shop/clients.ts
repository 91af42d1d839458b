/**
 * Who looks at the benchmark's box, in a process of its own: the players of 30 screens, five associates, and a console.
 * Each player and associate has an address of loopback and a session of its own, as a device in the shop has. Started by
 * `fork` with `{ address, links, cookie }`; tells at `{ report }` what came when.
 */
import { get, request } from 'node:http'
import { WebSocket } from 'ws'
import { clock } from '../load/measure.ts'

export interface Links {
  address: string
  /** The manager's. */
  cookie: string
  screens: { id: string; secret: string }[]
  staff: { id: string; secret: string }[]
}

/** What came when: `at` in milliseconds of clock(). */
export interface Seen {
  /** The first time that a screen was to show a title. */
  shown: [screen: string, title: string, at: number][]
  taken: [slot: string, at: number][]
  entered: [who: string, at: number][]
  measured: [probe: string, celsius: number, at: number][]
  noticed: [staff: string, title: string, at: number][]
}

const seen: Seen = { shown: [], taken: [], entered: [], measured: [], noticed: [] }
const sockets: WebSocket[] = []
const streams: { destroy(): unknown }[] = []

/** Signs in from the address of the device; returns its cookie. */
function signIn(address: string, localAddress: string, secret: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const body = JSON.stringify({ secret })
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const asked = request(
      `${address}/api/v1/session`,
      { method: 'POST', localAddress, headers, agent: false },
      (answer) => {
        answer.resume()
        const cookie = (answer.headers['set-cookie']?.[0] ?? '').split(';')[0] ?? ''
        if (answer.statusCode === 200) resolve(cookie)
        else reject(new Error(`sign-in: ${answer.statusCode}`))
      },
    )
    asked.on('error', reject)
    asked.end(body)
  })
}

/** Follows what a screen is to show, as its player does (server-sent events: WHATWG HTML, 9.2). */
async function play({ address }: Links, id: string, secret: string, localAddress: string): Promise<void> {
  const cookie = await signIn(address, localAddress, secret)
  const known = new Set<string>()
  await new Promise<void>((resolve, reject) => {
    const asked = get(
      `${address}/api/v1/screens/${id}/stream`,
      { localAddress, headers: { cookie }, agent: false },
      (answer) => {
        streams.push(answer)
        let text = ''
        answer.setEncoding('utf8').on('data', (chunk: string) => {
          const at = clock()
          text += chunk
          const blocks = text.split('\n\n')
          text = blocks.pop() ?? ''
          for (const block of blocks) {
            if (!/^event: state$/m.test(block)) continue
            const state = JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? '{}') as {
              content?: { title?: string; kicker?: string }
            }
            // A pick tile has no title of its own: the order stands above it.
            const title = state.content?.title ?? state.content?.kicker ?? ''
            if (known.has(title)) continue
            known.add(title)
            seen.shown.push([id, title, at])
            resolve()
          }
        })
        answer.on('error', () => undefined)
        if (answer.statusCode !== 200) reject(new Error(`${id}: ${answer.statusCode}`))
      },
    )
    asked.on('error', reject)
  })
}

async function open(
  url: string,
  cookie: string,
  localAddress: string,
  heard: (message: unknown, at: number) => void,
): Promise<void> {
  const socket = new WebSocket(url, { headers: { cookie }, localAddress })
  sockets.push(socket)
  socket.on('message', (data: Buffer) => heard(JSON.parse(data.toString()), clock()))
  await new Promise((opened, failed) => socket.once('open', opened).once('error', failed))
}

/** A badge of an associate: the notices. */
async function wear({ address }: Links, id: string, secret: string, localAddress: string): Promise<void> {
  const cookie = await signIn(address, localAddress, secret)
  await open(`${address.replace('http', 'ws')}/api/v1/staff/me/stream`, cookie, localAddress, (message, at) => {
    const { notice } = message as { notice?: { title: string } }
    if (notice) seen.noticed.push([id, notice.title, at])
  })
}

interface Told {
  type: string
  data: { slot?: string; who?: string; probe?: string; celsius?: number }
}

/** A console that lies open: what it is told of shelves, people and fridges. */
async function watch({ address, cookie }: Links): Promise<void> {
  const types = ['shelf.taken', 'presence.entered', 'probe.temperature'].map((type) => `type=${type}`).join('&')
  await open(`${address.replace('http', 'ws')}/api/v1/stream?${types}`, cookie, '127.0.0.1', (message, at) => {
    for (const { type, data } of message as Told[]) {
      if (type === 'shelf.taken') seen.taken.push([data.slot ?? '', at])
      else if (type === 'presence.entered') seen.entered.push([data.who ?? '', at])
      else seen.measured.push([data.probe ?? '', data.celsius ?? Number.NaN, at])
    }
  })
}

async function connect(links: Links): Promise<void> {
  await Promise.all([
    watch(links),
    ...links.screens.map(({ id, secret }, i) => play(links, id, secret, `127.0.1.${i + 1}`)),
    ...links.staff.map(({ id, secret }, i) => wear(links, id, secret, `127.0.2.${i + 1}`)),
  ])
  process.send?.({ connected: true })
}

process.on('message', ({ links, report }: { links?: Links; report?: true }) => {
  if (report) process.send?.(seen)
  // What fails ends the process, which is told to whoever waits.
  if (links) void connect(links)
})
process.once('disconnect', () => {
  for (const socket of sockets) socket.terminate()
  for (const stream of streams) stream.destroy()
})
