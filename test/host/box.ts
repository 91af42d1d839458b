/** A host with the real bus, ledger and shop in a temporary folder, and a way to write plugins for it. */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Test } from 'tap'
import { type Bus, type Commands, createBus, createCommands } from '../../runtime/bus/index.ts'
import type { Event, ShopPlan } from '../../runtime/contract/index.ts'
import { createHost, type Host, type HostDependencies, type PluginState } from '../../runtime/host/index.ts'
import { type Ledger, openLedger } from '../../runtime/ledger/index.ts'
import { createShop, type Shop } from '../../runtime/shop/index.ts'
import '../support/plain-children.ts'

export interface Box {
  host: Host
  bus: Bus
  commands: Commands
  ledger: Ledger
  shop: Shop
  /** Ours, and those of the box's owner. */
  folders: [string, string]
  settings: Record<string, { enabled?: boolean; trusted?: boolean; config?: unknown; devices?: Device[] }>
  /** Resolves when the plugin is in the state. */
  state(plugin: string, state: PluginState): Promise<void>
  /** Resolves with the next event of a type that fits. */
  next(type: string, fits?: (event: Event) => boolean): Promise<Event>
}

const plan: ShopPlan = {
  name: 'Corner shop',
  timezone: 'Europe/Zurich',
  floor: { width: 10, depth: 8 },
  zones: [
    {
      id: 'entrance',
      name: 'Entrance',
      polygon: [
        [0, 0],
        [4, 0],
        [4, 4],
        [0, 4],
      ],
    },
  ],
  receivers: [{ id: 'door', name: 'Door', x: 1, y: 1 }],
  screens: [{ id: 'entrance', name: 'Window', zone: 'entrance' }],
  staff: [{ id: 'anna', name: 'Anna' }],
}

interface Device {
  id: string
  name?: string
  config?: unknown
}

const quiet = {
  child: () => quiet,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
}

/** Everything stops with the test. */
export async function openBox(t: Test, given: Partial<HostDependencies> = {}): Promise<Box> {
  const root = t.testdir({ shipped: {}, own: {} })
  const folders: [string, string] = [path.join(root, 'shipped'), path.join(root, 'own')]
  const bus = createBus()
  const commands = createCommands()
  const ledger = await openLedger({ file: path.join(root, 'ledger/endcap.db') })
  const settings: Box['settings'] = {}
  let host: Host | undefined
  const shop = await createShop({
    ledger,
    bus,
    commands,
    emit: async (source, event, options) => (await host?.emit(source, event, options)) ?? '',
    log: quiet,
    defaults: plan,
  })
  host = createHost({
    bus,
    commands,
    ledger,
    shop,
    folders,
    settings: () => settings,
    log: quiet,
    bubblewrap: false,
    ...given,
  })
  t.teardown(async () => {
    await host.stop()
    await shop.stop()
    await ledger.close()
  })
  return {
    host,
    bus,
    commands,
    ledger,
    shop,
    folders,
    settings,
    state: (plugin, state) =>
      new Promise((resolve) => {
        const look = () => {
          const found = host.plugins().find(({ name }) => name === plugin)
          if (found?.state !== state) return
          forget()
          resolve()
        }
        const forget = host.onChange(look)
        look()
      }),
    next: (type, fits = () => true) =>
      new Promise((resolve) => {
        const subscription = bus.subscribe({
          name: 'test',
          consumes: [{ type }],
          deliver(event) {
            if (!fits(event)) return true
            subscription.close()
            resolve(event)
            return true
          },
        })
      }),
  }
}

/** Writes a plugin package; `code` is the body of its setup function. */
export async function writePlugin(
  folder: string,
  name: string,
  manifest: Record<string, unknown>,
  code: string,
  files: Record<string, unknown> = {},
): Promise<string> {
  const place = path.join(folder, name)
  await rm(place, { recursive: true, force: true })
  await mkdir(place, { recursive: true })
  const endcap = { api: '^1', kind: 'device', permissions: [], produces: [], consumes: [], commands: [], ...manifest }
  const json = { name: `@acme/endcap-${name}`, version: '1.0.0', type: 'module', main: 'index.js', endcap }
  const source = `import { definePlugin } from '@endcap/sdk'\nexport default definePlugin(async (ctx) => {\n${code}\n})\n`
  await writeFile(path.join(place, 'package.json'), JSON.stringify(json, null, 2))
  await writeFile(path.join(place, 'index.js'), source)
  for (const [file, content] of Object.entries(files))
    await writeFile(path.join(place, file), typeof content === 'string' ? content : JSON.stringify(content, null, 2))
  return place
}

/** Emits one number a `milliseconds` as a shelf weight, counting up. */
export const counter = (milliseconds: number) => `
  let grams = 0
  const timer = setInterval(() => ctx.emit('shelf.weights', { device: 'left', data: { plates: [{ slot: 'A', grams: grams++ }] } }), ${milliseconds})
  ctx.signal.addEventListener('abort', () => clearInterval(timer))`
