/** Wires the parts of the runtime together, in the order of the boot: ledger → api → plugins → flows. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { createApi, type FlowsFace } from './api/index.ts'
import {
  type BoxConfig,
  type Control,
  createLog,
  loadConfig,
  openHome,
  saveConfig,
  startBoot,
  startControl,
  watchClock,
  watchConfig,
  watchPluginFolder,
  writePluginSettings,
} from './appliance/index.ts'
import { createBus, createCommands } from './bus/index.ts'
import { EndcapError } from './contract/index.ts'
import { createFlowEngine } from './flow-engine/index.ts'
import { createHost, type Host, type PluginConfiguration, type PluginSettings, readProfiles } from './host/index.ts'
import { openLedger } from './ledger/index.ts'
import { createShop } from './shop/index.ts'
import { prepareVirtualShop } from './virtual-shop.ts'

const root = join(import.meta.dirname, '..')
export const version = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version

export interface RuntimeOptions {
  /** $ENDCAP_HOME; `.endcap` in the working folder where it is not given. */
  home?: string
  /** Run the virtual shop; where it is not given, only a box without a configuration does. */
  twin?: boolean
  /** How much faster than life the virtual shop lives; 1 where it is not given. */
  speed?: number
  /** File to which the virtual shop writes what truly happens, for tests. */
  truth?: string
  /** Folder of the built pages; the one that `vite build` fills where it is not given. */
  webRoot?: string
  log?: Logger
}

export interface Runtime {
  address: string
  twin: boolean
  /** True where nobody has ever been given a sign-in link on this box. */
  firstStart: boolean
  /** A link that signs one manager in, once, within 24 hours. */
  signInLink(): Promise<string>
  /** Stops everything that was started, in reverse. */
  stop(): Promise<void>
}

/** Starts a box. Resolves when it answers HTTP; plugins and flows come after, as /api/v1/health tells. */
export async function startRuntime(options: RuntimeOptions = {}): Promise<Runtime> {
  const log = options.log ?? createLog()
  const ends: (() => unknown)[] = []
  const stop = async () => {
    for (const end of ends.splice(0).toReversed()) await end()
  }
  try {
    return await boot(options, log, ends, stop)
  } catch (error) {
    await stop()
    throw error
  }
}

async function boot(
  options: RuntimeOptions,
  log: Logger,
  ends: (() => unknown)[],
  stop: () => Promise<void>,
): Promise<Runtime> {
  const home = await openHome(options.home)
  ends.push(() => home.release())
  const loaded = await loadConfig(home.folder)
  if (loaded.fault)
    log.error({ remedy: loaded.fault.remedy }, `${loaded.fault.message}; the last good configuration runs`)
  let config = loaded.config
  log.level = config.log.level
  const twin = options.twin ?? loaded.isDefault
  const boot = await startBoot({ home: home.folder, log })
  ends.push(() => boot.stop())

  let host: Host | undefined
  // Before anything is written with a time that may be wrong.
  const clock = await watchClock(home.ledger)
  const clockFault = clock.fault()
  if (clockFault !== undefined) log.error({}, clockFault)
  const ledger = await boot.run('ledger', () =>
    openLedger({
      file: home.ledger,
      log,
      onResumed: ({ reason, since, seconds, lost }) => {
        const data = { since: new Date(since).toISOString(), seconds, lost, reason: reason.slice(0, 400) }
        host
          ?.emit('endcap/ledger', { type: 'ledger.resumed', subject: 'box', data })
          .catch((error: unknown) => log.error({ err: error }, 'it could not be told that the ledger is written again'))
      },
    }),
  )
  if (!ledger) throw new Error('the boot went on without a ledger')
  ends.push(() => ledger.close())

  const virtual = twin ? await prepareVirtualShop(home, log, options) : undefined
  const bus = createBus({ log })
  const commands = createCommands({ log })
  // The virtual shop leaves no endcap.yaml behind, so that what is switched there does not turn a demo into a box.
  const demo: Record<string, PluginSettings> = { ...virtual?.settings }
  const shop = await createShop({
    ledger,
    bus,
    commands,
    log,
    // The host stamps and checks every event, those of the shop too; it is made right after, in the same turn: what fell due while the box was down is told then.
    emit: (source, event, how) =>
      host ? host.emit(source, event, how) : Promise.reject(new Error('the host is not there yet')),
    ...(virtual ? { defaults: virtual.plan } : {}),
  })
  ends.push(() => shop.stop())

  const settings = (): Record<string, PluginSettings> => (twin ? { ...config.plugins, ...demo } : config.plugins)
  const folders = [join(root, 'plugins'), home.plugins]
  const made = createHost({
    bus,
    commands,
    ledger,
    shop,
    folders,
    settings,
    models: [join(home.folder, 'models'), join(root, 'models')],
    log,
    cacheFolder: join(home.run, 'compiled'),
    closed: { folder: home.folder, ...(virtual ? { except: virtual.folder } : {}) },
  })
  host = made
  const profiles = () => readProfiles([join(root, 'devices'), join(home.folder, 'devices')])
  /** Each plugin that knows devices asks; what is wrong is told once, until it is something else. */
  const told = new Set<string>()
  made.answer('devices.profiles', async () => {
    const read = await profiles()
    for (const { code, message } of read.wrong) {
      if (told.has(message)) continue
      told.add(message)
      log.warn({ code }, message)
    }
    return read.profiles
  })
  ends.push(() => made.stop())
  const flows = createFlowEngine({ host: made, ledger, shop, bus, commands, home: home.folder, log })
  ends.push(() => flows.stop())

  const enablePlugin = async (plugin: string, enabled: boolean) => {
    if (twin) demo[plugin] = { ...settings()[plugin], enabled }
    else {
      const saved = await saveConfig(home.folder, (document) => document.setIn(['plugins', plugin, 'enabled'], enabled))
      config = saved.config
    }
    await made.reload()
  }
  /** For the command line. Before the plugins were looked for, nobody knows which there are. */
  const switchPlugin = async (plugin: string, enabled: boolean) => {
    const names = made.plugins().flatMap(({ name, kind }) => (kind === 'flows' ? [] : [name]))
    if (names.length > 0 && !names.includes(plugin))
      throw new EndcapError('ENDCAP_NOT_FOUND', { kind: 'plugin', id: plugin })
    await enablePlugin(plugin, enabled)
    return ''
  }
  const configurePlugin = async (plugin: string, written: PluginConfiguration['written']) => {
    if (twin) {
      const { config: _, ...rest } = settings()[plugin] ?? {}
      demo[plugin] = { ...rest, ...written }
    } else config = (await saveConfig(home.folder, writePluginSettings(plugin, written))).config
    await made.reload()
  }
  const api = createApi({
    bus,
    commands,
    ledger,
    shop,
    host: made,
    flows: flows satisfies FlowsFace,
    enablePlugin,
    configurePlugin,
    profiles,
    mediaFolder: home.media,
    webRoot: options.webRoot ?? join(root, 'runtime/web/dist'),
    stages: () => boot.states(),
    clockFault: () => clock.fault(),
    twin,
    ...(virtual ? { virtualShop: virtual.face } : {}),
    version,
    log,
    network: config.network,
  })
  await boot.run('api', () => api.start())
  ends.push(() => api.stop())

  const signInLink = async () => {
    const secret = await api.signInSecret()
    await ledger.documents.keep('box', 'sign-in', { asked: Date.now() })
    return `${api.address}/sign-in#${secret}`
  }
  const firstStart = (await ledger.documents.get('box', 'sign-in')) === undefined
  const control: Control = await startControl(home.folder, {
    'sign-in': signInLink,
    'shop-export': () => Promise.resolve(shop.exportYaml()),
    'shop-import': async (text) => {
      await shop.importYaml(text, 'command line')
      return ''
    },
    plugins: () => Promise.resolve(JSON.stringify(made.plugins())),
    enable: (plugin) => switchPlugin(plugin, true),
    disable: (plugin) => switchPlugin(plugin, false),
    ...virtual?.actions,
  })
  ends.push(() => control.stop())
  ends.push(
    watchConfig(
      home.folder,
      loaded,
      (next) => {
        config = next.config
        log.level = config.log.level
        log.info({}, 'endcap.yaml has changed')
        made.reload().catch((error: unknown) => log.error({ err: error }, 'the new configuration could not be applied'))
      },
      (fault) => log.error({ remedy: fault.remedy }, fault.message),
    ),
  )

  ends.push(
    await watchPluginFolder(home.plugins, () => {
      log.info({ folder: home.plugins }, 'the plugins have changed')
      made.reload().catch((error: unknown) => log.error({ err: error }, 'the plugins could not be looked at again'))
    }),
  )

  // Nobody waits for these: the box answers already, and /health tells how far they are.
  if (virtual && boot.safeMode === undefined) ends.push(virtual.begin())
  const rest = startRest(boot, made, flows, async () => {
    if (virtual) ends.push(await virtual.open(made, shop))
  }).catch((error: unknown) => log.error({ err: error }, 'the boot did not end well'))
  ends.push(() => rest)
  return { address: api.address, twin, firstStart, signInLink, stop }
}

type Boot = Awaited<ReturnType<typeof startBoot>>

async function startRest(boot: Boot, host: Host, flows: { start(): Promise<void> }, thenTwin: () => Promise<void>) {
  // Node-RED takes longest and needs no plugin: both start at once.
  await Promise.all([
    boot.run('plugins', () => host.start()).then(() => (boot.safeMode === undefined ? thenTwin() : undefined)),
    boot.run('flows', () => flows.start()),
  ])
}

export type { BoxConfig }
