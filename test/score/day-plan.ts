/** When each fault of the virtual shop is switched on and off in the scored day, and what must be said of it. */
import { faults, type Fault } from '../../devices/twin/faults.ts'

export interface Said {
  seconds: number
  type: string
  /** Cabinet, probe, slot, receiver, camera or zone. */
  about: string
  cause?: string
}

export interface Planned {
  fault: Fault
  from: number
  until: number
  /** What tells of it, and until when it must have (seconds of the world). */
  told(said: Said): boolean
  patience: number
}

const MINUTE = 60
const HOUR = 3600

/** Hour of the day's run, minutes that it lasts. Faults of one cabinet leave it hours to recover. */
const times: Record<string, [hour: number, minutes: number]> = {
  'compressor-weak.dairy-wall': [1, 120],
  'door-open.poultry': [1.5, 20],
  'door-open.freezer': [2, 15],
  'scale-unplugged.pantry-scale': [3, 15],
  'scale-unplugged.dairy-scale': [3.6, 15],
  'cell-loose.a-2-3': [4.2, 20],
  'plate-stuck.d-1-5': [4.8, 20],
  'misplaced.a-1-4': [5.4, 10],
  'probe-garbled.dairy-left': [6, 40],
  'thermometer-dead.poultry-air': [6.5, 30],
  'gateway-dead.milk': [7.2, 6],
  'gateway-dead.bread': [7.5, 6],
  'camera-frozen.hall': [8, 3],
  'camera-black.hall': [8.3, 3],
  'camera-moved.hall': [8.6, 3],
  'linger.milk-west': [9, 5],
  'probe-reset.freezer-air': [9.5, 20],
  'fridge-off.dairy-wall': [10, 90],
  'fridge-off.poultry': [12, 60],
  'fridge-off.freezer': [13, 150],
  'defrost-stuck.freezer': [19.5, 110],
}

const cold = ({ target }: Fault, causes: readonly string[]) => ({
  told: ({ type, about, cause = '' }: Said) => type === 'cold.warning' && about === target && causes.includes(cause),
})
const device = ({ target }: Fault, type: string, cause: string, patience: number) => ({
  told: (said: Said) => said.type === type && said.about === target && said.cause === cause,
  patience,
})
const warm = ['rising', 'warm']

/** A fault that nothing in the pure world could tell of (a pulled plug) has only to invent nothing. */
function telling(fault: Fault): Pick<Planned, 'told' | 'patience'> | undefined {
  switch (fault.kind) {
    case 'fridge-off':
      return { ...cold(fault, warm), patience: 90 * MINUTE }
    case 'compressor-weak':
      return { ...cold(fault, warm), patience: 110 * MINUTE }
    case 'door-open':
      return { ...cold(fault, ['door', ...warm]), patience: 10 * MINUTE }
    case 'defrost-stuck':
      return { ...cold(fault, ['defrost', ...warm]), patience: 100 * MINUTE }
    case 'probe-garbled':
    case 'probe-reset':
      return device(fault, 'device.suspect', fault.kind === 'probe-reset' ? 'reset' : 'garbled', 2 * MINUTE)
    case 'thermometer-dead':
      return {
        told: ({ type, about, cause = '' }) =>
          type === 'cold.warning' && about === 'poultry' && ['silent', 'lost'].includes(cause),
        patience: 10 * MINUTE,
      }
    case 'cell-loose':
      return device(fault, 'plate', 'disconnected', MINUTE)
    case 'plate-stuck':
      return device(fault, 'plate', 'stuck', MINUTE)
    case 'misplaced':
      return { told: ({ type, about }) => type === 'shelf.misplaced' && about === fault.target, patience: MINUTE }
    case 'gateway-dead':
      return { told: ({ type, about }) => type === 'device.stale' && about === fault.target, patience: 2 * MINUTE }
    case 'camera-frozen':
    case 'camera-black':
    case 'camera-moved':
      return device(fault, 'camera.trouble', fault.kind.slice('camera-'.length), 2.5 * MINUTE)
    case 'linger':
      return { told: ({ type, about }) => type === 'presence.dwelled' && about === 'dairy', patience: 4 * MINUTE }
    default:
      return undefined
  }
}

export const plan: readonly (Omit<Planned, 'told' | 'patience'> & Partial<Planned>)[] = faults.map((fault) => {
  const time = times[fault.id]
  if (!time) throw new Error(`${fault.id} has no time in the scored day; give it one in test/score/day-plan.ts`)
  const from = Math.round(time[0] * HOUR)
  return { fault, from, until: from + time[1] * MINUTE, ...telling(fault) }
})
