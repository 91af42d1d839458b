/** The last hours of a cabinet's air, a sample a minute. */
import { robustSlope } from './product.ts'

export interface Sample {
  /** Minutes of the steady clock. */
  minute: number
  celsius: number
}

const keptMinutes = 240
const dayHours = 24
/** Before so many hours are known, nothing is known of how far a cabinet swings by itself. */
const learntHours = 6

export interface History {
  add(sample: Sample): void
  last(minutes: number): Sample[]
  /** °C a minute over the last minutes. */
  slope(minutes: number): number | undefined
  /** How far it moved over so many minutes, where it was sampled throughout. */
  spread(minutes: number): number | undefined
  /** What the air did in a quiet hour is what it may do again. */
  calm(sample: Sample): void
  /** The warmest that the air gets by itself within a day; undefined before enough is known. */
  usual(): number | undefined
  save(): SavedHistory
}

export interface SavedHistory {
  samples: Sample[]
  hours: [number, number][]
}

export function createHistory(saved?: SavedHistory): History {
  let samples: Sample[] = saved?.samples ?? []
  /** Warmest calm air by hour. */
  const hours = new Map<number, number>(saved?.hours)

  const last = (minutes: number) => {
    const now = samples.at(-1)?.minute ?? 0
    return samples.filter(({ minute }) => minute > now - minutes)
  }
  return {
    add(sample) {
      samples.push(sample)
      if (samples.length > keptMinutes * 1.25) samples = samples.slice(-keptMinutes)
    },
    last,
    slope: (minutes) => robustSlope(last(minutes)),
    spread(minutes) {
      const span = last(minutes)
      if (span.length < minutes * 0.8) return undefined
      const values = span.map(({ celsius }) => celsius)
      return Math.max(...values) - Math.min(...values)
    },
    calm({ minute, celsius }) {
      const hour = Math.floor(minute / 60)
      hours.set(hour, Math.max(hours.get(hour) ?? celsius, celsius))
      for (const old of hours.keys()) if (old <= hour - dayHours) hours.delete(old)
    },
    usual: () => (hours.size < learntHours ? undefined : Math.max(...hours.values())),
    save: () => ({ samples: samples.slice(-30), hours: [...hours] }),
  }
}
