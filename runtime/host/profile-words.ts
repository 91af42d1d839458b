/** What is wrong with the shape of a device profile, in words that its author can act on. */
import type { TSchema } from 'typebox'
import { DeviceProfile, type Fault, faults } from '../contract/index.ts'

/** A fault, and where in the text it is; line 1 is the first. */
export interface ProfileFault extends Fault {
  line: number
}

/** The value in a text of JSON, or why it is none. A byte order mark, as editors on Windows write it, is let be. */
export function parseProfile(text: string): { value: unknown } | ProfileFault {
  const body = text.replace(/^\uFEFF/, '')
  const refuse = (line: number, reason: string) => ({ line, path: '/', reason })
  if (body.trim() === '') return refuse(1, 'is empty; docs/devices.md has an example to begin with')
  if (body.includes('\uFFFD')) return refuse(lineAt(body, body.indexOf('\uFFFD')), 'is not UTF-8; save it as UTF-8')
  try {
    return { value: JSON.parse(body) }
  } catch (error) {
    return notJson(body, error instanceof Error ? error.message : String(error))
  }
}

/** The engine says where it stopped; what a person wrong did most often stands just before. */
function notJson(text: string, message: string): ProfileFault {
  const at = Number(
    /position (\d+)/.exec(message)?.[1] ??
      (message.startsWith('Unexpected end') ? text.length : stopped(text, message)),
  )
  const before = text.slice(0, at).trimEnd()
  const refuse = (line: number, reason: string) => ({ line, path: '/', reason: `is not JSON: ${reason}` })
  const here = lineAt(text, at)
  if (before.endsWith(',') && /^[}\]]/.test(text.slice(at)))
    return refuse(lineAt(text, before.length - 1), 'take the comma away, nothing comes after it')
  if (/^(\/\/|\/\*|#)/.test(text.slice(at))) return refuse(here, 'JSON has no comments; take this one away')
  if (/^['‘’“”]/.test(text.slice(at))) return refuse(here, 'texts stand in straight double quotes: "name"')
  if (at >= text.trimEnd().length) return refuse(here, 'it ends too soon; a bracket or a quote is not closed')
  if (text.startsWith('"', at)) return refuse(lineAt(text, before.length - 1), 'a comma is missing at its end')
  return refuse(here, (message.split(/ in JSON|, (?:\.{3})?"/)[0] ?? message).replace('token', 'sign'))
}

/** Where a text stops being JSON, for messages of V8 that only quote it: ten signs before, the wrong one, ten after. */
function stopped(text: string, message: string): number {
  const [, sign = '', cut, quoted = ''] =
    /^Unexpected token '(.)', (\.{3})?"([^]*?)"(?:\.{3})? is not/.exec(message) ?? []
  const start = Math.max(0, text.indexOf(quoted))
  return cut ? start + 10 : Math.max(0, text.indexOf(sign, start))
}

/** The faults of its shape, each at its field and with what belongs there. */
export function shapeFaults(text: string, value: unknown): ProfileFault[] {
  const found = faults(DeviceProfile, value).flatMap(({ path, reason }): (Fault & { in?: string })[] => {
    const missing = /^must have required properties (.+)$/.exec(reason)?.[1]
    if (missing !== undefined)
      return missing
        .split(', ')
        .map((name) => ({ in: path, path: below(path, name), reason: `is missing: ${saying(below(path, name))}` }))
    if (reason === 'is not a known field') return [{ path, reason: `${reason}${likely(path)}` }]
    if (/pattern|must be (array|object|string|number|integer|boolean)|fewer than/.test(reason))
      return [{ path, reason: `does not fit; here belongs ${saying(path)}` }]
    const choice = /^must be one of (.*)$/.exec(reason)?.[1]?.replaceAll('"', '').split(', ')
    if (choice) return [{ path, reason: `${reason}${suggestion(String(at(value, path)), choice)}` }]
    return [{ path, reason }]
  })
  // A field that is misspelt is the reason why another one is missing.
  const rank = ({ reason }: Fault) => (reason.startsWith('is not a known field') ? 0 : 1)
  return found
    .toSorted((a, b) => rank(a) - rank(b))
    .map(({ in: within, path, reason }) => ({ path, reason, line: lineOf(text, within ?? path) }))
}

const below = (path: string, name: string) => `${path === '/' ? '' : path}/${name}`

interface Node {
  type?: string
  description?: string
  properties?: Record<string, TSchema>
  patternProperties?: Record<string, TSchema>
  items?: TSchema | TSchema[]
  enum?: unknown[]
  anyOf?: TSchema[]
}

/** The part of the schema that a path speaks of. */
function nodeAt(path: string): Node | undefined {
  let node: Node | undefined = DeviceProfile
  for (const name of path.split('/').filter(Boolean)) {
    const items: TSchema | TSchema[] | undefined = node?.items
    node = Array.isArray(items)
      ? items[Number(name)]
      : (items ?? node?.properties?.[name] ?? Object.values(node?.patternProperties ?? {})[0])
  }
  return node
}

const shapes: Record<string, string> = {
  array: 'a list in [ ]',
  object: 'an object in { }',
  string: 'a text in quotes',
}

/** What belongs into a field. */
function saying(path: string): string {
  const { type = '', description, enum: choice } = nodeAt(path) ?? {}
  if (choice) return `one of ${choice.map((one) => JSON.stringify(one)).join(', ')}`
  return [shapes[type] ?? (type === '' ? '' : `a ${type}`), description].filter(Boolean).join(', ') || 'another value'
}

/** The known field that an unknown one was probably meant to be. */
function likely(path: string): string {
  const [name = '', ...above] = path.split('/').toReversed()
  const known = Object.keys(nodeAt(above.toReversed().join('/'))?.properties ?? {})
  return suggestion(name, known) || `; known here: ${known.filter((one) => one !== '$schema').join(', ')}`
}

/** `; did you mean …?`, or nothing where no name is near. */
export function suggestion(name: string, known: readonly string[]): string {
  const near = known
    .map((one) => ({ one, distance: distance(name.toLowerCase(), one.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance)[0]
  return near && near.distance <= Math.max(2, name.length / 3) ? `; did you mean ${near.one}?` : ''
}

/** Levenshtein: how many letters are to be put in, taken out or changed. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (const [i, sign] of a.split('').entries()) {
    const next = [i + 1]
    for (const [j, other] of b.split('').entries())
      next.push(Math.min((row[j] ?? 0) + (sign === other ? 0 : 1), (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    row = next
  }
  return row[b.length] ?? 0
}

function at(value: unknown, path: string): unknown {
  let here = value
  for (const name of path.split('/').filter(Boolean))
    here = typeof here === 'object' && here !== null ? Reflect.get(here, name) : undefined
  return here
}

const lineAt = (text: string, position: number): number => text.slice(0, position).split('\n').length

/** Where a field begins, or what it is missing in: names are looked for one behind the other. */
export function lineOf(text: string, path: string): number {
  let position = 0
  for (const name of path.split('/').filter((part) => part !== '' && !/^\d+$/.test(part))) {
    const found = text.indexOf(`"${name}"`, position)
    if (found !== -1) position = found
  }
  return lineAt(text, position)
}
