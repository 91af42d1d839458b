import { newBelief, type Estimate, estimateOf } from './belief.ts'
import { makeClock } from './clock.ts'
import type { PresenceEvent } from './events.ts'
import { makeWorkspace } from './likelihood.ts'
import { isPlausiblePower } from './path-loss.ts'
import type { Plan } from './plan.ts'
import { defaultSettings, type Settings } from './settings.ts'
import { filterSignal } from './signals.ts'
import { makeSpace } from './space.ts'
import { makeTagTable, type Tag } from './tags.ts'
import { dwellsOf, leftOf, updateTag, type Surroundings } from './tracker.ts'

/** A receiver heard a tag. */
export interface Sighting {
  /** Token of its bearer. */
  tag: string
  receiver: string
  /** dBm. */
  rssi: number
  /** dBm at 1 m, where the frame tells. */
  measuredPower?: number
  /** Milliseconds of any clock. */
  time: number
}

export interface Presence {
  /** Takes in one sighting; what follows from it at once is returned, the rest by `tick`. Costs microseconds. */
  sight(sighting: Sighting): PresenceEvent[]
  /** Updates tags that wait, and notices silence and dwell. To be called about four times a second. */
  tick(time: number): PresenceEvent[]
  /** Works on another plan from now on. Whoever is in a zone that still exists stays there. */
  replan(plan: Plan): PresenceEvent[]
  /** Where a tag is thought to be now; for scoring and diagnosis. */
  where(tag: string): (Estimate & { zone?: string }) | undefined
  stats(): Stats
}

export interface Stats {
  tags: number
  /** Tags whose turn has not come. */
  waiting: number
  /** Sightings of strangers and of tags beyond the limit. */
  ignoredSightings: number
  /** Sightings by receivers that are not on the plan, and which these are (the first few). */
  unplacedSightings: number
  unplacedReceivers: string[]
  /** Whether a technician's samples are used. */
  sampled: boolean
}

const maxUnplacedNames = 32

/** Silence of a receiver tells something about as many of its neighbours. */
const neighbourCount = 8
/** Silence and dwell are looked at so often. */
const surveySeconds = 0.5
/** So long a tag without a zone has its turn before all others: where somebody stands can wait, that somebody came cannot. */
const arrivalSeconds = 10

/** The presence engine: sightings in, events out. It holds no timers and reads no clock. */
export function createPresence(plan: Plan, options: Partial<Settings> = {}): Presence {
  const settings = { ...defaultSettings, ...options }
  settings.dwellSeconds = [...settings.dwellSeconds].sort((a, b) => a - b)
  const clock = makeClock()
  const table = makeTagTable(settings.maxTags)
  const waiting = new Set<Tag>()
  const arriving = new Set<Tag>()
  const updateSeconds = settings.updateMilliseconds / 1000
  let around = surroundings(plan, settings)
  let receiverIndex = indexOf(plan)
  let now = 0
  let surveyed = 0
  let unplaced = 0
  const unplacedNames = new Set<string>()
  // A token bucket bounds the share of the processor, whatever is sent. Half of it is kept for those that wait.
  const fullBudget = Math.max(2, settings.maxUpdatesPerSecond / 4)
  let budget = fullBudget
  let budgetSeconds = 0

  const update = (tag: Tag): PresenceEvent[] => {
    budget -= 1
    waiting.delete(tag)
    arriving.delete(tag)
    return updateTag(tag, around, now)
  }
  const advance = (time: number) => {
    now = clock(time)
    budget += (now - budgetSeconds) * settings.maxUpdatesPerSecond
    budget = Math.min(budget, fullBudget)
    budgetSeconds = now
  }
  const isDue = (tag: Tag) => now - tag.updatedSeconds >= updateSeconds
  const arrives = ({ decision, enteredSeconds }: Tag) => !decision.hasEntered && now - enteredSeconds < arrivalSeconds

  const forget = (tag: Tag, reason: 'silence' | 'shop-changed'): PresenceEvent[] => {
    table.remove(tag)
    waiting.delete(tag)
    arriving.delete(tag)
    return tag.decision.zone < 0 ? [] : [leftOf(tag, around, reason)]
  }

  const survey = (): PresenceEvent[] => {
    surveyed = now
    const events: PresenceEvent[] = []
    for (const tag of table.all()) {
      if (now - tag.lastSeconds > settings.silenceSeconds) events.push(...forget(tag, 'silence'))
      else events.push(...dwellsOf(tag, around))
    }
    return events
  }

  return {
    sight({ tag: who, receiver, rssi, measuredPower, time }) {
      advance(time)
      const index = receiverIndex.get(receiver)
      if (index === undefined || !Number.isFinite(rssi)) {
        unplaced++
        if (index === undefined && unplacedNames.size < maxUnplacedNames) unplacedNames.add(receiver)
        return []
      }
      around.receiverHeard[index] = now
      const events: PresenceEvent[] = []
      const tag = table.admit(
        who,
        now,
        () => newBelief(around.space),
        (evicted) => events.push(...forget(evicted, 'silence')),
      )
      if (!tag) return events
      tag.lastSeconds = now
      if (isPlausiblePower(measuredPower)) tag.measuredPower = measuredPower
      filterSignal(tag.signals, index, rssi, now, settings.signalSeconds)
      const early = arrives(tag)
      if (isDue(tag) && budget > (early ? 1 : fullBudget / 2)) events.push(...update(tag))
      else (early ? arriving : waiting).add(tag)
      return events
    },

    tick(time) {
      advance(time)
      const events: PresenceEvent[] = []
      // Those that have waited longest stand first in their set.
      for (const tags of [arriving, waiting])
        for (const tag of tags) {
          if (budget < 1) break
          if (isDue(tag)) events.push(...update(tag))
        }
      if (now - surveyed >= surveySeconds) events.push(...survey())
      return events
    },

    replan(next) {
      const zones = around.space.zones
      const changed = surroundings(next, settings)
      const events: PresenceEvent[] = []
      for (const tag of table.all()) {
        const zone = changed.space.zones.indexOf(zones[tag.decision.zone] ?? '')
        if (zone < 0 && tag.decision.zone >= 0) events.push(leftOf(tag, around, 'shop-changed'))
        tag.decision = { zone, candidate: zone, candidateSeconds: now, hasEntered: zone >= 0, changes: [] }
        tag.signals.clear()
        tag.belief = newBelief(changed.space)
        tag.updatedSeconds = -Infinity
      }
      around = changed
      receiverIndex = indexOf(next)
      unplacedNames.clear()
      return events
    },

    where(who) {
      for (const tag of table.all()) {
        if (tag.who !== who) continue
        const zone = around.space.zones[tag.decision.zone]
        const estimate = estimateOf(tag.belief, around.space)
        return zone === undefined ? estimate : { ...estimate, zone }
      }
      return undefined
    },

    stats: () => ({
      tags: table.size(),
      waiting: waiting.size + arriving.size,
      ignoredSightings: table.ignored(),
      unplacedSightings: unplaced,
      unplacedReceivers: [...unplacedNames],
      sampled: around.space.map.sampled,
    }),
  }
}

function indexOf({ receivers }: Plan): Map<string, number> {
  return new Map(receivers.map(({ id }, index) => [id, index]))
}

function surroundings(plan: Plan, settings: Settings): Surroundings {
  const space = makeSpace(plan, settings)
  const { receivers } = plan
  const neighbours = receivers.map((here, index) => {
    const metresTo = (other: number) =>
      Math.hypot(here.x - (receivers[other]?.x ?? 0), here.y - (receivers[other]?.y ?? 0))
    const others = [...receivers.keys()].filter((other) => other !== index)
    return others.sort((a, b) => metresTo(a) - metresTo(b)).slice(0, neighbourCount)
  })
  // −Infinity: a receiver that has never been heard of is not alive.
  const receiverHeard = new Float64Array(receivers.length).fill(-Infinity)
  return { space, settings, workspace: makeWorkspace(space.map.states), receivers, neighbours, receiverHeard }
}
