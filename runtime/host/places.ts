/**
 * Which places of the box a configuration may open to a plugin. A path in a form is soon filled in, and a plugin proposes
 * paths itself: as the defaults of its schema, and for what it found. So what holds secrets or people's names stays shut
 * whatever is written, and a device is one of the sort that the permission speaks of.
 */
import { realpathSync } from 'node:fs'
import path from 'node:path'
import { EndcapError, grantsOf, type Manifest, permissions } from '../contract/index.ts'
import type { EffectiveConfig } from './config.ts'

/** The folder of the box itself, and one that is meant for plugins, in it or anywhere. */
export interface Closed {
  folder: string
  except?: string
}

/** Folders of the system that are shut with all that is in them. */
const SHUT = ['/etc', '/proc', '/root', '/boot', '/dev', '/var/log']
/** And those that are shut as a whole, though a folder within them may be opened. */
const WHOLE = [
  '/',
  '/home',
  '/run',
  '/run/user',
  '/sys',
  '/tmp',
  '/usr',
  '/var',
  '/var/lib',
  '/opt',
  '/srv',
  '/mnt',
  '/media',
]
const HOME = /^\/home\/[^/]+$/
/** Keys, histories and settings of programs lie in hidden folders: `.ssh`, `.config`, `.endcap`. */
const HIDDEN = /\/\./

/** Throws ENDCAP_PLUGIN_CONFIG_INVALID for the first path that its permissions would open and that must stay shut. */
export function checkPlaces(
  plugin: string,
  manifest: Pick<Manifest, 'permissions'>,
  { config, devices }: EffectiveConfig,
  closed: Closed | undefined,
): void {
  const configs = [
    { where: 'config', values: config },
    ...devices.map((device) => ({ where: `devices.${device.id}`, values: device.config })),
  ]
  for (const { binds } of manifest.permissions.map((name) => permissions[name]))
    for (const { path: place, mode, only } of binds) {
      if (!place.startsWith('$config.')) continue
      const field = place.slice('$config.'.length)
      for (const { where, values } of configs)
        for (const value of pathsOf(values, field)) {
          const reason = [value, realOf(value)].map((one) => refusal(one, mode, only, closed)).find(Boolean)
          if (reason === undefined) continue
          const at = `plugins.${plugin}.${where}.${field}`
          throw new EndcapError('ENDCAP_PLUGIN_CONFIG_INVALID', { plugin, path: at, reason })
        }
    }
}

/** What of the box a plugin would reach by the paths in one configuration; what is there anyway is not among them. */
export function placesIn(
  manifest: Pick<Manifest, 'permissions'>,
  values: unknown,
): { path: string; mode: 'read' | 'write' | 'device' }[] {
  return grantsOf(manifest.permissions, [values]).flatMap(({ when, binds }) =>
    binds.flatMap(({ path: place, mode }) => {
      if (place.startsWith('$config.'))
        return pathsOf(values, place.slice('$config.'.length)).map((one) => ({ path: one, mode }))
      return when && mode === 'device' ? [{ path: place, mode }] : []
    }),
  )
}

function pathsOf(values: unknown, field: string): string[] {
  const value = typeof values === 'object' && values !== null ? Reflect.get(values, field) : undefined
  return [value].flat().filter((one): one is string => typeof one === 'string' && path.isAbsolute(one))
}

/** Behind its links; itself where it is not there. */
function realOf(place: string): string {
  try {
    return realpathSync(place)
  } catch {
    return path.normalize(place)
  }
}

const within = (place: string, folder: string) => place === folder || place.startsWith(`${folder}/`)

function refusal(
  given: string,
  mode: 'read' | 'write' | 'device',
  only: string | undefined,
  closed: Closed | undefined,
): string | undefined {
  const place = path.resolve(given)
  if (mode === 'device') {
    // Links as /dev/serial/by-id point to where the pattern holds; what is no device is never opened.
    const isDevice = realOf(place).startsWith('/dev/')
    if (!isDevice || only === undefined || new RegExp(only).test(realOf(place))) return undefined
    return `names ${given}, which is not a device of this sort`
  }
  if (only !== undefined && !new RegExp(only).test(place)) return `names ${given}, which this plugin may not change`
  const own = closed && path.resolve(closed.folder)
  // What is meant for plugins, wherever it lies.
  if (closed?.except !== undefined && within(place, path.resolve(closed.except))) return undefined
  const shut =
    SHUT.some((folder) => within(place, folder)) ||
    WHOLE.includes(place) ||
    HOME.test(place) ||
    HIDDEN.test(place) ||
    (own !== undefined && (within(place, own) || within(own, place)))
  return shut ? `names ${given}, which stays shut to plugins; make a folder of its own for it` : undefined
}
