/** The log of a cabinet on paper: A4, a chart of all of it, what happened and who saw to it, and the rows. */
import PDFDocument from 'pdfkit'
import { degrees, inUnit, type TemperatureUnit } from '../contract/index.ts'
import type { ColdLog, LogRow } from './cold-log.ts'
import { paperFont } from './paper-fonts.ts'

export interface ColdPaper {
  shop: string
  cabinet: { id: string; name: string; profile: string }
  limitCelsius: number
  from: number
  to: number
  unit: TemperatureUnit
  /** A moment in the shop's time zone, with its offset. */
  local(time: number): string
  version: string
}

const MARGIN = 48
const WIDTH = 595.28 - 2 * MARGIN
const BOTTOM = 841.89 - MARGIN - 24
const ROW = 13
const CHART = 190
const ink = { text: '#1a1a1a', quiet: '#666666', air: '#1f5f99', band: '#bcd4ea', product: '#8a5a00', limit: '#b3261e' }
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

/** Resolves with the finished file. */
export function coldPaper(asked: ColdPaper, log: ColdLog): Promise<Buffer> {
  const font = paperFont([asked.shop, asked.cabinet.name, ...log.marks.map(({ text }) => text)])
  const paper: Paper = { ...asked, clean: font.clean }
  const pdf = new PDFDocument({
    size: 'A4',
    margin: MARGIN,
    bufferPages: true,
    info: { Title: `Temperature log of ${paper.cabinet.name}`, Author: paper.shop, Creator: `Endcap ${paper.version}` },
  })
  pdf.registerFont('regular', ...font.regular)
  pdf.registerFont('bold', ...font.bold)
  const parts: Buffer[] = []
  const done = new Promise<Buffer>((resolve, reject) => {
    pdf.on('data', (part: Buffer) => parts.push(part))
    pdf.on('end', () => resolve(Buffer.concat(parts)))
    pdf.on('error', reject)
  })
  head(pdf, paper, log)
  chart(pdf, paper, log)
  marks(pdf, paper, log)
  table(pdf, paper, log)
  foot(pdf, paper)
  pdf.end()
  return done
}

type Pdf = InstanceType<typeof PDFDocument>
/** `clean` gives a text as the font can show it. */
type Paper = ColdPaper & Pick<ReturnType<typeof paperFont>, 'clean'>

function head(pdf: Pdf, paper: Paper, log: ColdLog) {
  const { shop, cabinet, local, from, to, unit, limitCelsius, clean } = paper
  pdf
    .font('bold')
    .fontSize(18)
    .fillColor(ink.text)
    .text(clean(`Temperature log: ${cabinet.name}`))
  pdf.font('regular').fontSize(10).fillColor(ink.quiet).text(clean(shop))
  pdf.moveDown(0.6).fillColor(ink.text)
  const span = log.rows.length === 0 ? [] : [`${log.rows.length} records`]
  const highest = Math.max(...log.rows.map(({ highest: top }) => top ?? -Infinity))
  const lines = [
    `Cabinet ${cabinet.id}, profile ${cabinet.profile}, limit ${degrees(limitCelsius, unit)}`,
    `${local(from)} to ${local(to)}`,
    [...span, Number.isFinite(highest) ? `warmest air ${degrees(highest, unit)}` : 'no measurement'].join(', '),
    'Sampled each minute, recorded each five minutes. It shows what was measured; it does not say whether food is safe.',
  ]
  pdf.fontSize(9)
  for (const line of lines) pdf.text(clean(line))
  pdf.moveDown(0.8)
}

function chart(pdf: Pdf, paper: Paper, { rows, gaps }: ColdLog) {
  const left = MARGIN + 30
  const width = WIDTH - 30
  const top = pdf.y
  const measured = rows
    .flatMap(({ lowest, highest, product }) => [lowest, highest, product])
    .filter((one) => one !== undefined)
  const low = Math.min(paper.limitCelsius, ...measured) - 1
  const high = Math.max(paper.limitCelsius, ...measured) + 1
  const x = (time: number) => left + ((time - paper.from) / Math.max(1, paper.to - paper.from)) * width
  const y = (celsius: number) => top + CHART - ((celsius - low) / (high - low)) * CHART
  const inside = (time: number) => Math.min(left + width, Math.max(left, x(time)))

  for (const { from, to } of gaps) {
    pdf.rect(inside(from), top, Math.max(0.5, inside(to) - inside(from)), CHART).fill('#eeeeee')
  }
  for (let tick = 0; tick <= 4; tick++) {
    const celsius = low + ((high - low) * tick) / 4
    pdf
      .moveTo(left, y(celsius))
      .lineTo(left + width, y(celsius))
      .lineWidth(0.3)
      .stroke('#cccccc')
    const label = paper.clean(inUnit(celsius, paper.unit).toFixed(0).replace('-', '−'))
    pdf
      .fontSize(8)
      .fillColor(ink.quiet)
      .text(label, MARGIN, y(celsius) - 4, { width: 24, align: 'right', lineBreak: false })
  }
  for (const { from, to, lowest, highest } of rows) {
    if (lowest === undefined || highest === undefined) continue
    pdf.rect(inside(from), y(highest), Math.max(0.4, inside(to) - inside(from)), Math.max(0.4, y(lowest) - y(highest)))
    pdf.fill(ink.band)
  }
  line(pdf, rows, ({ mean }) => mean, x, y, ink.air)
  line(pdf, rows, ({ product }) => product, x, y, ink.product)
  pdf
    .dash(4, { space: 3 })
    .moveTo(left, y(paper.limitCelsius))
    .lineTo(left + width, y(paper.limitCelsius))
  pdf.lineWidth(1).stroke(ink.limit).undash()
  pdf.fontSize(8).fillColor(ink.quiet)
  for (let tick = 0; tick <= 4; tick++) {
    const time = paper.from + ((paper.to - paper.from) * tick) / 4
    const at = tick === 4 ? left + width - 60 : Math.max(left, x(time) - 30)
    pdf.text(paper.local(time).slice(5, 16).replace('T', ' '), at, top + CHART + 4, {
      width: 60,
      align: 'center',
      lineBreak: false,
    })
  }
  const key = 'Blue: air (band: lowest to highest). Brown: product. Red: limit. Grey: nothing recorded.'
  pdf.text(key, left, top + CHART + 18, { width, lineBreak: false })
  pdf.x = MARGIN
  pdf.y = top + CHART + 40
}

/** Breaks where there is no value: a gap is not drawn over. */
function line(
  pdf: Pdf,
  rows: readonly LogRow[],
  value: (row: LogRow) => number | undefined,
  x: (time: number) => number,
  y: (celsius: number) => number,
  colour: string,
) {
  let before: LogRow | undefined
  for (const row of rows) {
    const celsius = value(row)
    if (celsius === undefined) {
      before = undefined
      continue
    }
    const at = x((row.from + row.to) / 2)
    if (before && row.from - before.to < 90_000) pdf.lineTo(at, y(celsius))
    else pdf.moveTo(at, y(celsius))
    before = row
  }
  pdf.lineWidth(0.8).stroke(colour)
}

function marks(pdf: Pdf, paper: Paper, log: ColdLog) {
  const happened = [
    ...log.marks.map(({ at, text, celsius }) => ({
      at,
      text: celsius === undefined ? text : `${text} (${degrees(celsius, paper.unit)})`,
    })),
    ...log.gaps.map(({ from, to, reason }) => ({ at: from, text: `gap until ${paper.local(to)}: ${reason}` })),
  ].toSorted((a, b) => a.at - b.at)
  title(pdf, 'What happened')
  if (happened.length === 0) pdf.text('Nothing: no warning, no gap.')
  for (const { at, text } of happened) {
    room(pdf, ROW * 2)
    pdf
      .font('regular')
      .fontSize(9)
      .fillColor(ink.text)
      .text(paper.clean(`${paper.local(at)}  ${text}`), MARGIN, pdf.y, { width: WIDTH })
  }
  pdf.moveDown(1)
}

function table(pdf: Pdf, paper: Paper, log: ColdLog) {
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

function title(pdf: Pdf, text: string) {
  room(pdf, ROW * 4)
  pdf.font('bold').fontSize(12).fillColor(ink.text).text(text, MARGIN, pdf.y)
  pdf.moveDown(0.4).font('regular').fontSize(9)
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
  let x = MARGIN
  for (const [index, [name, width]] of columns.entries()) {
    const align = name === 'from' || name === 'to' ? 'left' : 'right'
    pdf.text(cells[index] ?? '', x, y, { width, align, lineBreak: false })
    x += width
  }
  pdf.x = MARGIN
  pdf.y = y + ROW
}

/** Begins a page where there is no room for so much; true where it did. */
function room(pdf: Pdf, height: number): boolean {
  if (pdf.y + height <= BOTTOM) return false
  pdf.addPage()
  return true
}

function foot(pdf: Pdf, paper: Paper) {
  const { start, count } = pdf.bufferedPageRange()
  for (let page = start; page < start + count; page++) {
    pdf.switchToPage(page)
    pdf.page.margins.bottom = 0
    const text = paper.clean(`${paper.shop}, ${paper.cabinet.name}   ·   page ${page - start + 1} of ${count}`)
    pdf.font('regular').fontSize(8).fillColor(ink.quiet)
    pdf.text(text, MARGIN, 841.89 - MARGIN, { width: WIDTH, align: 'center', lineBreak: false })
  }
}
