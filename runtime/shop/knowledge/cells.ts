/** Cells of a table as people and spreadsheets write them, and as we write them. */
import type { Shift } from '../../contract/index.ts'
import { readShifts, writeShifts } from './shifts.ts'

export type CellKind = 'text' | 'number' | 'boolean' | 'list' | 'instant' | 'shifts'

/** How a file writes its numbers follows from what separates its cells. */
export type Separator = ',' | ';' | '\t'

export interface CellFault {
  reason: string
  remedy: string
}

export interface CellWorld {
  separator: Separator
  timezone: string
}

const truths: Record<string, boolean> = { true: true, yes: true, 1: true, x: true, false: false, no: false, 0: false }

/** Spreadsheets run what begins so as a formula; a `'` before it stops them, and one more keeps a `'` that was there. */
const formula = /^[=+\-@\t\r'\uff1d\uff0b\uff0d\uff20]/

/** The value of a cell that is not empty. */
export function readCell(kind: CellKind, cell: string, world: CellWorld): { value: unknown } | CellFault {
  switch (kind) {
    case 'number':
      return readNumber(cell.trim(), world.separator)
    case 'boolean': {
      const value = truths[cell.trim().toLowerCase()]
      if (value !== undefined) return { value }
      return { reason: `is ${cell}, which is neither yes nor no`, remedy: 'Write yes or no.' }
    }
    case 'list':
      return { value: listOf(unescaped(cell.trim())) }
    case 'shifts':
      return readShifts(cell)
    case 'instant':
      return readInstant(cell.trim(), world.timezone)
    default:
      return { value: unescaped(cell.trim()) }
  }
}

/** Parts between bars; a bar within one has a backslash before it. */
const listOf = (cell: string) =>
  (cell.match(/(?:\\.|[^|\\])+/g) ?? []).map((one) => one.replaceAll(/\\(.)/g, '$1').trim()).filter((one) => one !== '')

const unescaped = (cell: string) => (cell.startsWith("'") && formula.test(cell.slice(1)) ? cell.slice(1) : cell)

/**
 * A number with a point or a comma. `1,034` could be two numbers: it is taken as a fraction where semicolons separate
 * the cells, as spreadsheets of those countries write it, and refused elsewhere; `1.034` the other way round.
 */
function readNumber(cell: string, separator: Separator): { value: number } | CellFault {
  const text = cell.replaceAll(/[\s\u00a0\u202f]/g, '')
  if (/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) && !(separator === ';' && grouped.test(text)))
    return { value: Number(text) }
  if (/^-?\d+,\d+(e[+-]?\d+)?$/i.test(text) && (separator === ';' || !grouped.test(text)))
    return { value: Number(text.replace(',', '.')) }
  if (/^-?\d{1,3}(,\d{3})+\.\d+$/.test(text)) return { value: Number(text.replaceAll(',', '')) }
  if (/^-?\d{1,3}(\.\d{3})+,\d+$/.test(text)) return { value: Number(text.replaceAll('.', '').replace(',', '.')) }
  if (grouped.test(text))
    return {
      reason: `is ${cell}, which could be ${text.replace(/[.,]/, '')} or ${text.replace(',', '.')}`,
      remedy: 'Write thousands without a separator.',
    }
  return { reason: `is ${cell}, which is not a number`, remedy: 'Write digits alone, without a unit: 2.49.' }
}
const grouped = /^-?[1-9]\d{0,2}[.,]\d{3}$/

const longestInstant = 64

/** RFC 3339, or a date and time of the shop as spreadsheets write it. */
function readInstant(cell: string, timezone: string): { value: string } | CellFault {
  // A cell without end would keep the pattern, and the box with it, for hours.
  if (cell.length <= longestInstant && /[T ].*(Z|[+-]\d\d:\d\d)$/i.test(cell)) return { value: cell }
  const [, date, time = '00:00'] = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?))?$/.exec(cell) ?? []
  try {
    if (date !== undefined)
      return {
        value: Temporal.PlainDateTime.from(`${date}T${time}`)
          .toZonedDateTime(timezone)
          .toString({ timeZoneName: 'never', fractionalSecondDigits: 0 }),
      }
  } catch {
    // A day that no calendar has is told of below.
  }
  return {
    reason: `is ${cell.slice(0, longestInstant)}, which is no date and time`,
    remedy: 'Write it as 2026-06-12 09:00.',
  }
}

/** A value as a cell. */
export function writeCell(kind: CellKind, value: unknown, separator: Separator): string {
  if (kind === 'shifts') return writeShifts((value ?? []) as Shift[])
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return separator === ';' ? `${value}`.replace('.', ',') : `${value}`
  const text = Array.isArray(value) ? value.map(barred).join('|') : value
  if (typeof text !== 'string') return ''
  return formula.test(text) ? `'${text}` : text
}
const barred = (one: unknown) => (typeof one === 'string' ? one.replaceAll(/[|\\]/g, '\\$&') : '')
