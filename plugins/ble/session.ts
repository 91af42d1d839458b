import { createRequire } from 'node:module'
import type { MessageBus, Message as MessageType } from 'dbus-next'
import { type Bluetooth, createBluetooth } from 'node-ble'

// node-ble's own copy: a bus takes only messages of the very library that made it.
const { Message } = createRequire(import.meta.resolve('node-ble'))('dbus-next') as typeof import('dbus-next')

export interface DBusCall {
  destination?: string
  path: string
  interface: string
  member: string
  signature?: string
  body?: unknown[]
}

/** One connection to the system's D-Bus. When it ends, everything that was asked over it is lost: open a new one. */
export interface Session {
  bluetooth: Bluetooth
  /** The first value of the answer. Rejects with the D-Bus error, or with Silence after the deadline. */
  call(call: DBusCall): Promise<unknown>
  listen(hear: (message: MessageType) => void): void
  match(rule: string): Promise<void>
  /** Resolves when the connection has ended. */
  ended: Promise<void>
  close(): void
}

/** D-Bus or BlueZ did not answer in time; after the death of its daemon a call would wait for ever. */
export class Silence extends Error {
  override name = 'Silence'
}

/** Rejects with Silence where the promise has not settled after so many milliseconds. */
export async function within<T>(milliseconds: number, what: string, promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Silence(`${what}: no answer within ${milliseconds} ms`)), milliseconds)
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Connects to the system's D-Bus through node-ble, or to the one that DBUS_SYSTEM_BUS_ADDRESS names. Rejects where
 * there is none, or where it stays silent. Each call is given `deadline` milliseconds.
 */
export async function openSession(deadline: number): Promise<Session> {
  const { bluetooth } = createBluetooth()
  // node-ble's types leave out its bus, and dbus-next's leave out the connection, whose end nothing else tells.
  const bus = Reflect.get(bluetooth, 'dbus') as MessageBus
  const { stream } = Reflect.get(bus, '_connection') as { stream: import('node:net').Socket }
  const { promise: ended, resolve } = Promise.withResolvers<void>()
  const { promise: broken, reject } = Promise.withResolvers<never>()
  broken.catch(() => {})
  stream.once('close', () => {
    resolve()
    reject(new Silence('the connection to D-Bus has ended'))
  })
  bus.on('error', (error: unknown) => {
    reject(error instanceof Error ? error : new Error(String(error)))
    stream.destroy()
  })
  const { promise: connected, resolve: connect } = Promise.withResolvers<void>()
  bus.on('connect', connect)
  try {
    await within(deadline, 'D-Bus', Promise.race([connected, broken]))
  } catch (error) {
    stream.destroy()
    throw error
  }

  const call = async ({ destination = 'org.bluez', ...rest }: DBusCall) => {
    const what = `${rest.interface}.${rest.member}`
    const answer = await within(deadline, what, Promise.race([bus.call(new Message({ destination, ...rest })), broken]))
    return answer?.body[0] as unknown
  }
  return {
    bluetooth,
    ended,
    call,
    listen: (hear) => void bus.on('message', hear),
    match: async (rule) => {
      const daemon = 'org.freedesktop.DBus'
      const path = '/org/freedesktop/DBus'
      await call({ destination: daemon, path, interface: daemon, member: 'AddMatch', signature: 's', body: [rule] })
    },
    close() {
      stream.end()
      stream.destroy()
    },
  }
}
