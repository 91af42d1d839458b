import type { Advertisement } from './advertisement.ts'
import type { Beacon } from './beacon.ts'

/** Beacons whose identity is remembered; the oldest is forgotten first. */
const maxRemembered = 4096

/** What the hearing of a beacon amounts to, whichever receiver heard it. */
export interface Sighting {
  /** The beacon's own id, which every receiver reads alike; its address in lower case where its format has none. */
  id: string
  format: Beacon['format']
  /** Received power in dBm expected 1 m away. */
  measuredPower?: number
  batteryVolts?: number
}

/**
 * Names beacons so that all receivers agree. Many beacons send several frames in turn: one that carries an identity,
 * others with telemetry or a URL. The latter are put down to the identity last heard from the same address, or one
 * beacon would count as two. Telemetry from an address that has not named itself yet is not a sighting.
 */
export function createIdentifier(): (
  advertisement: Pick<Advertisement, 'address'>,
  beacon: Beacon,
) => Sighting | undefined {
  const remembered = new Map<string, string>()
  const remember = (address: string, id: string) => {
    if (remembered.get(address) === id) return
    remembered.set(address, id)
    if (remembered.size <= maxRemembered) return
    const oldest = remembered.keys().next()
    if (!oldest.done) remembered.delete(oldest.value)
  }
  return ({ address }, beacon) => {
    const own = address.toLowerCase()
    if (beacon.id !== undefined) remember(own, beacon.id)
    else if (beacon.format !== 'eddystone-tlm' && !remembered.has(own)) remember(own, own)
    const id = beacon.id ?? remembered.get(own)
    if (id === undefined) return undefined
    const sighting: Sighting = { id, format: beacon.format }
    if (beacon.measuredPower !== undefined) sighting.measuredPower = beacon.measuredPower
    if (beacon.format === 'eddystone-tlm' && !beacon.telemetry.encrypted) {
      const { batteryVolts } = beacon.telemetry
      if (batteryVolts !== undefined) sighting.batteryVolts = batteryVolts
    }
    return sighting
  }
}
