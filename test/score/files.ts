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
