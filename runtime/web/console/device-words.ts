/** Devices in the words of a technician. */
import type { DeviceListed } from '../shared/types.ts'

export const STATES: Record<DeviceListed['state'], { tone: 'good' | 'warn' | 'bad' | 'plain'; words: string }> = {
  online: { tone: 'good', words: 'Answers' },
  stale: { tone: 'warn', words: 'Silent' },
  offline: { tone: 'bad', words: 'Gone' },
  suspect: { tone: 'warn', words: 'Not believed' },
  discovered: { tone: 'plain', words: 'New' },
  unknown: { tone: 'plain', words: 'Not heard yet' },
}

const kinds: Record<string, string> = {
  thermometer: 'Thermometer',
  contact: 'Door contact',
  motion: 'Motion sensor',
  button: 'Button',
  gateway: 'Gateway',
  adapter: 'Bluetooth adapter',
  broker: 'Broker of the gateways',
  scale: 'Scale',
  board: 'Board',
  camera: 'Camera',
  display: 'Display',
  watch: 'Watch',
  probe: 'Probe',
  'one-wire': '1-wire probe',
  air: 'Air sensor',
  plant: 'Plant sensor',
  leak: 'Leak sensor',
  sensor: 'Sensor',
}

export const kindOf = ({ kind }: DeviceListed): string =>
  kind === undefined ? '' : (kinds[kind] ?? `${kind[0]?.toUpperCase() ?? ''}${kind.slice(1)}`)

/** What to call it: its name, else its maker's, else its id. */
export const titleOf = ({ name, vendor, model, id, found }: DeviceListed): string =>
  name ?? (found && vendor !== undefined ? `${vendor} ${model ?? ''}`.trim() : id)

/** `Xiaomi LYWSD03MMC`; empty where the name says it already. */
export const modelOf = (device: DeviceListed): string => {
  const model = device.vendor === undefined ? '' : `${device.vendor} ${device.model ?? ''}`.trim()
  return model === titleOf(device) ? '' : model
}

/** An id from what somebody typed as a name: `Milk, upper shelf` is `milk-upper-shelf`. */
export const idFrom = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{Mark}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64)

/** What may stand in for one another: a board is found, and becomes a scale. */
export const tradeOf = (kind: string): string =>
  kind === 'board' ? 'scale' : kind === 'probe' || kind === 'one-wire' ? 'thermometer' : kind
