/** The sheet that a log is printed on: its measures, its colours, and what all parts of it need. */
import type PDFDocument from 'pdfkit'
import type { TemperatureUnit } from '../contract/index.ts'
import type { PaperFont } from './paper-fonts.ts'

export interface ColdPaper {
  shop: string
  cabinet: {
    id: string
    name: string
    profile: 'chilled' | 'frozen' | 'poultry' | 'custom'
    limitCelsius?: number | undefined
    air: readonly string[]
    product?: string | undefined
    door?: string | undefined
  }
  /** What the cabinet is held to. */
  limitCelsius: number
  from: number
  to: number
  /** When it is printed, milliseconds since the epoch. */
  now: number
  unit: TemperatureUnit
  /** The shop's, as IANA names it. */
  timezone: string
  /** A moment in the shop's time zone, with its offset. */
  local(time: number): string
  version: string
}

export type Pdf = InstanceType<typeof PDFDocument>
/** `clean` gives a text as the font can show it. */
export type Paper = ColdPaper & Pick<PaperFont, 'clean'>

/** A4 in points. */
export const page = { width: 595.28, height: 841.89, margin: 48 } as const
export const WIDTH = page.width - 2 * page.margin
const BOTTOM = page.height - page.margin - 24
export const ROW = 13
export const ink = {
  text: '#1a1a1a',
  quiet: '#666666',
  air: '#1f5f99',
  band: '#bcd4ea',
  product: '#8a5a00',
  limit: '#b3261e',
}

export function title(pdf: Pdf, text: string) {
  room(pdf, ROW * 4)
  pdf.font('bold').fontSize(12).fillColor(ink.text).text(text, page.margin, pdf.y)
  pdf.moveDown(0.4).font('regular').fontSize(9)
}

/** Begins a page where there is no room for so much; true where it did. */
export function room(pdf: Pdf, height: number): boolean {
  if (pdf.y + height <= BOTTOM) return false
  pdf.addPage()
  return true
}
