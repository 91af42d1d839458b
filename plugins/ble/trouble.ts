import { Silence } from './session.ts'

/** Why an adapter does not scan, and the command that mends it, in one line for the technician. */
export function troubleOf(error: unknown, adapter: string): string {
  const text = error instanceof Error ? error.message : String(error)
  const code = property(error, 'code')
  const type = property(error, 'type') ?? ''
  if (code === lostConnection) return 'D-Bus has ended. Start it: sudo systemctl start dbus bluetooth'
  if (code === 'ENOENT' || code === 'ECONNREFUSED') {
    return 'There is no D-Bus on this box. Install and start Bluetooth: sudo apt install bluez && sudo systemctl start bluetooth'
  }
  if (code === 'EACCES' || code === 'EPERM' || type.endsWith('.AccessDenied')) {
    return 'Bluetooth may not be used by this account. Allow it and start anew: sudo usermod -aG bluetooth $USER'
  }
  if (/\.(ServiceUnknown|NameHasNoOwner|Spawn\.\w+)$/.test(type)) return bluezMissing
  if (/\.(UnknownObject|UnknownMethod|UnknownInterface)$/.test(type)) return adapterMissing(adapter)
  if (type === 'org.bluez.Error.NotReady') {
    return `The adapter ${adapter} is switched off. Switch it on: sudo rfkill unblock bluetooth && bluetoothctl power on`
  }
  if (error instanceof Silence)
    return `Bluetooth does not answer. Restart it: sudo systemctl restart bluetooth (${text})`
  return `Bluetooth refused to scan: ${text}. Restart it: sudo systemctl restart bluetooth`
}

/** Code of the error that stands for the end of a connection. */
export const lostConnection = 'lost'

export const bluezMissing = 'BlueZ is not running. Start it: sudo systemctl start bluetooth'

export const adapterMissing = (adapter: string): string =>
  `There is no Bluetooth adapter ${adapter}. Plug it in, or see what there is: bluetoothctl list; rfkill list bluetooth`

const property = (error: unknown, name: string): string | undefined => {
  const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined
  return typeof value === 'string' ? value : undefined
}
