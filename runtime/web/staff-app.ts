/** What makes the staff page an app that can be installed: its manifest and its icons, drawn here from the mark. */
import { crc32, deflateSync } from 'node:zlib'
import type { Plugin } from 'vite'

const enamel = [0x0f, 0x41, 0x40] as const
const marigold = [0xf0, 0xb4, 0x29] as const
const paper = [0xf6, 0xf3, 0xe9] as const
type Colour = typeof enamel | typeof marigold | typeof paper

/** The mark of shared/mark.svg on its grid of 32: an end panel and three shelves. [x, y, width, height] */
const mark: [Colour, number, number, number, number][] = [
  [marigold, 6, 4, 5, 24],
  [paper, 11, 4, 15, 4],
  [paper, 11, 14, 11, 4],
  [paper, 11, 24, 15, 4],
]
/** The grid is larger than the mark, so that a phone may cut the icon round (W3C Manifest: safe zone of 40 % radius). */
const grid = 52

/** A square PNG (RFC 2083) of true colour without filters. */
function icon(size: number): Buffer {
  const rows = Buffer.alloc(size * (1 + size * 3))
  for (let y = 0; y < size; y++) {
    const start = y * (1 + size * 3)
    for (let x = 0; x < size; x++) {
      const gx = (x * grid) / size - (grid - 32) / 2
      const gy = (y * grid) / size - (grid - 32) / 2
      const part = mark.find(
        ([, left, top, wide, high]) => gx >= left && gx < left + wide && gy >= top && gy < top + high,
      )
      rows.set(part?.[0] ?? enamel, start + 1 + x * 3)
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(size, 0)
  header.writeUInt32BE(size, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const check = Buffer.alloc(4)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}

const sizes = [192, 512]

/** Emits `/staff.webmanifest` and `/staff-icon-<size>.png` under names that stay, as an installed app needs them. */
export const staffApp = (): Plugin => ({
  name: 'endcap-staff-app',
  generateBundle() {
    for (const size of sizes) this.emitFile({ type: 'asset', fileName: `staff-icon-${size}.png`, source: icon(size) })
    const manifest = {
      id: '/staff',
      name: 'Endcap staff',
      short_name: 'Endcap',
      description: 'What there is to do, and who needs you',
      start_url: '/staff',
      scope: '/staff',
      display: 'standalone',
      background_color: '#0f4140',
      theme_color: '#0f4140',
      icons: sizes.flatMap((size) =>
        ['any', 'maskable'].map((purpose) => ({
          src: `/staff-icon-${size}.png`,
          sizes: `${size}x${size}`,
          type: 'image/png',
          purpose,
        })),
      ),
    }
    this.emitFile({ type: 'asset', fileName: 'staff.webmanifest', source: JSON.stringify(manifest, undefined, 2) })
  },
  transformIndexHtml: (_html, { filename }) =>
    filename.endsWith('staff.html')
      ? [
          {
            tag: 'link',
            attrs: { rel: 'manifest', href: '/staff.webmanifest', crossorigin: 'use-credentials' },
            injectTo: 'head',
          },
          { tag: 'link', attrs: { rel: 'apple-touch-icon', href: '/staff-icon-192.png' }, injectTo: 'head' },
        ]
      : [],
})
