/**
 * The virtual shop, speaking over MQTT as gateways would. Nothing in the runtime knows that it is virtual.
 *
 *   node devices/twin/main.ts --url mqtt://127.0.0.1:1883 --username gateway [--seed 1] [--speed 1] [--truth FILE]
 *
 * The password comes in the environment (TWIN_PASSWORD), since arguments can be read by every user of the box.
 */
import { createWriteStream, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import mqtt from 'mqtt'
import { parse } from 'yaml'
import { createCrowd } from './crowd.ts'
import { gatewayOf } from './gateways.ts'
import { createRadio } from './radio.ts'
import { createRandom } from './random.ts'

/** Each tag advertises twice a second; the floor moves in steps of the same length. */
const ADVERTISING_SECONDS = 0.5
const MEASURED_POWER = -59
const TAG_HEIGHT_METRES = 1.1

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    username: { type: 'string', default: 'gateway' },
    seed: { type: 'string', default: '1' },
    speed: { type: 'string', default: '1' },
    truth: { type: 'string' },
  },
})
if (!values.url) {
  process.stderr.write('devices/twin: --url is missing; give the address of the broker, mqtt://127.0.0.1:1883\n')
  process.exit(2)
}

interface Receiver {
  id: string
  x: number
  y: number
  heightMetres?: number
}
const folder = import.meta.dirname
const shop = parse(readFileSync(`${folder}/shop.yaml`, 'utf8')) as { receivers: Receiver[] }
const customers = JSON.parse(readFileSync(`${folder}/people.json`, 'utf8')) as { name: string; minor: number }[]

const seed = Number(values.seed)
const speed = Number(values.speed)
const random = createRandom(seed)
const radio = createRadio(seed, random)
const hour = new Date().getUTCHours()
const crowd = createCrowd({
  random,
  customers,
  staff: [
    { name: 'anna', minor: 1, home: 'bakery' },
    { name: 'bogdan', minor: 2, home: 'wine' },
    hour >= 6 && hour < 18 ? { name: 'chioma', minor: 3, home: 'produce' } : { name: 'dario', minor: 4, home: 'dairy' },
  ],
})
const truth = values.truth ? createWriteStream(values.truth, { flags: 'a' }) : undefined

const client = mqtt.connect(values.url, {
  username: values.username,
  password: process.env['TWIN_PASSWORD'] ?? '',
  clientId: `twin-${process.pid}`,
  reconnectPeriod: 500,
  queueQoSZero: false,
})
client.on('error', (error) => process.stderr.write(`devices/twin: ${error.message}\n`))

const tick = () => {
  crowd.step(ADVERTISING_SECONDS)
  const time = Date.now()
  for (const { name, tag, walker } of crowd.bodies()) {
    truth?.write(`${JSON.stringify({ time, name, x: walker.x, y: walker.y, minor: tag.minor, major: tag.major })}\n`)
    if (!client.connected) continue
    for (const [index, receiver] of shop.receivers.entries()) {
      const rssi = radio.hear(
        index,
        { x: receiver.x, y: receiver.y, height: receiver.heightMetres ?? 2.4 },
        { x: walker.x, y: walker.y, height: TAG_HEIGHT_METRES },
        walker.heading,
        MEASURED_POWER,
      )
      if (rssi === undefined) continue
      const { topic, payload } = gatewayOf(index)(receiver.id, tag, rssi, MEASURED_POWER)
      client.publish(topic, payload)
    }
  }
}
const timer = setInterval(tick, (ADVERTISING_SECONDS * 1000) / speed)

const stop = () => {
  clearInterval(timer)
  truth?.end()
  client.end(true)
  process.stdin.destroy()
}
process.once('SIGTERM', stop)
process.once('SIGINT', stop)
// The runtime that started the twin is gone: so is the shop.
process.stdin.on('end', stop).resume()
