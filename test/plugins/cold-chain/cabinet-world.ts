/** A watched cabinet and its time: minutes are handed in, so a day takes no time. */
import { cabinetModels, createCabinet } from '../../../devices/twin/cabinet.ts'
import { createWatch, type SavedWatch, type Watch } from '../../../plugins/cold-chain/watch.ts'
import type { Cabinet } from '../../../runtime/contract/index.ts'

export const chilled: Cabinet = { id: 'dairy', name: 'Dairy wall', profile: 'chilled', air: ['air'], door: 'door' }
export const frozen: Cabinet = { ...chilled, id: 'freezer', name: 'Freezer', profile: 'frozen' }

export interface Told {
  minute: number
  type: string
  data: Record<string, unknown>
}

export function world(cabinet: Cabinet, begun = 0, saved?: SavedWatch) {
  const watch: Watch = createWatch(cabinet, begun, saved)
  let minute = begun
  const told: Told[] = []
  const keep = (said: readonly { type: string; data: object }[]) => {
    for (const { type, data } of said) told.push({ minute, type, data: { ...data } })
  }
  const events = (type: string) => told.filter((one) => one.type === type)
  return {
    watch,
    told,
    events,
    minute: () => minute,
    /** Warnings, by their causes. */
    causes: () => events('cold.warning').map(({ data }) => data['cause']),
    /** All that is no mere state. */
    alarms: () => told.filter(({ type }) => type !== 'cold.state'),
    state: () => watch.now().state,
    /** Lets minutes pass; `measure` gives what the probes say at each. */
    pass(minutes: number, measure: (minute: number) => Record<string, number | boolean | undefined> = () => ({})) {
      for (let one = 0; one < minutes; one++) {
        minute++
        for (const [probe, value] of Object.entries(measure(minute))) {
          if (typeof value === 'number') watch.temperature(probe, value, minute)
          else if (typeof value === 'boolean') watch.door(probe, value, minute)
        }
        keep(watch.tick(minute))
      }
    },
    acknowledge: (staff?: string) => keep(watch.acknowledge(minute, staff)),
  }
}

/** What a cabinet of the twin measures each minute: its air as a DS18B20 says it, and its door. */
export function simulated(kind: keyof typeof cabinetModels, seed: number) {
  const cabinet = createCabinet(seed, cabinetModels[kind])
  return {
    cabinet,
    measure: () => {
      const { airCelsius, doorOpen } = cabinet.step(60)
      return { air: Math.round(airCelsius * 16) / 16, door: doorOpen }
    },
  }
}
