/** The virtual shop, which the model has never seen either: its people, its air, without MQTT between. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parse } from 'yaml'
import { createCrowd } from '../../devices/twin/crowd.ts'
import { createRadio, type Place } from '../../devices/twin/radio.ts'
import { createRandom } from '../../devices/twin/random.ts'
import { insidePolygon } from '../../plugins/presence/geometry.ts'
import type { Plan, PlanSample } from '../../plugins/presence/plan.ts'
import type { Packet } from './tracks-data.ts'

const stepSeconds = 0.5
const measuredPower = -59
const tagHeightMetres = 1.1
const file = resolve(import.meta.dirname, '../../devices/twin/shop.yaml')

export interface TwinDay {
  plan: Plan
  /** Half a minute of samples every 3 m, recorded beforehand. */
  samples: PlanSample[]
  walks: Packet[][]
}

/** So many minutes in the virtual shop: what was heard of everybody, and where they truly were. */
export function twinDay(seed: number, minutes: number): TwinDay {
  const { floor, zones, receivers } = parse(readFileSync(file, 'utf8')) as Plan
  const plan: Plan = { floor, zones, receivers }
  const random = createRandom(seed)
  const radio = createRadio(seed, random)
  const hear = (x: number, y: number, heading: number): { receiver: string; rssi: number }[] =>
    receivers.flatMap((receiver, index) => {
      const place: Place = { x: receiver.x, y: receiver.y, height: receiver.heightMetres ?? 2.4 }
      const rssi = radio.hear(index, place, { x, y, height: tagHeightMetres }, heading, measuredPower)
      return rssi === undefined ? [] : [{ receiver: receiver.id, rssi }]
    })
  const samples: PlanSample[] = []
  for (let x = 1.5; x < floor.width; x += 3)
    for (let y = 1.5; y < floor.depth; y += 3) samples.push(sampleAt(x, y, hear))
  const crowd = createCrowd({
    random,
    customers: [],
    staff: [
      { name: 'anna', minor: 1, home: 'bakery' },
      { name: 'bogdan', minor: 2, home: 'wine' },
      { name: 'chioma', minor: 3, home: 'produce' },
    ],
  })
  const walks = new Map<string, Packet[]>()
  for (let seconds = 0; seconds < 60 * minutes; seconds += stepSeconds) {
    crowd.step(stepSeconds)
    for (const { name, walker } of crowd.bodies()) {
      const walk = walks.get(name) ?? []
      walks.set(name, walk)
      for (const one of hear(walker.x, walker.y, walker.heading))
        walk.push({ ...one, seconds, x: walker.x, y: walker.y })
    }
  }
  return { plan, samples, walks: [...walks.values()].filter(({ length }) => length > 0) }
}

function sampleAt(
  x: number,
  y: number,
  hear: (x: number, y: number, heading: number) => { receiver: string; rssi: number }[],
): PlanSample {
  const heard = Array.from({ length: 30 }, (_, i) => hear(x, y, (2 * Math.PI * i) / 30)).flat()
  const signals = [...Map.groupBy(heard, ({ receiver }) => receiver)].map(([receiver, all]) => {
    const mean = all.reduce((sum, { rssi }) => sum + rssi, 0) / all.length
    const deviation = Math.sqrt(all.reduce((sum, { rssi }) => sum + (rssi - mean) ** 2, 0) / all.length)
    return [receiver, { mean, deviation, count: all.length }] as const
  })
  return { x, y, signals: Object.fromEntries(signals) }
}

/** The zone of a point; where zones overlap the plan's first; '' outside all. */
export const zoneOf =
  ({ zones }: Plan) =>
  (x: number, y: number): string =>
    zones.find(({ polygon }) => polygon && insidePolygon(x, y, polygon))?.id ?? ''
