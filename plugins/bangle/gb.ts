/**
 * What a Bangle.js understands over its UART: JavaScript, one line at a time. Gadgetbridge's way is one call,
 * `GB({…})`, with a leading DLE so that the line is not echoed (https://www.espruino.com/Gadgetbridge). The line is
 * code, so nothing of a text may ever leave its string: only printable ASCII goes out, the rest as escapes. `new: false`
 * shows without a buzz (BangleApps, apps/messages/lib.js).
 */
export type Message =
  | { t: 'notify'; id: number; src: string; title: string; body: string; new?: false }
  | { t: 'notify-'; id: number }
  | { t: 'find'; n: boolean }

/** What the watch sends back, as far as we understand it. */
export interface Tap {
  id: number
  /** `OPEN` is the tick, `DISMISS` the cross; `REPLY` carries a word. */
  n: string
  msg?: string
}

/** Write characteristic values hold 20 bytes where no larger MTU was agreed on (Bluetooth Core 5.4, Vol 3, Part F, 3.2.8). */
const chunkBytes = 20
/** A line that never ends is no line. */
const longestLine = 2000
/** Ctrl-C: forgets half a line that a broken connection left behind, which would swallow all that follows. */
export const clearLine = '\x03'
/** Software flow control of Espruino's console. */
const xon = 0x11
const xoff = 0x13

/** Espruino's strings are bytes and its fonts Latin-1: typographic signs become plain ones, what is left over `?`. */
export const plain = (text: string): string =>
  text
    .normalize('NFC')
    .replaceAll(/[\u2018\u2019\u201a]/g, "'")
    .replaceAll(/[\u201c-\u201e]/g, '"')
    .replaceAll(/[\u2013\u2014\u2212]/g, '-')
    .replaceAll('\u2026', '...')
    // oxlint-disable-next-line no-control-regex
    .replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
    .replaceAll(/[\u{100}-\u{10ffff}]/gu, '?')

const escape = (character: string) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`

/** The line for a message: its texts made plain, everything beyond printable ASCII escaped. */
export function lineOf(message: Message): string {
  const json = JSON.stringify(message, (_key, value: unknown) => (typeof value === 'string' ? plain(value) : value))
  return `\x10GB(${json.replaceAll(/[^\x20-\x7e]/g, escape)})\n`
}

/** A line in the pieces in which it is written, as hex. */
export function chunks(line: string): string[] {
  const bytes = Buffer.from(line, 'latin1')
  const all: string[] = []
  for (let at = 0; at < bytes.length; at += chunkBytes) all.push(bytes.subarray(at, at + chunkBytes).toString('hex'))
  return all
}

/**
 * Puts together what the watch sends; calls `tapped` for each line that is a tap and lets all others pass. `flow` is
 * told whether the watch takes more.
 */
export function createReader(
  tapped: (tap: Tap) => void,
  flow: (takesMore: boolean) => void = () => undefined,
): (hex: string) => void {
  let text = ''
  /** Within a line that is too long, until it ends. */
  let lost = false
  return (hex) => {
    const bytes = Buffer.from(hex, 'hex').filter((byte) => {
      if (byte !== xon && byte !== xoff) return true
      flow(byte === xon)
      return false
    })
    text += Buffer.from(bytes).toString('latin1')
    const lines = text.split('\n')
    text = lines.pop() ?? ''
    for (const line of lines) {
      const tap = lost ? undefined : tapOf(line)
      lost = false
      if (tap) tapped(tap)
    }
    lost ||= text.length > longestLine
    if (lost) text = ''
  }
}

function tapOf(line: string): Tap | undefined {
  const start = line.indexOf('{')
  if (start < 0 || line.length > longestLine) return undefined
  let said: unknown
  try {
    said = JSON.parse(line.slice(start).trim())
  } catch {
    return undefined
  }
  const { t, id, n, msg } = said as Record<string, unknown>
  if (t !== 'notify' || typeof id !== 'number' || typeof n !== 'string') return undefined
  return { id, n, ...(typeof msg === 'string' ? { msg } : {}) }
}
