/** The probes of a cabinet: what each said last, which are silent, which their plugin calls broken. */

interface Probe {
  celsius?: number
  /** Minutes of the steady clock; before anything was said, when it began to be waited for. */
  minute: number
  trouble?: { reason: string; minute: number }
}

/** No word for so long is silence; all sensors that Endcap knows speak at least every minute. */
export const silentMinutes = 5
/** One probe of several may be silent for so long before somebody is called. */
const lostMinutes = 15

export interface Probes {
  hear(probe: string, celsius: number, minute: number): void
  trouble(probe: string, reason: string, minute: number): void
  has(probe: string): boolean
  /** What a probe measures now; undefined where it is silent. */
  value(probe: string, minute: number): number | undefined
  /** The warmest of these that are not silent. */
  warmest(names: readonly string[], minute: number): number | undefined
  /** What is wrong with these probes, for the one who shall mend it. */
  fault(names: readonly string[], minute: number): { cause: 'silent' | 'lost'; reason: string } | undefined
}

export function createProbes(names: readonly string[], minute: number): Probes {
  const probes = new Map<string, Probe>(names.map((name) => [name, { minute }]))

  const value = (name: string, now: number) => {
    const probe = probes.get(name)
    return probe?.celsius !== undefined && now - probe.minute <= silentMinutes ? probe.celsius : undefined
  }
  return {
    has: (name) => probes.has(name),
    hear(name, celsius, now) {
      const probe = probes.get(name)
      if (!probe) return
      probe.celsius = celsius
      probe.minute = now
      delete probe.trouble
    },
    trouble(name, reason, now) {
      const probe = probes.get(name)
      if (probe) probe.trouble ??= { reason, minute: now }
      if (probe?.trouble) probe.trouble.reason = reason
    },
    value,
    warmest(wanted, now) {
      const values = wanted.map((name) => value(name, now)).filter((one) => one !== undefined)
      return values.length === 0 ? undefined : Math.max(...values)
    },
    fault(wanted, now) {
      const quiet = wanted.flatMap((name) => {
        const probe = probes.get(name)
        return probe && value(name, now) === undefined ? [{ name, ...probe }] : []
      })
      const [first] = quiet.toSorted((a, b) => a.minute - b.minute)
      if (!first) return undefined
      const silence = now - first.minute
      const patience = quiet.length === wanted.length ? silentMinutes : lostMinutes
      if (silence < patience) return undefined
      const said =
        first.celsius === undefined ? 'has not said anything yet' : `is silent for ${Math.floor(silence)} min`
      if (first.trouble) return { cause: 'lost', reason: `${first.name}: ${first.trouble.reason}`.slice(0, 200) }
      return { cause: quiet.length === wanted.length ? 'silent' : 'lost', reason: `${first.name} ${said}` }
    },
  }
}
