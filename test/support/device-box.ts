/** A box whose plugin mqtt alone runs, with the API over it and its endcap.yaml in a folder of its own; and a gateway. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt from 'mqtt'
import pino from 'pino'
import type { Test } from 'tap'
import { createApi } from '../../runtime/api/index.ts'
import { saveConfig, writePluginSettings } from '../../runtime/appliance/index.ts'
import { type PluginSettings, readProfiles } from '../../runtime/host/index.ts'
import { client } from '../api/box.ts'
import { openBox } from '../host/box.ts'
import { until } from './box.ts'

const root = join(import.meta.dirname, '../..')
const others = 'bangle ble camera cold-chain display fridge-probe infer presence shelf-scale stock'.split(' ')

export interface Listed {
  source: string
  state: string
  name?: string
  zone?: string
  found?: { detail: string }
}

/** BTHome 2: packet and temperature, with the name of a Shelly BLU H&T. */
function frame(packet: number, celsius: number): string {
  const raw = Math.round(celsius * 100) & 0xffff
  const service = [0x16, 0xd2, 0xfc, 0x40, 0x00, packet, 0x02, raw & 255, raw >> 8]
  const name = [0x09, ...Buffer.from('SBHT-003C')]
  return Buffer.from([service.length, ...service, name.length, ...name]).toString('hex')
}

/** `more` are lines under `config` of the plugin in endcap.yaml. */
export async function openDeviceBox(t: Test, more: string[] = [], webRoot?: string) {
  // Not in t.testdir(), where the box has its ledger.
  const home = await mkdtemp(join(tmpdir(), 'endcap-devices-'))
  t.teardown(() => rm(home, { recursive: true, force: true }))
  const password = 'a-password-of-this-test'
  const lines = ['# the shop in the Bahnhofstrasse', 'plugins:', '  mqtt:', '    config:', '      port: 0 # any']
  await writeFile(join(home, 'endcap.yaml'), [...lines, `      password: ${password}`, ...more, ''].join('\n'))

  const off = Object.fromEntries(others.map((name) => [name, { enabled: false }]))
  const only = (all: Record<string, PluginSettings>) => ({ ...off, mqtt: all['mqtt'] ?? {} })
  let settings: Record<string, PluginSettings> = only((await saveConfig(home, () => undefined)).config.plugins)
  const box = await openBox(t, { folders: [join(root, 'plugins')], settings: () => settings })
  const profiles = () => readProfiles([join(root, 'devices'), join(home, 'devices')])
  box.host.answer('devices.profiles', async () => (await profiles()).profiles)
  const ready = { state: 'ready' } as const
  const api = createApi({
    ...box,
    profiles,
    enablePlugin: async () => undefined,
    configurePlugin: async (plugin, written) => {
      settings = only((await saveConfig(home, writePluginSettings(plugin, written))).config.plugins)
      await box.host.reload()
    },
    mediaFolder: join(home, 'media'),
    webRoot: webRoot ?? home,
    stages: () => ({ ledger: ready, api: ready, plugins: ready, flows: ready }),
    twin: false,
    version: '0.0.0',
    log: pino({ level: 'silent' }),
    network: { host: '127.0.0.1', port: 0 },
  })
  await api.start()
  t.teardown(() => api.stop())
  await box.host.start()
  const listening = await until('the broker listens', () =>
    box.ledger.documents.get<{ port: number }>('state/mqtt', 'listening'),
  )
  const gateway = await mqtt.connectAsync(`mqtt://127.0.0.1:${listening.port}`, {
    username: 'gateway',
    password,
    reconnectPeriod: 0,
  })
  t.teardown(() => gateway.endAsync(true))
  const signedIn = await client(api.address).call('POST', '/api/v1/session', { secret: await api.signInSecret() })
  const { call } = client(api.address, (signedIn.headers.get('set-cookie') ?? '').split(';')[0])
  return {
    ...box,
    api,
    home,
    gateway,
    call,
    /** A thermometer is heard by the gateway `till`. */
    says: (mac: string, packet: number, celsius: number) =>
      gateway.publish('endcap/raw/till', JSON.stringify({ mac, rssi: -60, data: frame(packet, celsius) })),
    listed: async (source: string) =>
      (await call<Listed[]>('GET', '/api/v1/devices')).body.find((one) => one.source === source),
  }
}
