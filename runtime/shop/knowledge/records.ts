/** A CSV file as rows of cells, each knowing its line. Commas, semicolons or tabs; any line ends; with or without a mark. */
import { setImmediate as turn } from 'node:timers/promises'
import { pipeline } from 'node:stream/promises'
import { CsvError, parse } from 'csv-parse'
import type { Separator } from './cells.ts'

export interface Records {
  separator: Separator
  headings: string[]
  rows: string[][]
  /** Line, from 1, on which a row begins; -1 is that of the headings. */
  lineOf(row: number): number
}

/** Why a file is no CSV from a line on. */
export class NoCsv extends Error {
  readonly line: number
  readonly remedy: string
  constructor(line: number, reason: string, remedy: string) {
    super(reason)
    this.line = line
    this.remedy = remedy
  }
}

const separators: readonly Separator[] = [',', ';', '\t']
const sliceCharacters = 16_384

export async function readRecords(text: string): Promise<Records> {
  const content = text.replace(/^\uFEFF/, '')
  const first =
    content
      .slice(0, sliceCharacters)
      .replaceAll(/"[^"]*"/g, '')
      .split(/[\r\n]/, 1)[0] ?? ''
  const [separator = ','] = separators.toSorted((a, b) => first.split(b).length - first.split(a).length)
  const all: string[][] = []
  const ends: number[] = []
  const parser = parse({
    delimiter: separator,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_empty_values: true,
    on_record(record: string[], { bytes }) {
      all.push(record)
      ends.push(bytes)
    },
  })
  const slices = async function* () {
    for (let at = 0; at < content.length; at += sliceCharacters) {
      yield content.slice(at, at + sliceCharacters)
      // Between two slices the box does what else it has to do.
      await turn()
    }
  }
  try {
    await pipeline(slices, parser, async (rest) => {
      // Nothing comes: on_record has taken each.
      for await (const _ of rest) continue
    })
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const line = lineFinder(content)(ends.at(-1) ?? 0)
    throw new NoCsv(
      line,
      wordsOf(error.code),
      'Look for a quotation mark there that is opened and not closed, or double it.',
    )
  }
  const [headings = [], ...rows] = all
  const lineAt = lineFinder(content)
  return { separator, headings, rows, lineOf: (row) => lineAt(ends[row] ?? 0) }
}

const wordsOf = (code: string) =>
  code.includes('QUOTE') ? 'has a quotation mark in the wrong place' : `is no CSV (${code})`

/**
 * Line on which what follows a position begins; what was skipped before it (empty rows) does not count. Fast where
 * positions are asked for in their order.
 */
function lineFinder(content: string): (bytes: number) => number {
  let whole: Buffer | undefined
  let [last, line] = [0, 1]
  return (bytes) => {
    whole ??= Buffer.from(content)
    if (bytes < last) [last, line] = [0, 1]
    const gap = bytes === 0 ? '' : (/^[\s,;]*[\r\n]/.exec(whole.toString('utf8', bytes, bytes + 4096))?.[0] ?? '')
    line += breaks(whole.toString('utf8', last, bytes))
    last = bytes
    return line + breaks(gap)
  }
}
const breaks = (text: string) => text.split(/\r\n|\r|\n/).length - 1
