/**
 * The log that an inspector asks for: sampled each minute, a row at every fifth minute of the clock. A row in which
 * minutes are missing says so by its number of samples; a time without rows is one in which the box did not run.
 */
import { round, type Said } from './said.ts'

const rowMs = 300_000
/** Before this no box was built: its clock was never set. */
const plausibleMs = Date.UTC(2025, 0, 1)
const jumpMs = 60_000

export const clockIsSet = (wallMs: number): boolean => wallMs >= plausibleMs

export interface Logbook {
  /** What is measured now. `wallMs` by the clock of the box, `minute` by the steady one. */
  note(
    wallMs: number,
    minute: number,
    now: { air?: number | undefined; product?: number | undefined; note?: string },
  ): Said[]
  /** Ends the row that has begun. */
  finish(minute: number): Said[]
}

interface Row {
  slot: number
  from: number
  minutes: Map<number, number>
  product?: number
  notes: Set<string>
}

export function createLogbook(cabinet: string): Logbook {
  let row: Row | undefined
  let last: { wallMs: number; minute: number } | undefined

  const finish = (minute: number): Said[] => {
    const done = row
    row = undefined
    if (!done || minute <= done.from) return []
    const values = [...done.minutes.values()]
    const { product } = done
    const figures =
      values.length === 0
        ? {}
        : {
            lowestCelsius: round(Math.min(...values)),
            meanCelsius: round(values.reduce((sum, one) => sum + one, 0) / values.length),
            highestCelsius: round(Math.max(...values)),
            ...(product === undefined ? {} : { productCelsius: round(product) }),
          }
    if (values.length === 0) done.notes.add('no measurement')
    const note = [...done.notes].join('; ').slice(0, 200)
    const seconds = Math.round((minute - done.from) * 60)
    const data = { cabinet, seconds, samples: values.length, ...figures, ...(note === '' ? {} : { note }) }
    return [{ type: 'cold.logged', data }]
  }

  return {
    finish,
    note(wallMs, minute, { air, product, note }) {
      const slot = Math.floor(wallMs / rowMs)
      const said = row && row.slot !== slot ? finish(minute) : []
      row ??= { slot, from: minute, minutes: new Map(), notes: new Set() }
      if (last) {
        const jump = wallMs - last.wallMs - (minute - last.minute) * 60_000
        if (Math.abs(jump) > jumpMs) row.notes.add(`the clock of the box was set by ${Math.round(jump / 1000)} s`)
      }
      last = { wallMs, minute }
      if (!clockIsSet(wallMs)) row.notes.add('the clock of the box is not set')
      const at = Math.floor(wallMs / 60_000)
      if (air !== undefined && !row.minutes.has(at)) row.minutes.set(at, air)
      if (air !== undefined && product !== undefined) row.product = product
      if (note !== undefined && note !== '') row.notes.add(note)
      return said
    },
  }
}
