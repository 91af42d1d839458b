/** The last lines of a child, bounded in number and length. */
import type { LogLevel } from '../contract/index.ts'

const MAX_LINES = 50
const MAX_CHARACTERS = 2000

export interface Line {
  time: number
  level: LogLevel
  text: string
}

export interface Lines {
  add(level: LogLevel, text: string): void
  list(): Line[]
}

/** `told` is called with each line as it comes. */
export function createLines(told: (line: Line) => void): Lines {
  const lines: Line[] = []
  return {
    add(level, text) {
      const line = { time: Date.now(), level, text: text.slice(0, MAX_CHARACTERS) }
      lines.push(line)
      if (lines.length > MAX_LINES) lines.shift()
      told(line)
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
