/** endcap.yaml: what this box is. A broken file is named by line and never turns into defaults. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import { Document } from 'yaml'
import { EndcapError, Id, Text } from '../contract/index.ts'
import { readYaml } from '../shop/index.ts'
import { codeOf, replaceFile } from './files.ts'

const strict = { additionalProperties: false } as const
const Port = Type.Integer({ minimum: 0, maximum: 65_535, description: '0 to 65535' })

export const Config = Type.Object(
  {
    network: Type.Optional(
      Type.Object(
        {
          host: Type.Optional(Type.String({ minLength: 1, maxLength: 253, description: 'address to listen on' })),
          port: Type.Optional(Port),
          names: Type.Optional(
            Type.Array(Type.String({ minLength: 1, maxLength: 253 }), {
              maxItems: 16,
              description: 'further names under which browsers call the box',
            }),
          ),
        },
        strict,
      ),
    ),
    log: Type.Optional(
      Type.Object(
        {
          level: Type.Optional(
            Type.Union([
              Type.Literal('trace'),
              Type.Literal('debug'),
              Type.Literal('info'),
              Type.Literal('warn'),
              Type.Literal('error'),
            ]),
          ),
        },
        strict,
      ),
    ),
    plugins: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^[a-z0-9][a-z0-9._-]{0,63}$' }),
        Type.Object(
          {
            enabled: Type.Optional(Type.Boolean()),
            trusted: Type.Optional(Type.Boolean()),
            /** Checked by the host against the schema of the plugin. */
            config: Type.Optional(Type.Unknown()),
            devices: Type.Optional(
              Type.Array(
                Type.Object(
                  {
                    id: Id,
                    name: Type.Optional(Text(120)),
                    zone: Type.Optional(Id),
                    config: Type.Optional(Type.Unknown()),
                  },
                  strict,
                ),
                { maxItems: 1000 },
              ),
            ),
          },
          strict,
        ),
        strict,
      ),
    ),
  },
  { ...strict, title: 'endcap.yaml' },
)
type Written = Static<typeof Config>

/** The configuration with every value that the box itself needs. */
export interface BoxConfig {
  network: { host: string; port: number; names: string[] }
  log: { level: 'trace' | 'debug' | 'info' | 'warn' | 'error' }
  plugins: NonNullable<Written['plugins']>
}

export interface LoadedConfig {
  config: BoxConfig
  /** There is no endcap.yaml and never was one: the embedded defaults. */
  isDefault: boolean
  /** The text that is in force; empty for the defaults. */
  text: string
  /** endcap.yaml is broken and the last good copy runs instead; tell the technician. */
  fault?: EndcapError
}

export const configFile = (home: string) => join(home, 'endcap.yaml')
export const previousFile = (home: string) => join(home, 'endcap.yaml.previous')

/**
 * Reads endcap.yaml in a home folder. Where it is broken, empty or lost, the last good copy runs and `fault` says why;
 * where there is no good copy either, throws ENDCAP_CONFIG_INVALID (file, line, path, reason) or _UNREADABLE.
 * Only a box that never had either file gets the defaults. $ENDCAP_HOST and $ENDCAP_PORT win over the file.
 */
export async function loadConfig(home: string, environment = process.env): Promise<LoadedConfig> {
  const previous = await readText(previousFile(home))
  let fault: EndcapError
  try {
    const text = await readText(configFile(home))
    if (text === undefined && previous === undefined)
      return { config: complete({}, environment), isDefault: true, text: '' }
    if (text === undefined) throw lost(home)
    const config = complete(parseConfig(text, configFile(home)), environment)
    if (previous === undefined || !isGood(previous)) await replaceFile(previousFile(home), text)
    return { config, isDefault: false, text }
  } catch (error) {
    if (!(error instanceof EndcapError) || error.code === 'ENDCAP_ENVIRONMENT_INVALID') throw error
    fault = error
  }
  if (previous === undefined || !isGood(previous)) throw fault
  const config = complete(parseConfig(previous, previousFile(home)), environment)
  return { config, isDefault: false, text: previous, fault }
}

/** Checks a text as endcap.yaml. Throws ENDCAP_CONFIG_INVALID with file, line, path and reason. */
export function parseConfig(text: string, file = 'endcap.yaml'): Written {
  const { value, lineOf } = readYaml(Config, { text, file, code: 'ENDCAP_CONFIG_INVALID' })
  for (const [name, { devices = [] }] of Object.entries(value.plugins ?? {})) {
    const repeated = devices.findIndex(({ id }, index) => devices.findIndex((one) => one.id === id) !== index)
    if (repeated < 0) continue
    const path = `/plugins/${name}/devices/${repeated}/id`
    const reason = `is used twice: ${devices[repeated]?.id ?? ''}`
    throw new EndcapError('ENDCAP_CONFIG_INVALID', { file, line: lineOf(path), path, reason })
  }
  return value
}

/** A configuration with the defaults of the box filled in and the environment on top. */
export function complete(written: Written, environment = process.env): BoxConfig {
  const { network = {}, log = {}, plugins = {} } = written
  const port = environment['ENDCAP_PORT'] || undefined
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535))
    throw new EndcapError('ENDCAP_ENVIRONMENT_INVALID', {
      name: 'ENDCAP_PORT',
      value: port,
      reason: 'which is no port number (0 to 65535)',
    })
  return {
    network: {
      host: environment['ENDCAP_HOST'] || network.host || '127.0.0.1',
      port: port === undefined ? (network.port ?? 8080) : Number(port),
      names: network.names ?? [],
    },
    log: { level: log.level ?? 'info' },
    plugins,
  }
}

// Two edits at once would both start from the same text, and one would be lost: they run one after the other.
let lastSave: Promise<unknown> = Promise.resolve()

/**
 * Changes endcap.yaml through the document of the `yaml` package, so that comments and order stay; the file before it
 * is kept as endcap.yaml.previous. Throws ENDCAP_CONFIG_INVALID and changes nothing where the file is broken, or would
 * be after the edit. Resolves with the configuration that is in force from now on.
 */
export function saveConfig(home: string, edit: (document: Document) => void): Promise<LoadedConfig> {
  const save = lastSave.then(() => saveNow(home, edit))
  lastSave = save.catch(() => undefined)
  return save
}

async function saveNow(home: string, edit: (document: Document) => void): Promise<LoadedConfig> {
  const file = configFile(home)
  const before = await readText(file)
  if (before === undefined && (await readText(previousFile(home))) !== undefined) throw lost(home)
  if (before !== undefined) parseConfig(before, file)
  const document =
    before === undefined
      ? new Document({})
      : readYaml(Config, { text: before, file, code: 'ENDCAP_CONFIG_INVALID' }).document
  edit(document)
  const text = document.toString({ lineWidth: 110 })
  const config = complete(parseConfig(text, file))
  if (before !== undefined) await replaceFile(previousFile(home), before)
  await replaceFile(file, text)
  return { config, isDefault: false, text }
}

/** The text of a file, undefined where there is none. Throws ENDCAP_CONFIG_UNREADABLE where it cannot be read. */
export async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    const reason = error instanceof Error ? error.message : String(error)
    throw new EndcapError('ENDCAP_CONFIG_UNREADABLE', { file, reason, cause: error })
  }
}

export const lost = (home: string) =>
  new EndcapError('ENDCAP_CONFIG_UNREADABLE', {
    file: configFile(home),
    reason: 'it is gone, although this box was configured before',
  })

function isGood(text: string): boolean {
  try {
    parseConfig(text)
    return true
  } catch {
    return false
  }
}
