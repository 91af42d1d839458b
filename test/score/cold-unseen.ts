/**
 * The cold chain on what nobody looked at while it was made: other seeds of the simulated cabinets, failures at random
 * moments of the recorded freezer with random thermal time constants, and how often a shop is called in weeks in which
 * nothing is wrong. The figures of cold.ts are on the seeds and moments that the detectors were made with.
 */
import { type CabinetFaults, cabinetModels, createCabinet } from '../../devices/twin/cabinet.ts'
import { createRandom } from '../../devices/twin/random.ts'
import { createWatch } from '../../plugins/cold-chain/watch.ts'
import { type Figure, rounded } from '../support/figure.ts'
import { chilled, frozen, leads, readFreezer, type Trial, watch } from './cold.ts'

const firstSeed = 20_261
const failures: Partial<CabinetFaults>[] = [
  { compressor: 'dead' },
  { compressor: 'weak' },
  { power: 'off' },
  { defrost: 'stuck' },
]
const kinds = [
  ['chilled', chilled, 5],
  ['frozen', frozen, -15],
] as const

/** Twenty-four cabinets of each kind that fail at a random moment of the third day, dead, weak or by a stuck heater. */
export function scoreUnseenCabinets(): Figure[] {
  return kinds.flatMap(([kind, cabinet, limit]) => {
    const trials = Array.from({ length: 24 }, (_, index): Trial => {
      const seed = firstSeed + index
      const twin = createCabinet(seed, cabinetModels[kind])
      const at = 2 * 1440 + Math.floor(createRandom(seed).between(0, 1440))
      return watch(cabinet, at + 900, at, (minute) => {
        if (minute === at) {
          twin.fault(failures[index % failures.length] ?? {})
        }
        const { airCelsius, productCelsius, doorOpen } = twin.step(60)
        return { air: Math.round(airCelsius * 16) / 16, door: doorOpen, over: productCelsius > limit }
      })
    })
    return leads(`simulated/cold-${kind}-unseen-seeds`, trials)
  })
}

/**
 * Failures that begin at random moments of the recording. The product that leaves its range is one of its own: its time
 * constant is drawn, and the watch does not know it.
 */
export function scoreFreezerUnseen(folder: string): Figure[] {
  const air = readFreezer(folder)
  const trials = Array.from({ length: 60 }, (_, index): Trial => {
    const random = createRandom(firstSeed + index)
    const at = Math.floor(random.between(400, air.length - 1))
    const boxMinutes = random.between(180, 700)
    const productMinutes = random.between(150, 400)
    // Dead: it warms towards the shop. Weak: towards where its heat and what is left of its cooling meet.
    const towards = index % 3 === 2 ? random.between(-11, -6) : random.between(18, 27)
    const from = air[at] ?? 0
    let product = air[0] ?? 0
    return watch(frozen, at + 1500, at, (minute) => {
      const now = minute < at ? (air[minute] ?? 0) : towards - (towards - from) * Math.exp(-(minute - at) / boxMinutes)
      product = now + (product - now) * Math.exp(-1 / productMinutes)
      return { air: rounded(now, 1), over: product > -15 }
    })
  })
  return leads('coldchain-freezer/failure-random-moments', trials)
}

const weeks = 4

/** Twenty cabinets for four weeks: doors, defrosts, goods put in once or twice a day, a shop that is warmer by day. */
export function scoreAlarmLoad(): Figure[] {
  const causes = new Map<string, number>()
  for (let index = 0; index < 20; index++) {
    const [kind, cabinet] = kinds[index % 2] ?? kinds[0]
    const twin = createCabinet(firstSeed + 100 + index, cabinetModels[kind])
    const random = createRandom(firstSeed + 200 + index)
    const watched = createWatch(cabinet, 0)
    let restock = random.between(300, 900)
    for (let minute = 0; minute < weeks * 10_080; minute++) {
      if (minute >= restock) {
        // Goods out of a cold van, a tenth to a quarter of what is in it.
        twin.load(random.between(0.1, 0.25), kind === 'chilled' ? random.between(3, 6) : random.between(-18, -14))
        restock = minute + random.between(600, 1500)
      }
      const ambient = 21 + 3 * Math.sin(((minute % 1440) / 1440 - 0.35) * 2 * Math.PI)
      const { airCelsius, doorOpen } = twin.step(60, ambient)
      watched.temperature('air', Math.round(airCelsius * 16) / 16, minute)
      watched.door('door', doorOpen, minute)
      for (const { type, data } of watched.tick(minute)) {
        const cause = type === 'cold.warning' ? data.cause : type === 'cold.excursion' ? 'excursion' : undefined
        if (cause !== undefined) causes.set(`${kind} ${cause}`, (causes.get(`${kind} ${cause}`) ?? 0) + 1)
      }
    }
  }
  const total = [...causes.values()].reduce((sum, one) => sum + one, 0)
  const unit = `a week in 20 cabinets${total === 0 ? '' : ` (${[...causes].map(([cause, count]) => `${cause} ${count}`).join(', ')} in ${weeks} weeks)`}`
  return [
    {
      name: 'simulated/cold-alarm-load',
      value: rounded(total / weeks),
      unit,
      reference: 1,
      better: 'lower',
      n: 20 * weeks,
    },
  ]
}
