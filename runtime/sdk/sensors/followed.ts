/** One adopted sensor: what of its frames is believed, what that becomes, and how the sensor is. */
import {
  bytesFromHex,
  createSensorSession,
  type SensorAdvertisement,
  type SensorFrame,
} from '../../../devices/decoders/index.ts'
import type { DeviceProfile } from '../../contract/child.ts'
import { createJudge, type Fault } from './judge.ts'
import { createReplayGuard } from './replay.ts'
import type { AdoptedSensor, Emission, Heard, SensorCounters, SensorsOptions, Tested } from './types.ts'
import { batteryWords, signalOf, wordsOf } from './words.ts'

/** As long as a number stands still it is said again so often; one that moves, at most so often. */
const stillMs = 30_000
const movingMs = 1000
/** A press is sent several times in a row. */
const pressMs = 10_000
/** Of sensors whose profile does not say after how many seconds silence is strange. */
const usualSilence = { sleepy: 86_400, other: 600 } as const

/** What a person does with a hand; vibration, locks and motion are something else. */
const pressable = new Set(['button', 'dimmer', 'cube'])

const faultCounters = { failed: 'failed', range: 'outOfRange', jump: 'jumped' } as const
const reasons: Record<string, string> = {
  replayed: 'It repeats an old frame: somebody may have recorded it. Its readings are kept out.',
  unsealed: 'It speaks unencrypted although its key is known: somebody may speak in its name. It is kept out.',
  unreadable:
    'Its frames cannot be read: damaged, or the bind key is missing or wrong. Enter the key that its app shows.',
  failed: 'It says itself that it cannot measure. See whether its probe is plugged in.',
  range: 'It says what it cannot measure. Its readings are kept out; see whether it is damaged.',
  jump: 'Its reading jumped. It is kept out until it is confirmed.',
}

export type Followed = ReturnType<typeof createFollowed>

export function createFollowed(
  adopted: AdoptedSensor,
  profile: DeviceProfile | undefined,
  counters: SensorCounters,
  lastCounter: number | undefined,
  { emit, state, clock = () => performance.now() }: Pick<SensorsOptions, 'emit' | 'state' | 'clock'>,
) {
  const { probe, offsetCelsius = 0 } = adopted
  const kind = profile?.kind ?? 'sensor'
  const key = adopted.key === undefined ? undefined : bytesFromHex(adopted.key)
  const session = createSensorSession(key ? { key } : {})
  const guard = createReplayGuard(lastCounter)
  const judge = createJudge(profile)
  const said = new Map<string, { value: number | boolean; at: number }>()
  const silentAfter = (sleepy: boolean | undefined) =>
    profile?.defaults?.silenceSeconds ?? usualSilence[(sleepy ?? profile?.radio?.sleepy) ? 'sleepy' : 'other']
  /** Why it is not believed; null where nothing was told yet. */
  let reason: string | undefined | null = null
  let silent = false
  let heardAt = clock()
  let last: { frame: SensorFrame; heard: Heard } | undefined
  let pressed: { packet: number | undefined; at: number } | undefined

  const mark = (now: string | undefined) => {
    if (reason === now && !silent) return
    reason = now
    silent = false
    if (now === undefined) state(probe, kind, 'online')
    else state(probe, kind, 'suspect', now)
  }

  const say = (event: Emission, value: number | boolean, now: number) => {
    const topic = `${event.type} ${event.data.probe}`
    const before = said.get(topic)
    const age = before ? now - before.at : Number.POSITIVE_INFINITY
    const number = typeof value === 'number'
    if (before && (before.value === value ? !number || age < stillMs : number && age < movingMs)) return
    said.set(topic, { value, at: now })
    counters.measured += 1
    emit(event)
  }

  const takeActions = ({ actions, packet, format }: SensorFrame, now: number) => {
    if (actions.length === 0) return
    const again =
      format === 'mibeacon' && packet !== undefined && pressed?.packet === packet && now - pressed.at < pressMs
    pressed = { packet, at: now }
    if (again) return
    for (const { control, action, at, amount } of actions) {
      if (!pressable.has(control)) continue
      emit({
        type: 'button.pressed',
        data: {
          probe,
          control,
          action,
          ...(at === undefined ? {} : { at }),
          ...(amount === undefined ? {} : { amount }),
        },
      })
    }
  }

  const take = (frame: SensorFrame, now: number) => {
    let fault: Fault | undefined
    for (const { field, value, at } of frame.readings) {
      const what = judge.emits(field)
      if (what === undefined || typeof value === 'string') continue
      const of = at === undefined ? probe : `${probe}-${at}`
      if (typeof value === 'boolean') {
        if (what === 'probe.door') say({ type: what, data: { probe: of, open: value } }, value, now)
        else if (what === 'probe.motion') say({ type: what, data: { probe: of, motion: value } }, value, now)
        continue
      }
      const doubt = judge.doubt(field, at, value, now)
      if (doubt !== undefined || value === null) {
        fault = doubt ?? 'failed'
        counters[faultCounters[fault]] += 1
      } else if (what === 'probe.temperature') {
        const celsius = value + offsetCelsius
        say({ type: what, data: { probe: of, celsius } }, celsius, now)
      } else if (what === 'probe.humidity') say({ type: what, data: { probe: of, percent: value } }, value, now)
    }
    takeActions(frame, now)
    mark(fault === undefined ? undefined : reasons[fault])
  }

  return {
    adopted,
    hear(advertisement: SensorAdvertisement, heard: Heard): boolean {
      const now = clock()
      const found = session.hear(advertisement, now)
      if (!found) return false
      const { frame } = found
      const { encryptionCounter } = frame
      let { verdict } = found
      if (
        verdict === 'fresh' &&
        frame.encrypted &&
        encryptionCounter !== undefined &&
        !guard.admit(encryptionCounter, now)
      )
        verdict = 'replayed'
      heardAt = now
      if (verdict === 'fresh') {
        last = { frame, heard }
        take(frame, now)
      } else {
        counters[verdict] += 1
        if (verdict !== 'repeated') mark(reasons[verdict])
      }
      return true
    },
    /** What a gateway decoded; of a sensor that encrypts only its own frames are believed. */
    report(frame: SensorFrame, heard: Heard) {
      if (key) return
      heardAt = clock()
      last = { frame, heard }
      take(frame, heardAt)
    },
    /** Every few seconds. */
    tick() {
      const silentSeconds = (clock() - heardAt) / 1000
      if (silent || silentSeconds < silentAfter(last?.frame.sleepy)) return
      silent = true
      const cause = last ? 'It has said nothing for a while.' : 'Nothing was heard of it since the plugin started.'
      state(
        probe,
        kind,
        'stale',
        `${cause} See to its battery, and whether a receiver is near.`,
        Math.round(silentSeconds),
      )
    },
    test(): Tested {
      if (!last) {
        const kept = typeof reason === 'string' ? [reason] : []
        return { works: false, said: [...kept, 'Nothing that can be read was heard of it since the plugin started.'] }
      }
      const { frame, heard } = last
      const battery = batteryWords(frame, profile)
      const words = wordsOf(frame.readings, profile?.fields)
      const seconds = Math.round((clock() - heardAt) / 1000)
      const lines = [
        `Heard ${seconds} s ago, ${signalOf(heard.rssi, heard.receiver)}`.trim() + '.',
        words === '' ? 'It has said no number yet.' : `It says: ${words}.`,
        ...(typeof reason === 'string' ? [reason] : []),
        ...(battery === undefined ? [] : [battery]),
        ...(silent ? ['It has been silent for too long.'] : []),
      ]
      return { works: typeof reason !== 'string' && !silent, said: lines }
    },
    /** Of its last believed encrypted frame. */
    counter: () => guard.counter,
  }
}
