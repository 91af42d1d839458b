/** Shops that do not exist: other floors, zones, receivers, air and walks each time, so that no net can learn one shop. */
import type { Random } from '../../devices/twin/random.ts'
import type { Plan, PlanReceiver, PlanSample, PlanZone, Point } from '../../plugins/presence/plan.ts'
import { insidePolygon } from '../../plugins/presence/geometry.ts'
import { randomAir, type Air } from './random-air.ts'
import type { Packet } from './window.ts'

export interface Shop {
  plan: Plan
  air: Air
}

/** A packet, and where the tag truly was. */
export interface TruePacket extends Packet {
  x: number
  y: number
}

const tagHeightMetres = 1.1

export function randomShop(random: Random): Shop {
  const floor = { width: random.between(8, 30), depth: random.between(6, 22) }
  const zones = cut({ x: 0, y: 0, ...floor }, Math.round(random.between(2, 10)), random)
    .filter(() => random.next() < 0.85)
    .map((part, i) => rectangle(`zone-${i}`, part, random.next() < 0.3 ? random.between(0, 0.6) : 0))
  if (zones.length < 2) return randomShop(random)
  const receivers = hang(floor, random)
  const kind = random.next()
  const kindOfSamples = kind < 0.4 ? 'none' : kind < 0.7 ? 'points' : 'zones'
  // Where zones alone were recorded it is mostly for cheap tags that lie somewhere: keys, carts, cases.
  const air = randomAir(receivers, random, kindOfSamples === 'zones' ? 1.6 : 1)
  const drawn = receivers.map((one) => ({
    ...one,
    x: one.x + 0.3 * random.normal(),
    y: one.y + 0.3 * random.normal(),
  }))
  const plan: Plan = { floor, zones, receivers: drawn }
  const samples =
    kindOfSamples === 'none'
      ? []
      : kindOfSamples === 'points'
        ? pointSamples(plan, air, random)
        : zoneSamples(plan, air, random)
  return { plan: { ...plan, samples }, air }
}

interface Box {
  x: number
  y: number
  width: number
  depth: number
}

/** Cuts a box across its longer side, again and again, into so many parts that are at least 2.8 m wide. */
function cut(box: Box, parts: number, random: Random): Box[] {
  const long = Math.max(box.width, box.depth)
  if (parts < 2 || long < 6) return [box]
  const at = random.between(2.8, long - 2.8)
  const [a, b] =
    box.width === long
      ? [
          { ...box, width: at },
          { ...box, x: box.x + at, width: long - at },
        ]
      : [
          { ...box, depth: at },
          { ...box, y: box.y + at, depth: long - at },
        ]
  const first = Math.min(parts - 1, Math.max(1, Math.round((parts * at) / long)))
  return [...cut(a, first, random), ...cut(b, parts - first, random)]
}

function rectangle(id: string, { x, y, width, depth }: Box, inset: number): PlanZone {
  const polygon: Point[] = [
    [x + inset, y + inset],
    [x + width - inset, y + inset],
    [x + width - inset, y + depth - inset],
    [x + inset, y + depth - inset],
  ]
  return { id, polygon }
}

function hang({ width, depth }: Plan['floor'], random: Random): PlanReceiver[] {
  const count = Math.round(Math.min(14, Math.max(2, (width * depth) / 10 ** random.between(1.1, 1.8))))
  const columns = Math.max(1, Math.round(Math.sqrt((count * width) / depth)))
  const rows = Math.ceil(count / columns)
  return Array.from({ length: count }, (_, i) => ({
    id: `receiver-${i}`,
    x: Math.min(width, Math.max(0, (((i % columns) + random.between(0.1, 0.9)) * width) / columns)),
    y: Math.min(depth, Math.max(0, ((Math.floor(i / columns) + random.between(0.1, 0.9)) * depth) / rows)),
    heightMetres: random.between(1.2, 3),
  }))
}

/** Somebody stands at points a few metres apart and turns round once. */
function pointSamples(plan: Plan, air: Air, random: Random): PlanSample[] {
  const samples: PlanSample[] = []
  const step = random.between(1.7, 4)
  for (let x = random.between(0.3, step); x < plan.floor.width; x += step)
    for (let y = random.between(0.3, step); y < plan.floor.depth; y += step)
      samples.push({ x, y, signals: recorded(plan, air, x, y, 3 * random.normal(), random) })
  return samples
}

/** Recordings that know their zone only, at some spots of each. */
function zoneSamples(plan: Plan, air: Air, random: Random): PlanSample[] {
  const spots = Math.round(random.between(2, 8))
  const repeats = Math.round(random.between(1, 12))
  return plan.zones.flatMap((zone) =>
    Array.from({ length: spots }, () => {
      const [x, y] = pointIn(zone, random)
      const power = 3 * random.normal()
      return Array.from({ length: repeats }, () => ({
        zone: zone.id,
        signals: recorded(plan, air, x, y, power, random),
      }))
    }).flat(),
  )
}

function recorded(plan: Plan, air: Air, x: number, y: number, power: number, random: Random): PlanSample['signals'] {
  const found: PlanSample['signals'] = {}
  const count = 24
  for (const [index, { id }] of plan.receivers.entries()) {
    const heard: number[] = []
    for (let i = 0; i < count; i++) {
      const rssi = air.hear(index, { x, y, height: tagHeightMetres }, (2 * Math.PI * i) / count, power)
      if (rssi !== undefined) heard.push(rssi)
    }
    if (heard.length < 2) continue
    const mean = heard.reduce((a, b) => a + b, 0) / heard.length
    const deviation = Math.sqrt(heard.reduce((sum, rssi) => sum + (rssi - mean) ** 2, 0) / heard.length)
    found[id] = { mean, deviation, count: heard.length }
  }
  air.pass(random.between(5, 60))
  return found
}

function pointIn({ polygon = [] }: PlanZone, random: Random): Point {
  const xs = polygon.map(([x]) => x)
  const ys = polygon.map(([, y]) => y)
  return [random.between(Math.min(...xs), Math.max(...xs)), random.between(Math.min(...ys), Math.max(...ys))]
}

/** A tag that is carried about for so long: from point to point, with stops, at its own pace, power and interval. */
export function randomWalk({ plan, air }: Shop, seconds: number, random: Random): TruePacket[] {
  const { width, depth } = plan.floor
  const packets: TruePacket[] = []
  const interval = 10 ** random.between(-1, 0.1)
  const power = 3 * random.normal()
  const speed = random.between(0.2, 1.3)
  const pauses = random.next()
  const lies = plan.samples?.some(({ x }) => x === undefined) === true
  const restless = random.next() < (lies ? 0.15 : 0.75)
  const pause = () => (random.next() < pauses ? (lies ? 10 ** random.between(0.3, 2) : random.between(2, 40)) : 0)
  const inside = (): Point =>
    random.next() < 0.5
      ? pointIn(random.pick(plan.zones), random)
      : [random.between(0, width), random.between(0, depth)]
  let [x, y] = inside()
  let target = inside()
  let heading = random.between(0, 2 * Math.PI)
  let standing = restless ? pause() : seconds
  for (let now = 0; now < seconds; now += interval) {
    air.pass(interval)
    if (standing > 0) {
      standing -= interval
      heading += 0.2 * random.normal() * Math.sqrt(interval)
    } else {
      const metres = Math.hypot(target[0] - x, target[1] - y)
      heading = Math.atan2(target[1] - y, target[0] - x)
      const share = Math.min(1, (speed * interval) / Math.max(metres, 1e-6))
      x += share * (target[0] - x)
      y += share * (target[1] - y)
      if (share === 1) {
        target = inside()
        standing = pause()
      }
    }
    for (const receiver of plan.receivers.keys()) {
      const rssi = air.hear(receiver, { x, y, height: tagHeightMetres }, heading, power)
      if (rssi !== undefined) packets.push({ receiver, rssi, seconds: now, x, y })
    }
  }
  return packets
}

/** Index of the zone that holds a point; where zones overlap, the first; −1 outside all. */
export function zoneIndexAt({ zones }: Plan, x: number, y: number): number {
  return zones.findIndex(({ polygon }) => polygon && insidePolygon(x, y, polygon))
}
