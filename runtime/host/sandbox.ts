/**
 * How a child is kept apart: Node's permission flags (a seat belt) and, where it can be used, bubblewrap (the
 * boundary). What a permission grants stands in contract/permissions.ts.
 */
import { execFile } from 'node:child_process'
import { existsSync, lstatSync, realpathSync, statSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { grantsOf, type Manifest, manifestDefaults } from '../contract/index.ts'

/** A program to be started. */
export interface Program {
  /** Folders of its own code, readable. */
  folders: string[]
  /** The script that Node runs, and its arguments. */
  script: string
  args: string[]
  manifest: Manifest
  /** Configurations in which `$config.x` is looked up. */
  configs: unknown[]
  flags?: string[] | undefined
  env?: Record<string, string> | undefined
  binds?: { path: string; mode: 'read' | 'write' }[] | undefined
  /** Its compile cache, writable for this child alone. */
  cache?: string | undefined
}

interface Bind {
  path: string
  mode: 'read' | 'write' | 'device'
  /** It comes and goes with hardware, drivers and settings, while the child runs. */
  awaited?: boolean
}

export interface CommandLine {
  command: string
  args: string[]
  env: Record<string, string>
  /** Devices and folders of drivers that it may reach, there or not: what appears later is out of its reach. */
  awaited: string[]
}

const here = import.meta.dirname
/** Readable by every child: the SDK, the contract, the decoders, and the libraries that they import. */
const libraries = [
  path.resolve(here, '../sdk'),
  path.resolve(here, '../contract'),
  path.resolve(here, '../../devices/decoders'),
  modulesFolder(),
]

/** The node_modules in which the runtime's own dependencies lie. */
function modulesFolder(): string {
  const file = fileURLToPath(import.meta.resolve('msgpackr'))
  return file.slice(0, file.lastIndexOf(`${path.sep}node_modules${path.sep}`) + '/node_modules'.length)
}

/** The bubblewrap to use, or undefined where there is none or the kernel does not let it make namespaces. */
export async function findBubblewrap(): Promise<string | undefined> {
  const folders = (process.env['PATH'] ?? '/usr/bin:/bin').split(':').filter((folder) => path.isAbsolute(folder))
  const file = folders.map((folder) => path.join(folder, 'bwrap')).find((candidate) => existsSync(candidate))
  if (!file) return undefined
  const works = await new Promise<boolean>((resolve) => {
    execFile(file, ['--unshare-all', '--ro-bind', '/', '/', '--proc', '/proc', 'true'], { timeout: 5000 }, (error) =>
      resolve(!error),
    )
  })
  return works ? file : undefined
}

/** Where the system's D-Bus listens, as the runtime itself was told or by the standard. */
export const dbusAddress = (): string =>
  process.env['DBUS_SYSTEM_BUS_ADDRESS'] ?? 'unix:path=/run/dbus/system_bus_socket'

const dbusPath = () => /unix:(?:[^;]*,)?path=([^,;]+)/.exec(dbusAddress())?.[1]

/** The command line that starts a program with what its manifest declares, and nothing else. */
export function confine(program: Program, bubblewrap: string | undefined): CommandLine {
  const asked = grantsOf(program.manifest.permissions, program.configs)
  const wanted: Bind[] = [
    ...program.folders.map((folder): Bind => ({ path: folder, mode: 'read' })),
    ...libraries.map((folder): Bind => ({ path: folder, mode: 'read' })),
    ...asked.flatMap(({ binds }) => binds.flatMap((bind) => resolveBind(bind, program.configs))),
    ...(program.binds ?? []),
    ...(program.cache ? [{ path: program.cache, mode: 'write' as const }] : []),
  ]
  const awaited = wanted.filter((bind) => bind.awaited).map((bind) => bind.path)
  const binds = wanted.filter((bind) => (bind.mode === 'device' ? isDevice(bind.path) : existsSync(bind.path)))
  const env = { ...program.env }
  if (program.cache) env['NODE_COMPILE_CACHE'] = program.cache
  if (program.manifest.permissions.includes('dbus')) env['DBUS_SYSTEM_BUS_ADDRESS'] = dbusAddress()

  const flags = new Set([...nodeFlags(program.manifest), ...asked.flatMap((permission) => permission.flags)])
  // node-gyp-build, through which most native packages load, asks there which C library this is.
  if (flags.has('--allow-addons')) flags.add('--allow-fs-read=/etc/alpine-release')
  for (const { path: file, mode } of binds) {
    for (const place of new Set([file, realpathSync(file)])) {
      flags.add(`--allow-fs-read=${place}`)
      if (mode !== 'read') flags.add(`--allow-fs-write=${place}`)
    }
  }
  const node = realpathSync(process.execPath)
  const inner = [...flags, ...(program.flags ?? []), program.script, ...program.args]
  // Without walls what was there once is still within reach when it comes again.
  if (!bubblewrap) return { command: node, args: inner, env, awaited: awaited.filter((place) => !existsSync(place)) }
  const network = asked.some((permission) => permission.network)
  return { command: bubblewrap, args: [...walls(binds, node, network), node, ...inner], env, awaited }
}

/** Above so many events a second a small young generation costs more in collections than it saves in memory. */
const MANY_EVENTS = 10_000

function nodeFlags(manifest: Manifest): string[] {
  const { memoryMegabytes, eventsPerSecond } = { ...manifestDefaults, ...manifest }
  // Node's warnings that a permission was granted (some flag, child processes, workers) would stand in each plugin's lines.
  const flags = [
    '--permission',
    '--disable-warning=PERM0001',
    '--disable-warning=PERM0002',
    '--disable-warning=PERM0003',
    '--disable-warning=PERM0006',
    '--disable-warning=ExperimentalWarning',
    `--max-semi-space-size=${eventsPerSecond > MANY_EVENTS ? 16 : 1}`,
  ]
  // Three quarters: Node itself is resident too, and the rest belongs to buffers outside the heap.
  flags.push(`--max-old-space-size=${Math.floor(memoryMegabytes * 0.75)}`)
  // File access of node:sqlite is not covered by --permission.
  if (process.allowedNodeEnvironmentFlags.has('--no-experimental-sqlite')) flags.push('--no-experimental-sqlite')
  return flags
}

/** Arguments of bubblewrap: an empty root, the system's libraries, and what was granted. */
function walls(binds: readonly Bind[], node: string, network: boolean): string[] {
  const args = ['--unshare-all', '--die-with-parent', '--new-session', '--cap-drop', 'ALL']
  if (network) args.push('--share-net')
  args.push('--tmpfs', '/', '--ro-bind', '/usr', '/usr')
  for (const folder of ['/lib', '/lib64', '/lib32', '/bin', '/sbin']) {
    if (!existsSync(folder)) continue
    if (lstatSync(folder).isSymbolicLink()) args.push('--symlink', path.join('usr', folder), folder)
    else args.push('--ro-bind', folder, folder)
  }
  for (const file of ['/etc/ld.so.cache', '/etc/localtime']) args.push('--ro-bind-try', file, file)
  args.push('--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp', '--ro-bind', node, node)
  const flag = { read: '--ro-bind-try', write: '--bind-try', device: '--dev-bind-try' }
  for (const { path: file, mode } of binds) args.push(flag[mode], file, file)
  for (const place of new Set(binds.map((bind) => realpathSync(bind.path)))) {
    const bind = binds.find((one) => realpathSync(one.path) === place)
    if (bind && bind.path !== place && bind.mode !== 'device') args.push(flag[bind.mode], place, place)
  }
  args.push('--remount-ro', '/', '--chdir', '/')
  return args
}

/**
 * `$config.port` is that field of each configuration, `$dbus` the folder in which the system bus has its socket: a
 * socket that is bound itself stays the old one when the daemon is started anew, and nobody answers there.
 */
function resolveBind(bind: Bind, configs: readonly unknown[]): Bind[] {
  const { path: file, mode } = bind
  if (file === '$dbus') {
    const socket = dbusPath()
    return socket ? [{ path: path.dirname(socket), mode }] : []
  }
  if (!file.startsWith('$config.'))
    return [{ path: file, mode, awaited: mode === 'device' || file.startsWith('/sys/') }]
  const field = file.slice('$config.'.length)
  return configs.flatMap((config) => {
    const value = typeof config === 'object' && config !== null ? (config as Record<string, unknown>)[field] : undefined
    const places: unknown[] = Array.isArray(value) ? value : [value]
    return places.flatMap((place) =>
      typeof place === 'string' && path.isAbsolute(place) ? [{ path: place, mode, awaited: true }] : [],
    )
  })
}

/** A configuration that names a folder as its serial port must not open that folder to the plugin. */
function isDevice(file: string): boolean {
  try {
    return statSync(file).isCharacterDevice()
  } catch {
    return false
  }
}

/**
 * What is at a place now: changes when a device is unplugged and comes back, or when a folder is made anew; undefined where
 * nothing is there.
 */
export function identityOf(place: string): string | undefined {
  try {
    const stat = statSync(place)
    return stat.isDirectory() ? `${stat.dev} ${stat.ino}` : `${stat.ino} ${stat.rdev} ${stat.ctimeMs}`
  } catch {
    return undefined
  }
}
