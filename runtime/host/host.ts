/** Supervises every child process of the box: plugin packages found in folders, and programs of ours such as Node-RED. */
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { createBus } from '../bus/index.ts'
import { EndcapError, type EventDefinition } from '../contract/index.ts'
import { type EffectiveConfig, effectiveConfig } from './config.ts'
import { type Ingested, ingest } from './ingest.ts'
import { listModels } from './models.ts'
import { createOwed } from './owed.ts'
import { type Faulty, findPackages, type Package, readPackage } from './packages.ts'
import { checkPlaces, placesIn } from './places.ts'
import { standardRequests } from './requests.ts'
import { confine, findBubblewrap, type Program } from './sandbox.ts'
import type { Surroundings } from './session.ts'
import { timing as standardTiming } from './timing.ts'
import type { ChildSpec, Host, HostDependencies, PluginSettings, PluginStatus, RequestHandler } from './types.ts'
import { createUnit, idleStatus, type Unit } from './unit.ts'

/** Events about plugins come from here. */
const SOURCE = 'endcap/host'

interface Slot {
  name: string
  folder: string
  /** Changes when the package or its settings do. */
  fingerprint: string
  found: Package | Faulty | undefined
  unit: Unit | undefined
  /** Takes back what was registered for it. */
  release(): void
}

export function createHost(dependencies: HostDependencies): Host {
  const { bus, commands, ledger, shop, folders, settings, log, cacheFolder } = dependencies
  const radio = createBus({ log })
  const pictures = createBus({ log })
  const timing = { ...standardTiming, ...dependencies.timing }
  const handlers = new Map<string, RequestHandler>(standardRequests(ledger.documents, shop))
  const listeners = new Set<(plugin: string) => void>()
  const ownTypes = new Map<string, EventDefinition>()
  /** By folder for plugins, by name for programs of ours. */
  const slots = new Map<string, Slot>()
  let bubblewrap: string | undefined
  let looked: Promise<void> | undefined
  let reloading: Promise<void> = Promise.resolve()
  let stopped = false

  const changed = (name: string) => {
    for (const listener of listeners) {
      try {
        listener(name)
      } catch (error) {
        log.error({ plugin: name, error: String(error) }, 'a listener of the host failed')
      }
    }
  }

  const publish = ({ event, raw, definition }: Ingested) => {
    if (definition.only) return pictures.publish(event)
    if (raw) radio.publish(raw)
    bus.publish(event)
    if (definition.keep) ledger.append(event)
  }
  const commit = async ({ event, raw, definition }: Ingested) => {
    if (definition.only) return pictures.publish(event)
    if (raw) radio.publish(raw)
    bus.publish(event)
    if (definition.keep) await ledger.commit(event)
  }
  const around: Surroundings = {
    bus,
    radio,
    pictures,
    ingest: (origin, emission) => ingest(origin, emission, shop.identity),
    publish,
    commit,
    command: (call) => commands.call(call),
    request: (name) => handlers.get(name),
  }

  const emit: Host['emit'] = async (source, event, options = {}) => {
    const ingested = ingest({ name: source, events: ownTypes, radio: true }, event, shop.identity)
    if (options.commit) await commit(ingested)
    else publish(ingested)
    return ingested.event.id
  }

  const tell = (name: string, type: string, data: unknown) => {
    emit(SOURCE, { type, subject: `plugin/${name}`, data }).catch((error: unknown) =>
      log.error({ plugin: name, error: String(error) }, `could not tell ${type}`),
    )
  }

  const preflight = async () => {
    looked ??= (async () => {
      const { bubblewrap: given } = dependencies
      bubblewrap = given === undefined ? await findBubblewrap() : given || undefined
      if (!bubblewrap) log.warn({}, 'bubblewrap is not usable: only plugins that are ours or trusted start')
    })()
    await looked
  }

  const cacheOf = (name: string): string | undefined => {
    if (!cacheFolder) return undefined
    const folder = path.join(cacheFolder, name)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return folder
  }
  const line = (program: Program) => confine(program, bubblewrap)
  const sandbox = () => (bubblewrap ? 'bubblewrap' : 'node')

  const pluginUnit = (found: Package): Unit => {
    const { name, manifest } = found
    return createUnit({
      principal: { name, manifest, flows: false },
      package: found.package,
      version: found.version,
      folder: found.folder,
      kind: manifest.kind,
      own: found.events,
      configSchema: found.pluginConfigSchema,
      deviceSchema: found.configSchema,
      hasSafe: false,
      sandbox,
      async prepare() {
        await preflight()
        const own: PluginSettings = settings()[name] ?? {}
        if (!bubblewrap && !found.shipped && !own.trusted)
          throw new EndcapError('ENDCAP_PLUGIN_UNTRUSTED', { plugin: name })
        const effective = await effectiveConfig(found, own, ledger.documents)
        checkPlaces(name, manifest, effective, dependencies.closed)
        const models = manifest.permissions.includes('model')
          ? [path.join(found.realFolder, 'models'), ...(dependencies.models ?? [])]
          : undefined
        const program: Program = {
          folders: [...new Set([found.realFolder, found.folder])],
          script: bootstrap,
          args: [found.realFolder],
          manifest,
          configs: [effective.config, ...effective.devices.map(({ config }) => config)],
          binds: models?.map((folder) => ({ path: folder, mode: 'read' as const })),
          cache: cacheOf(name),
        }
        return { line: line(program), effective: { ...effective, ...(models ? { models } : {}) } }
      },
      around,
      timing,
      log: log.child({ plugin: name }),
      changed: () => changed(name),
      tell: (type, data) => tell(name, type, data),
    })
  }

  /** Commands to its devices reach the child for as long as the unit is there. */
  const answerFor = ({ principal, supervisor }: Unit) =>
    commands.handle(`${principal.name}/`, principal.manifest.commands, (call) => {
      if (!supervisor.session) throw new EndcapError('ENDCAP_CHILD_GONE', { plugin: principal.name })
      return supervisor.session.call(call)
    })

  const add = (found: Package | Faulty, fingerprint: string): Slot => {
    const { name, folder } = found
    const disabled = settings()[name]?.enabled === false
    const slot: Slot = { name, folder, fingerprint, found, unit: undefined, release: () => undefined }
    slots.set(folder, slot)
    if ('error' in found || disabled) {
      if ('error' in found) log.error({ plugin: name, code: found.error.code }, found.error.message)
      changed(name)
      return slot
    }
    const unit = pluginUnit(found)
    const unhandle = answerFor(unit)
    for (const [type, definition] of found.events) ownTypes.set(type, definition)
    slot.unit = unit
    slot.release = () => {
      unhandle()
      for (const type of found.events.keys()) ownTypes.delete(type)
    }
    return slot
  }

  const remove = async (slot: Slot) => {
    await slot.unit?.supervisor.stop()
    slot.release()
    slots.delete(slot.folder)
    changed(slot.name)
  }

  const fingerprintOf = (found: Package | Faulty) =>
    JSON.stringify(['error' in found ? found.error.message : found.fingerprint, settings()[found.name] ?? null])

  /** One whose settings alone have changed may go on with the new ones. */
  const reconfigure = async (slot: Slot, now: Package | Faulty | undefined) => {
    const { found, unit } = slot
    if (!found || !unit || !now || 'error' in found || 'error' in now) return
    const fingerprint = fingerprintOf(now)
    if (fingerprint === slot.fingerprint || found.fingerprint !== now.fingerprint) return
    if (settings()[now.name]?.enabled === false) return
    if (await unit.reconfigure()) slot.fingerprint = fingerprint
  }

  const load = async () => {
    await preflight()
    const packages = new Map((await findPackages(folders)).map((found) => [found.folder, found]))
    await Promise.all([...slots.values()].map((slot) => reconfigure(slot, packages.get(slot.folder))))
    const going = [...slots.values()].filter(({ found, folder, fingerprint }) => {
      if (!found) return false
      const now = packages.get(folder)
      return !now || fingerprintOf(now) !== fingerprint
    })
    await Promise.all(going.map(remove))
    if (stopped) return
    const coming = [...packages.values()].filter(({ folder }) => !slots.has(folder))
    await Promise.all(
      coming.map(async (found) => {
        await add(found, fingerprintOf(found)).unit?.supervisor.start()
      }),
    )
  }

  // One that failed is told to who asked for it; the next must not fail for it.
  const reload = () => (reloading = reloading.catch(() => undefined).then(load))

  const slotOf = (name: string): Slot => {
    const slot = [...slots.values()].find((one) => one.name === name)
    if (!slot) throw new EndcapError('ENDCAP_NOT_FOUND', { kind: 'plugin', id: name })
    return slot
  }

  const statusOf = ({ found, unit }: Slot): PluginStatus => {
    if (unit) return unit.status()
    if (!found) throw new Error('a slot without package and unit')
    return idleStatus(found, sandbox())
  }

  const launch = async (spec: ChildSpec) => {
    await preflight()
    const { name, manifest, folder } = spec
    const owed = createOwed(name, bus)
    owed.away(manifest.consumes)
    const unit = createUnit({
      owed,
      principal: { name, manifest, flows: true },
      package: name,
      version: spec.version,
      folder,
      kind: 'flows',
      own: new Map(),
      hasSafe: spec.safe !== undefined,
      sandbox,
      async prepare(safe) {
        const config = safe && spec.safe ? spec.safe(spec.config) : spec.config
        const effective: EffectiveConfig = { config, devices: [] }
        const program: Program = {
          folders: [folder],
          script: path.resolve(folder, spec.entry),
          args: [],
          manifest,
          configs: [config],
          flags: spec.flags,
          env: spec.env,
          binds: spec.binds,
          cache: cacheOf(name),
        }
        return { line: line(program), effective }
      },
      around,
      timing,
      log: log.child({ plugin: name }),
      changed: () => changed(name),
      tell: (type, data) => tell(name, type, data),
    })
    const silence = answerFor(unit)
    const release = () => {
      silence()
      owed.stop()
    }
    slots.set(name, { name, folder: name, fingerprint: '', found: undefined, unit, release })
    await unit.supervisor.start()
    if (unit.supervisor.state === 'running') return
    throw new EndcapError('ENDCAP_CHILD_GONE', { plugin: name, cause: unit.supervisor.reason })
  }

  const stopAll = () =>
    Promise.all(
      [...slots.values()].map(async ({ unit }) => {
        await unit?.supervisor.stop()
      }),
    )

  return {
    start: reload,
    reload,
    async stop() {
      stopped = true
      // Twice: a reload that is under way may start one more.
      await stopAll()
      await reloading.catch(() => undefined)
      await stopAll()
      for (const slot of slots.values()) slot.release()
    },
    async restart(name) {
      const slot = slotOf(name)
      const { found, unit } = slot
      // Its manifest may have been mended since.
      const now = found && (await readPackage(found.folder, 'shipped' in found && found.shipped))
      if (unit && (!now || fingerprintOf(now) === slot.fingerprint)) return unit.supervisor.restart()
      slot.fingerprint = ''
      await reload()
    },
    plugins: () => [...slots.values()].map(statusOf).sort((a, b) => a.name.localeCompare(b.name)),
    plugin: (name) => statusOf(slotOf(name)),
    launch,
    answer: (name, handler) => void handlers.set(name, handler),
    emit,
    config: (name) => slotOf(name).unit?.effective()?.config,
    models: () => listModels(dependencies.models ?? []),
    configuration(name) {
      const { found } = slotOf(name)
      const { config, devices = [] } = settings()[name] ?? {}
      const written = { ...(config === undefined ? {} : { config }), devices }
      if (!found || 'error' in found) return { written }
      const { configSchema, pluginConfigSchema } = found
      return {
        written,
        ...(pluginConfigSchema ? { pluginSchema: pluginConfigSchema } : {}),
        ...(configSchema ? { deviceSchema: configSchema } : {}),
      }
    },
    opens(name, config) {
      const { found } = slotOf(name)
      if (!found || 'error' in found) return []
      return placesIn(found.manifest, { ...defaultsOf(found.configSchema), ...config })
    },
    answers(name, command) {
      const { found } = slotOf(name)
      return found !== undefined && !('error' in found) && found.manifest.commands.includes(command)
    },
    settle: (name, device) => slotOf(name).unit?.settle(device),
    async check(name, own) {
      const { found } = slotOf(name)
      if (!found || 'error' in found) throw new EndcapError('ENDCAP_NOT_FOUND', { kind: 'configuration of', id: name })
      checkPlaces(name, found.manifest, await effectiveConfig(found, own, ledger.documents), dependencies.closed)
    },
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** What holds where a configuration says nothing. */
const defaultsOf = ({ properties = {} }: { properties?: Record<string, { default?: unknown }> } = {}) =>
  Object.fromEntries(
    Object.entries(properties).flatMap(([name, part]) => ('default' in part ? [[name, part.default]] : [])),
  )

const bootstrap = path.resolve(import.meta.dirname, `../sdk/child${path.extname(import.meta.filename)}`)
