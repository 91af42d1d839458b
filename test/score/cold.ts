/**
 * The cold chain on a freezer recorded for ten days (no labels; nothing in it is known to have failed), on failures that
 * are put into that recording, on simulated cabinets, and on the hourly temperatures of NAB.
 */
import { cabinetModels, createCabinet } from '../../devices/twin/cabinet.ts'
import { createWatch } from '../../plugins/cold-chain/watch.ts'
import type { Cabinet } from '../../runtime/contract/index.ts'
import { type Figure, quantile, rounded } from '../support/figure.ts'
import { parsed, readFolder } from './files.ts'

export const frozen: Cabinet = { id: 'freezer', name: 'Freezer', profile: 'frozen', air: ['air'], door: 'door' }
/** As a technician sets a freezer that runs at −19.5 ± 2 °C: warn above −15 °C. */
const custom: Cabinet = { ...frozen, profile: 'custom', limitCelsius: -15 }
export const chilled: Cabinet = { ...frozen, id: 'fridge', name: 'Fridge', profile: 'chilled' }

export interface Trial {
  /** Alarms before the failure. */
  falseAlarms: number
  /** Minutes from the failure to the first warning, and to the product leaving its range. */
  warned?: number
  left?: number
}

/** Minute by minute: `air` of each minute, and where it is known whether the product is over its limit. */
export function watch(cabinet: Cabinet, minutes: number, failsAt: number, measure: (minute: number) => Minute): Trial {
  const watched = createWatch(cabinet, 0)
  const trial: Trial = { falseAlarms: 0 }
  for (let minute = 0; minute < minutes; minute++) {
    const { air, door, over } = measure(minute)
    watched.temperature('air', air, minute)
    if (door !== undefined) watched.door('door', door, minute)
    if (over === true && minute >= failsAt) trial.left ??= minute - failsAt
    for (const { type } of watched.tick(minute)) {
      if (type !== 'cold.warning' && type !== 'cold.excursion') continue
      if (minute < failsAt) trial.falseAlarms++
      else if (type === 'cold.warning') trial.warned ??= minute - failsAt
      // Without a product to look at, the simulated one says when it left.
      else if (over === undefined) trial.left ??= minute - failsAt
    }
    if (trial.warned !== undefined && trial.left !== undefined) break
  }
  return trial
}
export interface Minute {
  air: number
  door?: boolean
  over?: boolean
}

export function scoreFreezer(folder: string): Figure[] {
  const air = readFreezer(folder)
  const weeks = air.length / 10_080
  const alarms = [frozen, custom].map((cabinet) => {
    const { falseAlarms } = watch(cabinet, air.length, air.length, (minute) => ({ air: air[minute] ?? 0 }))
    return rounded(falseAlarms / weeks)
  })
  const failures = [240, 360, 600].flatMap((constant, which) =>
    Array.from({ length: 8 }, (_, index) => {
      const at = 500 + (index * 3 + which) * 550
      const from = air[at] ?? 0
      // From here it warms towards a shop of 22 °C, as a sealed box does.
      const warming = (minute: number) => 22 - (22 - from) * Math.exp(-(minute - at) / constant)
      const measure = (minute: number) => ({ air: rounded(minute < at ? (air[minute] ?? 0) : warming(minute), 1) })
      return watch(frozen, at + 900, at, measure)
    }),
  )
  const figure = (name: string, value: number, n: number): Figure => ({
    name: `coldchain-freezer/${name}`,
    value,
    unit: 'false alarms a week',
    reference: 0,
    better: 'lower',
    n,
  })
  return [
    figure('frozen-profile', alarms[0] ?? Number.NaN, air.length),
    figure('limit-15', alarms[1] ?? Number.NaN, air.length),
    ...leads('coldchain-freezer/failure', failures),
  ]
}

export function scoreCabinets(): Figure[] {
  return (
    [
      ['chilled', chilled, 5],
      ['frozen', frozen, -15],
    ] as const
  ).flatMap(([kind, cabinet, limit]) => {
    const trials = Array.from({ length: 12 }, (_, index) => {
      const twin = createCabinet(index + 1, cabinetModels[kind])
      const at = 2 * 1440 + index * 37
      return watch(cabinet, at + 600, at, (minute) => {
        if (minute === at) twin.fault({ compressor: index % 3 === 2 ? 'weak' : 'dead' })
        const { airCelsius, productCelsius, doorOpen } = twin.step(60)
        return { air: Math.round(airCelsius * 16) / 16, door: doorOpen, over: productCelsius > limit }
      })
    })
    return leads(`simulated/cold-${kind}`, trials)
  })
}

/** What a failure costs: how many were warned of in time, how soon, and how long before the product left its range. */
export function leads(name: string, trials: readonly Trial[]): Figure[] {
  const n = trials.length
  const inTime = trials.filter(({ warned, left }) => warned !== undefined && (left === undefined || warned < left))
  const ahead = inTime.flatMap(({ warned = 0, left }) => (left === undefined ? [] : [left - warned]))
  const delays = trials.flatMap(({ warned }) => (warned === undefined ? [] : [warned]))
  const before = trials.reduce((sum, { falseAlarms }) => sum + falseAlarms, 0)
  return [
    {
      name: `${name}-missed`,
      value: n - inTime.length,
      unit: 'not warned of in time',
      reference: 0,
      better: 'lower',
      n,
    },
    { name: `${name}-false`, value: before, unit: 'false alarms', reference: 0, better: 'lower', n },
    {
      name: `${name}-delay`,
      value: quantile(delays, 0.5),
      unit: 'minutes (median)',
      better: 'lower',
      n: delays.length,
    },
    { name: `${name}-lead`, value: quantile(ahead, 0.5), unit: 'minutes (median)', better: 'higher', n: ahead.length },
    { name: `${name}-lead-least`, value: Math.min(...ahead), unit: 'minutes', better: 'higher', n: ahead.length },
  ]
}

export function readFreezer(folder: string): number[] {
  const rows = readFolder(folder).flatMap(({ lines }) => lines)
  const air = rows.flatMap((line) => {
    const celsius = /,\d{10},(-?[\d.]+),/.exec(line)?.[1]
    return celsius === undefined ? [] : [Number(celsius)]
  })
  if (air.length === 0) throw new Error('no temperatures')
  return air
}

const instant = (time: unknown): number => Date.parse(`${String(time).replace(' ', 'T')}Z`)

/** Pairs of instants anywhere in the values of an object. */
function pairs(labels: unknown): { from: number; to: number }[] {
  if (typeof labels !== 'object' || labels === null) return []
  return Object.values(labels)
    .flat()
    .flatMap((pair: unknown) => {
      if (!Array.isArray(pair) || pair.length !== 2) return []
      const [from, to] = pair.map(instant)
      return from === undefined || to === undefined || Number.isNaN(from + to) ? [] : [{ from, to }]
    })
}

/**
 * Hours of the air of an office: no cabinet, no limit that would be known. The limits are those that its first 1,000
 * hours would make a technician set (their range and 1 °C), and what is scored is whether leaving them falls into the
 * labelled windows. Episodes within a day are one alarm.
 */
export function scoreNab(folder: string): Figure[] {
  const files = readFolder(folder)
  const hours = files
    .filter(({ lines }) => lines[0] === 'timestamp,value')
    .flatMap(({ lines }) => lines.slice(1))
    .map((line) => {
      const [time = '', value = ''] = line.split(',')
      return { at: instant(time), celsius: ((Number(value) - 32) * 5) / 9 }
    })
  if (hours.length === 0) throw new Error('no temperatures')
  // Labels are instants or windows; the windows are pairs of instants.
  const windows = files.flatMap(({ lines }) => pairs(parsed(lines.join('\n'))))
  if (windows.length === 0) throw new Error('no labelled windows')
  const learnt = hours.slice(0, 1000).map(({ celsius }) => celsius)
  const [low, high] = [Math.min(...learnt) - 1, Math.max(...learnt) + 1]
  const alarms: number[] = []
  let last = Number.NEGATIVE_INFINITY
  for (const { at, celsius } of hours.slice(1000)) {
    if (celsius >= low && celsius <= high) continue
    if (at - last > 86_400_000) alarms.push(at)
    last = at
  }
  const inside = (at: number) => windows.some(({ from, to }) => at >= from && at <= to)
  const found = windows.filter(({ from, to }) => alarms.some((at) => at >= from && at <= to)).length
  const weeks = (hours.length - 1000) / 168
  return [
    { name: 'nab-temperature/windows-found', value: found, unit: 'windows', better: 'higher', n: windows.length },
    {
      name: 'nab-temperature/false-alarms',
      value: rounded(alarms.filter((at) => !inside(at)).length / weeks),
      unit: 'false alarms a week',
      reference: 1,
      better: 'lower',
      n: hours.length - 1000,
    },
  ]
}
