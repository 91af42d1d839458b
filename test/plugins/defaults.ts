import { readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Schema {
  properties: Record<string, { default?: unknown }>
}

/** The defaults of a plugin's two configuration schemas, which the host fills in. */
export function schemaDefaults(folder: string): { plugin: object; device: object } {
  const { endcap } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    endcap: { config?: string; pluginConfig?: string }
  }
  const of = (file: string | undefined) => {
    if (file === undefined) return {}
    const { properties } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Schema
    const known = Object.entries(properties).filter(([, field]) => field.default !== undefined)
    return Object.fromEntries(known.map(([name, field]) => [name, field.default]))
  }
  return { plugin: of(endcap.pluginConfig), device: of(endcap.config) }
}
