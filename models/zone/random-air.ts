import type { Random } from '../../devices/twin/random.ts'
import type { PlanReceiver } from '../../plugins/presence/plan.ts'

export interface Air {
  /** dBm of one packet at a receiver, by index; undefined where it was lost. `power` is what the tag has above −59 dBm. */
  hear(
    receiver: number,
    tag: { x: number; y: number; height: number },
    heading: number,
    power: number,
  ): number | undefined
  /** Time passes: people and doors between tag and receivers change. */
  pass(seconds: number): void
}

/**
 * Air of a shop as it may be. Drawn for each shop: path-loss exponent 1.8 to 3.2 (ITU-R P.1238 gives 2.2 for shops,
 * furnished ones lie higher), shadows of 2 to 5 dB over 1.5 to 5 m that stay, drift of up to 3 dB over 3 to 20 s,
 * packets that scatter by 1.5 to 5 dB, bodies of 0 to 8 dB, receivers that differ by 2 dB, and packets that get lost.
 * `roughness` multiplies what changes from moment to moment.
 */
export function randomAir(receivers: PlanReceiver[], random: Random, roughness = 1): Air {
  const exponent = random.between(1.8, 3.2)
  const shadowDb = random.between(2, 5)
  const shadowMetres = random.between(1.5, 5)
  const fadingDb = roughness * random.between(1.5, 5)
  const bodyDb = random.between(0, 8)
  const driftDb = roughness * random.between(0, 3)
  const driftSeconds = random.between(3, 20)
  const sensitivityDbm = random.between(-102, -88)
  const lost = random.between(0, 0.4)
  const offsets = receivers.map(() => 2 * random.normal())
  const drift = receivers.map(() => driftDb * random.normal())
  const shadows = receivers.map(() => makeField(shadowDb, shadowMetres, random))
  return {
    hear(index, tag, heading, power) {
      const receiver = receivers[index]
      if (!receiver || random.next() < lost) return undefined
      const dx = receiver.x - tag.x
      const dy = receiver.y - tag.y
      const metres = Math.max(0.3, Math.hypot(dx, dy, (receiver.heightMetres ?? 2.3) - tag.height))
      const away = (1 - Math.cos(Math.atan2(dy, dx) - heading)) / 2
      const dbm =
        -59 +
        power +
        (offsets[index] ?? 0) +
        (drift[index] ?? 0) -
        10 * exponent * Math.log10(metres) -
        bodyDb * away +
        (shadows[index]?.(tag.x, tag.y) ?? 0) +
        fadingDb * random.normal()
      return dbm < sensitivityDbm ? undefined : Math.round(dbm)
    },
    pass(seconds) {
      const kept = Math.exp(-seconds / driftSeconds)
      const fresh = driftDb * Math.sqrt(1 - kept * kept)
      for (let i = 0; i < drift.length; i++) drift[i] = kept * (drift[i] ?? 0) + fresh * random.normal()
    },
  }
}

/** A smooth random field: a sum of plane waves with normal amplitudes, of this deviation, about as wide as `metres`. */
function makeField(deviation: number, metres: number, random: Random): (x: number, y: number) => number {
  const waves = Array.from({ length: 24 }, () => {
    const length = Math.abs(random.normal()) / metres
    const angle = random.between(0, 2 * Math.PI)
    return { kx: length * Math.cos(angle), ky: length * Math.sin(angle), phase: random.between(0, 2 * Math.PI) }
  })
  const amplitude = deviation * Math.sqrt(2 / waves.length)
  return (x, y) => waves.reduce((sum, { kx, ky, phase }) => sum + amplitude * Math.cos(kx * x + ky * y + phase), 0)
}
