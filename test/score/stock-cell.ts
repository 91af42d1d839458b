/** Recordings of one load cell (cold start, start-up, slow pours): nobody took or put anything, so nothing may be told. */
import { createStock } from '../../plugins/stock/engine.ts'
import type { Figure } from '../support/figure.ts'
import { readFolder, readTable } from './files.ts'

/** Counts of the converter for a gram, by the recording's own script. */
const COUNTS_A_GRAM = 1540.32
/** Goods of every weight that could be confused with what the cell felt. */
const PIECES = [10, 20, 30, 46, 53, 75, 100, 150, 200, 242, 330, 500, 750, 1000]
/** What stood there before the recording began. */
const STANDING = [0, 5]

interface Sample {
  seconds: number
  grams: number
}

export function scoreCell(folder: string): Figure[] {
  const recordings = readFolder(folder).filter(({ lines }) => lines[0]?.startsWith('time,raw_data'))
  if (recordings.length === 0) throw new Error('no recordings of load cells')
  return recordings.map(({ name, lines }) => {
    const samples = samplesOf(lines)
    const cases = PIECES.flatMap((piece) => STANDING.map((count) => ({ piece, count })))
    const told = cases.flatMap(({ piece, count }) => eventsOf(samples, piece, count))
    return {
      name: `loadcell-hx711/${name.replace(/\.\w+$/, '')}/false-events`,
      value: told.length,
      unit: 'events',
      reference: 0,
      better: 'lower',
      n: cases.length,
    }
  })
}

function samplesOf(lines: string[]): Sample[] {
  const rows = readTable(lines)
  const first = Number(rows[0]?.['raw_data'])
  return rows.map(({ time, raw_data }) => ({
    seconds: Number(time),
    grams: (Number(raw_data) - first) / COUNTS_A_GRAM,
  }))
}

/** All that is told beyond counts. */
export function eventsOf(samples: readonly Sample[], piece: number, count: number): string[] {
  const told: string[] = []
  const stock = createStock(
    {
      products: [{ id: 'goods', name: 'Goods', weightGrams: piece }],
      planogram: { fixtures: [{ id: 'A' }], slots: [{ slot: 'A/1/1', products: ['goods'] }] },
    },
    ({ type }) => {
      if (type !== 'shelf.counted') told.push(type)
    },
  )
  for (const { seconds, grams } of samples)
    stock.weigh({
      id: 'batch',
      source: 'scale/cell',
      time: seconds * 1000,
      data: { plates: [{ slot: 'A/1/1', grams: grams + count * piece }] },
    })
  return told
}
