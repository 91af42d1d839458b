/** Simple pictures of the goods of the virtual shop, as SVG: no photograph, so that no real product is imitated. */
import type { Good } from './goods.ts'

const SIDE = 320
const CARD = '#fdf8ea'
const INK = '#2b2a26'

export type Look = Pick<Good, 'name' | 'brand' | 'look' | 'colour'>

/** A square picture without a ground: the shape of the packing in its colour, with a label of brand and name. */
export function drawProduct({ name, brand, look, colour }: Look): string {
  const draw = shapes[look] ?? box
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIDE} ${SIDE}" width="${SIDE}" height="${SIDE}">
${draw({ colour, name: name.split(',')[0] ?? name, brand: brand ?? '' })}
</svg>
`
}

interface Pack {
  colour: string
  name: string
  brand: string
}
type Shape = (pack: Pack) => string

const shadow = (rx: number, y = 302) => `<ellipse cx="160" cy="${y}" rx="${rx}" ry="9" fill="#000" opacity=".14"/>`

/** An outline in its colour, lit from the left. */
const body = (path: string, colour: string, left: number, right: number): string => {
  const width = right - left
  return `<path d="${path}" fill="${colour}"/><clipPath id="b"><path d="${path}"/></clipPath>
<g clip-path="url(#b)"><rect x="${left + width * 0.07}" y="0" width="${width * 0.09}" height="320" fill="#fff" opacity=".2"/>
<rect x="${right - width * 0.2}" y="0" width="${width * 0.2}" height="320" fill="#000" opacity=".13"/></g>`
}

/** One sign for each brand, around 0,0 and 60 wide at most, in one colour. */
const motifs: Record<string, string> = {
  Quillmark: '<path d="M-22 16C-22 -16 4 -26 24 -24C26 2 12 22 -18 20L-28 28"/>',
  'Orrin & Maud': '<path d="M0 -28L28 0L0 28L-28 0ZM0 -13L13 0L0 13L-13 0Z" fill-rule="evenodd"/>',
  'Tollgate Roast':
    '<ellipse rx="19" ry="27" transform="rotate(28)"/><path d="M12 -22C-8 -8 8 8 -12 22" fill="none" stroke-width="5" stroke="var(--ground)"/>',
  'Tollgate Mill': '<path d="M-4 -28H4V28H-4ZM-28 -4H28V4H-28Z" transform="rotate(20)"/>',
  Brackendell: '<path d="M-30 22Q-12 -18 4 6Q14 -12 30 22Z"/><circle cx="14" cy="-18" r="8"/>',
  Sundervale:
    '<path d="M-20 14A20 20 0 0 1 20 14Z"/><path d="M0 -28V-14M-20 -20L-12 -9M20 -20L12 -9M-31 0L-23 5M31 0L23 5" stroke-width="5" stroke="currentColor"/>',
  'Penwhistle Dairy': '<path d="M0 -30C16 -8 22 2 22 10A22 20 0 0 1 -22 10C-22 2 -16 -8 0 -30Z"/>',
  Ferrowby:
    '<path d="M0 30V-20" stroke-width="4" stroke="currentColor"/><path d="M0 -30Q9 -20 0 -10Q-9 -20 0 -30ZM3 -6Q20 -22 22 -4Q12 6 3 -6ZM-3 -6Q-20 -22 -22 -4Q-12 6 -3 -6ZM3 12Q20 -4 22 14Q12 24 3 12ZM-3 12Q-20 -4 -22 14Q-12 24 -3 12Z"/>',
}
const motif = (brand: string, x: number, y: number, colour: string, ground: string, scale = 1): string =>
  `<g transform="translate(${x} ${y}) scale(${scale})" fill="${colour}" color="${colour}" stroke-linecap="round">${(motifs[brand] ?? motifs['Sundervale'] ?? '').replaceAll('var(--ground)', ground)}</g>`

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/** Brand and name in a field: the name in at most two lines, as large as fits. */
function label({ name, brand, colour }: Pack, x: number, y: number, width: number, height: number): string {
  const middle = x + width / 2
  const words = name.split(' ')
  const half = Math.ceil(words.length / 2)
  const lines = (name.length > 9 && words.length > 1 ? [words.slice(0, half), words.slice(half)] : [words]).map((one) =>
    one.join(' '),
  )
  const size = Math.min(25, (width * 1.58) / Math.max(...lines.map(({ length }) => length)))
  const small = Math.min(11, (width * 1.45) / brand.length)
  const from = y + height * 0.62 - ((lines.length - 1) / 2) * size * 1.1 + size * 0.35
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${CARD}"/>
<rect x="${x}" y="${y}" width="${width}" height="5" fill="${colour}" opacity=".55"/>
<g font-family="'Liberation Sans', Arial, sans-serif" text-anchor="middle" fill="${INK}"><text x="${middle}" y="${y + 22}" font-size="${small}" letter-spacing="1" fill="${INK}" opacity=".75">${escaped(brand.toUpperCase())}</text>
${lines.map((line, i) => `<text x="${middle}" y="${from + i * size * 1.1}" font-size="${size}" font-weight="700" letter-spacing="-.4">${escaped(line)}</text>`).join('')}</g>`
}

const box: Shape = (pack) =>
  `${shadow(104)}${body('M62 46H258V304H62Z', pack.colour, 62, 258)}<path d="M62 46H258V58H62Z" fill="#fff" opacity=".25"/>
${motif(pack.brand, 160, 116, CARD, pack.colour, 1.25)}${label(pack, 62, 176, 196, 92)}`

const shapes: Record<string, Shape> = {
  box,
  tin: (pack) =>
    `${shadow(98)}${body('M68 60H252V292Q160 314 68 292Z', pack.colour, 68, 252)}<ellipse cx="160" cy="60" rx="92" ry="15" fill="#e9e4d6"/><ellipse cx="160" cy="58" rx="78" ry="10" fill="#cfc8b6"/>
${motif(pack.brand, 160, 124, CARD, pack.colour, 1.2)}${label(pack, 68, 178, 184, 88)}`,
  bag: (pack) =>
    `${shadow(104)}${body('M70 40H250L242 68L258 300Q160 308 62 300L78 68Z', pack.colour, 62, 258)}<path d="M70 40H250L242 68H78Z" fill="#fff" opacity=".22"/>
${motif(pack.brand, 160, 122, CARD, pack.colour, 1.2)}${label(pack, 76, 178, 168, 88)}`,
  jar: (pack) =>
    `${shadow(86)}${body('M78 96Q78 78 96 78H224Q242 78 242 96V280Q242 304 218 304H102Q78 304 78 280Z', pack.colour, 78, 242)}<rect x="84" y="36" width="152" height="46" rx="8" fill="#e4d9b8"/><path d="M84 64H236" stroke="#b9a878" stroke-width="3"/>
${motif(pack.brand, 160, 124, CARD, pack.colour, 0.9)}${label(pack, 78, 160, 164, 96)}`,
  bottle: (pack) =>
    `${shadow(60)}${body('M138 40H182V104Q220 128 220 168V290Q220 304 206 304H114Q100 304 100 290V168Q100 128 138 104Z', pack.colour, 100, 220)}<rect x="134" y="14" width="52" height="34" rx="5" fill="#c9a227"/>
${motif(pack.brand, 160, 148, CARD, pack.colour, 0.7)}${label(pack, 100, 186, 120, 84)}`,
  carton: (pack) =>
    `${shadow(76)}${body('M86 92L116 36H204L234 92V304H86Z', pack.colour, 86, 234)}<path d="M86 92L116 36H204L234 92Z" fill="#fff" opacity=".3"/><rect x="112" y="20" width="96" height="18" fill="${pack.colour}"/><rect x="112" y="20" width="96" height="18" fill="#000" opacity=".16"/>
${motif(pack.brand, 160, 138, CARD, pack.colour, 1.1)}${label(pack, 86, 190, 148, 84)}`,
  tub: (pack) =>
    `${shadow(82)}${body('M58 110H262L240 292Q238 304 224 304H96Q82 304 80 292Z', pack.colour, 58, 262)}<rect x="48" y="84" width="224" height="30" rx="9" fill="#f2ecdc"/><rect x="48" y="102" width="224" height="12" rx="6" fill="#d6cdb5"/>
${motif(pack.brand, 160, 150, CARD, pack.colour, 0.85)}${label(pack, 84, 190, 152, 84)}`,
  tray: (pack) =>
    `${shadow(128)}<rect x="26" y="120" width="268" height="184" rx="18" fill="#2f3a3c"/><rect x="40" y="132" width="240" height="160" rx="12" fill="#45524f"/>
<path d="M60 222C54 168 108 138 150 158C190 132 262 148 262 206C264 262 212 284 160 270C112 288 66 272 60 222Z" fill="${pack.colour}"/><path d="M92 206C110 182 136 178 150 186M184 188C206 176 232 186 238 206" fill="none" stroke="#fff" stroke-width="7" stroke-linecap="round" opacity=".4"/>
${label(pack, 96, 196, 128, 82)}`,
  eggs: (pack) =>
    `${shadow(126)}${[66, 113, 160, 207, 254].map((x) => `<ellipse cx="${x}" cy="168" rx="24" ry="34" fill="#e9c9a2"/><ellipse cx="${x - 7}" cy="154" rx="6" ry="10" fill="#fff" opacity=".5"/>`).join('')}
${body('M30 176H290L276 296Q275 304 266 304H54Q45 304 44 296Z', pack.colour, 30, 290)}${label(pack, 96, 200, 128, 80)}`,
  loaf: ({ colour }) =>
    `${shadow(124)}${body('M34 236C34 168 92 128 160 128C228 128 286 168 286 236C286 282 262 304 226 304H94C58 304 34 282 34 236Z', colour, 34, 286)}
<g fill="none" stroke="#f6e3c0" stroke-width="11" stroke-linecap="round" opacity=".85"><path d="M86 178C106 196 112 216 108 240M140 160C162 182 168 206 162 234M198 160C220 180 226 202 220 230"/></g>
<g fill="#fff" opacity=".45"><circle cx="80" cy="216" r="3"/><circle cx="128" cy="196" r="3.5"/><circle cx="184" cy="188" r="3"/><circle cx="238" cy="208" r="3.5"/><circle cx="246" cy="244" r="3"/><circle cx="190" cy="248" r="2.5"/><circle cx="136" cy="256" r="3"/><circle cx="70" cy="252" r="2.5"/></g>`,
  baguette: ({ colour }) =>
    `<g transform="rotate(-32 160 180)">${body('M-2 180C-2 148 30 138 60 138H260C290 138 322 148 322 180C322 212 290 222 260 222H60C30 222 -2 212 -2 180Z', colour, -40, 420)}
<g fill="none" stroke="#f7e2b8" stroke-width="13" stroke-linecap="round" opacity=".9"><path d="M48 196L84 160M104 198L140 160M160 198L196 160M216 198L252 160M266 194L290 170"/></g></g>`,
  croissant: ({ colour }) =>
    `${shadow(112, 276)}<path d="M20 256C10 170 78 88 160 88C242 88 310 170 300 256C296 276 276 274 266 256C246 216 206 196 160 196C114 196 74 216 54 256C44 274 24 276 20 256Z" fill="${colour}"/>
<path d="M126 92C140 88 180 88 194 92L186 198C170 194 150 194 134 198Z" fill="#fff" opacity=".2"/><path d="M70 122C82 112 96 104 110 98L122 200C108 204 94 210 84 218Z" fill="#fff" opacity=".1"/><path d="M250 122C238 112 224 104 210 98L198 200C212 204 226 210 236 218Z" fill="#000" opacity=".08"/><path d="M30 190C36 166 48 142 62 128L76 224C66 232 58 244 52 258L28 236Z" fill="#000" opacity=".07"/>
<g fill="none" stroke="#7a4513" stroke-width="5" stroke-linecap="round" opacity=".55"><path d="M66 126Q76 170 78 222M116 97Q126 150 128 198M204 97Q194 150 192 198M254 126Q244 170 242 222"/></g>`,
  swirl: ({ colour }) =>
    `${shadow(104)}<path d="M40 214A120 112 0 0 1 280 214C280 270 240 304 160 304C80 304 40 270 40 214Z" fill="${colour}"/><ellipse cx="160" cy="198" rx="120" ry="96" fill="#d9a765"/>
<path d="M160 202C150 190 172 176 190 192C208 212 186 240 152 236C110 230 98 188 130 160C166 132 228 144 242 188C254 240 206 276 150 272C92 268 56 226 72 176" fill="none" stroke="${colour}" stroke-width="15" stroke-linecap="round"/>
<g fill="none" stroke="#fffaf0" stroke-width="7" stroke-linecap="round" opacity=".95"><path d="M92 150Q160 112 236 154M84 206Q104 168 140 152M236 216Q226 248 186 260"/></g>`,
  pretzel: ({ colour }) =>
    `${shadow(110, 306)}<path d="M92 250C120 222 150 192 172 150C190 110 220 82 250 90C296 102 302 168 284 214C262 268 210 284 160 284C110 284 58 268 36 214C18 168 24 102 70 90C100 82 130 110 148 150C170 192 200 222 228 250" fill="none" stroke="${colour}" stroke-width="34" stroke-linecap="round"/>
<path d="M36 150C38 120 52 104 74 100M236 104C220 112 208 130 198 150" fill="none" stroke="#fff" stroke-width="7" stroke-linecap="round" opacity=".3"/>
<g fill="#fffaf0">${[
      [30, 186],
      [58, 238],
      [96, 268],
      [150, 280],
      [206, 270],
      [254, 240],
      [284, 176],
      [264, 100],
      [156, 158],
      [96, 92],
    ]
      .map(([x, y]) => `<rect x="${x}" y="${y}" width="9" height="9" rx="2"/>`)
      .join('')}</g>`,
  roll: ({ colour }) =>
    `${shadow(112)}${body('M38 236C38 176 92 138 160 138C228 138 282 176 282 236C282 284 238 304 160 304C82 304 38 284 38 236Z', colour, 38, 282)}
<path d="M70 196C120 160 200 160 250 196" fill="none" stroke="#f6e3c0" stroke-width="10" stroke-linecap="round" opacity=".75"/>
<g fill="#fbefd2"><ellipse cx="96" cy="222" rx="4" ry="7" transform="rotate(30 96 222)"/><ellipse cx="130" cy="204" rx="4" ry="7" transform="rotate(-20 130 204)"/><ellipse cx="166" cy="218" rx="4" ry="7" transform="rotate(50 166 218)"/><ellipse cx="204" cy="206" rx="4" ry="7" transform="rotate(-40 204 206)"/><ellipse cx="232" cy="230" rx="4" ry="7" transform="rotate(15 232 230)"/><ellipse cx="116" cy="246" rx="4" ry="7" transform="rotate(70 116 246)"/><ellipse cx="154" cy="254" rx="4" ry="7" transform="rotate(-30 154 254)"/><ellipse cx="196" cy="246" rx="4" ry="7" transform="rotate(35 196 246)"/><ellipse cx="178" cy="182" rx="4" ry="7" transform="rotate(10 178 182)"/><ellipse cx="146" cy="178" rx="4" ry="7" transform="rotate(60 146 178)"/></g>`,
}
