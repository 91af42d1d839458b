import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import mqtt from 'mqtt'
import { test } from 'tap'
import { frame, tag } from '../plugins/mqtt/gateway.ts'
import { runPlugin } from '../plugins/run.ts'
import { freePort } from '../support/box.ts'
import { findProgram, peer } from '../support/peer.ts'

const raw = (rssi: number) => JSON.stringify({ mac: '52:ad:8f:51:c3:c1', rssi, data: frame })

/** A mosquitto of this test; `start` resolves when it takes connections. */
function mosquitto(folder: string, port: number) {
  let child: ChildProcess | undefined
  const file = join(folder, 'mosquitto.conf')
  writeFileSync(file, `listener ${port} 127.0.0.1\nallow_anonymous true\n`)
  const answers = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy()
        resolve(true)
      })
      socket.on('error', () => resolve(false))
    })
  const stop = async () => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  const start = async () => {
    child = spawn(findProgram('mosquitto') ?? '/usr/sbin/mosquitto', ['-c', file], { stdio: 'ignore' })
    while (!(await answers())) await pause(20)
  }
  return { start, stop }
}

const program = findProgram('mosquitto') ? 'mosquitto' : '/usr/sbin/mosquitto'

test('gateways of another broker are heard, also after it was started anew', async (t) => {
  if (!peer(t, 'mosquitto', program)) return
  const port = await freePort()
  const broker = mosquitto(t.testdir(), port)
  t.teardown(broker.stop)
  await broker.start()

  const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 100 })
  t.teardown(() => client.endAsync(true))
  client.on('error', () => {})
  await client.publishAsync('endcap/raw/old', raw(-50), { retain: true, qos: 1 })

  const plugin = await runPlugin(t, 'mqtt', { config: { url: `mqtt://127.0.0.1:${port}`, password: 'unused-here' } })
  await plugin.event('device.online', () => true, true)
  const first = plugin.event('beacon.sighted')
  await client.publishAsync('endcap/raw/till', raw(-60), { qos: 1 })
  t.match((await first).data, { tag, receiver: 'till', rssi: -60 }, 'what was retained from before is no news')

  const gone = plugin.event('device.offline')
  await broker.stop()
  t.match((await gone).data, { device: 'broker', reason: /is not there: .+ It is tried again/ })

  const back = plugin.event('device.online')
  await broker.start()
  await back
  const second = plugin.event('beacon.sighted')
  await client.publishAsync('endcap/raw/till', raw(-61), { qos: 1 })
  t.match((await second).data, { tag, receiver: 'till', rssi: -61 })
})
