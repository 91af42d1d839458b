/** The model on recordings of places that it has never seen, beside the filter of `presence`. */
import type { Plan } from '../../plugins/presence/plan.ts'
import { macroF1 } from './confusion.ts'
import { mean } from '../support/figure.ts'
import { readFolder } from './files.ts'
import { makeWindow } from '../../models/zone/window.ts'
import type { Packet } from './tracks-data.ts'
import { readTracks } from './tracks-data.ts'
import { planOf } from './tracks.ts'
import { crossValidate, foldsOf, isRaw, readRecords, receivers, windowRows, type TagRecord } from './vestibule.ts'
import type { MakeModel } from './zone-model.ts'
import { twinDay, zoneOf } from './zone-twin.ts'
import { accuracyOf, flickerOf, judgeWalk, latencyOf, lossOf, type Judged, uncertaintyOf } from './zone-walks.ts'

/** One measure of one condition, for the model and for what it is held against. */
export interface Comparison {
  name: string
  unit: string
  better: 'higher' | 'lower'
  model: number
  /** The most probable zone of the filter's belief: the same question as the model answers. */
  belief?: number
  /** The zone that `presence` tells, which waits on purpose. */
  filter?: number
  /** Of the data's authors, or nearest neighbours. */
  reference?: number
  /** Two standard errors of the distance between model and belief. */
  uncertainty?: number
  n: number
}

function compareWalks(name: string, walks: Judged[][], reference?: number): Comparison[] {
  const all = walks.flat()
  const n = all.length
  return [
    {
      name: `${name}/accuracy`,
      unit: 'share',
      better: 'higher',
      model: accuracyOf(all, 'model'),
      belief: accuracyOf(all, 'belief'),
      filter: accuracyOf(all, 'filter'),
      uncertainty: uncertaintyOf(walks),
      ...(reference === undefined ? {} : { reference }),
      n,
    },
    {
      name: `${name}/log-loss`,
      unit: 'ln',
      better: 'lower',
      model: lossOf(all, 'modelChance'),
      belief: lossOf(all, 'beliefChance'),
      n,
    },
    {
      name: `${name}/latency-median`,
      unit: 's',
      better: 'lower',
      model: latencyOf(walks, 'model'),
      belief: latencyOf(walks, 'belief'),
      filter: latencyOf(walks, 'filter'),
      n: walks.length,
    },
    {
      name: `${name}/flicker`,
      unit: '1/min',
      better: 'lower',
      model: flickerOf(walks, 'model'),
      belief: flickerOf(walks, 'belief'),
      filter: flickerOf(walks, 'filter'),
      n: walks.length,
    },
  ]
}

/** Galatasaray: nine zones drawn without looking at the walks, with and without the points recorded beforehand. */
export function compareTracks(folder: string, make: MakeModel): Comparison[] {
  const data = readTracks(folder)
  if (data.tracks.length === 0 || data.receivers.length === 0) throw new Error('no tracks or no receiver positions')
  const sampled = planOf(data)
  const at = zoneOf(sampled)
  const inside = (x: number, y: number) =>
    at(Math.min(sampled.floor.width - 1e-6, Math.max(1e-6, x)), Math.min(sampled.floor.depth - 1e-6, Math.max(1e-6, y)))
  const judge = (plan: Plan) => data.tracks.map(({ packets }) => judgeWalk(plan, packets, inside, make))
  const neighbours = data.tracks.flatMap(({ packets }) => nearestNeighbours(sampled, packets, inside))
  return [
    ...compareWalks('ble-tracks-galatasaray/zones-sampled', judge(sampled), mean(neighbours)),
    ...compareWalks('ble-tracks-galatasaray/zones-path-loss-only', judge({ ...sampled, samples: [] })),
  ]
}

const neighbours = 5
const notHeardDbm = -100

/** Weighted 5-NN over the mean signals of the last 3 s: 1 where the zone of its position is right. */
function nearestNeighbours(plan: Plan, packets: Packet[], zoneAt: (x: number, y: number) => string): number[] {
  const start = packets[0]?.seconds ?? 0
  const windows = [...Map.groupBy(packets, ({ seconds }) => Math.floor((seconds - start) / 3)).values()]
  return windows.map((inside) => {
    const heard = Map.groupBy(inside, ({ receiver }) => receiver)
    const near = (plan.samples ?? [])
      .map((sample) => {
        const squares = plan.receivers.map(({ id }) => {
          const rssi = heard.get(id)?.map((packet) => packet.rssi)
          return ((rssi ? mean(rssi) : notHeardDbm) - (sample.signals[id]?.mean ?? notHeardDbm)) ** 2
        })
        return {
          x: sample.x ?? 0,
          y: sample.y ?? 0,
          weight: 1 / (Math.sqrt(squares.reduce((a, b) => a + b, 0)) + 1e-6),
        }
      })
      .sort((a, b) => b.weight - a.weight)
      .slice(0, neighbours)
    const total = near.reduce((sum, { weight }) => sum + weight, 0)
    const middle = (value: (one: { x: number; y: number }) => number) =>
      near.reduce((sum, one) => sum + one.weight * value(one), 0) / total
    const last = inside.at(-1)
    const truth = zoneAt(last?.x ?? 0, last?.y ?? 0)
    return zoneAt(
      middle(({ x }) => x),
      middle(({ y }) => y),
    ) === truth
      ? 1
      : 0
  })
}

/** The vestibule: a whole tag of each zone left out; what the others recorded is the technician's. */
export function compareVestibule(folder: string, make: MakeModel): Comparison[] {
  return readFolder(folder).flatMap(({ lines }) => {
    if (!/locationStatus/.test(lines[0] ?? '')) return []
    const records = readRecords(lines)
    const kind = isRaw(records) ? 'raw' : 'filtered'
    return (
      [
        ['fresh-start-of-10-rows', windowRows],
        ['followed', Infinity],
      ] as const
    ).map(([what, restartRows]) => {
      const filter = crossValidate(records, restartRows)
      return {
        name: `ble-zone-itag-vestibule/${kind}/${what}`,
        unit: 'macro-F1',
        better: 'higher' as const,
        model: mean(
          foldsOf(records).map(({ plan, left }) => macroF1(left.flatMap((one) => said(plan, one, restartRows, make)))),
        ),
        belief: filter.f1,
        reference: kind === 'raw' ? 0.6 : 0.88,
        n: filter.n,
      }
    })
  })
}

function said(plan: Plan, { zone, rows }: TagRecord, restartRows: number, make: MakeModel) {
  const model = make(plan)
  let window = makeWindow()
  // Rows are not quite in order of time; a clock never runs backwards.
  let seconds = 0
  return rows.flatMap(({ time, signals }, i) => {
    if (i % restartRows === 0) window = makeWindow()
    seconds = Math.max(seconds, time / 1000)
    for (const receiver of receivers.keys()) window.add({ receiver, rssi: signals[receiver as 0 | 1], seconds })
    if (i % windowRows !== windowRows - 1) return []
    return [{ truth: zone, said: model.infer(window, seconds)?.zone ?? '' }]
  })
}

/** The virtual shop on days of its own, with and without samples. */
export function compareTwin(make: MakeModel, minutes = 5, seeds = [101, 102, 103]): Comparison[] {
  const days = seeds.map((seed) => twinDay(seed, minutes))
  const judge = (sampled: boolean) =>
    days.flatMap(({ plan, samples, walks }) =>
      walks.map((walk) => judgeWalk({ ...plan, samples: sampled ? samples : [] }, walk, zoneOf(plan), make, 2)),
    )
  return [
    ...compareWalks('virtual-shop/zones-sampled', judge(true)),
    ...compareWalks('virtual-shop/zones-path-loss-only', judge(false)),
  ]
}
