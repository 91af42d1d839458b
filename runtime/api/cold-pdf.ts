/** The log of a cabinet on paper, A4, as an inspector asks for it: what was measured and how, what happened, who saw to it. */
import PDFDocument from 'pdfkit'
import { degrees } from '../contract/index.ts'
import type { ColdLog, LogRow } from './cold-log.ts'
import { chart } from './cold-pdf-chart.ts'
import { type ColdPaper, ink, page, type Paper, type Pdf, room, ROW, title, WIDTH } from './cold-pdf-sheet.ts'
import { table } from './cold-pdf-table.ts'
import { type PaperFont, paperFont } from './paper-fonts.ts'

/** Where the limits of the profiles come from; plugins/cold-chain/limits.ts tells more. */
const sources = {
  chilled: 'FDA Food Code 2022, 3-501.16',
  frozen: 'Directive 89/108/EEC, article 5, which allows 3 °C more for a short time',
  poultry: 'Regulation (EC) 853/2004',
  custom: 'set by the shop',
} as const

/** Room for the names of facts, points. */
const LABEL = 76

/** Resolves with the finished file. */
export function coldPaper(
  asked: ColdPaper,
  log: ColdLog,
  font: PaperFont = paperFont(printed(asked, log)),
): Promise<Buffer> {
  const paper: Paper = { ...asked, clean: font.clean }
  const pdf = new PDFDocument({
    size: 'A4',
    margin: page.margin,
    bufferPages: true,
    info: {
      Title: `Temperature log of ${paper.cabinet.name}`,
      Author: paper.shop,
      Creator: `Endcap ${paper.version}`,
    },
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
  happened(pdf, paper, log)
  signature(pdf)
  table(pdf, paper, log)
  foot(pdf, paper)
  pdf.end()
  return done
}

/** What people wrote, in whatever letters. */
const printed = ({ shop, cabinet }: Pick<ColdPaper, 'shop' | 'cabinet'>, log: ColdLog): string[] => [
  shop,
  cabinet.name,
  ...log.marks.map(({ text }) => text),
]

function head(pdf: Pdf, paper: Paper, log: ColdLog) {
  const { shop, cabinet, clean } = paper
  pdf
    .font('bold')
    .fontSize(18)
    .fillColor(ink.text)
    .text(clean(`Temperature log: ${cabinet.name}`))
  pdf.font('regular').fontSize(10).fillColor(ink.quiet).text(clean(shop))
  pdf.moveDown(0.6).fontSize(9)
  for (const [name, text] of facts(paper, log)) {
    const { y } = pdf
    pdf.fillColor(ink.quiet).text(name, page.margin, y, { width: LABEL, lineBreak: false })
    pdf.fillColor(ink.text).text(clean(text), page.margin + LABEL, y, { width: WIDTH - LABEL })
  }
  const lacks = (text: string) => clean(text).split('?').length > text.split('?').length
  if (printed(paper, log).some(lacks)) {
    pdf.x = page.margin
    pdf.fillColor(ink.quiet).text('Letters that the fonts of this box lack are printed as ?; the CSV has them.')
  }
  pdf.x = page.margin
  pdf.moveDown(0.8)
}

function facts({ cabinet, limitCelsius, from, to, now, unit, timezone, local, version }: Paper, log: ColdLog) {
  const { rows, gaps } = log
  const source = cabinet.limitCelsius === undefined ? sources[cabinet.profile] : sources.custom
  const measured = rows.reduce((sum, { samples }) => sum + samples, 0)
  const due = Math.round((Math.min(to, now) - from) / 60_000)
  const missing = gaps.reduce((sum, gap) => sum + gap.to - gap.from, 0) / 60_000
  const known = (value: (row: LogRow) => number | undefined) => rows.map(value).filter((one) => one !== undefined)
  const lowest = known((row) => row.lowest)
  const highest = known((row) => row.highest)
  const product = known((row) => row.product)
  const over = (value: (row: LogRow) => number | undefined) =>
    rows.reduce((sum, row) => sum + ((value(row) ?? -Infinity) > limitCelsius ? row.expected : 0), 0)
  const range =
    highest.length === 0
      ? 'no measurement'
      : `air ${degrees(Math.min(...lowest), unit)} to ${degrees(Math.max(...highest), unit)}` +
        (product.length === 0 ? '' : `, product up to ${degrees(Math.max(...product), unit)}`)
  const probes = [
    `air: ${cabinet.air.join(', ')}`,
    cabinet.product === undefined ? 'product: simulated from the air' : `product: ${cabinet.product}`,
    ...(cabinet.door === undefined ? [] : [`door: ${cabinet.door}`]),
  ]
  return [
    ['Cabinet', `${cabinet.name} (${cabinet.id})`],
    ['Limit', `${degrees(limitCelsius, unit)}, profile ${cabinet.profile} (${source})`],
    ['Time', `${local(from)} to ${local(to)}, in ${timezone} with the offset to UTC`],
    ['Probes', probes.join('; ')],
    ['Measured', `${range}; sampled each minute, recorded each five minutes`],
    [
      'Records',
      `${rows.length}, with ${measured} of ${due} minutes; ${gaps.length} ${gaps.length === 1 ? 'gap' : 'gaps'} of ${duration(missing)} in all`,
    ],
    [
      'Over the limit',
      `air in records of ${duration(over((row) => row.highest))}, product in records of ${duration(over((row) => row.product))}`,
    ],
    [
      'Printed',
      `${local(now)} by Endcap ${version}. It shows what was measured; it does not say whether food is safe.`,
    ],
  ] as const
}

const duration = (minutes: number): string =>
  minutes < 60 ? `${Math.round(minutes)} min` : `${Math.floor(minutes / 60)} h ${Math.round(minutes % 60)} min`

function happened(pdf: Pdf, paper: Paper, log: ColdLog) {
  const lines = [
    ...log.marks.map(({ at, text, celsius }) => ({
      at,
      text: celsius === undefined ? text : `${text} (${degrees(celsius, paper.unit)})`,
    })),
    ...log.gaps.map(({ from, to, reason }) => ({ at: from, text: `gap until ${paper.local(to)}: ${reason}` })),
    ...remarks(log.rows).map(({ from, to, note }) => ({ at: from, text: `until ${paper.local(to)}: ${note}` })),
  ].toSorted((a, b) => a.at - b.at)
  title(pdf, 'What happened')
  if (lines.length === 0) pdf.text('Nothing: no warning, no gap.')
  for (const { at, text } of lines) {
    room(pdf, ROW * 2)
    pdf
      .font('regular')
      .fontSize(9)
      .fillColor(ink.text)
      .text(paper.clean(`${paper.local(at)}  ${text}`), page.margin, pdf.y, { width: WIDTH })
  }
  pdf.moveDown(1)
}

/** What rows remark of defrosts, doors and the clock; warnings and missing measurements are told elsewhere. */
function remarks(rows: readonly LogRow[]) {
  const found: { from: number; to: number; note: string }[] = []
  const told = /^(warning|over the limit|no measurement)/
  for (const { from, to, note = '' } of rows) {
    for (const one of note.split('; ')) {
      if (one === '' || told.test(one)) continue
      const last = found.findLast((before) => before.note === one)
      if (last && from - last.to < 60_000) last.to = to
      else found.push({ from, to, note: one })
    }
  }
  return found
}

/** Corrective action, check of the probe, and review are a person's, by hand (as 21 CFR 120.12 and 123.9 ask of records). */
function signature(pdf: Pdf) {
  title(pdf, 'To be filled in by hand')
  const asked = [
    'What was done about it, and what became of the goods',
    'Probe compared with a reference (ice water is 0 °C / 32 °F): date, reading',
    'Reviewed by, date, signature',
  ]
  for (const what of asked) {
    room(pdf, ROW * 3)
    pdf.font('regular').fontSize(8).fillColor(ink.quiet).text(what, page.margin, pdf.y)
    const y = pdf.y + ROW
    pdf
      .moveTo(page.margin, y)
      .lineTo(page.margin + WIDTH, y)
      .lineWidth(0.4)
      .stroke(ink.quiet)
    pdf.y = y + 4
  }
  pdf.moveDown(1)
}

function foot(pdf: Pdf, paper: Paper) {
  const { start, count } = pdf.bufferedPageRange()
  const { from, to, local } = paper
  const days = `${local(from).slice(0, 10)} to ${local(to - 1000).slice(0, 10)}`
  for (let sheet = start; sheet < start + count; sheet++) {
    pdf.switchToPage(sheet)
    pdf.page.margins.bottom = 0
    const words = `${paper.shop}, ${paper.cabinet.name}, ${days}`.slice(0, 90)
    const text = paper.clean(`${words}   ·   page ${sheet - start + 1} of ${count}`)
    pdf.font('regular').fontSize(8).fillColor(ink.quiet)
    pdf.text(text, page.margin, page.height - page.margin, { width: WIDTH, align: 'center', lineBreak: false })
  }
}
