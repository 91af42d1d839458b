/**
 * A refrigerated cabinet with its air, its product, a compressor on a thermostat, defrosts, a door, and warm goods that
 * are put in. Seeded: the same seed gives the same day. Two bodies that exchange heat (lumped capacities), stepped in
 * seconds; the rates were chosen so that cycles and defrosts look as those of real cabinets (a freezer recorded for ten
 * days cycles by ±1.2 °C and rises by 0.3 to 0.6 °C a minute while it defrosts).
 */
import { createRandom } from './random.ts'

export interface CabinetModel {
  setpointCelsius: number
  /** The thermostat switches so far above and below. */
  bandCelsius: number
  /** Heat that leaks in: share of the difference to the shop's air, a minute. */
  leak: number
  /** The compressor cools the air by so much a minute. */
  coolCelsius: number
  /** Share of the difference that the air gains from the product, a minute. */
  couple: number
  /** Time constant of the product, minutes. */
  productMinutes: number
  /** Share of the difference to the shop's air that an open door lets in, a minute. */
  door: number
  defrost: { everyMinutes: number; minutes: number; heatCelsius: number; endCelsius: number }
  /** Customers open the door so often an hour, each for about so many seconds. */
  openingsPerHour: number
  openingSeconds: number
}

export const cabinetModels = {
  chilled: {
    setpointCelsius: 2.5,
    bandCelsius: 1,
    leak: 0.012,
    coolCelsius: 0.6,
    couple: 0.03,
    productMinutes: 90,
    door: 0.1,
    defrost: { everyMinutes: 360, minutes: 20, heatCelsius: 0.15, endCelsius: 9 },
    openingsPerHour: 6,
    openingSeconds: 20,
  },
  frozen: {
    setpointCelsius: -20,
    bandCelsius: 1.2,
    leak: 0.0032,
    coolCelsius: 0.4,
    couple: 0.01,
    productMinutes: 240,
    door: 0.06,
    defrost: { everyMinutes: 720, minutes: 40, heatCelsius: 0.55, endCelsius: 4 },
    openingsPerHour: 2,
    openingSeconds: 15,
  },
} as const satisfies Record<string, CabinetModel>

/** What can be wrong with it. A weak compressor cools with a quarter of its power, as one that loses refrigerant. */
export interface CabinetFaults {
  power: 'on' | 'off'
  compressor: 'ok' | 'weak' | 'dead'
  door: 'ok' | 'left-open'
  /** A heater that does not end. */
  defrost: 'ok' | 'stuck'
}

export interface CabinetNow {
  airCelsius: number
  productCelsius: number
  doorOpen: boolean
  defrosting: boolean
  compressorOn: boolean
}

export interface TwinCabinet {
  /** Lets time pass; `ambientCelsius` is the air of the shop. */
  step(seconds: number, ambientCelsius?: number): CabinetNow
  now(): CabinetNow
  /** Switches faults on or off; those not named stay. */
  fault(faults: Partial<CabinetFaults>): void
  /** Puts warm goods in: this share of the product has this temperature. The door is open meanwhile. */
  load(share: number, celsius: number): void
  /** Somebody opens the door for so long. */
  open(seconds: number): void
}

const longestStepSeconds = 10

export function createCabinet(seed: number, model: CabinetModel): TwinCabinet {
  const random = createRandom(seed)
  const faults: CabinetFaults = { power: 'on', compressor: 'ok', door: 'ok', defrost: 'ok' }
  let air = model.setpointCelsius + random.between(-1, 1) * model.bandCelsius
  let product = model.setpointCelsius
  let cooling = false
  let defrosting = false
  /** Cabinets of one shop do not defrost together. */
  let defrostMinutes = 0
  let untilDefrost = model.defrost.everyMinutes * random.between(0.2, 1)
  let openSeconds = 0

  const control = (minutes: number) => {
    untilDefrost -= minutes
    if (faults.power === 'off') {
      cooling = false
      defrosting = false
      return
    }
    if (!defrosting && (untilDefrost <= 0 || faults.defrost === 'stuck')) {
      defrosting = true
      defrostMinutes = 0
      untilDefrost = model.defrost.everyMinutes * random.between(0.97, 1.03)
    }
    if (defrosting) {
      defrostMinutes += minutes
      const over = defrostMinutes >= model.defrost.minutes || air >= model.defrost.endCelsius
      if (over && faults.defrost === 'ok') defrosting = false
    }
    if (air > model.setpointCelsius + model.bandCelsius) cooling = true
    if (air < model.setpointCelsius - model.bandCelsius) cooling = false
    if (defrosting) cooling = false
  }

  const pass = (seconds: number, ambient: number) => {
    const minutes = seconds / 60
    control(minutes)
    if (random.next() < (model.openingsPerHour / 3600) * seconds) {
      openSeconds = Math.max(openSeconds, model.openingSeconds * random.between(0.4, 2))
    }
    const open = isOpen()
    openSeconds = Math.max(0, openSeconds - seconds)
    const power = faults.compressor === 'dead' ? 0 : faults.compressor === 'weak' ? 0.25 : 1
    const rise =
      (model.leak + (open ? model.door : 0)) * (ambient - air) +
      model.couple * (product - air) +
      (defrosting ? model.defrost.heatCelsius : 0) -
      (cooling ? model.coolCelsius * power : 0)
    const warmed = ((air - product) / model.productMinutes) * minutes
    air += rise * minutes + random.normal() * 0.01 * Math.sqrt(minutes)
    product += warmed
  }
  const isOpen = () => openSeconds > 0 || faults.door === 'left-open'
  const now = (): CabinetNow => ({
    airCelsius: air,
    productCelsius: product,
    doorOpen: isOpen(),
    defrosting,
    compressorOn: cooling && faults.compressor !== 'dead',
  })

  return {
    now,
    step(seconds, ambientCelsius = 22) {
      for (let left = seconds; left > 0; left -= longestStepSeconds)
        pass(Math.min(left, longestStepSeconds), ambientCelsius)
      return now()
    },
    fault: (changed) => void Object.assign(faults, changed),
    load(share, celsius) {
      product += share * (celsius - product)
      openSeconds = Math.max(openSeconds, 180)
    },
    open: (seconds) => void (openSeconds = Math.max(openSeconds, seconds)),
  }
}
