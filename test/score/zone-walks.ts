/** Walks through a shop, judged four ways at the same moments and from the same packets: nothing later is known. */
import { makeWindow } from '../../models/zone/window.ts'
import { createPresence } from '../../plugins/presence/engine.ts'
import type { Plan } from '../../plugins/presence/plan.ts'
import { mean, quantile } from '../support/figure.ts'
import type { Packet } from './tracks-data.ts'
import type { MakeModel } from './zone-model.ts'

/** What each of them said at one moment; '' is outside all zones. */
export interface Judged {
  seconds: number
  truth: string
  model: string
  /** The zone that `presence` would tell, with its margin, hold and memory. */
  filter: string
  /** The zone that the filter itself finds most probable. */
  belief: string
  /** Probabilities that model and filter gave to the truth. */
  modelChance: number
  beliefChance: number
}

export type Answers = 'model' | 'filter' | 'belief'

const tag = 'asset/tag'
const filterSeconds = 0.25

export function judgeWalk(
  plan: Plan,
  packets: Packet[],
  zoneAt: (x: number, y: number) => string,
  make: MakeModel,
  stepSeconds = 0.5,
): Judged[] {
  const presence = createPresence(plan)
  const model = make(plan)
  const window = makeWindow()
  const receivers = new Map(plan.receivers.map(({ id }, index) => [id, index]))
  const judged: Judged[] = []
  let last = packets[0]
  let next = (last?.seconds ?? 0) + 1
  let ticked = last?.seconds ?? 0
  const judge = () => {
    presence.tick(next * 1000)
    const where = presence.where(tag)
    const said = model.infer(window, next)
    if (where && said && last) {
      const truth = zoneAt(last.x, last.y)
      const outside = 1 - where.inZone.reduce((sum, p) => sum + p, 0)
      const beliefs = [...where.inZone, outside]
      const names = [...plan.zones.map(({ id }) => id), '']
      const at = model.candidates.findIndex((zone) => (zone ?? '') === truth)
      judged.push({
        seconds: next,
        truth,
        model: said.zone ?? '',
        filter: where.zone ?? '',
        belief: names[beliefs.indexOf(Math.max(...beliefs))] ?? '',
        modelChance: said.probabilities[at] ?? 0,
        beliefChance: beliefs[names.indexOf(truth)] ?? 0,
      })
    }
    next += stepSeconds
  }
  for (const packet of packets) {
    while (packet.seconds >= next) judge()
    if (packet.seconds - ticked >= filterSeconds) {
      ticked = packet.seconds
      presence.tick(ticked * 1000)
    }
    presence.sight({ tag, receiver: packet.receiver, rssi: packet.rssi, time: packet.seconds * 1000 })
    window.add({ receiver: receivers.get(packet.receiver) ?? -1, rssi: packet.rssi, seconds: packet.seconds })
    last = packet
  }
  return judged
}

/** Share of moments at which the zone was right. */
export const accuracyOf = (judged: Judged[], who: Answers): number =>
  mean(judged.map((one) => (one[who] === one.truth ? 1 : 0)))

/** Two standard errors of how far the model's accuracy is ahead of the filter's, walk by walk: moments of one hang together. */
export function uncertaintyOf(walks: Judged[][]): number {
  const leads = walks
    .filter(({ length }) => length > 0)
    .map((one) => accuracyOf(one, 'model') - accuracyOf(one, 'belief'))
  const middle = mean(leads)
  return 2 * Math.sqrt(leads.reduce((sum, lead) => sum + (lead - middle) ** 2, 0) / (leads.length - 1) / leads.length)
}

/** Mean −ln of the probability that was given to the truth: what calibration and sharpness cost together. */
export const lossOf = (judged: Judged[], who: 'modelChance' | 'beliefChance'): number =>
  mean(judged.map((one) => -Math.log(Math.max(1e-3, one[who]))))

/** Changes a minute beyond those that truly happened. */
export function flickerOf(walks: Judged[][], who: Answers): number {
  let extra = 0
  let seconds = 0
  for (const judged of walks) {
    extra += Math.max(0, changes(judged.map((one) => one[who])) - changes(judged.map(({ truth }) => truth)))
    seconds += (judged.at(-1)?.seconds ?? 0) - (judged[0]?.seconds ?? 0)
  }
  return (60 * extra) / seconds
}

/** Seconds from each true change of zone until it was said, at most until the next one: the median. */
export function latencyOf(walks: Judged[][], who: Answers): number {
  const latencies = walks.flatMap((judged) =>
    judged.flatMap(({ truth, seconds }, i) => {
      if (i === 0 || judged[i - 1]?.truth === truth) return []
      const rest = judged.slice(i)
      const found = rest.find((one) => one.truth !== truth || one[who] === truth) ?? rest.at(-1)
      return [(found?.seconds ?? seconds) - seconds]
    }),
  )
  return quantile(latencies, 0.5)
}

const changes = (zones: string[]): number => zones.filter((zone, i) => i > 0 && zone !== zones[i - 1]).length
