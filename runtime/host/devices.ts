/** What is known of a plugin's devices, from its configuration and from what it emits. */
import type { Event } from '../contract/index.ts'
import type { DeviceStatus } from './types.ts'

/** More than these are not remembered: a plugin that names a new device with each event must not fill the memory. */
const MAX_DEVICES = 1000

export interface Devices {
  configured(devices: readonly { id: string; name?: string }[]): void
  said(event: Event): void
  /** Nothing is known of any of them any more. */
  lost(): void
  list(): DeviceStatus[]
}

export function createDevices(plugin: string): Devices {
  const devices = new Map<string, DeviceStatus>()
  const one = (id: string): DeviceStatus | undefined => {
    let device = devices.get(id)
    if (!device && devices.size < MAX_DEVICES) {
      device = { source: `${plugin}/${id}`, id, state: 'unknown' }
      devices.set(id, device)
    }
    return device
  }
  return {
    configured(configured) {
      for (const [id, device] of devices)
        if (device.state === 'unknown' && !configured.some((wanted) => wanted.id === id)) devices.delete(id)
      for (const { id, name } of configured) {
        const device = one(id)
        if (device && name !== undefined) device.name = name
      }
    },
    said({ source, type, data, time }) {
      if (source.length <= plugin.length) return
      const device = one(source.slice(plugin.length + 1))
      if (!device) return
      device.lastEventAt = time
      if (!type.startsWith('device.')) return
      const { name, reason } = data as { name?: string; reason?: string }
      const state = type.slice('device.'.length) as DeviceStatus['state']
      // A configured device that is found again is no discovery.
      if (state !== 'discovered' || device.state === 'unknown') device.state = state
      if (name !== undefined) device.name = name
      if (reason === undefined) delete device.reason
      else device.reason = reason
    },
    lost() {
      for (const device of devices.values()) {
        device.state = 'unknown'
        delete device.reason
      }
    },
    list: () => [...devices.values()].map((device) => Object.assign({}, device)),
  }
}
