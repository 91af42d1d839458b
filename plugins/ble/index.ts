import { isDeepStrictEqual } from 'node:util'
import {
  type AdoptedSensor,
  bytesFromHex,
  type Context,
  definePlugin,
  type Device,
  EndcapError,
  followSensors,
  hexFromBytes,
} from '@endcap/sdk'
import { createAdapter } from './adapter.ts'
import { createConnections } from './connections.ts'
import { createEvents, type Raw } from './events.ts'
import { runRadio } from './radio.ts'

interface DeviceConfig {
  adapter: string
  receiver?: string
  silenceSeconds: number
}
interface PluginConfig {
  raw: Raw
  plainDevices: boolean
  sensors: AdoptedSensor[]
}
type Own = Context<DeviceConfig, PluginConfig>

/** What a box without configuration has. */
const builtIn: Device<DeviceConfig> = { id: 'hci0', config: { adapter: 'hci0', silenceSeconds: 60 } }

export default definePlugin<DeviceConfig, PluginConfig>(async (ctx) => {
  const devices = ctx.devices.length > 0 ? ctx.devices : [builtIn]
  const events = createEvents({ raw: ctx.config.raw, plain: ctx.config.plainDevices })
  const sensors = await followSensors(ctx, ctx.config.sensors)
  const connections = createConnections((address, characteristic, value) => {
    const tag = `radio/${address.toLowerCase()}`
    ctx.emit('ble.notified', { subject: tag, data: { tag, characteristic, value: hexFromBytes(value) } })
  })
  const receivers = new Map(
    devices.map(({ id, config }) => [config.adapter, { device: id, receiver: config.receiver || id }]),
  )
  const adapters = devices.map(({ id, config }) => createAdapter({ ...config, ...tellOf(ctx, id, config) }))
  for (const { id, config } of devices) answerCommands(ctx, id, config.adapter, connections)

  ctx.command('device.test', '+', (_, { to }) => {
    const tested = sensors.test(to.slice(to.indexOf('/') + 1))
    if (!tested) throw new EndcapError('ENDCAP_TARGET_UNKNOWN', { to, command: 'device.test' })
    return tested
  })
  // The scan goes on when nothing but a sensor was adopted.
  ctx.onConfig((next) => {
    if (!isDeepStrictEqual([rest(next.config), next.devices], [rest(ctx.config), ctx.devices])) return false
    sensors.adopt(next.config.sensors)
    return true
  })

  const ended = runRadio({
    adapters,
    signal: ctx.signal,
    connected: connections.use,
    heard(advertisement) {
      const place = receivers.get(advertisement.adapter)
      if (!place) return
      const { device, receiver } = place
      const sensed = sensors.hear({ ...advertisement, receiver })
      const sighted = sensed ? undefined : events.sighted(advertisement, receiver)
      if (sighted) ctx.emit('beacon.sighted', { device, subject: `${sighted.tag}/at/${receiver}`, data: sighted })
      const raw = events.advertisement(advertisement, receiver)
      if (raw) ctx.emit('ble.advertisement', { device, subject: `${raw.tag}/at/${receiver}`, data: raw })
    },
  })
  return () => ended
})

/** What can only be changed by a new start. */
const rest = (config: PluginConfig): PluginConfig => ({ ...config, sensors: [] })

/** An adapter without a place on the floor plan is shown on the console as found. */
async function announceUnplaced(ctx: Own, id: string, { adapter, receiver = id }: DeviceConfig) {
  const { receivers } = await ctx.plan()
  const device = receiver || id
  if (receivers?.some((one) => one.id === device)) return
  ctx.discovered({
    device,
    kind: 'adapter',
    name: `Bluetooth of this box (${adapter})`,
    detail: 'It listens for tags and sensors, and has no place on the floor plan yet.',
  })
}

/** States go to the console as events, and to the log once for each change. */
function tellOf(ctx: Own, id: string, config: DeviceConfig) {
  let last = ''
  const once = (level: 'info' | 'warn', text: string) => {
    if (text !== last) ctx.log[level](text)
    last = text
  }
  return {
    online() {
      once('info', `${id} hears`)
      ctx.online(id, 'adapter')
      announceUnplaced(ctx, id, config).catch((error: unknown) => ctx.log.debug(`no floor plan: ${String(error)}`))
    },
    stale(reason: string, silentSeconds: number) {
      once('warn', `${id}: ${reason}`)
      ctx.stale(id, 'adapter', reason, silentSeconds)
    },
    offline(reason: string) {
      once('warn', `${id}: ${reason}`)
      ctx.offline(id, 'adapter', reason)
    },
  }
}

function answerCommands(ctx: Own, id: string, adapter: string, connections: ReturnType<typeof createConnections>) {
  ctx.command('ble.connect', id, ({ address }) => connections.connect(adapter, address))
  ctx.command('ble.read', id, async ({ address, service, characteristic }) => ({
    value: hexFromBytes(await connections.read(address, service, characteristic)),
  }))
  ctx.command('ble.write', id, async ({ address, service, characteristic, value }) => {
    await connections.write(address, service, characteristic, bytesFromHex(value) ?? new Uint8Array())
    return {}
  })
  ctx.command('ble.subscribe', id, async ({ address, service, characteristic }) => {
    await connections.subscribe(address, service, characteristic)
    return {}
  })
  ctx.command('ble.disconnect', id, async ({ address }) => {
    await connections.disconnect(address)
    return {}
  })
}
