import { setTimeout as sleep } from 'node:timers/promises'
import type { Message } from 'dbus-next'
import type { Adapter } from './adapter.ts'
import { createAdvertisements, type Heard, type Properties } from './advertisements.ts'
import { openSession, type Session } from './session.ts'
import { lostConnection, troubleOf } from './trouble.ts'

const callDeadlineMs = 5000
const tickMs = 1000
const firstReconnectMs = 500
const lastReconnectMs = 30_000

const signal = "type='signal',sender='org.bluez'"
const properties = 'org.freedesktop.DBus.Properties'
const rules = [
  `${signal},interface='${properties}',member='PropertiesChanged',arg0='org.bluez.Device1'`,
  `${signal},interface='${properties}',member='PropertiesChanged',arg0='org.bluez.Adapter1'`,
  `${signal},interface='org.freedesktop.DBus.ObjectManager'`,
  "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='org.bluez'",
]

export interface RadioOptions {
  adapters: Adapter[]
  /** Every advertisement; the object is used again for the device's next one. */
  heard(advertisement: Heard): void
  /** A connection stands, or the last one is gone. */
  connected(session: Session | undefined): void
  signal: AbortSignal
}

/**
 * Hears BlueZ until the signal aborts: one connection to D-Bus, four match rules for all devices and adapters, and a
 * new connection when that one dies. Resolves when all is ended.
 */
export async function runRadio({ adapters, heard, connected, signal }: RadioOptions): Promise<void> {
  const advertisements = createAdvertisements()
  const byPath = new Map(adapters.map((adapter) => [adapter.path, adapter]))
  const byName = new Map(adapters.map((adapter) => [adapter.path.slice('/org/bluez/'.length), adapter]))
  let pause = firstReconnectMs

  const hear = (path: string, changed: Properties) => {
    const advertisement = advertisements.heard(path, changed)
    if (!advertisement) return
    const adapter = byName.get(advertisement.adapter)
    if (!adapter) return
    adapter.heard()
    heard(advertisement)
  }
  const dispatch = ({ member, path, body }: Message) => {
    if (member === 'PropertiesChanged') {
      if (body[0] === 'org.bluez.Device1') hear(path, body[1] as Properties)
      else if (body[0] === 'org.bluez.Adapter1') byPath.get(path)?.changed(body[1] as Properties)
    } else if (member === 'InterfacesAdded') {
      const [added, interfaces] = body as [string, Record<string, Properties>]
      if (interfaces['org.bluez.Device1']) hear(added, interfaces['org.bluez.Device1'])
      else if (interfaces['org.bluez.Adapter1']) void byPath.get(added)?.appeared()
    } else if (member === 'InterfacesRemoved') {
      const [removed, interfaces] = body as [string, string[]]
      if (interfaces.includes('org.bluez.Device1')) advertisements.forget(removed)
      else if (interfaces.includes('org.bluez.Adapter1')) byPath.get(removed)?.removed()
    } else if (member === 'NameOwnerChanged' && body[0] === 'org.bluez') {
      advertisements.clear()
      for (const adapter of adapters) {
        if (body[2] === '') adapter.bluezGone()
        else void adapter.appeared()
      }
    }
  }

  const serve = async (session: Session) => {
    session.listen(dispatch)
    for (const rule of rules) await session.match(rule)
    connected(session)
    await Promise.all(adapters.map((adapter) => adapter.start(session)))
    pause = firstReconnectMs
    const ticking = setInterval(() => {
      for (const adapter of adapters) adapter.tick()
    }, tickMs)
    const { promise: aborted, resolve } = Promise.withResolvers<void>()
    signal.addEventListener('abort', () => resolve(), { once: true })
    if (signal.aborted) resolve()
    await Promise.race([session.ended, aborted])
    clearInterval(ticking)
  }

  while (!signal.aborted) {
    let session: Session | undefined
    let trouble: unknown = Object.assign(new Error('D-Bus went away'), { code: lostConnection })
    try {
      session = await openSession(callDeadlineMs)
      await serve(session)
    } catch (error) {
      trouble = error
    }
    connected(undefined)
    advertisements.clear()
    if (signal.aborted) await Promise.all(adapters.map((adapter) => adapter.stop()))
    else for (const adapter of adapters) adapter.lost(troubleOf(trouble, adapter.path.slice('/org/bluez/'.length)))
    session?.close()
    if (!signal.aborted) await sleep(pause, undefined, { signal }).catch(() => {})
    pause = Math.min(pause * 2, lastReconnectMs)
  }
}
