/** Lines of JSON pointers in a JSON text that JSON.parse has taken, so that a fault can name one. */

import { createBreath } from './breath.ts'

const space = /\s*/y
const text = /"(?:[^"\\]|\\.)*"/y
const bare = /[^\s,\]}]+/y

/** The line, from 1, of each pointer; for what is not there, of its nearest ancestor. One pass over the text. */
export function linesOf(json: string, pointers: readonly string[]): Map<string, number> {
  const offsets = new Map<string, number>()
  let at = 0
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at
    const found = pattern.exec(json)?.[0] ?? ''
    at += found.length
    return found
  }
  const walk = (path: string): void => {
    take(space)
    for (const pointer of pointers)
      if (pointer === path || pointer.startsWith(`${path}/`) || path === '') offsets.set(pointer, at)
    const opened = json[at]
    if (opened === '"') take(text)
    else if (opened !== '{' && opened !== '[') take(bare)
    else {
      at++
      for (let index = 0; at < json.length; index++) {
        take(space)
        if (json[at] === '}' || json[at] === ']') break
        let name = String(index)
        if (opened === '{') {
          name = (JSON.parse(take(text)) as string).replaceAll('~', '~0').replaceAll('/', '~1')
          take(space)
          at++
        }
        walk(`${path}/${name}`)
        take(space)
        if (json[at] === ',') at++
      }
      at++
    }
  }
  walk('')
  return new Map([...offsets].map(([pointer, offset]) => [pointer, json.slice(0, offset).split('\n').length]))
}

const token =
  /\s*(?:([{}[\],:])|("(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.]))/uy

/** The line, from 1, on which a text stops being JSON (RFC 8259): JSON.parse does not always tell. */
export async function faultyLine(json: string): Promise<number> {
  const breath = createBreath()
  const open: string[] = []
  let wanted: 'value' | 'first' | 'key' | 'colon' | 'next' = 'value'
  let good = 0
  token.lastIndex = 0
  for (let found = token.exec(json); found; found = token.exec(json)) {
    if (breath.due()) {
      await breath.rest()
      // It is shared: who else reads a file may have moved it.
      token.lastIndex = found.index + found[0].length
    }
    const [, mark, text] = found
    const object = open.at(-1) === '{'
    if (mark === '}' || mark === ']') {
      const empty = wanted === 'first'
      if ((wanted !== 'next' && !empty) || open.pop() !== (mark === '}' ? '{' : '[')) break
      wanted = 'next'
    } else if (wanted === 'next') {
      if (mark !== ',' || open.length === 0) break
      wanted = object ? 'key' : 'value'
    } else if (wanted === 'colon') {
      if (mark !== ':') break
      wanted = 'value'
    } else if (object && (wanted === 'key' || wanted === 'first')) {
      if (text === undefined) break
      wanted = 'colon'
    } else if (mark === '{' || mark === '[') {
      open.push(mark)
      wanted = 'first'
    } else if (mark === undefined) wanted = 'next'
    else break
    good = found.index + found[0].length
  }
  const at = json.slice(good).search(/\S|$/)
  return json.slice(0, good + at).split('\n').length
}

/** A key that one object of a small JSON text has twice, and its line from 1. */
export function repeatedKey(json: string): { key: string; line: number } | undefined {
  const open: (Set<string> | undefined)[] = []
  for (const { 0: part, index } of json.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g)) {
    if (part === '{') open.push(new Set())
    else if (part === '[') open.push(undefined)
    else if (part === '}' || part === ']') open.pop()
    else if (part.endsWith(':')) {
      const key = JSON.parse(part.slice(0, -1)) as string
      const keys = open.at(-1)
      if (keys?.has(key)) return { key, line: json.slice(0, index).split('\n').length }
      keys?.add(key)
    }
  }
  return undefined
}
