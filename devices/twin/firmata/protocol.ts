/**
 * Firmata 2.6 as a board speaks it (github.com/firmata/protocol): MIDI-like messages of three bytes, and system
 * exclusive ones between F0 and F7 whose bytes have seven bits.
 */
export const START_SYSEX = 0xf0
export const END_SYSEX = 0xf7
export const REPORT_VERSION = 0xf9
export const SYSTEM_RESET = 0xff
/** The high four bits of messages about a pin, port or channel; the low four say which. */
export const ANALOG_MESSAGE = 0xe0
export const DIGITAL_MESSAGE = 0x90
export const REPORT_ANALOG = 0xc0
export const REPORT_DIGITAL = 0xd0
export const SET_PIN_MODE = 0xf4

/** First byte of a system exclusive message. */
export const sysex = {
  analogMappingQuery: 0x69,
  analogMappingResponse: 0x6a,
  capabilityQuery: 0x6b,
  capabilityResponse: 0x6c,
  pinStateQuery: 0x6d,
  pinStateResponse: 0x6e,
  string: 0x71,
  oneWire: 0x73,
  i2cRequest: 0x76,
  i2cReply: 0x77,
  i2cConfig: 0x78,
  reportFirmware: 0x79,
  samplingInterval: 0x7a,
} as const

/** A value of 14 bits as two bytes of seven. */
export const pair = (value: number): number[] => [value & 0x7f, (value >> 7) & 0x7f]
export const pairs = (bytes: Iterable<number>): number[] => [...bytes].flatMap(pair)
export const text = (words: string): number[] => pairs(Buffer.from(words))

/** Values that were sent as two bytes of seven bits each; a last single byte is left out. */
export const fromPairs = (bytes: readonly number[]): number[] =>
  Array.from({ length: bytes.length >> 1 }, (_, i) => (bytes[2 * i] ?? 0) | ((bytes[2 * i + 1] ?? 0) << 7))

/** Eight-bit bytes as a stream of seven-bit ones, low bits first (Encoder7Bit, as 1-wire messages carry them). */
export function packed(bytes: readonly number[]): number[] {
  const out: number[] = []
  let held = 0
  let bits = 0
  for (const byte of bytes) {
    held |= byte << bits
    bits += 8
    for (; bits >= 7; bits -= 7, held >>= 7) out.push(held & 0x7f)
  }
  if (bits > 0) out.push(held & 0x7f)
  return out
}

export function unpacked(encoded: readonly number[]): number[] {
  const out: number[] = []
  let held = 0
  let bits = 0
  for (const seven of encoded) {
    held |= seven << bits
    bits += 7
    if (bits < 8) continue
    out.push(held & 0xff)
    held >>= 8
    bits -= 8
  }
  return out
}

export interface Heard {
  /** The bytes between F0 and F7. */
  sysex(message: number[]): void
  /** A short message: its first byte and the two that may follow. */
  short(command: number, first: number, second: number): void
}

/** Messages longer than this are noise: StandardFirmata itself holds 64 bytes, ConfigurableFirmata some more. */
const LONGEST_SYSEX = 4096

/** Takes the bytes of a host as they come, whole messages or parts of them. */
export function createParser(heard: Heard): (bytes: Iterable<number>) => void {
  let message: number[] | undefined
  let command = 0
  let data: number[] = []
  const wants = (byte: number) => ((byte & 0xf0) === REPORT_ANALOG || (byte & 0xf0) === REPORT_DIGITAL ? 1 : 2)
  const take = (byte: number) => {
    if (byte === START_SYSEX) message = []
    else if (byte === END_SYSEX) {
      if (message) heard.sysex(message)
      message = undefined
    } else if (message) {
      if (byte < 0x80 && message.length < LONGEST_SYSEX) message.push(byte)
      else message = undefined
    } else if (byte === REPORT_VERSION || byte === SYSTEM_RESET) heard.short(byte, 0, 0)
    else if (byte >= 0x80) {
      command = byte
      data = []
    } else if (command) {
      data.push(byte)
      if (data.length < wants(command)) return
      heard.short(command, data[0] ?? 0, data[1] ?? 0)
      command = 0
    }
  }
  return (bytes) => {
    for (const byte of bytes) take(byte)
  }
}
