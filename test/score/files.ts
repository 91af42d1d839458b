import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** The text files of a folder, as lines. They are told apart by what stands in them, not by their names. */
export function readFolder(folder: string): { name: string; lines: string[] }[] {
  return readdirSync(folder)
    .map((name) => ({ name, path: join(folder, name) }))
    .filter(({ name, path }) => statSync(path).isFile() && !/\.(jpe?g|png|bin)$/i.test(name))
    .map(({ name, path }) => ({ name, lines: linesOf(readFileSync(path, 'utf8')) }))
}

const linesOf = (text: string): string[] => text.split(/\r?\n/).filter((line) => line !== '')

/** A line of comma-separated values; a quoted field may hold commas and doubled quotes. */
export function splitCsv(line: string): string[] {
  const fields = line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)
  return [...fields].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '')
}

/** The rows of a table with a header, as objects. */
export function readTable(lines: string[]): Record<string, string>[] {
  const [header = '', ...rows] = lines
  const names = splitCsv(header)
  return rows.map((row) => {
    const fields = splitCsv(row)
    return Object.fromEntries(names.map((name, i) => [name, fields[i] ?? '']))
  })
}

/** The rows of JSON in a folder, one a line; what else lies there is left out. */
export function readJsonLines<T>(folder: string, isRow: (value: object) => boolean): T[] {
  return readFolder(folder).flatMap(({ lines }) =>
    lines.flatMap((line) => {
      const value = line.startsWith('{') ? parsed(line) : undefined
      return typeof value === 'object' && value !== null && isRow(value) ? [value as T] : []
    }),
  )
}

/** undefined where it is no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** A recorded advertisement with what its source expects of it. */
export const isVector = (value: object): boolean =>
  'kind' in value &&
  typeof value.kind === 'string' &&
  'expected' in value &&
  typeof value.expected === 'object' &&
  value.expected !== null
