import type { SensorFrame } from '../../../devices/decoders/index.ts'
import type { DeviceProfile } from '../../contract/child.ts'
import type { FoundSensor, Heard, Tested } from './types.ts'
import { signalOf, wordsOf } from './words.ts'

/** Strangers that are told of; neighbours' sensors must not fill the memory. */
const maxFound = 512

interface Stranger {
  address: string
  frame: SensorFrame
  fields: DeviceProfile['fields'] | undefined
  heard: Heard
  at: number
}

/** Sensors that nobody has adopted: each is told of once, by its model and the end of its address. */
export function createStrangers(found: (sensor: FoundSensor) => void, clock: () => number) {
  const strangers = new Map<string, Stranger>()

  return {
    /** Its short name, or the longer one where another of its model has the same. */
    nameOf(frame: SensorFrame, profile: DeviceProfile | undefined, address: string): string {
      const short = foundId(frame, profile, address, 4)
      const known = strangers.get(short)
      return known && known.address !== address ? foundId(frame, profile, address, 6) : short
    },
    meet(device: string, address: string, frame: SensorFrame, profile: DeviceProfile | undefined, heard: Heard) {
      const known = strangers.get(device)
      const stranger = { address, frame, fields: profile?.fields, heard, at: clock() }
      if (known) {
        Object.assign(known, stranger)
        return
      }
      if (strangers.size >= maxFound) return
      strangers.set(device, stranger)
      const name = profile ? `${profile.vendor} ${profile.model}` : (frame.model ?? `${frame.format} sensor`)
      const lines = [
        wordsOf(frame.readings, profile?.fields),
        signalOf(heard.rssi, heard.receiver),
        frame.encrypted ? 'it encrypts: its bind key is asked for' : '',
      ]
      found({
        device,
        kind: profile?.kind ?? 'sensor',
        name,
        detail: lines
          .filter((line) => line !== '')
          .join(', ')
          .slice(0, 300),
        ...(profile ? { profile: profile.id } : {}),
        adopt: { list: 'sensors', config: { radio: device, ...(profile ? { model: profile.id } : {}) } },
      })
    },
    /** It was adopted, or is to be told of anew. */
    forget: (device: string) => void strangers.delete(device),
    clear: () => strangers.clear(),
    test(device: string): Tested | undefined {
      const one = strangers.get(device)
      if (!one) return undefined
      const words = wordsOf(one.frame.readings, one.fields)
      return {
        works: true,
        said: [
          `Heard ${Math.round((clock() - one.at) / 1000)} s ago, ${signalOf(one.heard.rssi, one.heard.receiver)}`.trim() +
            '.',
          one.frame.encrypted
            ? 'It encrypts: what it says can be read when it is adopted with its bind key.'
            : words === ''
              ? 'It has said no number yet.'
              : `It says: ${words}.`,
        ],
      }
    },
  }
}

/** What a stranger is called: its model and the end of its address, as labels and apps show it. */
export function foundId(
  frame: SensorFrame,
  profile: DeviceProfile | undefined,
  address: string,
  digits: 4 | 6,
): string {
  const model = profile?.id.split('/')[1] ?? frame.model ?? frame.format
  const slug = model
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
  return `${slug.slice(0, 48)}-${address.replaceAll(/[^0-9a-f]/g, '').slice(-digits)}`
}
