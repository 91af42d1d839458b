/** What is known of a plugin's devices, from its configuration and from what it emits. */
import type { Event, EventData } from '../contract/index.ts'
import type { Adopted } from './adoption.ts'
import type { DeviceStatus } from './types.ts'

/** More than these are not remembered: a plugin that names a new device with each event must not fill the memory. */
const MAX_DEVICES = 1000

export interface Devices {
  /** What endcap.yaml names from now on. */
  configured(devices: readonly Adopted[]): void
  said(event: Event): void
  settle(id: string): void
  /** Nothing is known of any of them any more. */
  lost(): void
  list(): DeviceStatus[]
}

export function createDevices(plugin: string): Devices {
  const devices = new Map<string, DeviceStatus>()
  const one = (id: string): DeviceStatus | undefined => {
    let device = devices.get(id)
    if (!device && devices.size < MAX_DEVICES) {
      device = { source: `${plugin}/${id}`, id, state: 'unknown', adopted: false }
      devices.set(id, device)
    }
    return device
  }
  const discovered = (
    device: DeviceStatus,
    { name, kind, detail, profile, adopt }: EventData<'device.discovered'>,
    at: number,
  ) => {
    // A configured device that is found again is no discovery.
    if (device.adopted) return
    const own = device.found ?? { at }
    device.found = { ...own, ...(detail === undefined ? {} : { detail }), ...(adopt === undefined ? {} : { adopt }) }
    device.kind = kind
    if (name !== undefined) device.name = name
    if (profile !== undefined) device.profile = profile
    if (device.state === 'unknown') enter(device, 'discovered', at)
  }
  const enter = (device: DeviceStatus, state: DeviceStatus['state'], at: number) => {
    if (device.state !== state) device.since = at
    device.state = state
  }

  return {
    configured(configured) {
      const wanted = new Set(configured.map(({ id }) => id))
      for (const [id, { adopted, state }] of devices)
        if (!wanted.has(id) && (adopted || state === 'unknown')) devices.delete(id)
      for (const { id, name, zone, profile } of configured) {
        const device = one(id)
        if (!device) continue
        device.adopted = true
        delete device.found
        if (device.state === 'discovered') device.state = 'unknown'
        set(device, 'name', name)
        set(device, 'zone', zone)
        if (profile !== undefined) device.profile = profile
      }
    },
    said({ source, type, data, time, privacy }) {
      if (source.length <= plugin.length) return
      const device = one(source.slice(plugin.length + 1))
      if (!device) return
      device.lastEventAt = time
      if (!type.startsWith('device.')) {
        if (privacy === 'none') device.last = { type, data, time }
        return
      }
      if (type === 'device.discovered') return discovered(device, data as EventData<'device.discovered'>, time)
      const { kind, reason } = data as EventData<'device.online'>
      device.kind = kind
      enter(device, type.slice('device.'.length) as DeviceStatus['state'], time)
      set(device, 'reason', reason)
    },
    settle(id) {
      const device = devices.get(id)
      if (!device?.found) return
      delete device.found
      if (device.state === 'discovered') devices.delete(id)
    },
    lost() {
      for (const device of devices.values()) {
        device.state = 'unknown'
        delete device.reason
        delete device.since
      }
    },
    list: () => [...devices.values()].map((device) => Object.assign({}, device)),
  }
}

function set<K extends 'name' | 'zone' | 'reason'>(device: DeviceStatus, key: K, value: DeviceStatus[K] | undefined) {
  if (value === undefined) delete device[key]
  else device[key] = value
}
