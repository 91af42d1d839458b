/** The type of a file by its first bytes, never by its name or by what the sender says. */

/** Bytes from the beginning that are enough to tell. */
export const HEAD_BYTES = 4096

const ascii = (head: Buffer, from: number, to: number): string => head.toString('latin1', from, to)

/** Brands of ISO base media files (ISO/IEC 14496-12, 4.3; the MP4 registration authority lists them). */
const avif = new Set(['avif', 'avis'])
const mp4 = /^(isom|iso[2-9]|mp4[12]|mmp4|avc1|M4V |dash|MSNV|f4v )$/

function isoMedia(head: Buffer): string | undefined {
  if (ascii(head, 4, 8) !== 'ftyp') return undefined
  const length = Math.min(head.readUInt32BE(0), head.length)
  const brands = [ascii(head, 8, 12)]
  for (let at = 16; at + 4 <= length; at += 4) brands.push(ascii(head, at, at + 4))
  if (brands.some((brand) => avif.has(brand))) return 'image/avif'
  return brands.some((brand) => mp4.test(brand)) ? 'video/mp4' : undefined
}

/** SVG is text: what stands before `<svg` may be a byte order mark, an XML declaration, comments, a document type. */
const SVG = /^\uFEFF?\s*(<\?xml[^>]*\?>\s*)?((<!--[\s\S]*?-->|<!DOCTYPE[^>[]*(\[[^\]]*\])?[^>]*>)\s*)*<svg[\s>]/i

/** Its media type, or undefined where it is none that a screen can show. */
export function mediaType(head: Buffer): string | undefined {
  if (head.length < 12) return undefined
  if (ascii(head, 0, 8) === '\x89PNG\r\n\x1a\n') return 'image/png'
  if (head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return 'image/jpeg'
  if (/^GIF8[79]a$/.test(ascii(head, 0, 6))) return 'image/gif'
  if (ascii(head, 0, 4) === 'RIFF' && ascii(head, 8, 12) === 'WEBP') return 'image/webp'
  // EBML with the document type of WebM (RFC 8794; Matroska itself is not for browsers).
  if (head.readUInt32BE(0) === 0x1a45dfa3) return ascii(head, 0, 64).includes('webm') ? 'video/webm' : undefined
  return isoMedia(head) ?? (SVG.test(head.toString('utf8')) ? 'image/svg+xml' : undefined)
}
