import type { SensorFrame } from '../../../devices/decoders/index.ts'
import type { DeviceProfile } from '../../contract/child.ts'

/** The profile of the device that sent a frame under a name; `undefined` where none fits. */
export type Recognise = (frame: SensorFrame, name?: string) => DeviceProfile | undefined

/**
 * Tables instead of a walk through all profiles: a frame is looked up by the product number, the model or the format
 * that it carries, and only where it carries none by its name.
 */
export function createRecogniser(profiles: readonly DeviceProfile[]): Recognise {
  const products = new Map<number, DeviceProfile>()
  const models = new Map<string, DeviceProfile>()
  const formats = new Map<string, DeviceProfile>()
  const names = new Map<string, DeviceProfile>()
  const starts: [string, DeviceProfile][] = []
  /** What gateways call them. */
  const called = new Map(profiles.map((profile) => [profile.id.split('/')[1], profile]))
  for (const profile of profiles) {
    const { products: numbers = [], models: own = [], formats: shapes = [], names: said = [] } = profile.recognise
    for (const number of numbers) products.set(Number(number), profile)
    for (const model of own) models.set(model, profile)
    for (const format of shapes) formats.set(format, profile)
    if (profile.decoder !== 'bthome') continue
    for (const name of said) {
      if (name.endsWith('*')) starts.push([name.slice(0, -1), profile])
      else names.set(name, profile)
    }
  }
  // The one that names most of it wins, and of two a box's own, which stand last.
  const beginnings = starts.toReversed().toSorted(([a], [b]) => b.length - a.length)
  return (frame, name) => {
    if (frame.product !== undefined) return products.get(frame.product)
    if (frame.model !== undefined)
      return models.get(frame.model) ?? (frame.format === 'gateway' ? called.get(frame.model.toLowerCase()) : undefined)
    const byFormat = formats.get(frame.format)
    if (byFormat || name === undefined || !frame.format.startsWith('bthome')) return byFormat
    return names.get(name) ?? beginnings.find(([beginning]) => name.startsWith(beginning))?.[1]
  }
}

/** The profile of a beacon by its id: the one that names most of it, so that a maker wins over a format. */
export function recogniseBeacon(profiles: readonly DeviceProfile[], id: string): DeviceProfile | undefined {
  let best: { profile: DeviceProfile; length: number } | undefined
  for (const profile of profiles)
    for (const beginning of profile.recognise.beacons ?? [])
      if (id.startsWith(beginning) && beginning.length > (best?.length ?? 0))
        best = { profile, length: beginning.length }
  return best?.profile
}

/** The profile of a device that is known by the name it advertises alone, as a watch is. */
export const recogniseNamed = (
  profiles: readonly DeviceProfile[],
  decoder: DeviceProfile['decoder'],
  name: string,
): DeviceProfile | undefined =>
  profiles.find(
    (profile) =>
      profile.decoder === decoder &&
      profile.recognise.names?.some((one) => (one.endsWith('*') ? name.startsWith(one.slice(0, -1)) : name === one)),
  )
