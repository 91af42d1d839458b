import type { Bluetooth, Device, GattCharacteristic, GattServer } from 'node-ble'
import { within } from './session.ts'

const callMs = 4000
/** Finding the services of a device takes seconds on a weak link. */
const connectMs = 14_000
const baseUuid = '-0000-1000-8000-00805f9b34fb'

interface Connection {
  device: Device
  gatt: GattServer
  subscribed: Map<string, GattCharacteristic>
}

/** Connections to devices, through node-ble's GATT client. They end with the session they were made over. */
export function createConnections(notified: (address: string, characteristic: string, value: Uint8Array) => void) {
  let bluetooth: Bluetooth | undefined
  const connections = new Map<string, Connection>()

  const connectionOf = (address: string): Connection => {
    const connection = connections.get(key(address))
    if (!connection) throw new Error(`${address} is not connected; send ble.connect first`)
    return connection
  }
  const find = async (address: string, service: string, characteristic: string): Promise<GattCharacteristic> => {
    const { gatt } = connectionOf(address)
    const found = await gatt.getPrimaryService(longUuid(service))
    return found.getCharacteristic(longUuid(characteristic))
  }
  const forget = (address: string) => {
    const connection = connections.get(key(address))
    connections.delete(key(address))
    connection?.device.removeAllListeners()
    // BlueZ goes on telling the old objects of the next connection: everything would be heard twice.
    for (const characteristic of connection?.subscribed.values() ?? []) characteristic.removeAllListeners()
  }

  return {
    /** Commands work over this session from now on; those made over the last one are gone. */
    use(session: { bluetooth: Bluetooth } | undefined) {
      for (const address of connections.keys()) forget(address)
      bluetooth = session?.bluetooth
    },

    async connect(adapter: string, address: string): Promise<{ services: string[] }> {
      if (!bluetooth) throw new Error('Bluetooth is not there')
      const own = key(address)
      let connection = connections.get(own)
      if (!connection) {
        const radio = await within(callMs, 'BlueZ', bluetooth.getAdapter(adapter))
        const device = await within(callMs, 'BlueZ', radio.getDevice(own))
        device.on('disconnect', () => forget(own))
        await within(connectMs, address, device.connect())
        const gatt = await within(connectMs, address, device.gatt())
        connection = { device, gatt, subscribed: new Map() }
        connections.set(own, connection)
      }
      return { services: (await connection.gatt.services()).slice(0, 64) }
    },

    async read(address: string, service: string, characteristic: string): Promise<Buffer> {
      const found = await find(address, service, characteristic)
      return within(callMs, address, found.readValue())
    },

    async write(address: string, service: string, characteristic: string, value: Uint8Array): Promise<void> {
      const found = await find(address, service, characteristic)
      await within(callMs, address, found.writeValue(Buffer.from(value), { type: 'request' }))
    },

    async subscribe(address: string, service: string, characteristic: string): Promise<void> {
      const { subscribed } = connectionOf(address)
      const uuid = longUuid(characteristic)
      if (subscribed.has(uuid)) return
      const found = await find(address, service, characteristic)
      found.on('valuechanged', (value) => notified(address, characteristic, value))
      await within(callMs, address, found.startNotifications())
      subscribed.set(uuid, found)
    },

    async disconnect(address: string): Promise<void> {
      const { device } = connectionOf(address)
      forget(address)
      await within(callMs, address, device.disconnect())
    },
  }
}

const key = (address: string): string => address.replace(/^radio\//, '').toUpperCase()

/** node-ble knows services by all 36 characters. */
const longUuid = (uuid: string): string => {
  const text = uuid.toLowerCase().replace(/^0x/, '')
  return text.length <= 8 ? `${text.padStart(8, '0')}${baseUuid}` : text
}
