/** Simple pictures of the goods of the virtual shop, as SVG: no photograph, so that no real product is imitated. */
import type { Good } from './goods.ts'

const SIDE = 320

/** A square picture: the shape of the packing in its colour, with the first words of its name as a label. */
export function drawProduct({ name, look, colour }: Pick<Good, 'name' | 'look' | 'colour'>): string {
  const label = name.split(',')[0] ?? name
  const draw = shapes[look] ?? shapes['box']
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIDE} ${SIDE}" width="${SIDE}" height="${SIDE}">
<rect width="${SIDE}" height="${SIDE}" fill="#f4f1ea"/><ellipse cx="160" cy="284" rx="96" ry="12" fill="#00000022"/>
${draw?.(colour) ?? ''}${labelled.has(look) ? written(label) : ''}</svg>
`
}

const shapes: Record<string, (colour: string) => string> = {
  box: (colour) => `<rect x="76" y="66" width="168" height="218" rx="6" fill="${colour}"/>${band(96, 148)}`,
  tin: (colour) =>
    `<rect x="84" y="84" width="152" height="200" rx="14" fill="${colour}"/><ellipse cx="160" cy="84" rx="76" ry="16" fill="#d8d4ca"/>${band(84, 152)}`,
  bag: (colour) =>
    `<path d="M84 70 H236 L246 284 H74 Z" fill="${colour}"/><path d="M84 70 H236 L232 92 H88 Z" fill="#ffffff55"/>${band(84, 152)}`,
  jar: (colour) =>
    `<rect x="92" y="100" width="136" height="184" rx="22" fill="${colour}"/><rect x="100" y="70" width="120" height="36" rx="8" fill="#b9b3a4"/>${band(92, 136)}`,
  bottle: (colour) =>
    `<path d="M140 36 H180 V110 Q212 130 212 164 V284 H108 V164 Q108 130 140 110 Z" fill="${colour}"/><rect x="138" y="30" width="44" height="24" rx="4" fill="#3c3a34"/>${band(108, 104)}`,
  carton: (colour) =>
    `<path d="M98 104 L126 52 H194 L222 104 V284 H98 Z" fill="${colour}"/><path d="M98 104 L126 52 H194 L222 104 Z" fill="#ffffff66"/>${band(98, 124)}`,
  tub: (colour) =>
    `<path d="M86 130 H234 L216 284 H104 Z" fill="${colour}"/><rect x="78" y="112" width="164" height="24" rx="8" fill="#d8d4ca"/>${band(96, 128)}`,
  tray: (colour) =>
    `<rect x="48" y="150" width="224" height="134" rx="16" fill="#2f3336"/><rect x="62" y="160" width="196" height="100" rx="30" fill="${colour}"/>${band(80, 160)}`,
  loaf: (colour) =>
    `<path d="M52 284 Q44 150 160 140 Q276 150 268 284 Z" fill="${colour}"/><path d="M110 176 L140 226 M150 166 L180 222 M192 170 L218 222" stroke="#ffffff66" stroke-width="9" stroke-linecap="round"/>`,
  roll: (colour) =>
    `<ellipse cx="160" cy="222" rx="92" ry="64" fill="${colour}"/><path d="M108 208 Q160 166 212 208" stroke="#ffffff77" stroke-width="9" fill="none" stroke-linecap="round"/>`,
}
const labelled = new Set(['box', 'tin', 'bag', 'jar', 'bottle', 'carton', 'tub', 'tray'])

const band = (x: number, width: number): string =>
  `<rect x="${x}" y="176" width="${width}" height="66" fill="#fffdf6" opacity="0.92"/>`

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;')

/** At most two lines in the band, as large as fits. */
function written(label: string): string {
  const words = label.split(' ')
  const half = Math.ceil(words.length / 2)
  const lines = label.length > 11 && words.length > 1 ? [words.slice(0, half), words.slice(half)] : [words]
  const texts = lines.map((line) => line.join(' '))
  const size = Math.min(22, 190 / Math.max(...texts.map((text) => text.length)))
  return texts
    .map(
      (text, i) =>
        `<text x="160" y="${209 + size * 0.35 + (i - (texts.length - 1) / 2) * size * 1.15}" font-family="sans-serif" font-size="${size}" text-anchor="middle" fill="#2b2a26">${escaped(text)}</text>`,
    )
    .join('')
}
