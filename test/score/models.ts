import { join } from 'node:path'
import type { DeviceProfile } from '../../runtime/contract/index.ts'
import { readProfiles } from '../../runtime/host/index.ts'

const { profiles } = await readProfiles([join(import.meta.dirname, '../../devices')])

/** Two names of the source's own for what has a name of its own. */
const theirModels: Record<string, string> = {
  'xiaomi/lywsd03mmc-pvvx': 'Temperature/Humidity sensor',
  'b-parasite/b-parasite': 'Plant sensor',
}
const theirKinds: Record<string, string> = { contact: 'window' }

export interface Known {
  /** The model in the source's words. */
  says: string
  vendor: string
  sensor: string
  buttons: number
  sleepy: boolean
  activeScan: boolean
}

/** What our profiles know of the device that goes by a name, or whose frames tell a model. */
export function profileNamed(name: string | undefined, model?: string): Known | undefined {
  const profile = profiles.find(({ recognise: { names = [], models = [] } }) =>
    model === undefined ? names.some((pattern) => fits(pattern, name)) : models.includes(model),
  )
  return profile && knownOf(profile)
}

const fits = (pattern: string, name = '') =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern

const knownOf = ({ id, model, vendor, kind, buttons = 0, radio = {} }: DeviceProfile): Known => ({
  says: theirModels[id] ?? model,
  vendor,
  sensor: theirKinds[kind] ?? kind,
  buttons,
  sleepy: radio.sleepy ?? false,
  activeScan: radio.activeScan ?? false,
})
