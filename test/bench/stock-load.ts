/** The load on stock Node-RED: publishes over MQTT, hears what its rule publishes and what its websocket sends. */
import mqtt from 'mqtt'
import { WebSocket } from 'ws'
import { drive, Latencies, type Load, clock } from './load/measure.ts'
import { sample } from './load/sample.ts'

const { port, socket, load } = JSON.parse(process.argv[2] ?? '{}') as { port: number; socket?: string; load: Load }
const connect = (role: string) =>
  mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { clientId: `${role}-${process.pid}`, reconnectPeriod: 0 })
const [publisher, subscriber] = await Promise.all([connect('publisher'), connect('subscriber')])
await subscriber.subscribeAsync('edge/out')

const screens = new Latencies(load, clock())
const screen = socket ? new WebSocket(socket) : undefined
if (screen) {
  await new Promise((open, failed) => screen.once('open', open).once('error', failed))
  screen.on('message', (data: Buffer) => screens.add((JSON.parse(data.toString()) as { t: number }).t))
}
let count = 0
const { back, done } = await drive(load, (at) =>
  publisher.publish('edge/in', JSON.stringify({ ...sample(count++), t: at })),
)
subscriber.on('message', (_topic, payload) => back((JSON.parse(payload.toString()) as { t: number }).t))
const rule = await done
process.stdout.write(`${JSON.stringify({ rule, screen: screen && screens.result(rule.sent) })}\n`)
screen?.terminate()
publisher.end(true)
subscriber.end(true)
