/** Shifts as one cell of a table: `mon-fri 08:00-17:00|sat 22:00-06:00`. */
import type { Shift } from '../../contract/index.ts'
import type { CellFault } from './cells.ts'

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
type Day = (typeof days)[number]

const shape = /^([a-z,\s-]+?)\s+(\d{1,2}:\d\d)\s*-\s*(\d{1,2}:\d\d)$/
const dayAt = (name: string) => days.findIndex((day) => name.startsWith(day))

/** Days of `mon,wed-fri` or `daily`; a range may go over the end of the week. Undefined where one is none. */
function readDays(text: string): Day[] | undefined {
  if (text === 'daily') return [...days]
  const found = new Set<number>()
  for (const part of text.split(',')) {
    const [from = -1, to = from, ...more] = part.split('-').map((name) => dayAt(name.trim()))
    if (from < 0 || to < 0 || more.length > 0) return undefined
    for (let at = from; at !== (to + 1) % 7; at = (at + 1) % 7) {
      found.add(at)
      if (found.size === 7) break
    }
  }
  return days.filter((_, at) => found.has(at))
}

/** `8:00` is 08:00, and the end of a day is its midnight. */
const clockOf = (text: string) => (text === '24:00' ? '00:00' : text.padStart(5, '0'))

export function readShifts(cell: string): { value: Shift[] } | CellFault {
  const shifts: Shift[] = []
  for (const part of cell.toLowerCase().replaceAll(/[–—]/g, '-').split('|')) {
    if (part.trim() === '') continue
    const [, named = '', from = '', to = ''] = shape.exec(part.trim()) ?? []
    const on = named === '' ? undefined : readDays(named)
    if (!on)
      return {
        reason: `has ${part.trim()}, which is no shift`,
        remedy: 'Write days and hours as mon-fri 08:00-17:00, with a bar between two shifts.',
      }
    shifts.push({ days: on, from: clockOf(from), to: clockOf(to) })
  }
  return { value: shifts }
}

export const writeShifts = (shifts: readonly Shift[]): string =>
  shifts.map(({ days: on, from, to }) => `${writeDays(on)} ${from}-${to}`).join('|')

function writeDays(on: readonly Day[]): string {
  if (new Set(on).size === 7) return 'daily'
  const spans: [first: number, last: number][] = []
  for (const [at, day] of days.entries()) {
    if (!on.includes(day)) continue
    const span = spans.at(-1)
    if (span?.[1] === at - 1) span[1] = at
    else spans.push([at, at])
  }
  return spans.map(([first, last]) => (first === last ? days[first] : `${days[first]}-${days[last]}`)).join(',')
}
