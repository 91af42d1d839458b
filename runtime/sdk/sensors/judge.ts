import type { DeviceProfile } from '../../contract/child.ts'

export type Fault = 'failed' | 'range' | 'jump'
type Emits = NonNullable<DeviceProfile['fields'][string]['emits']>

export interface Judge {
  /** The event that a field becomes; undefined where it becomes none. */
  emits(field: string): Emits | undefined
  /** Why a reading is not believed. `now` in milliseconds. */
  doubt(field: string, at: string | undefined, value: number | null, now: number): Fault | undefined
}

/** What sensors without a profile are trusted with: what the decoders name so, within what any of them measures. */
const common: DeviceProfile['fields'] = {
  celsius: { emits: 'probe.temperature', unit: '°C', range: [-60, 150], perMinute: 20 },
  humidityPercent: { emits: 'probe.humidity', unit: '%', range: [0, 100] },
  open: { emits: 'probe.door', unit: 'yes/no' },
  doorOpen: { emits: 'probe.door', unit: 'yes/no' },
  motion: { emits: 'probe.motion', unit: 'yes/no' },
  windowOpen: { emits: 'probe.door', unit: 'yes/no' },
}

/** No reading is a jump that lies so near to the last one, whatever the time between. */
const alwaysNear = 5
/** A jump counts as real when so many readings in a row agree with one another. */
const confirmations = 3

interface Track {
  value: number
  at: number
  /** Readings that jumped and agree with one another. */
  jumped: number[]
}

/** Believes a reading that the sensor can measure and that follows from the one before. */
export function createJudge(profile: DeviceProfile | undefined): Judge {
  const fields = profile?.fields ?? common
  const tracks = new Map<string, Track>()

  const jumps = (key: string, value: number, now: number, perMinute: number): boolean => {
    const track = tracks.get(key)
    if (!track) {
      tracks.set(key, { value, at: now, jumped: [] })
      return false
    }
    const reach = (from: number) => Math.abs(value - from) <= alwaysNear + (perMinute * (now - track.at)) / 60_000
    if (!reach(track.value)) {
      const before = track.jumped.at(-1)
      if (before !== undefined && Math.abs(value - before) > alwaysNear) track.jumped = []
      track.jumped.push(value)
      if (track.jumped.length < confirmations) return true
    }
    Object.assign(track, { value, at: now, jumped: [] })
    return false
  }

  return {
    emits: (field) => fields[field]?.emits,
    doubt(field, at, value, now) {
      if (value === null) return 'failed'
      const { range, perMinute } = fields[field] ?? {}
      if (range && (value < range[0] || value > range[1])) return 'range'
      if (perMinute === undefined) return undefined
      return jumps(`${field} ${at ?? ''}`, value, now, perMinute) ? 'jump' : undefined
    },
  }
}
