/** What answers at the port of a scale may be anything: it is named, and its neighbours weigh on. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { Aedes } from 'aedes'
import mqtt from 'mqtt'
import { type Test, test } from 'tap'
import {
  createBoard,
  createBus,
  createNau7802,
  NAU7802_ADDRESS,
  serveBoard,
} from '../../../devices/twin/firmata/index.ts'
import { runPlugin } from '../run.ts'

interface Weights {
  plates: { slot: string; grams: number; stable: boolean }[]
  faults?: { slot: string; fault: string }[]
}

/** Answers whoever connects; for ever, as far as the other side reads. */
async function serve(t: Test, answer: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => sockets.delete(socket))
    answer(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return (server.address() as AddressInfo).port
}

function forEver(socket: Socket, bytes: Buffer) {
  const more = () => {
    if (!socket.destroyed && socket.write(bytes)) setImmediate(more)
  }
  socket.on('drain', more)
  more()
}

const VERSION = [0xf9, 2, 6]
const residentMegabytes = (pid: number) =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024

test('boards that flood, babble, close at once or name pins that are not there leave their neighbour weighing', async (t) => {
  const chip = createNau7802()
  chip.input = () => 300_000 + Math.random() * 60
  const good = await serveBoard(createBoard({ i2c: createBus(new Map([[NAU7802_ADDRESS, chip]])) }))
  t.teardown(good.stop)
  const noise = Buffer.from(Array.from({ length: 4096 }, () => Math.floor(Math.random() * 256)))
  const text = Buffer.alloc(65_536, 0x41)
  const ports = {
    good: good.port,
    endless: await serve(t, (socket) => {
      socket.write(Buffer.from([...VERSION, 0xf0, 0x71]))
      forEver(socket, text)
    }),
    // Slowly enough for its rate, and never at an end.
    long: await serve(t, (socket) => {
      socket.write(Buffer.from([...VERSION, 0xf0, 0x71]))
      const timer = setInterval(() => socket.write(text.subarray(0, 2000)), 50)
      socket.once('close', () => clearInterval(timer))
    }),
    noise: await serve(t, (socket) => forEver(socket, noise)),
    pin: await serve(t, (socket) => void socket.write(Buffer.from([...VERSION, 0xf0, 0x6e, 99, 1, 0xf7]))),
    closes: await serve(t, (socket) => socket.end()),
  }
  const plate = { input: 'nau7802', gramsPerCount: 1 / 400 }
  const devices = Object.entries(ports).map(([id, port]) => ({
    id,
    config: { port: `tcp://127.0.0.1:${port}`, plates: [{ slot: id, ...plate }], ratePerSecond: 20 },
  }))
  const plugin = await runPlugin(t, 'shelf-scale', { devices, config: { discover: false } })
  const reason = async (id: string) =>
    (await plugin.event('device.offline', ({ device }) => device === id, true)).data['reason']
  t.match(await reason('endless'), /far more than a board can say; see what answers there|is no Firmata/)
  t.match(await reason('noise'), /far more than a board can say|is no Firmata/)
  t.match(await reason('long'), /is no Firmata; see that StandardFirmata is on it/)
  t.match(await reason('pin'), /is no Firmata/)
  t.match(await reason('closes'), /its connection ended/)
  await plugin.event<Weights>(
    'shelf.weights',
    ({ plates: [one] }) => one?.slot === 'good' && one.stable && Math.abs(one.grams - 750) < 1,
  )
  t.same(
    plugin.emitted.filter(({ type, device }) => type === 'device.offline' && device === 'good'),
    [],
  )
  t.ok(residentMegabytes(plugin.pid) < 160, `${residentMegabytes(plugin.pid)} MiB`)
})

test('an MQTT scale that says nonsense, far too much or far too often is marked, and says nothing to the flows', async (t) => {
  const broker = await Aedes.createBroker()
  const server = createServer(broker.handle).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const scale = mqtt.connect(`mqtt://127.0.0.1:${port}`)
  let timers: NodeJS.Timeout[] = []
  const say = (...texts: string[]) => {
    for (const timer of timers) clearInterval(timer)
    const [text = ''] = texts
    timers = [setInterval(() => void (texts.length > 1 ? texts : [text]).map((one) => scale.publish('bad', one)), 20)]
  }
  const good = setInterval(() => scale.publish('good', '500'), 20)
  t.teardown(async () => {
    for (const timer of [...timers, good]) clearInterval(timer)
    await scale.endAsync(true)
    await new Promise<void>((resolve) => broker.close(resolve))
    await new Promise((resolve) => server.close(resolve))
  })
  const config = {
    port: `mqtt://127.0.0.1:${port}`,
    plates: [
      { slot: 'bad', input: 'bad' },
      { slot: 'good', input: 'good' },
    ],
  }
  say('1000')
  const plugin = await runPlugin(t, 'shelf-scale', {
    config: { discover: false },
    devices: [{ id: 'kitchen', config }],
  })
  const told = (slot: string) =>
    plugin.event<Weights>('shelf.weights', ({ plates }) => plates.some((one) => one.slot === slot))
  const kept = () =>
    plugin.event<Weights>('shelf.weights', ({ plates, faults = [] }) => {
      return faults.some(({ slot }) => slot === 'bad') && plates.every(({ slot }) => slot === 'good')
    })
  await told('bad')
  for (const text of ['NaN', '1e308', '-Infinity', 'heavy', '2000000', '{"weight":3}', '']) {
    const marked = kept()
    say(text)
    await marked
    const again = told('bad')
    say('1000')
    await again
  }
  const { works, said } = (await plugin.command('device.test', 'kitchen', {})) as { works: boolean; said: string[] }
  t.ok(works, said.join(' '))
  const marked = kept()
  say(...Array.from({ length: 100 }, (_, i) => String(900 + i)))
  await marked
  t.match(await plugin.command('device.test', 'kitchen', {}), {
    works: false,
    said: [String, String, String, /^bad: more than 200 messages a second come on bad/],
  })
  await told('good')
  const seen = plugin.emitted.flatMap(({ type, data }) => (type === 'shelf.weights' ? (data as Weights).plates : []))
  t.ok(
    seen.every(({ grams }) => grams >= 500 && grams <= 1000),
    'no weight that it did not say while it was believed',
  )
})
