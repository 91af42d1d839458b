import Type from 'typebox'
import { strict, Text } from '../fields.ts'
import { defineCommand, Nothing } from './define.ts'

const Characteristic = { service: Text(36), characteristic: Text(36) }
const Bytes = Type.String({ pattern: '^([0-9a-f]{2})*$', maxLength: 1024, description: 'bytes in hex' })

export const radioCommands = [
  defineCommand({
    name: 'ble.connect',
    meaning: 'Connect to a Bluetooth device.',
    to: 'ble/<adapter>',
    deadline: 15000,
    params: Type.Object({ address: Text(160) }, strict),
    answer: Type.Object({ services: Type.Array(Text(36)) }, strict),
    example: { to: 'ble/hci0', params: { address: 'c4:7c:8d:6a:3e:11' } },
  }),
  defineCommand({
    name: 'ble.read',
    meaning: 'Read a characteristic of a connected Bluetooth device.',
    to: 'ble/<adapter>',
    deadline: 5000,
    params: Type.Object({ address: Text(160), ...Characteristic }, strict),
    answer: Type.Object({ value: Bytes }, strict),
    example: { to: 'ble/hci0', params: { address: 'c4:7c:8d:6a:3e:11', service: '180f', characteristic: '2a19' } },
  }),
  defineCommand({
    name: 'ble.write',
    meaning: 'Write a characteristic of a connected Bluetooth device.',
    to: 'ble/<adapter>',
    deadline: 5000,
    params: Type.Object({ address: Text(160), ...Characteristic, value: Bytes }, strict),
    answer: Nothing,
    example: {
      to: 'ble/hci0',
      params: { address: 'c4:7c:8d:6a:3e:11', service: '1802', characteristic: '2a06', value: '02' },
    },
  }),
  defineCommand({
    name: 'ble.subscribe',
    meaning:
      'Have the notifications of a characteristic sent as ble.notified events of the plugin that owns the radio.',
    to: 'ble/<adapter>',
    deadline: 5000,
    params: Type.Object({ address: Text(160), ...Characteristic }, strict),
    answer: Nothing,
    example: { to: 'ble/hci0', params: { address: 'c4:7c:8d:6a:3e:11', service: '180f', characteristic: '2a19' } },
  }),
  defineCommand({
    name: 'ble.disconnect',
    meaning: 'End the connection to a Bluetooth device.',
    to: 'ble/<adapter>',
    deadline: 5000,
    params: Type.Object({ address: Text(160) }, strict),
    answer: Nothing,
    example: { to: 'ble/hci0', params: { address: 'c4:7c:8d:6a:3e:11' } },
  }),
] as const
