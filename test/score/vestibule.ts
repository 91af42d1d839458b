import { createPresence } from '../../plugins/presence/engine.ts'
import type { Plan, PlanSample } from '../../plugins/presence/plan.ts'
import type { Settings } from '../../plugins/presence/settings.ts'
import { macroF1 } from './confusion.ts'
import { mean, quantile, rounded, type Figure } from '../support/figure.ts'
import { readFolder, readTable } from './files.ts'

/** All that was heard of one tag, which lay in one zone all the time. */
export interface TagRecord {
  tag: string
  zone: string
  rows: { time: number; signals: [number, number] }[]
}

/** The reference decides over so many rows. */
export const windowRows = 10
const recordingMilliseconds = 30_000
export const receivers = ['one', 'two']

export function scoreVestibule(folder: string): Figure[] {
  return readFolder(folder).flatMap(({ name, lines }) => {
    if (!/locationStatus/.test(lines[0] ?? '')) return []
    const records = readRecords(lines)
    const kind = isRaw(records) ? 'raw' : 'filtered'
    process.stderr.write(`  ${name}: ${kind}, ${records.length} tags\n`)
    const reference = kind === 'raw' ? 0.6 : 0.88
    const figure = (what: string, { f1, n }: { f1: number; n: number }): Figure => ({
      name: `ble-zone-itag-vestibule/${kind}/${what}`,
      value: rounded(f1),
      unit: 'macro-F1',
      reference,
      better: 'higher',
      n,
    })
    return [
      figure('followed', crossValidate(records, Infinity)),
      figure('fresh-start-of-10-rows', crossValidate(records, windowRows)),
      latencyFigure(kind, changeLatencies(records)),
    ]
  })
}

function latencyFigure(kind: string, seconds: number[]): Figure {
  const name = `ble-zone-itag-vestibule/${kind}/latency-median`
  return { name, value: rounded(quantile(seconds, 0.5), 1), unit: 's', better: 'lower', n: seconds.length }
}

export function readRecords(lines: string[]): TagRecord[] {
  const tags = Map.groupBy(readTable(lines), ({ name, locationStatus }) => `${name} ${locationStatus}`)
  return [...tags.values()].map((rows) => ({
    tag: `asset/${(rows[0]?.['name'] ?? '').replaceAll(':', '').toLowerCase()}`,
    zone: (rows[0]?.['locationStatus'] ?? '').toLowerCase(),
    rows: rows.map(({ timestamp, rssiOne, rssiTwo }) => ({
      time: Number(timestamp),
      signals: [Number(rssiOne), Number(rssiTwo)],
    })),
  }))
}

/** In the raw recording both columns carry the same receiver. */
export const isRaw = (records: TagRecord[]): boolean =>
  mean(records.map(({ rows }) => mean(rows.map(({ signals: [one, two] }) => (one === two ? 1 : 0))))) > 0.9

/** Every choice of one tag for each zone is left out in turn; the others are what the technician recorded. */
export function crossValidate(records: TagRecord[], restartRows: number, settings?: Partial<Settings>) {
  const folds = foldsOf(records).map(({ plan, left }) =>
    left.flatMap((record) => decisionsOn(plan, record, restartRows, settings)),
  )
  return { f1: mean(folds.map(macroF1)), worst: Math.min(...folds.map(macroF1)), n: folds.flat().length }
}

export function foldsOf(records: TagRecord[]): { plan: Plan; left: TagRecord[] }[] {
  const zones = [...new Set(records.map(({ zone }) => zone))]
  const choices = zones.reduce<TagRecord[][]>(
    (chosen, zone) => {
      const here = records.filter((one) => one.zone === zone)
      return chosen.flatMap((some) => here.map((one) => some.concat(one)))
    },
    [[]],
  )
  return choices.map((left) => ({
    left,
    plan: planOf(
      zones,
      records.filter((record) => !left.includes(record)),
    ),
  }))
}

/**
 * Seconds until the engine says so when somebody changes zone: the first minutes of one left-out tag, continued by
 * the recording of another one that lay elsewhere. Never noticed within a minute counts as a minute.
 */
export function changeLatencies(records: TagRecord[], settings?: Partial<Settings>): number[] {
  return foldsOf(records).flatMap(({ plan, left }) =>
    left.flatMap((from) => left.filter((to) => to !== from).map((to) => latencyOf(plan, from, to, settings))),
  )
}

function latencyOf(plan: Plan, from: TagRecord, to: TagRecord, settings?: Partial<Settings>): number {
  const presence = createPresence(plan, settings)
  const { tag } = from
  const hear = (rows: TagRecord['rows'], shift: number) => {
    for (const { time, signals } of rows) {
      for (const [r, rssi] of signals.entries())
        presence.sight({ tag, receiver: receivers[r] ?? '', rssi, time: time + shift })
      presence.tick(time + shift)
      if (shift !== 0 && presence.where(tag)?.zone === to.zone) return time + shift
    }
    return undefined
  }
  const before = from.rows.slice(0, 150)
  const after = to.rows.slice(150)
  hear(before, 0)
  const changed = (before.at(-1)?.time ?? 0) + 1000
  const shift = changed - (after[0]?.time ?? 0)
  const minute = after.filter(({ time }) => time + shift <= changed + 60_000)
  const noticed = hear(minute, shift === 0 ? 1 : shift)
  return noticed === undefined ? 60 : (noticed - changed) / 1000
}

/** The vestibule as a technician would draw it: three zones in a row, the receivers 2.35 m apart. */
function planOf(zones: string[], training: TagRecord[]): Plan {
  return {
    floor: { width: 9, depth: 4 },
    zones: zones.map((id, i) => ({ id, polygon: strip(3 * i) })),
    receivers: receivers.map((id, i) => ({ id, x: 3.3 + 2.35 * i, y: 2 })),
    samples: training.flatMap(samplesOf),
  }
}

const strip = (x: number): [number, number][] => [
  [x, 0],
  [x + 3, 0],
  [x + 3, 4],
  [x, 4],
]

/** A technician records half a minute at a time. */
function samplesOf({ zone, rows }: TagRecord): PlanSample[] {
  const start = rows[0]?.time ?? 0
  const minutes = Map.groupBy(rows, ({ time }) => Math.floor((time - start) / recordingMilliseconds))
  return [...minutes.values()].map((inside) => ({ zone, signals: signalsOf(inside) }))
}

function signalsOf(rows: TagRecord['rows']): PlanSample['signals'] {
  const signals = receivers.map((id, i) => {
    const values = rows.map((row) => row.signals[i as 0 | 1])
    const average = mean(values)
    const deviation = Math.sqrt(mean(values.map((value) => (value - average) ** 2)))
    return [id, { mean: average, deviation, count: values.length }] as const
  })
  return Object.fromEntries(signals)
}

/** What the engine says after every tenth row, having heard nothing but the rows before. */
function decisionsOn(plan: Plan, { tag, zone, rows }: TagRecord, restartRows: number, settings?: Partial<Settings>) {
  const decisions: { truth: string; said: string }[] = []
  let presence = createPresence(plan, settings)
  for (const [i, { time, signals }] of rows.entries()) {
    if (i % restartRows === 0 && i > 0) presence = createPresence(plan, settings)
    for (const [r, rssi] of signals.entries()) presence.sight({ tag, receiver: receivers[r] ?? '', rssi, time })
    presence.tick(time)
    if (i % windowRows === windowRows - 1)
      decisions.push({ truth: zone, said: mostProbable(plan, presence.where(tag)?.inZone) })
  }
  return decisions
}

export const mostProbable = (plan: Plan, inZone: Float64Array = new Float64Array()): string =>
  plan.zones[inZone.indexOf(Math.max(...inZone))]?.id ?? ''
