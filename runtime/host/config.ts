/** A plugin's configuration: defaults filled in, secrets made, checked against its JSON Schemas. */
import { randomBytes } from 'node:crypto'
import { EndcapError, faults } from '../contract/index.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Package } from './packages.ts'
import type { PluginSettings } from './types.ts'

export interface EffectiveConfig {
  config: unknown
  devices: { id: string; name?: string; zone?: string; config: unknown }[]
  /** Folders of models that it may open. */
  models?: string[]
}

/** 24 characters of base64url: 144 random bits. */
const SECRET_BYTES = 18

interface Schema {
  type?: unknown
  default?: unknown
  properties?: Record<string, Schema>
  items?: Schema
  'x-endcap-generate'?: boolean
}

/**
 * What a plugin is started with. Throws ENDCAP_PLUGIN_CONFIG_INVALID with the path in endcap.yaml. Secrets marked
 * `x-endcap-generate` that are missing are made once and kept in the ledger, under the kind `secret/<plugin>`.
 */
export async function effectiveConfig(
  { name, configSchema, pluginConfigSchema }: Pick<Package, 'name' | 'configSchema' | 'pluginConfigSchema'>,
  settings: PluginSettings,
  documents: Ledger['documents'],
): Promise<EffectiveConfig> {
  const complete = async (schema: object | undefined, given: unknown, where: string) => {
    if (!schema) return given ?? {}
    const value = await fill(schema, given ?? {}, where, (path) => secret(documents, name, path))
    const [fault] = faults(schema, value)
    if (fault) {
      const path = `plugins.${name}.${where}${fault.path === '/' ? '' : fault.path.replaceAll('/', '.')}`
      throw new EndcapError('ENDCAP_PLUGIN_CONFIG_INVALID', { plugin: name, path, reason: fault.reason })
    }
    return value
  }
  const config = await complete(pluginConfigSchema, settings.config, 'config')
  const devices: EffectiveConfig['devices'] = []
  for (const device of settings.devices ?? []) {
    const where = `devices.${device.id}`
    devices.push({
      id: device.id,
      ...(device.name === undefined ? {} : { name: device.name }),
      ...(device.zone === undefined ? {} : { zone: device.zone }),
      config: await complete(configSchema, device.config, where),
    })
  }
  return { config, devices }
}

/** A copy of the value with the schema's defaults and secrets where something is missing. */
async function fill(
  schema: Schema,
  value: unknown,
  path: string,
  secret: (path: string) => Promise<string>,
): Promise<unknown> {
  if (value === undefined && schema.default !== undefined) value = structuredClone(schema.default)
  if (value === undefined && schema['x-endcap-generate']) return secret(path)
  if (Array.isArray(value) && schema.items) {
    const { items } = schema
    return Promise.all(value.map((item, index) => fill(items, item, `${path}/${index}`, secret)))
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !schema.properties) return value
  const filled: Record<string, unknown> = { ...value }
  for (const [field, part] of Object.entries(schema.properties)) {
    const own = await fill(part, filled[field], `${path}/${field}`, secret)
    if (own !== undefined) filled[field] = own
  }
  return filled
}

async function secret(documents: Ledger['documents'], plugin: string, path: string): Promise<string> {
  const kind = `secret/${plugin}`
  const kept = await documents.get<string>(kind, path)
  if (kept !== undefined) return kept
  const made = randomBytes(SECRET_BYTES).toString('base64url')
  await documents.put(kind, path, made)
  return made
}
