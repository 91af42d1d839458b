/** JSON in slices: the entries of the long lists of a file are parsed some at a time, and each keeps its place in the text. */
import { createBreath } from './breath.ts'
import { faultyLine, linesOf, repeatedKey } from './json-lines.ts'

export type ReadJson =
  | { value: unknown; lineOf(pointers: readonly string[]): Map<string, number>; wrong?: undefined }
  | { wrong: { line: number; field: string; reason: string; remedy: string } }

/** A list at the top, or of the object at the top. */
interface List {
  /** Where its entries begin and end, the last included; commas stand between. */
  starts: number[]
  ends: number[]
  items: unknown[]
}

const sliceCharacters = 32_768
const [quote, backslash, comma, opened, closed, listed, unlisted] = [34, 92, 44, 123, 125, 91, 93]

/** Where the long lists of a text are, as far as brackets tell; and the text without what is in them. */
async function scan(json: string): Promise<{ lists: List[]; frame: string; colons: number[] }> {
  const breath = createBreath()
  const lists: List[] = []
  const colons: number[] = []
  let frame = ''
  let framed = 0
  let depth = 0
  let base = Infinity
  let list: List | undefined
  let object = false
  for (let at = 0; at < json.length; at++) {
    if ((at & 0xffff) === 0 && breath.due()) await breath.rest()
    const code = json.charCodeAt(at)
    if (code === quote) {
      for (at++; at < json.length && json.charCodeAt(at) !== quote; at++) if (json.charCodeAt(at) === backslash) at++
    } else if (code === opened || code === listed) {
      if (depth === 0) object = code === opened
      depth++
      if (code === listed && !list && depth === (object ? 2 : 1)) {
        frame += `${json.slice(framed, at + 1)}${lists.length}`
        lists.push((list = { starts: [at + 1], ends: [], items: [] }))
        colons.push(0)
        base = depth
      }
    } else if (code === closed || code === unlisted) {
      if (list && depth === base) {
        list.ends.push(at)
        list = undefined
        framed = at
      }
      depth--
    } else if (code === comma && list && depth === base) {
      list.ends.push(at)
      list.starts.push(at + 1)
    } else if (code === 58 && list) colons[lists.length - 1] = (colons[lists.length - 1] ?? 0) + 1
  }
  return { lists, frame: list ? json : frame + json.slice(framed), colons }
}

export async function readJson(json: string): Promise<ReadJson> {
  const breath = createBreath()
  const { lists, frame, colons } = await scan(json)
  let value: unknown
  try {
    value = JSON.parse(frame)
    for (const { starts, ends, items } of lists) {
      const [from = 0, to = 0] = [starts[0], ends.at(-1)]
      const only = starts.length === 1 && json.slice(from, to).trim() === ''
      // A list that is empty has one entry of nothing.
      for (let at = only ? 1 : 0; at < starts.length; ) {
        const first = at
        while (at < starts.length && (ends[at] ?? 0) - (starts[first] ?? 0) < sliceCharacters) at++
        if (at === first) at++
        items.push(...(JSON.parse(`[${json.slice(starts[first], ends[at - 1])}]`) as unknown[]))
        if (breath.due()) await breath.rest()
      }
    }
  } catch (error) {
    const words = error instanceof Error ? error.message.replace(/( in JSON at|, ?\.*").*/s, '') : 'unreadable'
    return {
      wrong: {
        line: await faultyLine(json),
        field: 'the file',
        reason: `is no JSON here: ${words}`,
        remedy: 'Correct it there, or export it once more.',
      },
    }
  }
  const places = fill(value, lists)
  const lineAt = lineCounter(json)
  for (const [number, { items, starts, ends }] of lists.entries()) {
    let keys = 0
    for (const item of items) {
      keys += keysIn(item)
      if (breath.due()) await breath.rest()
    }
    if (keys === colons[number]) continue
    for (const [at, start] of starts.entries()) {
      const found = repeatedKey(json.slice(start, ends[at]))
      if (breath.due()) await breath.rest()
      if (found) return { wrong: repeated(found.key, lineAt(start) + found.line - 1) }
    }
  }
  return {
    value: places.value,
    lineOf(pointers) {
      const lines = new Map<string, number>()
      for (const pointer of pointers) {
        const [, prefix = '', index = '', rest = ''] = /^(|\/[^/]+)\/(\d+)((?:\/.*)?)$/.exec(pointer) ?? []
        const list = places.at.get(prefix)
        const [start, end] = [list?.starts[Number(index)], list?.ends[Number(index)]]
        if (index === '' || start === undefined) lines.set(pointer, linesOf(frame, [pointer]).get(pointer) ?? 1)
        else lines.set(pointer, lineAt(start) + (linesOf(json.slice(start, end), [rest]).get(rest) ?? 1) - 1)
      }
      return lines
    },
  }
}

const repeated = (key: string, line: number) => ({
  line,
  field: key,
  reason: 'is there twice in one object',
  remedy: 'Remove one of the two: nobody could tell which is meant.',
})

/** Puts the entries back where the frame has the number of their list. */
function fill(value: unknown, lists: readonly List[]): { value: unknown; at: Map<string, List> } {
  const at = new Map<string, List>()
  const of = (holder: unknown, path: string): unknown => {
    const list = Array.isArray(holder) ? lists[Number(holder[0])] : undefined
    if (!list) return holder
    at.set(path, list)
    return list.items
  }
  if (Array.isArray(value)) return { value: of(value, ''), at }
  if (typeof value !== 'object' || value === null) return { value, at }
  const entries = Object.entries(value).map(([name, one]) => [name, of(one, `/${name}`)] as const)
  return { value: Object.fromEntries(entries), at }
}

function keysIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + keysIn(one), 0)
  let sum = 0
  for (const one of Object.values(value)) sum += 1 + keysIn(one)
  return sum
}

/** The line of an offset, from 1; fast where offsets are asked for in their order. */
function lineCounter(text: string): (offset: number) => number {
  let [last, line] = [0, 1]
  return (offset) => {
    if (offset < last) [last, line] = [0, 1]
    for (let at = text.indexOf('\n', last); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++
    last = offset
    return line
  }
}
