import { decodeSensor } from './sensors.ts'
import type { SensorAdvertisement, SensorFrame } from './sensor.ts'

/** What to do with a frame. Only what is `fresh` may become an event. */
export type Verdict =
  | 'fresh'
  /** The same frame again, or an older one, as when two receivers hear one sensor. */
  | 'repeated'
  /** An encrypted frame whose counter does not go on: somebody may have recorded it. */
  | 'replayed'
  /** In the clear, from a sensor whose key is known: somebody may speak in its name. */
  | 'unsealed'
  | 'unreadable'

export interface SensorSession {
  /** Milliseconds of any steady clock. */
  hear(advertisement: SensorAdvertisement, time: number): { frame: SensorFrame; verdict: Verdict } | undefined
  /** True once the key has opened a frame; false again when two frames in a row do not open. */
  readonly keyVerified: boolean
  readonly lastFailed: boolean
  readonly unsealed: boolean
  /** Of the last frame that was opened. */
  readonly encryptionCounter: number
  readonly packet: number | undefined
  /** No frame has said anything yet, so that nobody can tell whether a key is wanted. */
  readonly pending: boolean
}

/** Frames are numbered modulo 256; for so long a number that does not go on by less than 64 is an old one. */
const packetMemoryMs = 4000
const packetWindow = 64
/** A sensor with a new battery counts from 0 again, so low numbers are believed. */
const restartBelow = 100

/** Follows one sensor from frame to frame. What was known of its key before a restart can be handed in. */
export function createSensorSession({
  key,
  keyVerified: verified = false,
  lastFailed: failed = true,
}: {
  key?: Uint8Array
  keyVerified?: boolean
  lastFailed?: boolean
} = {}): SensorSession {
  let keyVerified = verified
  let lastFailed = failed
  let unsealed = false
  let encryptionCounter = 0
  let packet: number | undefined
  let packetAt = Number.NEGATIVE_INFINITY
  let pending = true

  const judgeSealed = (frame: SensorFrame): Verdict => {
    const counter = frame.encryptionCounter ?? 0
    if (keyVerified && counter <= encryptionCounter && counter >= restartBelow)
      return counter === encryptionCounter ? 'repeated' : 'replayed'
    if (frame.state !== 'key-wrong' && frame.state !== 'readable' && frame.state !== 'empty') return 'unreadable'
    if (frame.state === 'key-wrong') {
      if (lastFailed) keyVerified = false
      lastFailed = true
      return 'unreadable'
    }
    const repeated = keyVerified && counter === encryptionCounter
    keyVerified = true
    lastFailed = false
    encryptionCounter = counter
    return repeated ? 'repeated' : 'fresh'
  }

  const judgePacket = (number: number, time: number): Verdict => {
    const step = packet === undefined ? 1 : (number - packet + 256) % 256
    const old = time - packetAt <= packetMemoryMs && (step === 0 || step >= packetWindow)
    if (old) return 'repeated'
    packet = number
    packetAt = time
    return 'fresh'
  }

  return {
    hear(advertisement, time) {
      const frame = decodeSensor(advertisement, key)
      if (!frame) return undefined
      if (frame.state !== 'empty') pending = false
      unsealed = key !== undefined && !frame.encrypted && frame.state !== 'empty'
      if (unsealed) return { frame, verdict: 'unsealed' }
      if (frame.encrypted) {
        const verdict = judgeSealed(frame)
        if (verdict !== 'fresh') return { frame, verdict }
      } else if (frame.state === 'damaged') return { frame, verdict: 'unreadable' }
      if (frame.packet === undefined || frame.format === 'mibeacon') return { frame, verdict: 'fresh' }
      return { frame, verdict: judgePacket(frame.packet, time) }
    },
    get keyVerified() {
      return keyVerified
    },
    get lastFailed() {
      return lastFailed
    },
    get unsealed() {
      return unsealed
    },
    get encryptionCounter() {
      return encryptionCounter
    },
    get packet() {
      return packet
    },
    get pending() {
      return pending
    },
  }
}
