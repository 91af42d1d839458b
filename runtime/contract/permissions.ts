/**
 * What a plugin can ask for: one plain sentence for the technician, Node's flags and bubblewrap's binds that grant it.
 * Node's permission model is a seat belt (it is escaped through symbolic links and native code); bubblewrap is the boundary.
 */
export interface PermissionBind {
  path: string
  mode: 'read' | 'write' | 'device'
  /** Regular expression for the real path, where the configuration chooses it. */
  only?: string
}

export interface Permission {
  sentence: string
  /**
   * Granted only where a configuration asks for it by what stands in one of its fields; `$1` in a path of its binds is then
   * what the pattern caught. For what is too much to give to every box on which the plugin merely stands.
   */
  when?: { field: string; matches: string }
  /** Flags for Node beside --permission. */
  flags: readonly string[]
  /** Paths bound into the sandbox; `$config.x` stands for that field of each device's or the plugin's configuration. */
  binds: readonly PermissionBind[]
  /** Keep the network of the host. */
  network?: boolean
}

const define = <N extends string>(table: Record<N, Permission>): Record<N, Permission> => table

/** What V4L2, libcamera and the media pipelines of small boards open. */
const CAMERAS = '^/dev/(video|media|v4l|dma_heap/|vchiq|vcsm|vcio|udmabuf|dri/|nv)'

export const permissions = define({
  serial: {
    sentence: 'Talks to the serial ports that are named in its configuration.',
    flags: ['--allow-addons'],
    binds: [
      // Not the consoles /dev/tty and /dev/tty1, on which somebody types.
      { path: '$config.port', mode: 'device', only: '^/dev/(tty[A-Za-z]|pts/|rfcomm|serial)' },
      { path: '/sys/class/tty', mode: 'read' },
      { path: '$config.serialFolder', mode: 'read' },
      { path: '/sys/devices', mode: 'read' },
    ],
  },
  i2c: {
    sentence:
      'Talks to chips on an I²C bus of the box where one of its devices names that bus (port i2c:1). It then runs native code, which Node cannot hold back; only the sandbox can.',
    when: { field: 'port', matches: '^i2c:([0-9]{1,3})$' },
    // By node:ffi, since no native library for it loads here; a native one as well (docs/decisions/0008).
    flags: ['--allow-addons', '--allow-ffi'],
    binds: [
      { path: '/dev/i2c-$1', mode: 'device' },
      { path: '/sys/bus/i2c', mode: 'read' },
      { path: '/sys/devices', mode: 'read' },
    ],
  },
  onewire: {
    sentence: 'Reads temperature probes on the 1-wire bus of the box.',
    flags: [],
    binds: [
      { path: '/sys/bus/w1', mode: 'read' },
      { path: '$config.folder', mode: 'read' },
      { path: '/sys/devices', mode: 'read' },
    ],
  },
  iio: {
    sentence: 'Reads analog-to-digital converters that Linux drives.',
    flags: [],
    binds: [
      { path: '$config.iioFolder', mode: 'read' },
      { path: '/sys/devices', mode: 'read' },
    ],
  },
  dbus: {
    sentence: 'Talks to system services of the box, such as Bluetooth.',
    flags: ['--allow-net'],
    binds: [{ path: '$dbus', mode: 'write' }],
  },
  network: {
    sentence: 'Uses the network.',
    flags: ['--allow-net'],
    binds: [
      { path: '/etc/resolv.conf', mode: 'read' },
      { path: '/etc/hosts', mode: 'read' },
      { path: '/etc/ssl', mode: 'read' },
    ],
    network: true,
  },
  model: {
    sentence: 'Runs a model on what it receives.',
    flags: ['--allow-addons', '--allow-worker'],
    binds: [],
  },
  camera: {
    sentence: 'Sees what cameras see; pictures stay in memory.',
    flags: ['--allow-child-process', '--allow-net', '--allow-addons', '--allow-worker'],
    binds: [
      { path: '$config.device', mode: 'device', only: CAMERAS },
      { path: '$config.devices', mode: 'device', only: CAMERAS },
      { path: '$config.folder', mode: 'read' },
      // Libraries of ffmpeg lie behind links of this folder on Debian; libcamera looks in the other one for cameras.
      { path: '/etc/alternatives', mode: 'read' },
      { path: '/run/udev', mode: 'read' },
      { path: '/etc/resolv.conf', mode: 'read' },
      { path: '/etc/hosts', mode: 'read' },
    ],
    network: true,
  },
  display: {
    sentence: 'Switches displays of the box on and off, with programs that are installed on it.',
    flags: ['--allow-child-process'],
    binds: [
      { path: '$config.cec', mode: 'device', only: '^/dev/cec' },
      { path: '$config.backlight', mode: 'write', only: '^/sys/' },
      { path: '$config.runtimeFolder', mode: 'write', only: '^/run/user/[0-9]+$' },
      { path: '$config.authority', mode: 'read' },
      { path: '/tmp/.X11-unix', mode: 'read' },
    ],
  },
  'radio-address': {
    sentence: 'Sees the radio addresses of devices near the shop, which can tell people apart.',
    flags: [],
    binds: [],
  },
  native: {
    sentence: 'Runs native code, which Node cannot hold back; only the sandbox can.',
    flags: ['--allow-addons'],
    binds: [],
  },
})

export type PermissionName = keyof typeof permissions

/** What permissions come to under these configurations: those that nothing asks for are left out. */
export function grantsOf(names: readonly PermissionName[], configs: readonly unknown[]): Permission[] {
  return names.flatMap((name): Permission[] => {
    const permission = permissions[name]
    const { when, binds } = permission
    if (!when) return [permission]
    const asked = configs.flatMap((config) => {
      const value: unknown = typeof config === 'object' && config !== null ? Reflect.get(config, when.field) : undefined
      const found = typeof value === 'string' ? new RegExp(when.matches).exec(value) : null
      return found ? [found[1] ?? ''] : []
    })
    const filled = [...new Set(asked)].flatMap((caught) =>
      binds.map((bind) => ({ ...bind, path: bind.path.replace('$1', caught) })),
    )
    return asked.length > 0 ? [{ ...permission, binds: filled }] : []
  })
}
