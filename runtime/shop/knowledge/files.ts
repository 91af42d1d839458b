/** Files in and out: CSV and JSON, with every fault by line and field. */
import { setImmediate as turn } from 'node:timers/promises'
import { stringify } from 'csv-stringify/sync'
import { EndcapError } from '../../contract/index.ts'
import { readJson } from './json-items.ts'
import { NoCsv, readRecords } from './records.ts'
import type { KnowledgeFault } from './rules.ts'
import { readTable, writeTable } from './table.ts'
import type { FileFault, FilePart, FileParts, KnowledgeFile } from './types.ts'

export interface ReadFile {
  value: unknown
  faults: FileFault[]
  /** Faults of the value by line and field. */
  locate(faults: readonly KnowledgeFault[]): FileFault[]
}

const toldFaults = 20

/** Reads the text of a file; `before` has what is there, for columns that a table lacks. */
export async function readKnowledgeFile(
  part: FilePart,
  { type, text }: KnowledgeFile,
  timezone: string,
  before: ReadonlyMap<string, object>,
): Promise<ReadFile> {
  if (type === 'json') return readJsonFile(text)
  try {
    const records = await readRecords(text)
    if (records.headings.length === 0) return noFile(1, 'is empty', 'Put the names of the columns into the first line.')
    const { value, faults, placeOf } = await readTable(part, records, timezone, before)
    // Finding a line reads the file; who made a thousand mistakes is told of the first.
    const lined = (row: number, at: number) => (at < toldFaults ? records.lineOf(row) : Infinity)
    return {
      value,
      faults: faults.map(({ row, ...fault }, at) => ({ line: lined(row, at), ...fault })),
      locate: (found) =>
        found.map(({ path, reason, remedy }, at) => {
          if (at >= toldFaults) return { line: Infinity, field: '', reason, remedy }
          const { row, field } = placeOf(path)
          return { line: lined(row, at), field, reason, remedy }
        }),
    }
  } catch (error) {
    if (error instanceof NoCsv) return noFile(error.line, error.message, error.remedy)
    throw error
  }
}

const noFile = (line: number, reason: string, remedy: string): ReadFile => ({
  value: undefined,
  faults: [{ line, field: 'the file', reason, remedy }],
  locate: () => [],
})

async function readJsonFile(text: string): Promise<ReadFile> {
  const read = await readJson(text.replace(/^\uFEFF/, ''))
  if (read.wrong) return { value: undefined, faults: [read.wrong], locate: () => [] }
  return {
    value: read.value,
    faults: [],
    locate(found) {
      const lines = read.lineOf(found.slice(0, toldFaults).map(({ path }) => path))
      return found.map(({ path, reason, remedy }) => {
        const field = path.slice(1).replaceAll('/', '.') || 'the file'
        // Those that are not told are not looked for.
        return { line: lines.get(path) ?? Infinity, field, reason, remedy }
      })
    },
  }
}

/** The error of a file that is not taken; it tells the first fault in its message and carries the first 20. */
export function refusal({ name }: KnowledgeFile, found: readonly FileFault[]): EndcapError {
  // A cell that cannot be read is missing in the value, too: it is told once.
  const seen = new Set<string>()
  const faults = found.filter((fault) => {
    const place = `${fault.line} ${fault.field}`
    // Of those that are not told nobody looked for the line.
    return fault.line > 1 && fault.line < Infinity && seen.has(place) ? false : seen.add(place)
  })
  const told = faults
    .filter(({ line }) => line < Infinity)
    .sort((a, b) => a.line - b.line)
    .slice(0, toldFaults)
  const { line, field, reason, remedy } = told[0] ?? { line: 1, field: 'the file', reason: 'is wrong', remedy: '' }
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : ''
  return new EndcapError('ENDCAP_IMPORT_INVALID', {
    file: name,
    line,
    field,
    reason,
    more,
    how: remedy,
    faults: told,
    total: faults.length,
  })
}

/** As RFC 4180 has it, with the mark by which spreadsheets know UTF-8. */
const csvStyle = (delimiter: ',' | ';') => ({
  delimiter,
  record_delimiter: 'windows',
  // What could be taken for another separator stands in quotes.
  quoted_match: /[,;\t\r\n]/,
})
const mark = '\uFEFF'
const pieceRows = 200

export const writeCsv = <P extends FilePart>(part: P, value: FileParts[P], separator: ',' | ';'): string =>
  mark + stringify([...writeTable(part, value, separator)], csvStyle(separator))

/** As writeCsv, piece by piece: between two of them the box does what else it has to do. */
export async function* csvPieces<P extends FilePart>(
  part: P,
  value: FileParts[P],
  separator: ',' | ';',
): AsyncGenerator<string> {
  yield mark
  let rows: string[][] = []
  for (const row of writeTable(part, value, separator)) {
    rows.push(row)
    if (rows.length < pieceRows) continue
    yield stringify(rows, csvStyle(separator))
    rows = []
    await turn()
  }
  yield stringify(rows, csvStyle(separator))
}

/** JSON with two spaces, piece by piece; long lists are those at the top and those of an object at the top. */
export async function* jsonPieces(value: object): AsyncGenerator<string> {
  if (Array.isArray(value)) yield* listPieces(value, '')
  else {
    const entries = Object.entries(value) as [string, unknown[]][]
    for (const [at, [name, list]] of entries.entries()) {
      yield `${at === 0 ? '{' : ','}\n  ${JSON.stringify(name)}: `
      yield* listPieces(list, '  ')
    }
    yield '\n}'
  }
  yield '\n'
}
async function* listPieces(list: readonly unknown[], indent: string): AsyncGenerator<string> {
  if (list.length === 0) yield '['
  for (let at = 0; at < list.length; at += pieceRows) {
    const items = list.slice(at, at + pieceRows).map((one) => JSON.stringify(one, undefined, 2))
    yield items
      .map((text, index) => `${at + index === 0 ? '[' : ','}\n${text}`)
      .join('')
      .replaceAll('\n', `\n${indent}  `)
    await turn()
  }
  yield list.length === 0 ? ']' : `\n${indent}]`
}
