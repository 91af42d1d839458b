/** From the first warning until all is well again: what was told of it, and whether somebody sees to it. */
import { type Cause, causesByPressure, round, type Said } from './said.ts'
import type { Settings } from './settings.ts'

export interface Episode {
  /** Minutes of the steady clock, as all here. */
  began: number
  causes: Cause[]
  /** When the product went over its limit. */
  over?: number
  /** Told that it was over it for as long as the Food Code allows. */
  expired?: boolean
  /** Since when somebody sees to it, and when they are expected to be done. */
  acknowledged?: boolean
  seenToAt?: number
  againAt?: number
}

export interface Now {
  minute: number
  /** Undefined where it is not measured. */
  air: number | undefined
  /** The last that was known of it. */
  lastAir: number | undefined
  product: number | undefined
  over: boolean
  /** Over it for longer than the Food Code allows, and for how long in all. */
  expired: boolean
  clockMinutes: number
  causes: ReadonlyMap<Cause, string>
  hot: boolean
  minutesToLimit: number | undefined
}

export interface Episodes {
  /** What is to be told now, each cause once. */
  tell(now: Now): Said[]
  current(): Episode | undefined
  /** Called again after so many minutes, if need be. Nothing to tell where somebody sees to it already. */
  acknowledge(minute: number, againAfter: number, staff?: string): Said[]
  /** It was given back: nobody sees to it. */
  unacknowledge(): void
}

/** Told with how soon the product would reach its limit. */
const heading: ReadonlySet<Cause> = new Set(['rising', 'warm', 'defrost', 'door'])

/**
 * A probe to be replaced beside one that still measures is no haste, and air that rises is soon over the limit or not:
 * who took it is reminded so many times later.
 */
const patient: ReadonlySet<Cause> = new Set(['flat', 'lost', 'rising'])
const patientTimes = 8

export function createEpisodes(
  { id, limitCelsius }: { id: string; limitCelsius: number },
  settings: Settings,
  saved?: Episode,
): Episodes {
  let episode = saved
  let calmSince: number | undefined

  const give = (): void => {
    delete episode?.acknowledged
    delete episode?.seenToAt
    delete episode?.againAt
  }
  const warning = (cause: Cause, reason: string, { air, lastAir, minutesToLimit: ahead }: Now): Said => {
    const warmth = air ?? lastAir
    const data = {
      cabinet: id,
      ...(warmth === undefined ? {} : { celsius: round(warmth) }),
      limitCelsius,
      ...(ahead === undefined || !heading.has(cause) ? {} : { minutesToLimit: ahead }),
      cause,
      reason: reason.slice(0, 200),
    }
    return { type: 'cold.warning', data }
  }
  const excursion = (celsius: number, sinceSeconds: number): Said => {
    // Worse than what somebody saw to.
    give()
    return { type: 'cold.excursion', data: { cabinet: id, celsius: round(celsius), limitCelsius, sinceSeconds } }
  }
  /**
   * Somebody took it, and it is still not well: a claim must not silence a cabinet for ever. Where the air is back and
   * the product alone needs its hours, nobody can hasten it, and nobody is called.
   */
  const remind = (open: Episode, now: Now): Said[] => {
    if (open.acknowledged !== true) return []
    open.againAt ??= now.minute + settings.claimMinutes
    const pressing = now.hot || now.air === undefined || [...now.causes.keys()].some((one) => !patient.has(one))
    const patience = pressing ? 0 : (patientTimes - 1) * settings.claimMinutes
    if ((!pressing && now.causes.size === 0) || now.minute < open.againAt + patience) return []
    const minutes = Math.round(now.minute - (open.seenToAt ?? open.began))
    const cause = causesByPressure.find((one) => now.causes.has(one)) ?? (now.air === undefined ? 'silent' : 'warm')
    give()
    return [warning(cause, `not well again ${minutes} min after somebody saw to it`, now)]
  }
  const recover = (open: Episode, now: Now): Said[] => {
    if (now.over || now.causes.size > 0 || now.hot || now.air === undefined) calmSince = undefined
    else if (now.minute - (calmSince ??= now.minute) >= settings.calmMinutes) {
      const excursionSeconds = open.over === undefined ? 0 : Math.round((calmSince - open.over) * 60)
      episode = undefined
      calmSince = undefined
      return [{ type: 'cold.recovered', data: { cabinet: id, celsius: round(now.air), excursionSeconds } }]
    }
    return []
  }

  return {
    current: () => episode,
    tell(now) {
      const { minute, product, over, causes } = now
      const said: Said[] = []
      if (over || causes.size > 0) episode ??= { began: minute, causes: [] }
      if (!episode) return said
      for (const [cause, reason] of causes) {
        if (episode.causes.includes(cause)) continue
        episode.causes.push(cause)
        said.push(warning(cause, reason, now))
      }
      if (over && product !== undefined) {
        if (episode.over === undefined) {
          episode.over = minute
          said.push(excursion(product, 0))
        }
        if (episode.expired !== true && now.expired) {
          episode.expired = true
          said.push(excursion(product, Math.round(now.clockMinutes * 60)))
        }
      }
      return [...said, ...remind(episode, now), ...recover(episode, now)]
    },
    acknowledge(minute, againAfter, staff) {
      if (!episode) return []
      episode.againAt = minute + againAfter
      if (episode.acknowledged === true) return []
      Object.assign(episode, { acknowledged: true, seenToAt: minute })
      const afterSeconds = Math.max(0, Math.round((minute - episode.began) * 60))
      const data = { cabinet: id, ...(staff === undefined ? {} : { staff }), afterSeconds }
      return [{ type: 'cold.acknowledged', data }]
    },
    unacknowledge: give,
  }
}
