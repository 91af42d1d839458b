import { createRequire } from 'node:module'
import type { Properties } from './advertisements.ts'
import type { Session } from './session.ts'
import { adapterMissing, bluezMissing, troubleOf } from './trouble.ts'

const { Variant } = createRequire(import.meta.resolve('node-ble'))('dbus-next') as typeof import('dbus-next')

const adapterInterface = 'org.bluez.Adapter1'
const firstRetryMs = 1000
const lastRetryMs = 30_000
const longestSilenceMs = 600_000

export interface AdapterOptions {
  /** `hci0` */
  adapter: string
  /** Without an advertisement for so long, the scan counts as hung. */
  silenceSeconds: number
  online(): void
  stale(reason: string, silentSeconds: number): void
  offline(reason: string): void
}

export type Adapter = ReturnType<typeof createAdapter>

/**
 * Keeps one adapter scanning. `armed` says that BlueZ accepted the scan; only advertisements prove that it works.
 * While nothing is heard the scan is started anew, then the adapter is switched off and on, then a person is called,
 * each after twice the time of the one before, as a shop may be quiet for a night.
 */
export function createAdapter(options: AdapterOptions, clock: () => number = () => performance.now()) {
  const { adapter } = options
  const path = `/org/bluez/${adapter}`
  let session: Session | undefined
  let busy = false
  let again = false
  let armed = false
  /** Counts how often BlueZ or the adapter went: an answer that was given before says nothing of what is there now. */
  let departures = 0
  /** What BlueZ said of the scan since it was last asked for. */
  let discovering: boolean | undefined
  let retryAt = 0
  let retryMs = firstRetryMs
  let heardAt = 0
  let attempts = 0
  let silentUntil = 0

  const method = (member: string, signature?: string, body?: unknown[]) => {
    if (!session) throw new Error('not connected')
    const call = { path, interface: adapterInterface, member }
    return session.call(signature === undefined ? call : { ...call, signature, body: body ?? [] })
  }
  const power = (on: boolean) => {
    if (!session) throw new Error('not connected')
    const body = [adapterInterface, 'Powered', new Variant('b', on)]
    return session.call({ path, interface: 'org.freedesktop.DBus.Properties', member: 'Set', signature: 'ssv', body })
  }

  /** DuplicateData makes BlueZ pass on every advertisement, not only changed ones; node-ble cannot set it. */
  const startScan = async () => {
    const filter = { Transport: new Variant('s', 'le'), DuplicateData: new Variant('b', true) }
    await method('SetDiscoveryFilter', 'a{sv}', [filter])
    discovering = undefined
    try {
      await method('StartDiscovery')
    } catch (error) {
      if (typeOf(error) !== 'org.bluez.Error.InProgress') throw error
    }
  }

  /** One attempt at a time; a wish that comes meanwhile is fulfilled after it. */
  const arm = async (prepare: () => Promise<unknown> = async () => {}) => {
    if (!session) return
    if (busy) {
      again = true
      return
    }
    busy = true
    armed = false
    const of = session
    const since = departures
    const outdated = () => session !== of || departures !== since
    try {
      await prepare()
      await startScan().catch(async (error: unknown) => {
        if (typeOf(error) !== 'org.bluez.Error.NotReady') throw error
        await power(true)
        await startScan()
      })
      if (outdated()) return
      armed = true
      retryMs = firstRetryMs
      silentUntil = clock() + silenceMs()
      if (attempts === 0) options.online()
    } catch (error) {
      if (!outdated()) failed(troubleOf(error, adapter))
    } finally {
      busy = false
      // It may have been ended while the answer was on its way.
      if (again || (armed && discovering === false)) {
        again = false
        void arm()
      }
    }
  }

  const failed = (reason: string) => {
    armed = false
    attempts = 0
    options.offline(reason)
    retryAt = clock() + retryMs
    retryMs = Math.min(retryMs * 2, lastRetryMs)
  }
  const departed = (reason: string) => {
    departures += 1
    failed(reason)
  }
  const silenceMs = () => Math.min(options.silenceSeconds * 1000 * 2 ** attempts, longestSilenceMs)

  const silent = () => {
    const silentSeconds = Math.round((clock() - heardAt) / 1000)
    attempts += 1
    if (attempts < 3) {
      options.stale('Nothing is heard any more. The scan was started anew.', silentSeconds)
      void arm(() => method('StopDiscovery').catch(() => {}))
    } else if (attempts === 3) {
      options.stale(
        'Nothing is heard, though the scan was started anew. The adapter was switched off and on.',
        silentSeconds,
      )
      void arm(async () => {
        await method('StopDiscovery').catch(() => {})
        await power(false)
        await power(true)
      })
    } else {
      options.stale(
        `Nothing is heard, though ${adapter} was switched off and on. If there are beacons near: sudo systemctl restart bluetooth, or unplug the adapter and plug it in again.`,
        silentSeconds,
      )
      void arm(() => method('StopDiscovery').catch(() => {}))
    }
  }

  return {
    path,
    /** Scans over this session from now on. */
    start(to: Session) {
      session = to
      heardAt = clock()
      retryMs = firstRetryMs
      return arm()
    },
    /** The session is gone. */
    lost(reason: string) {
      session = undefined
      armed = false
      again = false
      attempts = 0
      options.offline(reason)
    },
    /** An advertisement came in. */
    heard() {
      heardAt = clock()
      if (attempts === 0) return
      attempts = 0
      silentUntil = heardAt + silenceMs()
      options.online()
    },
    /** Once a second or so. */
    tick() {
      if (!session || busy) return
      const now = clock()
      if (!armed) {
        if (now >= retryAt) void arm()
      } else if (now - heardAt >= silenceMs() && now >= silentUntil) silent()
    },
    /** BlueZ has come, or the adapter. */
    appeared: () => arm(),
    removed: () => departed(adapterMissing(adapter)),
    bluezGone: () => departed(bluezMissing),
    /** Properties of org.bluez.Adapter1 changed. */
    changed(properties: Properties) {
      const news = properties['Discovering']?.value
      if (typeof news === 'boolean') discovering = news
      if (busy) return
      if (properties['Powered']?.value === false) failed(troubleOf({ type: 'org.bluez.Error.NotReady' }, adapter))
      else if (properties['Powered']?.value === true || news === false) void arm()
    },
    /** Ends the scan that this connection asked for. */
    async stop() {
      if (armed) await method('StopDiscovery').catch(() => {})
      session = undefined
    },
  }
}

const typeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null ? Reflect.get(error, 'type') : undefined
