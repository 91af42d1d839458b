/**
 * A private D-Bus with a BlueZ that hears what a test sends into the air (radio.py, played by python3-dbusmock).
 * The system's own bus and radio are never touched.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findProgram } from '../../support/peer.ts'
import dbus, { Message, type MessageBus } from 'dbus-next'

/** One advertisement in the air. Keys: company ids in decimal, service UUIDs in full; values in hex. */
export interface Advert {
  address: string
  rssi: number
  name?: string
  addressType?: 'public' | 'random'
  manufacturerData?: Record<string, string>
  serviceData?: Record<string, string>
  /** In full; heard with the first advertisement. */
  serviceUuids?: string[]
}

export interface Bluez {
  /** What DBUS_SYSTEM_BUS_ADDRESS must be for a program that is to meet it. */
  address: string
  /** Sends one advertisement; false where no scan heard it. */
  advertise(advert: Advert, adapter?: string): Promise<boolean>
  /** iBeacons of `devices` devices at `rate` advertisements a second in all, for so many seconds. */
  flood(load: { devices: number; rate: number; seconds: number }, adapter?: string): Promise<void>
  /** Resolves as soon as the adapter scans. */
  scanning(adapter?: string): Promise<void>
  /** Ends bluetoothd and starts a new one, which knows nothing of the old one's devices and scans. */
  restartBluetoothd(): Promise<void>
  stopBluetoothd(): Promise<void>
  startBluetoothd(): Promise<void>
  /** Ends the D-Bus daemon, and with it everything on it, and starts both anew. */
  restartBus(): Promise<void>
  addAdapter(adapter?: string): Promise<void>
  removeAdapter(adapter?: string): Promise<void>
  /** The adapter goes deaf, while BlueZ still says that it scans. */
  stopScanSilently(adapter?: string): Promise<void>
  /** The scan is ended by BlueZ, as it is when the box slept. */
  stopScan(adapter?: string): Promise<void>
  addCharacteristic(address: string, service: string, characteristic: string, value: string): Promise<void>
  /** Gives a device the Nordic UART service. */
  addUart(address: string): Promise<void>
  /** Everything that was written to that UART so far, as Latin-1 text. */
  written(address: string): Promise<string>
  /** The device sends text over its UART. */
  say(address: string, text: string): Promise<void>
  /** Its connection breaks. */
  walkAway(address: string): Promise<void>
}

interface Teardown {
  teardown(handler: () => Promise<void>): void
}

/** Starts both, with the adapters that are named, and ends them with the test. */
export async function startBluez(t: Teardown, adapters: string[] = ['hci0']): Promise<Bluez> {
  const folder = await mkdtemp(join(tmpdir(), 'endcap-bluez-'))
  const address = `unix:path=${join(folder, 'bus')}`
  let daemon: ChildProcess | undefined
  let bluetoothd: ChildProcess | undefined
  let bus: MessageBus | undefined

  const startBus = async () => {
    writeFileSync(join(folder, 'bus.conf'), busConfiguration(address))
    daemon = run(folder, 'dbus-daemon', [`--config-file=${join(folder, 'bus.conf')}`, '--nofork', '--print-address=1'])
    await once(daemon.stdout ?? daemon, 'data')
    bus = dbus.sessionBus({ busAddress: address })
    bus.on('error', () => {})
    await once(bus, 'connect')
  }
  const startBluetoothd = async () => {
    const template = join(import.meta.dirname, 'radio.py')
    const owned = nextSignal(nameOwnerRule, (message) => message.body[0] === 'org.bluez' && message.body[2] !== '')
    await owned.listening
    bluetoothd = run(folder, '/usr/bin/python3', ['-m', 'dbusmock', '--system', '--template', template], address)
    await owned.arrived
    for (const adapter of adapters) await radio('AddAdapter', 's', [adapter])
  }
  const stopBluetoothd = async () => end(bluetoothd)
  const stop = async () => {
    bus?.disconnect()
    await end(bluetoothd)
    await end(daemon)
  }

  const call = async (path: string, iface: string, member: string, signature = '', body: unknown[] = []) => {
    if (!bus) throw new Error('the bus is not running')
    const message = new Message({ destination: 'org.bluez', path, interface: iface, member, signature, body })
    return (await bus.call(message))?.body[0] as unknown
  }
  const radio = (member: string, signature: string, body: unknown[]) =>
    call('/', 'org.endcap.Radio', member, signature, body)

  /** `listening` when the match rule stands, `arrived` with the first signal that is meant. */
  function nextSignal(rule: string, meant: (message: Message) => boolean) {
    const own = bus
    if (!own) throw new Error('the bus is not running')
    const { promise: arrived, resolve } = Promise.withResolvers<void>()
    const hear = (message: Message) => {
      if (!meant(message)) return
      own.removeListener('message', hear)
      resolve()
    }
    own.on('message', hear)
    const listening = own.call(
      new Message({
        destination: 'org.freedesktop.DBus',
        path: '/org/freedesktop/DBus',
        interface: 'org.freedesktop.DBus',
        member: 'AddMatch',
        signature: 's',
        body: [rule],
      }),
    )
    return { listening, arrived }
  }

  t.teardown(async () => {
    await stop()
    await rm(folder, { recursive: true, force: true })
  })
  await startBus()
  await startBluetoothd()

  return {
    address,
    advertise: async (advert, adapter = 'hci0') =>
      (await radio('Advertise', 'ss', [adapter, JSON.stringify(advert)])) === true,
    flood: async ({ devices, rate, seconds }, adapter = 'hci0') => {
      await radio('Flood', 'suuu', [adapter, devices, rate, seconds])
    },
    async scanning(adapter = 'hci0') {
      const path = `/org/bluez/${adapter}`
      const changed = nextSignal(
        `type='signal',interface='org.freedesktop.DBus.Properties',path='${path}'`,
        ({ path: of, body }) => of === path && body[1]?.Discovering?.value === true,
      )
      await changed.listening
      const get = call(path, 'org.freedesktop.DBus.Properties', 'Get', 'ss', ['org.bluez.Adapter1', 'Discovering'])
      const now = (await get.catch(() => undefined)) as { value?: unknown } | undefined
      if (now?.value !== true) await changed.arrived
    },
    async restartBluetoothd() {
      await stopBluetoothd()
      await startBluetoothd()
    },
    stopBluetoothd,
    startBluetoothd,
    async restartBus() {
      await stop()
      await startBus()
      await startBluetoothd()
    },
    addAdapter: async (adapter = 'hci0') => {
      await radio('AddAdapter', 's', [adapter])
    },
    removeAdapter: async (adapter = 'hci0') => {
      await radio('RemoveAdapter', 's', [adapter])
    },
    stopScanSilently: async (adapter = 'hci0') => {
      await radio('StopScanSilently', 's', [adapter])
    },
    stopScan: async (adapter = 'hci0') => {
      await call(`/org/bluez/${adapter}`, 'org.bluez.Adapter1', 'StopDiscovery')
    },
    addCharacteristic: async (of, service, characteristic, value) => {
      await radio('AddCharacteristic', 'sssss', ['hci0', of, service, characteristic, value])
    },
    addUart: async (of) => {
      await radio('AddUart', 'ss', ['hci0', of])
    },
    written: async (of) => Buffer.from(String(await radio('Written', 'ss', ['hci0', of])), 'hex').toString('latin1'),
    say: async (of, text) => {
      await radio('Say', 'sss', ['hci0', of, Buffer.from(text, 'latin1').toString('hex')])
    },
    walkAway: async (of) => {
      await radio('WalkAway', 'ss', ['hci0', of])
    },
  }
}

const nameOwnerRule = "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='org.bluez'"

function run(folder: string, command: string, args: string[], system?: string): ChildProcess {
  const log = openSync(join(folder, 'log'), 'a')
  const env = { PATH: process.env['PATH'], ...(system === undefined ? {} : { DBUS_SYSTEM_BUS_ADDRESS: system }) }
  // So that they end with a test that is killed, too.
  const leash = findProgram('setpriv')
  const line = leash === undefined ? [command, ...args] : [leash, '--pdeathsig', 'KILL', command, ...args]
  const child = spawn(line[0] ?? command, line.slice(1), { env, stdio: ['ignore', 'pipe', log] })
  closeSync(log)
  child.stdout?.resume()
  return child
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

function busConfiguration(address: string): string {
  return `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>${address}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
    <allow user="*"/>
  </policy>
</busconfig>
`
}
