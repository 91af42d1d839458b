/** Plugin packages in folders, and what is wrong with their manifests. */
import { readFile, readdir, realpath } from 'node:fs/promises'
import path from 'node:path'
import {
  commands,
  EndcapError,
  type EventDefinition,
  Manifest,
  faults,
  fits,
  Id,
  matchesType,
  pluginName,
  vocabulary,
} from '../contract/index.ts'

/** A plugin package as found. */
export interface Package {
  /** Short name, `ble`. */
  name: string
  /** npm's name, `@endcap/ble`. */
  package: string
  version: string
  /** As found, and where it really is when that is a symbolic link. */
  folder: string
  realFolder: string
  /** Absolute file. */
  entry: string
  manifest: Manifest
  /** Types of its own. */
  events: ReadonlyMap<string, EventDefinition>
  configSchema?: object
  pluginConfigSchema?: object
  /** Found in the first folder: ours. */
  shipped: boolean
  /** Changes when any of the above does. */
  fingerprint: string
}

/** A package that cannot be started, and why. */
export interface Faulty {
  name: string
  package: string
  version: string
  folder: string
  error: EndcapError
}

/** First parts of sources, subjects and targets that are the box's own. */
const RESERVED = new Set([
  'api',
  'asset',
  'endcap',
  'flows',
  'person',
  'radio',
  'screen',
  'shop',
  'staff',
  'visit',
  'zone',
])

/** Every plugin package in the folders, in order; what cannot be used is told apart, never thrown. */
export async function findPackages(folders: readonly string[]): Promise<(Package | Faulty)[]> {
  const found: (Package | Faulty)[] = []
  const first = new Map<string, string>()
  for (const [index, folder] of folders.entries()) {
    const entries = await readdir(folder).catch(() => [])
    for (const entry of entries.sort((a, b) => a.localeCompare(b))) {
      const one = await readPackage(path.join(folder, entry), index === 0)
      if (!one) continue
      const other = first.get(one.name)
      if (other === undefined) {
        first.set(one.name, one.folder)
        found.push(one)
      } else {
        const values = { plugin: one.name, first: other, second: one.folder }
        found.push({ ...one, error: new EndcapError('ENDCAP_PLUGIN_DUPLICATE', values) })
      }
    }
  }
  return found
}

/** Undefined where the folder is not a plugin package: no package.json, or one without `endcap`. */
export async function readPackage(folder: string, shipped: boolean): Promise<Package | Faulty | undefined> {
  const file = path.join(folder, 'package.json')
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  let json: Record<string, unknown>
  try {
    json = JSON.parse(text) as Record<string, unknown>
  } catch (error) {
    return faulty(folder, {}, '/', `is not JSON: ${(error as Error).message}`)
  }
  if (typeof json !== 'object' || json === null || json['endcap'] === undefined) return undefined
  try {
    return await check(folder, json, text, shipped)
  } catch (error) {
    if (error instanceof ManifestFault) return faulty(folder, json, error.path, error.message, error.file)
    throw error
  }
}

const named = (folder: string, json: Record<string, unknown>) => {
  const packageName = typeof json['name'] === 'string' ? json['name'] : path.basename(folder)
  const version = typeof json['version'] === 'string' ? json['version'] : '0.0.0'
  return { name: pluginName(packageName), package: packageName, version }
}

const faulty = (folder: string, json: Record<string, unknown>, where: string, reason: string, file?: string) => ({
  ...named(folder, json),
  folder,
  error: new EndcapError('ENDCAP_MANIFEST_INVALID', {
    file: file ?? path.join(folder, 'package.json'),
    path: where,
    reason,
  }),
})

class ManifestFault extends Error {
  readonly path: string
  readonly file: string | undefined
  constructor(path: string, reason: string, file?: string) {
    super(reason)
    this.path = path
    this.file = file
  }
}

async function check(folder: string, json: Record<string, unknown>, text: string, shipped: boolean): Promise<Package> {
  const names = named(folder, json)
  if (!fits(Id, names.name)) throw new ManifestFault('/name', 'must be lower-case letters, digits, dots and dashes')
  if (RESERVED.has(names.name)) throw new ManifestFault('/name', `must not be ${names.name}, which is the box itself`)
  const manifest = json['endcap']
  if (!fits(Manifest, manifest)) {
    const [fault] = faults(Manifest, manifest)
    throw new ManifestFault(`/endcap${fault?.path ?? ''}`, fault?.reason ?? 'does not fit')
  }
  const events = ownEvents(names.name, manifest)
  checkTypes(manifest, events)
  checkCommandNames(names.name, manifest)

  const realFolder = await realpath(folder)
  const main = typeof json['main'] === 'string' ? json['main'] : 'index.js'
  const entry = path.resolve(realFolder, main)
  if (!inside(realFolder, entry)) throw new ManifestFault('/main', 'must stay inside the package')
  await readFile(entry).catch(() => {
    throw new ManifestFault('/main', `names ${main}, which is not there`)
  })
  const schemas: string[] = []
  const schema = async (field: 'config' | 'pluginConfig') => {
    const name = manifest[field]
    if (name === undefined) return undefined
    const file = path.resolve(realFolder, name)
    if (!inside(realFolder, file)) throw new ManifestFault(`/endcap/${field}`, 'must stay inside the package')
    const source = await readFile(file, 'utf8').catch(() => {
      throw new ManifestFault(`/endcap/${field}`, `names ${name}, which is not there`)
    })
    schemas.push(source)
    return readSchema(file, source)
  }
  const configSchema = await schema('config')
  const pluginConfigSchema = await schema('pluginConfig')
  return {
    ...names,
    folder,
    realFolder,
    entry,
    manifest,
    events,
    ...(configSchema ? { configSchema } : {}),
    ...(pluginConfigSchema ? { pluginConfigSchema } : {}),
    shipped,
    fingerprint: [folder, realFolder, text, ...schemas].join('\0'),
  }
}

const inside = (folder: string, file: string) => file.startsWith(folder + path.sep)

/** A JSON Schema of an object; what no form can draw is refused here, not dropped there. */
function readSchema(file: string, text: string): object {
  let schema: { type?: unknown; properties?: unknown }
  try {
    schema = JSON.parse(text) as typeof schema
  } catch (error) {
    throw new ManifestFault('/', `is not JSON: ${(error as Error).message}`, file)
  }
  if (schema?.type !== 'object' || typeof schema.properties !== 'object' || schema.properties === null)
    throw new ManifestFault('/', 'must describe an object with properties', file)
  try {
    faults(schema, {})
  } catch (error) {
    throw new ManifestFault('/', `is not a JSON Schema: ${(error as Error).message}`, file)
  }
  return schema
}

function ownEvents(plugin: string, manifest: Manifest): Map<string, EventDefinition> {
  const own = new Map<string, EventDefinition>()
  for (const [index, { type, meaning, schema }] of (manifest.events ?? []).entries()) {
    const where = `/endcap/events/${index}`
    if (!type.startsWith(`${plugin}.`)) throw new ManifestFault(`${where}/type`, `must begin with ${plugin}.`)
    if (vocabulary.has(type)) throw new ManifestFault(`${where}/type`, `${type} is of the vocabulary already`)
    try {
      faults(schema, {})
    } catch (error) {
      throw new ManifestFault(`${where}/schema`, `is not a JSON Schema: ${(error as Error).message}`)
    }
    own.set(type, {
      type,
      meaning,
      subject: `device/<device>`,
      data: schema,
      privacy: 'none',
      lane: 'telemetry',
      keep: false,
      example: { subject: `plugin/${plugin}`, data: {} },
    })
  }
  return own
}

function checkTypes(manifest: Manifest, own: ReadonlyMap<string, EventDefinition>) {
  const known = [...vocabulary.keys(), ...own.keys()]
  for (const [index, pattern] of manifest.produces.entries())
    if (!known.some((type) => matchesType(pattern, type)))
      throw new ManifestFault(`/endcap/produces/${index}`, `${pattern} is no type of the vocabulary nor of its own`)
  for (const [index, { type, where }] of manifest.consumes.entries()) {
    const filterable = vocabulary.get(type)?.filterable
    for (const field of Object.keys(where ?? {}))
      if (filterable && !filterable.includes(field))
        throw new ManifestFault(
          `/endcap/consumes/${index}/where/${field}`,
          `is not filterable; choose of: ${filterable.join(', ')}`,
        )
    const company = where?.['companyIds'] !== undefined || where?.['serviceUuids'] !== undefined
    if (type === 'ble.advertisement' && !company && !manifest.permissions.includes('radio-address'))
      throw new ManifestFault(`/endcap/consumes/${index}/where`, 'must name companyIds or serviceUuids')
  }
}

/** Commands of the contract, or the plugin's own under its name. */
function checkCommandNames(plugin: string, manifest: Manifest) {
  for (const [index, name] of manifest.commands.entries())
    if (!commands.has(name) && !name.startsWith(`${plugin}.`))
      throw new ManifestFault(
        `/endcap/commands/${index}`,
        `${name} is no command of the contract and does not begin with ${plugin}.`,
      )
}
