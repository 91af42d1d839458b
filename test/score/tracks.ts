import { createPresence } from '../../plugins/presence/engine.ts'
import type { Plan, PlanZone } from '../../plugins/presence/plan.ts'
import type { Settings } from '../../plugins/presence/settings.ts'
import { mean, quantile, rounded, type Figure } from '../support/figure.ts'
import { readTracks, type Packet, type Tracks } from './tracks-data.ts'

/** What the engine said at one moment, and the truth of that moment. */
interface Moment {
  seconds: number
  x: number
  y: number
  zone: string
  truth: Packet
}

const tag = 'asset/tag'
const stepSeconds = 0.25
const windowSeconds = 3

/** Plays one walk into a fresh engine, packet by packet, and notes what it says four times a second: causally. */
export function play(plan: Plan, packets: Packet[], settings?: Partial<Settings>): Moment[] {
  const presence = createPresence(plan, settings)
  const start = packets[0]?.seconds ?? 0
  const moments: Moment[] = []
  let next = start + stepSeconds
  let last = packets[0]
  const note = () => {
    presence.tick(next * 1000)
    const now = presence.where(tag)
    if (now && last) moments.push({ seconds: next - start, x: now.x, y: now.y, zone: now.zone ?? '', truth: last })
    next += stepSeconds
  }
  for (const packet of packets) {
    while (packet.seconds >= next) note()
    presence.sight({ tag, receiver: packet.receiver, rssi: packet.rssi, time: packet.seconds * 1000 })
    last = packet
  }
  note()
  return moments
}

/**
 * Metres between what the engine says at the end of each 3 s window and the mean true position in that window, which is
 * how the nearest-neighbour reference was measured; and against the true position of that very moment.
 */
export function positionErrors(moments: Moment[], packets: Packet[]): { window: number[]; moment: number[] } {
  const start = packets[0]?.seconds ?? 0
  const windows = Map.groupBy(packets, ({ seconds }) => Math.floor((seconds - start) / windowSeconds))
  const errors = { window: [] as number[], moment: [] as number[] }
  for (const [index, inside] of windows) {
    const said = moments.findLast(({ seconds }) => seconds <= (index + 1) * windowSeconds + 1e-6)
    if (!said) continue
    errors.window.push(Math.hypot(said.x - mean(inside.map(({ x }) => x)), said.y - mean(inside.map(({ y }) => y))))
    errors.moment.push(Math.hypot(said.x - said.truth.x, said.y - said.truth.y))
  }
  return errors
}

/** All figures of the walks. */
export function scoreTracks(folder: string): Figure[] {
  const data = readTracks(folder)
  if (data.tracks.length === 0 || data.receivers.length === 0) throw new Error('no tracks or no receiver positions')
  const figures = data.samples.length > 0 ? positionFigures('sampled', planOf(data), data, [1.72, 1.48, 3.39]) : []
  const unsampled = { ...planOf(data), samples: [] }
  const best = data.samples.length > 0 ? planOf(data) : unsampled
  return [
    ...figures,
    ...positionFigures('path-loss-only', unsampled, data),
    ...zoneFigures(best, data),
    borderFigure(best, data),
  ]
}

export function planOf({ floor, receivers, samples }: Tracks): Plan {
  return { floor, receivers, samples, zones: ninths(floor) }
}

function positionFigures(name: string, plan: Plan, { tracks }: Tracks, reference: number[] = []): Figure[] {
  const errors = tracks.map(({ packets }) => positionErrors(play(plan, packets), packets))
  const window = errors.flatMap((one) => one.window)
  const moment = errors.flatMap((one) => one.moment)
  const figure = (what: string, value: number, n: number, beat?: number): Figure => ({
    name: `ble-tracks-galatasaray/${name}/position-error-${what}`,
    value: rounded(value),
    unit: 'm',
    ...(beat === undefined ? {} : { reference: beat }),
    better: 'lower',
    n,
  })
  return [
    figure('mean', mean(window), window.length, reference[0]),
    figure('median', quantile(window, 0.5), window.length, reference[1]),
    figure('p90', quantile(window, 0.9), window.length, reference[2]),
    figure('mean-at-the-moment', mean(moment), moment.length),
  ]
}

/** Zones that fill the floor: three columns of three, each about 7 m by 6 m. */
function ninths({ width, depth }: Plan['floor']): PlanZone[] {
  return [0, 1, 2].flatMap((column) =>
    [0, 1, 2].map((row) =>
      rectangle(`${'abc'[column]}${row}`, (column * width) / 3, (row * depth) / 3, width / 3, depth / 3),
    ),
  )
}

function rectangle(id: string, x: number, y: number, width: number, depth: number): PlanZone {
  const right = x + width
  const lower = y + depth
  return {
    id,
    polygon: [
      [x, y],
      [right, y],
      [right, lower],
      [x, lower],
    ],
  }
}

/** The zone of a point; points at the outer edge count to the nearest. */
function zoneAt(plan: Plan, x: number, y: number): string {
  const column = Math.min(2, Math.max(0, Math.floor((3 * x) / plan.floor.width)))
  const row = Math.min(2, Math.max(0, Math.floor((3 * y) / plan.floor.depth)))
  return `${'abc'[column]}${row}`
}

function zoneFigures(plan: Plan, { tracks }: Tracks, settings?: Partial<Settings>): Figure[] {
  const right: number[] = []
  const latencies: number[] = []
  let extraChanges = 0
  let minutes = 0
  for (const { packets } of tracks) {
    const moments = play(plan, packets, settings)
    const truth = moments.map((moment) => zoneAt(plan, moment.truth.x, moment.truth.y))
    right.push(...moments.map(({ zone }, i) => (zone === truth[i] ? 1 : 0)))
    extraChanges += Math.max(0, changesOf(moments.map(({ zone }) => zone)) - 1 - changesOf(truth))
    minutes += (moments.at(-1)?.seconds ?? 0) / 60
    latencies.push(...latenciesOf(moments, truth))
  }
  const name = 'ble-tracks-galatasaray/zones'
  return [
    { name: `${name}/accuracy`, value: rounded(mean(right)), unit: 'share', better: 'higher', n: right.length },
    {
      name: `${name}/latency-median`,
      value: rounded(quantile(latencies, 0.5)),
      unit: 's',
      better: 'lower',
      n: latencies.length,
    },
    {
      name: `${name}/flicker`,
      value: rounded(extraChanges / minutes),
      unit: '1/min',
      better: 'lower',
      n: tracks.length,
    },
  ]
}

/** Seconds from each true change of zone to the first moment at which the engine says so, up to the next change. */
function latenciesOf(moments: Moment[], truth: string[]): number[] {
  const latencies: number[] = []
  for (let i = 1; i < truth.length; i++) {
    if (truth[i] === truth[i - 1]) continue
    let said = i
    while (said < truth.length && truth[said] === truth[i] && moments[said]?.zone !== truth[i]) said++
    latencies.push((moments[Math.min(said, truth.length - 1)]?.seconds ?? 0) - (moments[i]?.seconds ?? 0))
  }
  return latencies
}

const changesOf = (zones: string[]): number => zones.filter((zone, i) => i > 0 && zone !== zones[i - 1]).length

/**
 * Changes a minute of a tag that is on the border all the time: for each straight walk, the floor is cut in two along
 * the very line that was walked.
 */
function borderFigure(plan: Plan, { tracks }: Tracks, settings?: Partial<Settings>): Figure {
  const { width, depth } = plan.floor
  let changes = 0
  let minutes = 0
  let walks = 0
  for (const { packets } of tracks) {
    const x = packets.map((packet) => packet.x)
    const y = packets.map((packet) => packet.y)
    const along = quantile(y, 0.98) - quantile(y, 0.02) < 1 ? 'x' : quantile(x, 0.98) - quantile(x, 0.02) < 1 ? 'y' : ''
    if (along === '') continue
    const cut = along === 'x' ? mean(y) : mean(x)
    const zones =
      along === 'x'
        ? [rectangle('north', 0, 0, width, cut), rectangle('south', 0, cut, width, depth - cut)]
        : [rectangle('west', 0, 0, cut, depth), rectangle('east', cut, 0, width - cut, depth)]
    const moments = play({ ...plan, zones }, packets, settings)
    changes += Math.max(0, changesOf(moments.map(({ zone }) => zone).filter((zone) => zone !== '')))
    minutes += (moments.at(-1)?.seconds ?? 0) / 60
    walks++
  }
  return {
    name: 'ble-tracks-galatasaray/border/changes',
    value: rounded(changes / minutes),
    unit: '1/min',
    reference: 1,
    better: 'lower',
    n: walks,
  }
}
