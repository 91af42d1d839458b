/** A form from a JSON Schema: which fields it has, how a value reads in them, and what they say back. */

export interface Column {
  name: string
  title: string
  description?: string
  numeric: boolean
  required: boolean
  /** A slot of the planogram. */
  slot: boolean
  examples: readonly string[]
}

export interface Field {
  name: string
  title: string
  description?: string
  kind: 'text' | 'secret' | 'number' | 'boolean' | 'choice' | 'list' | 'map' | 'rows'
  required: boolean
  /** Numbers that are whole. */
  whole: boolean
  /** Entries of a list are numbers. */
  numeric: boolean
  choices: readonly string[]
  /** Of rows: what each may say, and which of it are numbers. */
  columns: readonly Column[]
  /** What others wrote here: offered, not asked for. */
  examples: readonly string[]
  /** What holds where nothing is written. */
  fallback?: unknown
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  pattern?: string
}

interface Schema {
  type?: string
  title?: string
  description?: string
  default?: unknown
  enum?: unknown[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  additionalProperties?: Schema | boolean
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  pattern?: string
  examples?: unknown[]
  'x-endcap-slot'?: boolean
  'x-endcap-generate'?: boolean
  'x-endcap-secret'?: boolean
}

/** Keys that join schemas: a field of several shapes has no form. */
const JOINED = ['oneOf', 'anyOf', 'allOf', 'not', 'if', '$ref'] as const
const SECRET = /secret|password|passphrase|token|apikey|api_key|credential/i

/** The fields of an object schema, or `cannot`: which part has no form. */
export function fieldsOf(schema: unknown): { fields: Field[] } | { cannot: string } {
  const { properties = {}, required = [] } = schema as Schema
  const fields: Field[] = []
  if (isJoined(schema as Schema)) return { cannot: 'the whole of it' }
  for (const [name, part] of Object.entries(properties)) {
    const kind = kindOf(name, part)
    if (!kind) return { cannot: part.title ?? name }
    const { title = name, description, default: fallback, minimum, maximum, minLength, maxLength, pattern } = part
    fields.push({
      name,
      title,
      kind,
      required: required.includes(name) && fallback === undefined && !part['x-endcap-generate'],
      whole: part.type === 'integer',
      numeric: part.items?.type === 'number' || part.items?.type === 'integer',
      choices: (part.enum ?? []) as string[],
      examples: textsIn(part.examples),
      columns: kind === 'rows' ? columnsOf(part.items ?? {}) : [],
      ...defined({ description, fallback, minimum, maximum, minLength, maxLength, pattern }),
    })
  }
  return { fields }
}

function kindOf(name: string, part: Schema): Field['kind'] | undefined {
  if (isJoined(part)) return undefined
  if (part.enum) return part.enum.every((one) => typeof one === 'string') ? 'choice' : undefined
  switch (part.type) {
    case 'string':
      return part['x-endcap-generate'] || part['x-endcap-secret'] || SECRET.test(name) ? 'secret' : 'text'
    case 'number':
    case 'integer':
      return 'number'
    case 'boolean':
      return 'boolean'
    case 'array':
      if (part.items?.type === 'object') return isFlat(part.items) ? 'rows' : undefined
      return ['string', 'number', 'integer'].includes(part.items?.type ?? '') ? 'list' : undefined
    case 'object':
      return !part.properties && (part.additionalProperties as Schema | undefined)?.type === 'string'
        ? 'map'
        : undefined
    default:
      return undefined
  }
}

/** An object whose fields are all single texts or numbers: it fits one line. */
const isFlat = ({ properties = {} }: Schema): boolean =>
  Object.values(properties).every(
    (part) => !isJoined(part) && ['string', 'number', 'integer'].includes(part.type ?? ''),
  )

const columnsOf = ({ properties = {}, required = [] }: Schema): Field['columns'] =>
  Object.entries(properties).map(([name, part]) => ({
    name,
    title: part.title ?? name,
    ...defined({ description: part.description }),
    numeric: part.type !== 'string',
    required: required.includes(name),
    slot: part['x-endcap-slot'] === true,
    examples: textsIn(part.examples),
  }))

const textsIn = (examples: unknown[] = []): string[] => examples.filter((one) => typeof one === 'string')

const isJoined = (schema: Schema): boolean => JOINED.some((key) => key in schema)

/** A value as it stands in its field; empty where there is none. */
export function textOfValue({ kind }: Field, value: unknown): string {
  if (value === undefined || value === null) return ''
  if (kind === 'list') return (value as unknown[]).join(', ')
  if (kind === 'map')
    return Object.entries(value as Record<string, string>)
      .map(([key, one]) => `${key} = ${one}`)
      .join('\n')
  if (kind === 'rows') return (value as Record<string, unknown>[]).map(textOfRow).join('\n')
  return typeof value === 'string' ? value : JSON.stringify(value)
}

export const textOfRow = (row: Record<string, unknown>): string =>
  Object.entries(row)
    .map(([name, one]) => `${name} = ${String(one)}`)
    .join(', ')

/** The rows of a field as texts by column, however far they are typed. */
export const rowsOfText = (text: string): Record<string, string>[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) =>
      Object.fromEntries(
        line.split(',').flatMap((part) => {
          const at = part.indexOf('=')
          return at < 1 ? [] : [[part.slice(0, at).trim(), part.slice(at + 1).trim()]]
        }),
      ),
    )

function rowOfText(columns: Field['columns'], line: string): Record<string, unknown> {
  const row: Record<string, unknown> = {}
  for (const part of line.split(',')) {
    const at = part.indexOf('=')
    const name = part.slice(0, at).trim()
    const column = columns.find((one) => one.name === name)
    if (at < 1 || !column)
      throw new Error(
        `“${part.trim()}” must read: name = value, with one of ${columns.map((one) => one.name).join(', ')}`,
      )
    const text = part.slice(at + 1).trim()
    row[name] = column.numeric ? numberOf(text) : text
  }
  const missing = columns.find(({ name, required }) => required && row[name] === undefined)
  if (missing) throw new Error(`“${line.trim()}” lacks ${missing.name}`)
  return row
}

/** What a field says, undefined where it is left empty. Throws a sentence where it cannot be read. */
export function valueOfText({ kind, numeric, columns }: Field, text: string): unknown {
  const given = text.trim()
  if (given === '') return undefined
  if (kind === 'number') return numberOf(given)
  if (kind === 'boolean') return given === 'true'
  if (kind === 'list') {
    const parts = given.split(/[\s,]+/).filter((part) => part !== '')
    return numeric ? parts.map(numberOf) : parts
  }
  if (kind === 'rows')
    return given
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => rowOfText(columns, line))
  if (kind !== 'map') return given
  return Object.fromEntries(
    given.split('\n').map((line) => {
      const at = line.indexOf('=')
      if (at < 1) throw new Error(`“${line.trim()}” must read: name = value`)
      return [line.slice(0, at).trim(), line.slice(at + 1).trim()]
    }),
  )
}

const numberOf = (text: string): number => {
  const value = Number(text)
  if (!Number.isFinite(value)) throw new Error(`“${text}” is no number`)
  return value
}

function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}
