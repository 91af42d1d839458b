import { createPresence } from '../../plugins/presence/engine.ts'
import type { Plan, PlanReceiver, PlanSample } from '../../plugins/presence/plan.ts'
import type { Settings } from '../../plugins/presence/settings.ts'
import { mean, quantile, rounded, type Figure } from '../support/figure.ts'
import { readFolder, readTable } from './files.ts'

/** One reading: the cell it was taken in, and what was heard there. */
interface Reading {
  seconds: number
  /** Cells, counted from 0. */
  column: number
  row: number
  heard: { receiver: string; rssi: number }[]
}

/** A cell is about ten feet wide, by the description of the data. */
const cellMetres = 3
const notHeard = -200
const trainingShare = 0.7
const tag = 'asset/phone'

/** Mean error in cells on the later part of the labelled readings, the earlier part being the technician's. */
export function scoreCells(folder: string, settings?: Partial<Settings>): Figure[] {
  const table = readFolder(folder).find(
    ({ lines }) => lines[0]?.startsWith('location,date,') && /^[A-Z]/.test(lines[1] ?? ''),
  )
  if (!table) throw new Error('no labelled readings')
  const readings = readReadings(table.lines).toSorted((a, b) => a.seconds - b.seconds)
  const cut = Math.floor(trainingShare * readings.length)
  const training = readings.slice(0, cut)
  const later = readings.slice(cut)
  const presence = createPresence(planOf(training), settings)
  const errors = later.map(({ seconds, column, row, heard }) => {
    for (const { receiver, rssi } of heard) presence.sight({ tag, receiver, rssi, time: seconds * 1000 })
    presence.tick(seconds * 1000)
    const said = presence.where(tag)
    if (!said) return 0
    return Math.hypot(said.x / cellMetres - 0.5 - column, said.y / cellMetres - 0.5 - row)
  })
  const figure = (what: string, value: number, reference?: number): Figure => ({
    name: `ble-zone-ibeacon-wmu/grid-error-${what}`,
    value: rounded(value),
    unit: 'cells',
    ...(reference === undefined ? {} : { reference }),
    better: 'lower',
    n: errors.length,
  })
  return [figure('mean', mean(errors), 1.75), figure('median', quantile(errors, 0.5))]
}

function readReadings(lines: string[]): Reading[] {
  return readTable(lines).map(({ location = '', date = '', ...columns }) => ({
    seconds: Date.parse(date) / 1000,
    column: location.charCodeAt(0) - 65,
    row: Number(location.slice(1)) - 1,
    heard: Object.entries(columns)
      .map(([receiver, rssi]) => ({ receiver, rssi: Number(rssi) }))
      .filter(({ rssi }) => rssi > notHeard),
  }))
}

function planOf(training: Reading[]): Plan {
  const columns = Math.max(...training.map(({ column }) => column)) + 2
  const rows = Math.max(...training.map(({ row }) => row)) + 2
  return {
    floor: { width: columns * cellMetres, depth: rows * cellMetres },
    zones: [],
    receivers: receiversOf(training),
    samples: training.map(sampleOf),
  }
}

/** The set tells no positions: a receiver stands about where it was heard loudest. */
function receiversOf(training: Reading[]): PlanReceiver[] {
  const heard = training.flatMap(({ column, row, heard }) => heard.map((one) => ({ ...one, column, row })))
  return [...Map.groupBy(heard, ({ receiver }) => receiver)].map(([id, all]) => {
    const loudest = all.toSorted((a, b) => b.rssi - a.rssi).slice(0, 10)
    const middle = (value: (one: (typeof all)[number]) => number) => (mean(loudest.map(value)) + 0.5) * cellMetres
    return { id, x: middle(({ column }) => column), y: middle(({ row }) => row) }
  })
}

function sampleOf({ column, row, heard }: Reading): PlanSample {
  return {
    x: (column + 0.5) * cellMetres,
    y: (row + 0.5) * cellMetres,
    signals: Object.fromEntries(heard.map(({ receiver, rssi }) => [receiver, { mean: rssi, deviation: 3, count: 1 }])),
  }
}
