/** From an advertisement at a gateway to the sign: tags all over the shop as background, and newcomers at the door who are timed. */
import mqtt from 'mqtt'
import { clock, percentile } from './load/measure.ts'
import type { Box } from './ours.ts'
import { cpuSeconds } from './process.ts'

const RECEIVERS = ['door', 'greens', 'bread', 'middle', 'milk', 'cellar', 'tills', 'hall']
const BACKGROUND_TAGS = 50

export const advertisementConfig = (port: number) => `plugins:
  ble: { enabled: false }
  mqtt: { config: { port: ${port}, username: gateway, password: bench-only } }
`

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0')
const payload = (tag: number, rssi: number) => {
  const address = `c0:00:00:00:${hex(tag >> 8, 2)}:${hex(tag & 255, 2)}`
  const uuid = `00112233445566778899aabb${hex(tag, 8)}`
  return JSON.stringify({ mac: address, rssi, data: `0201061aff4c000215${uuid}00010001c5` })
}

/** A flow that shows on a sign who came in: what is timed is everything from the gateway to the screen. */
export async function deployArrivals(box: Box): Promise<void> {
  const func = "msg.payload = { content: { layout: 'message', title: msg.payload.who }, key: 'bench' };\nreturn msg;"
  await box.ask('POST', '/flows/flows', [
    { id: 'advtab', type: 'tab', label: 'Benchmark' },
    {
      id: 'advin',
      type: 'endcap-event-in',
      z: 'advtab',
      event: 'presence.entered',
      subject: 'zone/entrance',
      field: '',
      value: '',
      x: 100,
      y: 100,
      wires: [['advfn']],
    },
    { id: 'advfn', type: 'function', z: 'advtab', func, outputs: 1, libs: [], x: 300, y: 100, wires: [['advout']] },
    {
      id: 'advout',
      type: 'endcap-device-command',
      z: 'advtab',
      command: 'sign.show',
      from: 'message',
      params: '',
      to: 'screen/entrance',
      x: 500,
      y: 100,
      wires: [[]],
    },
  ])
}

export interface Arrivals {
  /** Milliseconds from the first advertisement of a newcomer to the sign. */
  p50: number
  p99: number
  n: number
  /** Share of one core that the whole box took, every process included. */
  cores: number
  /** Milliseconds from an advertisement to its event on a stream, host and decoding included. */
  hop: { p50: number; p99: number; n: number; perSecond: number }
}

/** Publishes `rate` advertisements a second for `seconds`, with a newcomer each second. */
export async function measureArrivals(box: Box, port: number, rate: number, seconds: number): Promise<Arrivals> {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { username: 'gateway', password: 'bench-only' })
  const shown: number[] = []
  const aborted = new AbortController()
  let newcomerAt = 0
  const stream = await fetch(`${box.address}/api/v1/screens/entrance/stream`, {
    headers: { cookie: box.cookie },
    signal: aborted.signal,
  })
  const watching = (async () => {
    let first = true
    let text = ''
    const decoder = new TextDecoder()
    for await (const chunk of stream.body ?? []) {
      text += decoder.decode(chunk, { stream: true })
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const block = text.slice(0, end)
        text = text.slice(end + 2)
        if (!block.includes('event: state')) continue
        if (!first && newcomerAt > 0 && block.includes('"bench"')) {
          shown.push(clock() - newcomerAt)
          newcomerAt = 0
        }
        first = false
      }
    }
  })().catch(() => undefined)

  const hops: number[] = []
  const sentAt = new Map<number, number>()
  const { WebSocket } = await import('ws')
  const socket = new WebSocket(`${box.address.replace('http', 'ws')}/api/v1/stream?type=beacon.sighted`, {
    headers: { cookie: box.cookie },
  })
  await new Promise((open, failed) => socket.once('open', open).once('error', failed))
  socket.on('message', (data: Buffer) => {
    const now = clock()
    for (const event of JSON.parse(data.toString()) as { data: { rssi: number; receiver: string } }[]) {
      // Each second's newcomer carries its number in a signal strength that no background tag has.
      const at = sentAt.get(event.data.rssi)
      if (event.data.receiver === 'hall' && at !== undefined) {
        hops.push(now - at)
        sentAt.delete(event.data.rssi)
      }
    }
  })

  const cpuBefore = cpuSeconds(box.program.pid)
  const start = clock()
  let sent = 0
  let newcomers = 0
  let marks = 0
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const now = clock()
      for (; start + (sent * 1000) / rate <= now; sent++) {
        const tag = sent % BACKGROUND_TAGS
        const receiver = RECEIVERS[1 + (Math.floor(sent / BACKGROUND_TAGS) % 6)] ?? 'middle'
        client.publish(`endcap/raw/${receiver}`, payload(tag, receiver === RECEIVERS[1 + (tag % 6)] ? -52 : -82))
      }
      if (newcomerAt === 0 && newcomers < seconds && now - start > newcomers * 1000 + 500) {
        newcomers++
        newcomerAt = clock()
      }
      // A newcomer's tag advertises ten times a second, heard loud at the door and faintly by its neighbours.
      if (newcomerAt > 0 && Math.floor((now - newcomerAt) / 100) !== Math.floor((now - newcomerAt - 2) / 100)) {
        const tag = 4096 + newcomers + Math.floor(rate / 10) * 64
        client.publish('endcap/raw/door', payload(tag, -45))
        client.publish('endcap/raw/greens', payload(tag, -80))
        const mark = -60.01 - (marks++ % 2000) / 100
        sentAt.set(mark, clock())
        client.publish('endcap/raw/hall', payload(tag, mark))
      }
      if (now - start > seconds * 1000) {
        clearInterval(timer)
        resolve()
      }
    }, 2)
  })
  const cpu = cpuSeconds(box.program.pid) - cpuBefore
  const perSecond = Math.round(sent / ((clock() - start) / 1000))
  aborted.abort()
  socket.terminate()
  client.end(true)
  await watching
  const sorted = shown.toSorted((a, b) => a - b)
  const sortedHops = hops.toSorted((a, b) => a - b)
  return {
    p50: percentile(sorted, 0.5),
    p99: percentile(sorted, 0.99),
    n: sorted.length,
    cores: cpu / seconds,
    hop: { p50: percentile(sortedHops, 0.5), p99: percentile(sortedHops, 0.99), n: sortedHops.length, perSecond },
  }
}
