/** The cabinets of the virtual shop: which model each is, what its probes say, and what people do to it. */
import {
  createCabinet,
  type TwinCabinet,
  type CabinetFaults,
  type CabinetModel,
  type CabinetNow,
  cabinetModels,
} from './cabinet.ts'
import type { Goods, GoodsCabinet } from './goods.ts'
import type { Random } from './random.ts'
import type { CabinetTruth } from './truth.ts'

export interface Cabinets {
  now(cabinet: string): CabinetNow
  fault(cabinet: string, faults: Partial<CabinetFaults>): void
  /** Somebody reaches in. */
  open(cabinet: string, seconds: number): void
  /** New goods, warmer than those that stand there: this share of all. */
  load(cabinet: string, share: number): void
  step(seconds: number, ambientCelsius: number): void
  /** What a probe measures: °C with the noise and the place of the sensor. */
  celsius(probe: string): number
  /** Whether the door of a contact stands open. */
  doorOpen(contact: string): boolean
}

/** Customers open doors here by reaching in, so the model opens none by itself; the dairy wall has none. */
const models: Record<GoodsCabinet['profile'], CabinetModel> = {
  chilled: { ...cabinetModels.chilled, door: 0, openingsPerHour: 0 },
  poultry: { ...cabinetModels.chilled, setpointCelsius: 0.8, bandCelsius: 0.8, openingsPerHour: 0 },
  frozen: { ...cabinetModels.frozen, openingsPerHour: 0 },
}
/** °C of goods as they come out of the cold store. */
const DELIVERED: Record<GoodsCabinet['profile'], number> = { chilled: 6, poultry: 4, frozen: -16 }
/** °C, one standard deviation of a reading; and how far sensors of one cabinet differ by their place. */
const SENSOR_NOISE = 0.03
const PLACE_SPREAD = 0.25
const TELL_SECONDS = 60

export function createCabinets(goods: Goods, random: Random, tell: (truth: CabinetTruth) => void): Cabinets {
  const all = new Map<string, { plan: GoodsCabinet; cabinet: TwinCabinet; before: CabinetNow; told: number }>(
    goods.cabinets.map((plan) => {
      const cabinet = createCabinet(Math.floor(random.next() * 2 ** 31), models[plan.profile])
      return [plan.id, { plan, cabinet, before: cabinet.now(), told: TELL_SECONDS }] as const
    }),
  )
  const find = (id: string) => {
    const found = all.get(id)
    if (!found) throw new RangeError(`the virtual shop has no cabinet ${id}`)
    return found
  }
  const probes = new Map<string, { id: string; air: boolean; offset: number }>(
    goods.cabinets.flatMap(({ id, air, product }) => [
      ...air.map((probe) => [probe, { id, air: true, offset: random.between(-PLACE_SPREAD, PLACE_SPREAD) }] as const),
      ...(product === undefined ? [] : [[product, { id, air: false, offset: 0 }] as const]),
    ]),
  )
  return {
    now: (id) => find(id).cabinet.now(),
    fault: (id, faults) => find(id).cabinet.fault(faults),
    open: (id, seconds) => find(id).cabinet.open(seconds),
    load(id, share) {
      const { plan, cabinet } = find(id)
      cabinet.load(share, DELIVERED[plan.profile])
    },
    step(seconds, ambientCelsius) {
      for (const [id, one] of all) {
        const now = one.cabinet.step(seconds, ambientCelsius)
        const { before, plan } = one
        if (plan.door !== undefined && now.doorOpen !== before.doorOpen)
          tell({ kind: 'door', cabinet: id, open: now.doorOpen })
        if (now.compressorOn !== before.compressorOn) tell({ kind: 'compressor', cabinet: id, on: now.compressorOn })
        if (now.defrosting !== before.defrosting) tell({ kind: 'defrost', cabinet: id, on: now.defrosting })
        one.before = now
        one.told += seconds
        if (one.told < TELL_SECONDS) continue
        one.told = 0
        tell({ kind: 'temperature', cabinet: id, airCelsius: now.airCelsius, productCelsius: now.productCelsius })
      }
    },
    celsius(probe) {
      const found = probes.get(probe)
      if (!found) throw new RangeError(`the virtual shop has no probe ${probe}`)
      const { airCelsius, productCelsius } = find(found.id).cabinet.now()
      return (found.air ? airCelsius : productCelsius) + found.offset + SENSOR_NOISE * random.normal()
    },
    doorOpen: (contact) => goods.cabinets.some(({ id, door }) => door === contact && find(id).cabinet.now().doorOpen),
  }
}
