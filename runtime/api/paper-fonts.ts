/**
 * Which font a paper is set in. The one that every PDF reader has knows western European letters alone (not even the
 * minus sign); for others the fonts of the system are looked through. What none of them has is shown as a question mark.
 */
import { existsSync } from 'node:fs'

export interface PaperFont {
  /** A name that PDF knows, or a file; with the name of the face where the file holds several. */
  regular: [source: string, face?: string]
  bold: [source: string, face?: string]
  /** The text as this font can show it. */
  clean(text: string): string
}

interface Candidate extends Omit<PaperFont, 'clean'> {
  /** Letters that it has. */
  has: RegExp
}

/** ISO 8859-1 and what Windows-1252 puts between. */
const western = /[\n\u0020-\u007e\u00a0-\u00ff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]/u
/** Latin, Greek, Cyrillic and signs; as DejaVu Sans and Noto Sans have them. */
const european = /[\n\u0020-\u052f\u1e00-\u22ff]/u
/** Beside these, DejaVu Sans has Armenian, Hebrew, Arabic and Georgian. */
const dejavu =
  /[\n\u0020-\u058f\u05d0-\u05ea\u060c-\u064a\u0660-\u0669\u067e\u0686\u0698\u06a9\u06af\u06cc\u10d0-\u10fc\u1e00-\u22ff]/u
const rightToLeft = /[\u0590-\u08ff]+(?: [\u0590-\u08ff]+)*( ?)/gu
const folder = '/usr/share/fonts'
const cjk = `${folder}/opentype/noto/NotoSansCJK`

const candidates: Candidate[] = [
  {
    regular: [`${folder}/truetype/dejavu/DejaVuSans.ttf`],
    bold: [`${folder}/truetype/dejavu/DejaVuSans-Bold.ttf`],
    has: dejavu,
  },
  {
    regular: [`${folder}/truetype/noto/NotoSans-Regular.ttf`],
    bold: [`${folder}/truetype/noto/NotoSans-Bold.ttf`],
    has: european,
  },
  {
    regular: [`${cjk}-Regular.ttc`, 'NotoSansCJKjp-Regular'],
    bold: [`${cjk}-Bold.ttc`, 'NotoSansCJKjp-Bold'],
    has: /[\n\u0020-\u024f\u0370-\u052f\u2000-\u22ff\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef]/u,
  },
]

const missing = ({ has }: Pick<Candidate, 'has'>, text: string) =>
  Array.from(text).filter((one) => !has.test(one)).length

/** The font that shows the most of these texts. */
export function paperFont(texts: readonly string[], there: (file: string) => boolean = existsSync): PaperFont {
  const text = texts.join('\n')
  const helvetica: Candidate = { regular: ['Helvetica'], bold: ['Helvetica-Bold'], has: western }
  const usable = candidates.filter(({ regular, bold }) => there(regular[0]) && there(bold[0]))
  let best = helvetica
  for (const one of usable) if (missing(one, text) < missing(best, text)) best = one
  const { regular, bold, has } = best
  const plain = (words: string) => (best === helvetica ? words.replaceAll('−', '-') : words)
  // pdfkit turns what stands between two blanks, with the blank behind it: a name is made one such piece, and the blank
  // behind it is given back.
  const turned = (words: string) =>
    words.replaceAll(
      rightToLeft,
      (run: string, blank: string) => run.trimEnd().replaceAll(' ', '\u00a0') + blank.repeat(2),
    )
  return {
    regular,
    bold,
    clean: (words) => Array.from(turned(plain(words.normalize('NFC'))), (one) => (has.test(one) ? one : '?')).join(''),
  }
}
