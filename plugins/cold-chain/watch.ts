/**
 * One cabinet: what its probes say becomes a state, warnings, excursions and the log. Time is handed in: minutes of a
 * steady clock that goes on over a restart, since a clock that is set must neither raise nor end an alarm. Nothing here
 * says that food is safe; it says what was measured, and for how long it was too warm.
 */
import type { Cabinet } from '@endcap/sdk'
import { createDefrosts, type SavedDefrosts } from './defrost.ts'
import { createHistory, type SavedHistory } from './history.ts'
import { createJudgement, type SavedJudgement } from './judgement.ts'
import { actingLimit, limitsOf } from './limits.ts'
import { createProbes, silentMinutes } from './probes.ts'
import { relax } from './product.ts'
import { createSafetyClock, type SavedClock } from './safety-clock.ts'
import { type Cause, round, type Said, type State } from './said.ts'
import { type Settings, usual } from './settings.ts'

/** So far below its limit the product counts as back, °C. */
const backCelsius = 0.2

export interface Episode {
  began: number
  causes: Cause[]
  /** When the product went over its limit. */
  over?: number
  /** Told that it was over it for as long as the Food Code allows. */
  expired?: boolean
  acknowledged?: boolean
}

export interface SavedWatch {
  minute: number
  product?: number
  air?: { celsius: number; minute: number }
  over: boolean
  clock: SavedClock
  history: SavedHistory
  defrosts: SavedDefrosts
  judgement: SavedJudgement
  episode?: Episode
}

export interface Watch {
  temperature(probe: string, celsius: number, minute: number): void
  door(probe: string, open: boolean, minute: number): void
  /** Its plugin says that a probe is gone, or is not believed. */
  trouble(probe: string, reason: string, minute: number): void
  /** Lets time pass up to this minute; to be called at least every minute. */
  tick(minute: number): Said[]
  /** Somebody saw to it. Nothing where there is nothing to see to, or somebody did before. */
  acknowledge(minute: number, staff?: string): Said[]
  /** It was given back, or called done while it was not. */
  unacknowledge(): void
  episode(): Readonly<Episode> | undefined
  /** Whether its air is measured at this minute. */
  measured(minute: number): boolean
  now(): { state: State; air: number | undefined; product: number | undefined; doorOpen: boolean }
  save(): SavedWatch
}

export function createWatch(cabinet: Cabinet, minute: number, saved?: SavedWatch, settings: Settings = usual): Watch {
  const limits = limitsOf(cabinet)
  const acting = actingLimit(limits)
  const { id, air: airProbes, product: productProbe, door: doorProbe } = cabinet
  const probes = createProbes([...airProbes, ...(productProbe === undefined ? [] : [productProbe])], minute)
  const history = createHistory(saved?.history)
  const defrosts = createDefrosts(limits, saved?.defrosts)
  const judgement = createJudgement(limits, history, defrosts, saved?.judgement)
  const clock = createSafetyClock(saved?.clock)
  let lastMinute = saved?.minute ?? minute
  /** The first measurement is judged at once. */
  let lastSample = saved ? Math.floor(lastMinute) : Number.NEGATIVE_INFINITY
  let known = saved?.air
  let simulated = saved?.product
  let over = saved?.over ?? false
  let episode = saved?.episode
  let doorSince: number | undefined
  let causes = new Map<Cause, string>()
  let state: State = 'unknown'
  let calmSince: number | undefined
  let stateSaid = Number.NEGATIVE_INFINITY
  let airSaid = false

  const product = (now: number) =>
    (productProbe === undefined ? undefined : probes.value(productProbe, now)) ?? simulated

  /** The product follows the air; through a gap, the warmer of the air before and after. */
  const warm = (air: number, now: number) => {
    const measured = productProbe === undefined ? undefined : probes.value(productProbe, now)
    const gap = known && now - known.minute > silentMinutes ? now - known.minute : 0
    if (simulated === undefined || !known) {
      // Nobody knows how long the air is as it is: the product is taken to be at the edge at most.
      simulated = Math.min(air, acting - limits.deadbandCelsius)
    } else {
      const around = gap > 0 ? Math.max(air, known.celsius) : air
      simulated = relax(simulated, around, Math.max(0, now - known.minute), limits.productMinutes)
    }
    simulated = measured ?? simulated
    known = { celsius: air, minute: now }
    return gap
  }

  const measure = (now: number): number | undefined => {
    const air = probes.warmest(airProbes, now)
    const passed = Math.max(0, now - lastMinute)
    if (air === undefined) {
      // Nobody sees the product: while it was too warm before, the clock goes on.
      if (over && simulated !== undefined) clock.pass(now, passed, simulated, true)
      return undefined
    }
    const gap = warm(air, now)
    const body = product(now) ?? air
    const before = over
    over = body > acting || (over && body > acting - backCelsius)
    // A gap after which the product is too warm counts as warm from its beginning.
    clock.pass(now, gap > 0 && over && !before ? gap : passed, body, over)
    return air
  }

  const look = (air: number | undefined, now: number) => {
    if (air !== undefined && Math.floor(now) > lastSample) {
      lastSample = Math.floor(now)
      history.add({ minute: lastSample, celsius: air })
      const doorOpen = doorSince !== undefined
      causes = judgement.see({ minute: now, air, product: product(now) ?? air, doorOpen, doorSince })
    }
    for (const gone of ['silent', 'lost'] as const) causes.delete(gone)
    const fault = probes.fault(
      [...airProbes, ...(productProbe === undefined ? [] : [productProbe])].filter(
        // The simulation stands in for a product probe; the air has no stand-in.
        (name) => air !== undefined || airProbes.includes(name),
      ),
      now,
    )
    if (fault) causes.set(fault.cause, fault.reason)
  }

  const tell = (air: number | undefined, now: number): Said[] => {
    const said: Said[] = []
    const warmth = air ?? known?.celsius
    if (over || causes.size > 0) episode ??= { began: now, causes: [] }
    if (!episode) return said
    const ahead = judgement.minutesToLimit()
    for (const [cause, reason] of causes) {
      if (episode.causes.includes(cause)) continue
      episode.causes.push(cause)
      const data = {
        cabinet: id,
        ...(warmth === undefined ? {} : { celsius: round(warmth) }),
        limitCelsius: limits.limitCelsius,
        ...(ahead === undefined || !['rising', 'warm', 'defrost', 'door'].includes(cause)
          ? {}
          : { minutesToLimit: ahead }),
        cause,
        reason: reason.slice(0, 200),
      }
      said.push({ type: 'cold.warning', data })
    }
    const body = product(now)
    if (over && body !== undefined) {
      const exceed = (seconds: number) => {
        const data = { cabinet: id, celsius: round(body), limitCelsius: limits.limitCelsius, sinceSeconds: seconds }
        said.push({ type: 'cold.excursion', data })
        // Worse than what somebody saw to.
        delete episode?.acknowledged
      }
      if (episode.over === undefined) {
        episode.over = now
        exceed(0)
      }
      if (!episode.expired && clock.minutes() >= clock.allowed()) {
        episode.expired = true
        exceed(Math.round(clock.minutes() * 60))
      }
    }
    const calm = !over && causes.size === 0 && !judgement.hot() && air !== undefined
    if (!calm) calmSince = undefined
    else if (now - (calmSince ??= now) >= settings.calmMinutes) {
      const excursionSeconds = episode.over === undefined ? 0 : Math.round((calmSince - episode.over) * 60)
      said.push({ type: 'cold.recovered', data: { cabinet: id, celsius: round(air), excursionSeconds } })
      episode = undefined
      calmSince = undefined
    }
    return said
  }

  const stateNow = (air: number | undefined): State => {
    if (over) return 'excursion'
    if (air === undefined) return 'unknown'
    if (causes.size > 0) return 'warning'
    if (judgement.deferred() && air > limits.limitCelsius) return 'defrost'
    return doorSince === undefined ? 'in-range' : 'door-open'
  }

  const describe = (air: number | undefined, now: number): Said => {
    const body = product(now)
    const ahead = judgement.minutesToLimit()
    const pressing = state === 'warning' || (state === 'door-open' && air !== undefined && air > limits.limitCelsius)
    return {
      type: 'cold.state',
      data: {
        cabinet: id,
        state,
        ...(air === undefined ? {} : { airCelsius: round(air) }),
        ...(body === undefined || air === undefined ? {} : { productCelsius: round(body) }),
        limitCelsius: limits.limitCelsius,
        ...(ahead === undefined || !pressing ? {} : { minutesToLimit: ahead }),
        clockMinutes: round(clock.minutes()),
      },
    }
  }

  return {
    temperature: (probe, celsius, now) => probes.hear(probe, celsius, now),
    trouble: (probe, reason, now) => probes.trouble(probe, reason, now),
    door(probe, open, now) {
      if (probe !== doorProbe) return
      doorSince = open ? (doorSince ?? now) : undefined
      // Shutting it mends it at once, though the next look at the air is a minute away.
      if (!open) causes.delete('door')
    },
    tick(now) {
      const air = measure(now)
      lastMinute = Math.max(lastMinute, now)
      look(air, now)
      const said = tell(air, now)
      const before = state
      state = stateNow(air)
      if (state !== before || airSaid !== (air !== undefined) || now - stateSaid >= 1) {
        stateSaid = now
        airSaid = air !== undefined
        said.push(describe(air, now))
      }
      return said
    },
    acknowledge(now, staff) {
      if (!episode || episode.acknowledged) return []
      episode.acknowledged = true
      const afterSeconds = Math.max(0, Math.round((now - episode.began) * 60))
      const data = { cabinet: id, ...(staff === undefined ? {} : { staff }), afterSeconds }
      return [{ type: 'cold.acknowledged', data }]
    },
    unacknowledge() {
      delete episode?.acknowledged
    },
    episode: () => episode,
    measured: (now) => probes.warmest(airProbes, now) !== undefined,
    now: () => ({ state, air: known?.celsius, product: product(lastMinute), doorOpen: doorSince !== undefined }),
    save: () => ({
      minute: lastMinute,
      ...(simulated === undefined ? {} : { product: simulated }),
      ...(known ? { air: known } : {}),
      over,
      clock: clock.save(),
      history: history.save(),
      defrosts: defrosts.save(),
      judgement: judgement.save(),
      ...(episode ? { episode: { ...episode, causes: [...episode.causes] } } : {}),
    }),
  }
}
