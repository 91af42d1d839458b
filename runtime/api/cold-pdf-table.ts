/** The records of a log on paper: each five minutes, or by the hour where that would be a book. */
import { inUnit, type TemperatureUnit } from '../contract/index.ts'
import type { ColdLog, LogRow } from './cold-log.ts'
import { ink, page, type Paper, type Pdf, room, ROW, title } from './cold-pdf-sheet.ts'

/** Longer than this, rows of an hour are printed; the CSV has all. */
const FULL_MILLISECONDS = 7 * 86_400_000
const HOUR = 3_600_000

const columns = [
  ['from', 122],
  ['to', 122],
  ['lowest', 47],
  ['mean', 47],
  ['highest', 52],
  ['product', 52],
  ['minutes', 57],
] as const

export function table(pdf: Pdf, paper: Paper, log: ColdLog) {
  const long = paper.to - paper.from > FULL_MILLISECONDS
  const rows = long ? byHour(log.rows) : log.rows
  title(pdf, long ? 'Records by the hour (the CSV has every five minutes)' : 'Records')
  header(pdf, paper.unit)
  const figure = (celsius: number | undefined) =>
    celsius === undefined ? '–' : paper.clean(inUnit(celsius, paper.unit).toFixed(1).replace('-', '−'))
  for (const row of rows) {
    if (room(pdf, ROW)) header(pdf, paper.unit)
    const over = row.highest !== undefined && row.highest > paper.limitCelsius
    const short = row.samples < row.expected
    const cells = [
      paper.local(row.from),
      paper.local(row.to),
      ...[row.lowest, row.mean, row.highest, row.product].map(figure),
    ]
    pdf.fillColor(over ? ink.limit : ink.text)
    print(pdf, [...cells, `${row.samples} of ${row.expected}${short ? ' !' : ''}`])
  }
}

function byHour(rows: readonly LogRow[]): LogRow[] {
  const hours = new Map<number, LogRow[]>()
  for (const row of rows) {
    const hour = Math.floor(row.from / HOUR)
    hours.set(hour, [...(hours.get(hour) ?? []), row])
  }
  return [...hours.values()].flatMap((some) => {
    const [first] = some
    const last = some.at(-1)
    if (!first || !last) return []
    const of = (name: 'lowest' | 'mean' | 'highest') => some.map((row) => row[name]).filter((one) => one !== undefined)
    const lowest = of('lowest')
    const means = of('mean')
    return [
      {
        from: first.from,
        to: last.to,
        samples: some.reduce((sum, { samples }) => sum + samples, 0),
        expected: some.reduce((sum, { expected }) => sum + expected, 0),
        ...(lowest.length === 0
          ? {}
          : {
              lowest: Math.min(...lowest),
              mean: means.reduce((sum, one) => sum + one, 0) / means.length,
              highest: Math.max(...of('highest')),
            }),
        ...(last.product === undefined ? {} : { product: last.product }),
      },
    ]
  })
}

function header(pdf: Pdf, unit: TemperatureUnit) {
  pdf.font('bold').fontSize(7).fillColor(ink.quiet)
  const sign = unit === 'fahrenheit' ? '°F' : '°C'
  print(
    pdf,
    columns.map(([name]) => (/lowest|mean|highest|product/.test(name) ? `${name} ${sign}` : name)),
  )
  pdf.font('regular').fontSize(8)
}

function print(pdf: Pdf, cells: readonly string[]) {
  const { y } = pdf
  let x = page.margin
  for (const [index, [name, width]] of columns.entries()) {
    const align = name === 'from' || name === 'to' ? 'left' : 'right'
    pdf.text(cells[index] ?? '', x, y, { width, align, lineBreak: false })
    x += width
  }
  pdf.x = page.margin
  pdf.y = y + ROW
}
