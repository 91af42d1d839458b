/**
 * One cabinet: what its probes say becomes a state, warnings, excursions and the log. Time is handed in: minutes of a
 * steady clock that goes on over a restart, since a clock that is set must neither raise nor end an alarm. Nothing here
 * says that food is safe; it says what was measured, and for how long it was too warm.
 */
import type { Cabinet } from '@endcap/sdk'
import { createDefrosts, type SavedDefrosts } from './defrost.ts'
import { createEpisodes, type Episode } from './episode.ts'
import { createExposure, type SavedExposure } from './exposure.ts'
import { createHistory, type SavedHistory } from './history.ts'
import { createJudgement, type SavedJudgement } from './judgement.ts'
import { limitsOf } from './limits.ts'
import { createProbes } from './probes.ts'
import { type Cause, round, type Said, type State } from './said.ts'
import { type Settings, usual } from './settings.ts'

export interface SavedWatch extends SavedExposure {
  minute: number
  history: SavedHistory
  defrosts: SavedDefrosts
  judgement: SavedJudgement
  episode?: Episode
  unseen?: string
}

export interface Watch {
  temperature(probe: string, celsius: number, minute: number): void
  door(probe: string, open: boolean, minute: number): void
  /** Its plugin says that a probe is gone, or is not believed. */
  trouble(probe: string, reason: string, minute: number): void
  /** Nobody watched it for a time that only now is known of; a warning until somebody sees to it. */
  unseen(reason: string): void
  /** Lets time pass up to this minute; to be called at least every minute. */
  tick(minute: number): Said[]
  /**
   * Somebody sees to it; told again after so many minutes if it is not well by then. Nothing where there is nothing to
   * see to, or somebody sees to it already.
   */
  acknowledge(minute: number, staff?: string, againAfter?: number): Said[]
  /** It was given back. */
  unacknowledge(minute: number): Said[]
  episode(): Readonly<Episode> | undefined
  /** Whether its air is measured at this minute. */
  measured(minute: number): boolean
  now(): { state: State; air: number | undefined; product: number | undefined; doorOpen: boolean }
  save(): SavedWatch
}

export function createWatch(cabinet: Cabinet, minute: number, saved?: SavedWatch, settings: Settings = usual): Watch {
  const limits = limitsOf(cabinet)
  const { limitCelsius } = limits
  const { id, air: airProbes, product: productProbe, door: doorProbe } = cabinet
  const allProbes = [...airProbes, ...(productProbe === undefined ? [] : [productProbe])]
  const probes = createProbes(allProbes, minute)
  const history = createHistory(saved?.history)
  const defrosts = createDefrosts(limits, saved?.defrosts)
  const judgement = createJudgement(limits, history, defrosts, saved?.judgement)
  const exposure = createExposure(limits, saved)
  const episodes = createEpisodes({ id, limitCelsius }, settings, saved?.episode)
  let lastMinute = saved?.minute ?? minute
  /** The first measurement is judged at once. */
  let lastSample = saved ? Math.floor(lastMinute) : Number.NEGATIVE_INFINITY
  let doorSince: number | undefined
  let causes = new Map<Cause, string>()
  let state: State = 'unknown'
  let stateSaid = Number.NEGATIVE_INFINITY
  let airSaid = false
  let unseen = saved?.unseen

  const probed = (now: number) => (productProbe === undefined ? undefined : probes.value(productProbe, now))
  const product = (now: number) => probed(now) ?? exposure.product()

  const measure = (now: number): number | undefined => {
    const air = probes.warmest(airProbes, now)
    exposure.pass(now, Math.max(0, now - lastMinute), air, probed(now))
    return air
  }

  const look = (air: number | undefined, now: number) => {
    if (air !== undefined && Math.floor(now) > lastSample) {
      lastSample = Math.floor(now)
      history.add({ minute: lastSample, celsius: air })
      const doorOpen = doorSince !== undefined
      causes = judgement.see({ minute: now, air, product: product(now) ?? air, doorOpen, doorSince })
    }
    for (const gone of ['silent', 'lost', 'unseen'] as const) causes.delete(gone)
    if (unseen !== undefined) causes.set('unseen', unseen)
    // The simulation stands in for a product probe; the air has no stand-in.
    const fault = probes.fault(air === undefined ? airProbes : allProbes, now)
    if (fault) causes.set(fault.cause, fault.reason)
  }

  const tell = (air: number | undefined, now: number): Said[] =>
    episodes.tell({
      minute: now,
      air,
      lastAir: exposure.air(),
      product: product(now),
      over: exposure.over(),
      expired: exposure.expired(),
      clockMinutes: exposure.clockMinutes(),
      causes,
      hot: judgement.hot(),
      minutesToLimit: judgement.minutesToLimit(),
    })

  const stateNow = (air: number | undefined): State => {
    if (exposure.over()) return 'excursion'
    if (air === undefined) return 'unknown'
    if (causes.size > 0) return 'warning'
    if (judgement.deferred() && air > limitCelsius) return 'defrost'
    return doorSince === undefined ? 'in-range' : 'door-open'
  }

  const describe = (air: number | undefined, now: number): Said => {
    const body = product(now)
    const ahead = judgement.minutesToLimit()
    const pressing = state === 'warning' || (state === 'door-open' && air !== undefined && air > limitCelsius)
    const episode = episodes.current()
    stateSaid = now
    airSaid = air !== undefined
    return {
      type: 'cold.state',
      data: {
        cabinet: id,
        state,
        ...(air === undefined ? {} : { airCelsius: round(air) }),
        ...(body === undefined || air === undefined ? {} : { productCelsius: round(body) }),
        limitCelsius,
        ...(ahead === undefined || !pressing ? {} : { minutesToLimit: ahead }),
        clockMinutes: round(exposure.clockMinutes()),
        ...(episode ? { seenTo: episode.acknowledged === true } : {}),
      },
    }
  }

  return {
    temperature: (probe, celsius, now) => probes.hear(probe, celsius, now),
    trouble: (probe, reason, now) => probes.trouble(probe, reason, now),
    unseen: (reason) => (unseen = reason),
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
      if (said.length > 0 || state !== before || airSaid !== (air !== undefined) || now - stateSaid >= 1)
        said.push(describe(air, now))
      return said
    },
    acknowledge(now, staff, againAfter = settings.claimMinutes) {
      const said = episodes.acknowledge(now, againAfter, staff)
      if (episodes.current()?.causes.includes('unseen')) unseen = undefined
      return said.length === 0 ? said : [...said, describe(probes.warmest(airProbes, now), now)]
    },
    unacknowledge(now) {
      if (episodes.current()?.acknowledged !== true) return []
      episodes.unacknowledge()
      return [describe(probes.warmest(airProbes, now), now)]
    },
    episode: episodes.current,
    measured: (now) => probes.warmest(airProbes, now) !== undefined,
    now: () => ({ state, air: exposure.air(), product: product(lastMinute), doorOpen: doorSince !== undefined }),
    save() {
      const episode = episodes.current()
      return {
        minute: lastMinute,
        ...exposure.save(),
        history: history.save(),
        defrosts: defrosts.save(),
        judgement: judgement.save(),
        ...(unseen === undefined ? {} : { unseen }),
        ...(episode ? { episode: { ...episode, causes: [...episode.causes] } } : {}),
      }
    },
  }
}
