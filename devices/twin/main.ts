/**
 * The virtual shop, speaking as hardware does. Nothing in the runtime knows that it is virtual.
 *
 *   node devices/twin/main.ts [--url mqtt://127.0.0.1:1883] [--username gateway]
 *     [--seed 1] [--speed 1] [--truth FILE] [--folder DIR] [--boards 3030,3031,3032]
 *
 * The password comes in the environment (TWIN_PASSWORD), since arguments can be read by every user of the box. Below
 * --folder lie `w1`, the 1-wire tree, and `camera`, the pictures; --boards are the ports of the boards with Firmata.
 * Whoever started it may send `{ ask, set?: { fault, on }, broker?: { url, username, password } }` and is sent
 * `{ answer, on }`: the faults that are on. Without --url the shop opens when it is told its broker; its boards answer before.
 */
import { createWriteStream, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { parse } from 'yaml'
import type { Receiver } from './air.ts'
import { serveBoards } from './boards.ts'
import { readGoods } from './goods.ts'
import { startLive } from './live.ts'
import { createOneWireTree } from './one-wire.ts'
import { createRadio } from './radio.ts'
import { createRandom } from './random.ts'
import type { Asked, Broker } from './start.ts'
import { createWorld } from './world.ts'

const WAKING_SECONDS = 0.1

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    username: { type: 'string', default: 'gateway' },
    seed: { type: 'string', default: '1' },
    speed: { type: 'string', default: '1' },
    truth: { type: 'string' },
    folder: { type: 'string' },
    boards: { type: 'string', default: '' },
  },
})
const say = (text: string) => process.stderr.write(`devices/twin: ${text}\n`)
const fail = (text: string): never => {
  say(text)
  process.exit(2)
}
if (values.url === undefined && !process.send)
  fail('--url is missing; give the address of the broker, mqtt://127.0.0.1:1883')
const seed = Number(values.seed)
const speed = Number(values.speed)
if (!Number.isInteger(seed)) fail(`--seed ${values.seed} is no whole number`)
if (!(speed > 0 && speed <= 600)) fail(`--speed ${values.speed} is not between 0 and 600; 1 is as fast as life`)

const folder = import.meta.dirname
const { receivers } = parse(readFileSync(join(folder, 'shop.yaml'), 'utf8')) as { receivers: Receiver[] }
const customers = JSON.parse(readFileSync(join(folder, 'people.json'), 'utf8')) as { name: string; minor: number }[]
const goods = readGoods()
const truth = values.truth ? createWriteStream(values.truth, { flags: 'a' }) : undefined
const write = (line: object) => truth?.write(`${JSON.stringify({ time: Date.now(), ...line })}\n`)

const hour = new Date().getUTCHours()
const world = createWorld({ seed, goods, customers, hour, ...(truth ? { tell: write } : {}) })
const ports = values.boards.split(',').filter(Boolean).map(Number)
const served = ports.length > 0 ? await serveBoards(ports, world.scales) : undefined
const tree = values.folder ? createOneWireTree(join(values.folder, 'w1')) : undefined
// Before it opens nobody walks, but its load cells are alive: a converter that says the same all the time is taken for stuck.
const waking = setInterval(() => world.scales.step(WAKING_SECONDS), WAKING_SECONDS * 1000)
let close: () => void = () => clearInterval(waking)
let isOver = false
/** Opens the shop. What speaks MQTT and draws pictures is large: the boards are up before it is loaded. */
async function open({ url, username, password }: Broker): Promise<void> {
  const { createAir } = await import('./air.ts')
  const camera = values.folder ? await import('./camera.ts') : undefined
  if (isOver) return
  const radio = createRadio(seed, createRandom(seed * 31 + 17))
  const air = createAir({ url, username, password, receivers, radio, fault: say })
  clearInterval(waking)
  const stopLive = startLive({
    world,
    speed,
    air,
    receivers: receivers.map(({ id }) => id),
    tree,
    served,
    camera: camera?.createCamera(join(values.folder ?? '', 'camera', 'hall'), seed),
    moved() {
      for (const { name, tag, walker } of truth ? world.crowd.bodies() : [])
        write({ kind: 'at', name, x: walker.x, y: walker.y, minor: tag.minor, major: tag.major })
    },
    fault: (error) => say(String(error)),
  })
  close = () => {
    stopLive()
    air.stop()
  }
}

let isOpen = false
const openOnce = (broker: Broker) => {
  if (isOpen) return
  isOpen = true
  open(broker).catch((error: unknown) => fail(String(error)))
}
if (values.url !== undefined)
  openOnce({ url: values.url, username: values.username, password: process.env['TWIN_PASSWORD'] ?? '' })

process.on('message', ({ ask, set, broker }: Asked) => {
  if (broker) openOnce(broker)
  if (set) world.set(set.fault, set.on)
  process.send?.({ answer: ask, on: world.faults() })
})

const stop = () => {
  isOver = true
  close()
  truth?.end()
  void served?.stop()
  if (process.connected) process.disconnect?.()
}
process.once('SIGTERM', stop)
process.once('SIGINT', stop)
// The runtime that started the twin is gone: so is the shop.
process.once('disconnect', stop)
