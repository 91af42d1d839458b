/** The last lines of a child, bounded in number, length and rate, and without what would steer a terminal. */
import type { LogLevel } from '../contract/index.ts'

const MAX_LINES = 50
const MAX_CHARACTERS = 2000
/** What a child may write into the log of the box: so many at once, then so many a second. */
const BURST_LINES = 200
const LINES_PER_SECOND = 20
/** Colours of a terminal. */
const COLOURS = /\p{Cc}\[[\d;]*m/gu
/** Control characters, and those that turn the direction of text. */
const CONTROLS = /[\p{Cc}\p{Bidi_Control}]/gu
const harmless = (sign: string): string => (sign === '\n' || sign === '\t' ? sign : '\uFFFD')

export interface Line {
  time: number
  level: LogLevel
  text: string
}

export interface Lines {
  add(level: LogLevel, text: string): void
  list(): Line[]
}

/** `told` is called with each line as it comes; of a flood, with what a log can hold. */
export function createLines(told: (line: Line) => void): Lines {
  const lines: Line[] = []
  let allowed = BURST_LINES
  let filledAt = performance.now()
  let leftOut = 0

  const tell = (line: Line) => {
    const now = performance.now()
    allowed = Math.min(BURST_LINES, allowed + ((now - filledAt) / 1000) * LINES_PER_SECOND)
    filledAt = now
    if (allowed < 1) {
      leftOut++
      return
    }
    allowed--
    if (leftOut > 0) told({ time: line.time, level: 'warn', text: `${leftOut} lines were left out of this log` })
    leftOut = 0
    told(line)
  }

  return {
    add(level, text) {
      const clean = text.slice(0, MAX_CHARACTERS).replace(COLOURS, '').replace(CONTROLS, harmless)
      const line = { time: Date.now(), level, text: clean }
      lines.push(line)
      if (lines.length > MAX_LINES) lines.shift()
      tell(line)
    },
    list: () => [...lines],
  }
}

/** Cuts a stream of text into lines; a line that never ends is cut at its greatest length. */
export function splitLines(take: (text: string) => void): (chunk: string) => void {
  let rest = ''
  return (chunk) => {
    const parts = (rest + chunk).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) if (part !== '') take(part)
    if (rest.length >= MAX_CHARACTERS) {
      take(rest)
      rest = ''
    }
  }
}
