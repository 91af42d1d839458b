/** Files that people write by hand: read against a schema, with the first fault named by line, path and reason. */
import type { Static, TSchema } from 'typebox'
import { type Document, isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import { EndcapError, type ErrorCode, faults } from '../contract/index.ts'

export interface YamlFile<T> {
  value: T
  /** Keeps comments and order; edit it and print it with String(document). */
  document: Document
  /** Line, from 1, on which a JSON pointer stands; for a path that is not there, that of its nearest ancestor. */
  lineOf(path: string): number
}

export interface YamlSource {
  text: string
  /** Named in the fault. */
  file: string
  code: Extract<ErrorCode, 'ENDCAP_CONFIG_INVALID' | 'ENDCAP_SHOP_INVALID' | 'ENDCAP_PLAYLIST_INVALID'>
}

/** Reads YAML 1.2 and checks it. Throws the error of `code` with file, line, path and reason; empty text is a fault too. */
export function readYaml<S extends TSchema>(schema: S, { text, file, code }: YamlSource): YamlFile<Static<S>> {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const fault = (line: number, path: string, reason: string) => new EndcapError(code, { file, line, path, reason })

  const broken = document.errors[0]
  if (broken) {
    const line = broken.linePos?.[0].line ?? 1
    throw fault(line, '/', `is not YAML here: ${broken.message.split(/ at line |\n/)[0] ?? ''}`)
  }
  if (document.contents === null || text.replaceAll('\0', '').trim() === '') throw fault(1, '/', 'is empty')

  const lineOf = (path: string) => lines.linePos(offsetOf(document, path)).line || 1
  let value: unknown
  try {
    value = document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    throw fault(1, '/', error instanceof Error ? error.message : String(error))
  }
  const wrong = faults(schema, value)[0]
  if (wrong) throw fault(lineOf(wrong.path), wrong.path, explain(schema, wrong.path, wrong.reason))
  return { value: value as Static<S>, document, lineOf }
}

function offsetOf(document: Document, path: string): number {
  let node: unknown = document.contents
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0
  for (const raw of path.split('/').slice(1)) {
    const name = raw.replaceAll('~1', '/').replaceAll('~0', '~')
    if (isMap(node)) {
      const pair = node.items.find((one) => isPair(one) && String(isScalar(one.key) ? one.key.value : one.key) === name)
      if (!pair) break
      if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset
      node = pair.value
    } else if (isSeq(node)) {
      node = node.items[Number(name)]
      if (isNode(node)) offset = node.range?.[0] ?? offset
    } else break
  }
  return offset
}

interface Described {
  description?: string
  anyOf?: { const?: unknown }[]
  properties?: Record<string, Described>
  additionalProperties?: Described | boolean
  patternProperties?: Record<string, Described>
  items?: Described | Described[]
}

/** The reason in words that a technician can act on: the choices of a field, or what it is. */
export function explain(schema: TSchema, path: string, reason: string): string {
  let part: Described | undefined = schema
  for (const name of path.split('/').slice(1)) {
    if (part.items) part = Array.isArray(part.items) ? part.items[Number(name)] : part.items
    else part = part.properties?.[name] ?? Object.values(part.patternProperties ?? {})[0]
    if (!part) return reason
  }
  const choices = part.anyOf?.map((one) => one.const)
  if (choices?.every((one) => one !== undefined)) return `must be one of ${choices.map(String).join(', ')}`
  return part.description && part !== schema ? `${reason} (${part.description})` : reason
}
