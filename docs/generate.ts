/**
 * Writes docs/events.md, docs/errors.md, docs/schemas/*.json and models/schema.json from the contract, devices/schema.json
 * from the schema of profiles, and the list of models in docs/devices.md from the profiles. A profile that is wrong fails it, too.
 *
 *   node docs/generate.ts [--check]     with --check it writes nothing and fails where a file is stale
 */
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { TSchema } from 'typebox'
import {
  commands,
  DeviceProfile,
  errors,
  Manifest,
  ModelDescription,
  permissions,
  ShopPlan,
  vocabulary,
} from '../runtime/contract/index.ts'
import { lintProfiles, withModels } from './models.ts'

const folder = import.meta.dirname
const { profiles, wrong } = await lintProfiles(join(folder, '../devices'))
const made = new Map<string, string>()
const schemaFile = (name: string, schema: TSchema) =>
  made.set(
    `schemas/${name}.json`,
    `${JSON.stringify({ $schema: 'https://json-schema.org/draft/2020-12/schema', title: name, ...schema }, null, 2)}\n`,
  )
const note = '<!-- Written by docs/generate.ts from runtime/contract: change it there, then `npm run docs`. -->'
const json = (value: unknown) => `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``

interface Field {
  description?: string
  type?: string
  minimum?: number
  maximum?: number
  const?: string | number | boolean
  anyOf?: Field[]
  enum?: string[]
  items?: Field
}
const kind = (field: Field): string => {
  if (field.const !== undefined) return `\`${String(field.const)}\``
  if (field.anyOf) return field.anyOf.map(kind).join(' or ')
  if (field.enum) return field.enum.map((one) => `\`${one}\``).join(' or ')
  if (field.type === 'array' && field.items) return `list of ${kind(field.items)}`
  const range =
    field.minimum !== undefined && field.maximum !== undefined ? ` from ${field.minimum} to ${field.maximum}` : ''
  return `${field.type ?? 'value'}${range}`
}
const fields = (schema: TSchema): string => {
  const { properties = {}, required = [] } = schema as { properties?: Record<string, Field>; required?: string[] }
  const rows = Object.entries(properties).map(
    ([name, field]) =>
      `| \`${name}\` | ${required.includes(name) ? 'always' : 'may be missing'} | ${kind(field)} | ${field.description ?? ''} |`,
  )
  return rows.length === 0
    ? 'No fields.'
    : ['| field | | type | meaning, unit |', '|---|---|---|---|', ...rows].join('\n')
}

const eventPages = [...vocabulary.values()].map((event) => {
  schemaFile(event.type, event.data)
  const kept =
    event.keep === false
      ? 'not kept'
      : `kept ${event.keep.days} days${event.keep.everySeconds ? `, at most one row for each subject in ${event.keep.everySeconds} s` : ''}${event.keep.withinSeconds ? `, on the disk within ${event.keep.withinSeconds} s` : ''}`
  return [
    `## ${event.type}`,
    event.meaning,
    `Subject \`${event.subject}\` · privacy ${event.privacy} · ${event.lane} · ${kept}${
      event.filterable ? ` · \`where\` on ${event.filterable.map((name) => `\`${name}\``).join(', ')}` : ''
    }`,
    fields(event.data),
    json({ type: event.type, ...event.example }),
  ].join('\n\n')
})
const commandPages = [...commands.values()].map((command) => {
  schemaFile(command.name, command.params)
  return [
    `## ${command.name}`,
    command.meaning,
    `To \`${command.to}\` · answered within ${command.deadline} ms, or ENDCAP_COMMAND_TIMEOUT`,
    fields(command.params),
    json({ name: command.name, ...command.example }),
  ].join('\n\n')
})
schemaFile('shop', ShopPlan)
schemaFile('plugin-manifest', Manifest)
made.set(
  '../models/schema.json',
  `${JSON.stringify({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...ModelDescription }, null, 2)}\n`,
)

made.set(
  'events.md',
  `${[
    note,
    '# Events and commands',
    'What crosses the bus. Every event also carries `id` (UUIDv7), `source` (`plugin/device`), `time` and, where it was derived from others, `because`; the names are those of CloudEvents. Privacy `visit` is raised to `person` where an identity is that of a consenting customer.',
    ...eventPages,
    '# Commands',
    ...commandPages,
  ].join('\n\n')}\n`,
)
made.set(
  'errors.md',
  `${[
    note,
    '# Errors',
    'Every error that a person can meet: what it says, and what to do.',
    ...Object.entries(errors).map(
      ([code, { status, message, remedy }]) => `## ${code}\n\nHTTP ${status}. ${message}.\n\n**What to do:** ${remedy}`,
    ),
  ].join('\n\n')}\n`,
)
made.set(
  'permissions.md',
  `${[
    note,
    '# Permissions of plugins',
    "What a plugin can ask for in `endcap.permissions`. The sentence is what the technician reads; the flags are Node's, the paths are bound into its bubblewrap sandbox.",
    '| permission | what the technician reads | Node | paths |\n|---|---|---|---|\n' +
      Object.entries(permissions)
        .map(
          ([name, { sentence, flags, binds }]) =>
            `| \`${name}\` | ${sentence} | ${flags.map((flag) => `\`${flag}\``).join(' ')} | ${binds.map(({ path }) => `\`${path}\``).join(' ')} |`,
        )
        .join('\n'),
  ].join('\n\n')}\n`,
)

made.set(
  '../devices/schema.json',
  `${JSON.stringify({ $schema: 'https://json-schema.org/draft/2020-12/schema', title: 'Device profile', ...DeviceProfile }, null, 2)}\n`,
)
made.set('devices.md', withModels(readFileSync(join(folder, 'devices.md'), 'utf8'), profiles))

const stale: string[] = []
const written = new Set(globSync('schemas/*.json', { cwd: folder }))
for (const [name, text] of made) {
  const file = join(folder, name)
  let old = ''
  try {
    old = readFileSync(file, 'utf8')
  } catch {
    // It is not there yet.
  }
  written.delete(name)
  if (old === text) continue
  stale.push(relative(process.cwd(), file))
  if (!process.argv.includes('--check')) {
    mkdirSync(join(folder, 'schemas'), { recursive: true })
    writeFileSync(file, text)
  }
}
for (const name of written) {
  stale.push(name)
  if (!process.argv.includes('--check')) rmSync(join(folder, name))
}
if (process.argv.includes('--check') && stale.length > 0) {
  process.stderr.write(`Stale: ${stale.join(', ')}. Run \`npm run docs\` and commit.\n`)
  process.exitCode = 1
}
if (wrong.length > 0) {
  process.stderr.write(`${wrong.join('\n')}\n`)
  process.exitCode = 1
}
