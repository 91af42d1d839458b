/** The chart of a log on paper: air with its spread, product, limit, and gaps. */
import { inUnit } from '../contract/index.ts'
import type { ColdLog, LogRow } from './cold-log.ts'
import { ink, page, type Paper, type Pdf, WIDTH } from './cold-pdf-sheet.ts'

const CHART = 190

export function chart(pdf: Pdf, paper: Paper, { rows, gaps }: ColdLog) {
  const left = page.margin + 30
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
      .text(label, page.margin, y(celsius) - 4, { width: 24, align: 'right', lineBreak: false })
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
  pdf.x = page.margin
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
