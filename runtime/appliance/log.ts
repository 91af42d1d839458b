/** The log of the box: JSON lines for machines, one short line each for a person at a terminal. Both go to stderr. */
import { type DestinationStream, type Logger, pino } from 'pino'

const names: Record<number, string> = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' }
const colours: Record<number, string> = { 40: '\u001B[33m', 50: '\u001B[31m', 60: '\u001B[31m' }
const plain = '\u001B[0m'

interface Line {
  level: number
  time: number
  msg?: string
  plugin?: string
  part?: string
  remedy?: string
  err?: { message?: string; stack?: string }
}

/** One line of JSON as a person reads it: time, level where it matters, who, what, and what to do. */
export function readable(json: string): string {
  const { level, time, msg = '', plugin, part, remedy, err } = JSON.parse(json) as Line
  const clock = new Date(time).toTimeString().slice(0, 8)
  const who = plugin ?? part
  const mark = level >= 40 ? `${colours[level] ?? ''}${names[level] ?? level}${plain} ` : ''
  const trouble = err?.message && !msg.includes(err.message) ? ` (${err.message})` : ''
  return `${clock} ${mark}${who ? `${who}: ` : ''}${msg}${trouble}${remedy ? `\n         → ${remedy}` : ''}\n`
}

/** Secrets never stand in the log, wherever an object that holds one is logged. */
const redact = ['password', '*.password', 'secret', '*.secret', 'req.headers.cookie', 'req.headers.authorization']

export function createLog(destination?: DestinationStream): Logger {
  if (destination) return pino({ level: 'info', redact }, destination)
  if (!process.stderr.isTTY) return pino({ level: 'info', redact }, pino.destination({ fd: 2, sync: false }))
  return pino({ level: 'info', redact }, { write: (json: string) => void process.stderr.write(readable(json)) })
}
