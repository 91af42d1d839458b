/** Scratchpad of a temperature sensor on a 1-wire bus. */
export interface OneWireReading {
  celsius: number
  /** The value that stands there after power-up until the first conversion: not a measurement. */
  powerOn: boolean
}

/**
 * Reads the nine bytes of a DS18B20, DS1822 (families 28, 22: 1/16 °C, their undefined low bits at lower resolution
 * cleared) or DS18S20 (family 10: 1/2 °C, refined by the remaining count), lowest byte first, two's complement. Data
 * sheets: DS18B20 (19-7487), DS18S20 (19-5474). `undefined` where the length or the checksum is wrong, and where a bus
 * that is held low gives zeros alone, which have a right checksum.
 */
export function decodeScratchpad(family: string, bytes: Uint8Array): OneWireReading | undefined {
  if (bytes.length !== 9 || crc8(bytes.subarray(0, 8)) !== bytes[8] || bytes.every((byte) => byte === 0))
    return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const raw = view.getInt16(0, true)
  if (family === '10') return readDs18s20(raw, bytes[6] ?? 0, bytes[7] ?? 0)
  if (family !== '28' && family !== '22') return undefined
  const spare = 3 - (((bytes[4] ?? 0x60) >> 5) & 3)
  // 85 °C with 0x0c behind it is what stands there after power-up; a measured 85 °C has 0x10.
  return { celsius: ((raw >> spare) << spare) / 16, powerOn: raw === 0x0550 && bytes[6] === 0x0c }
}

/** Whole degrees − 0.25 + (counts per degree − count remaining) / counts per degree. */
function readDs18s20(raw: number, remain: number, perDegree: number): OneWireReading {
  const celsius = perDegree === 0 ? raw / 2 : (raw >> 1) - 0.25 + (perDegree - remain) / perDegree
  return { celsius, powerOn: raw === 0x00aa && remain === 0x0c }
}

/** Dallas/Maxim CRC-8: x⁸ + x⁵ + x⁴ + 1, lowest bit first (Maxim application note 27). */
export function crc8(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0x8c : crc >> 1
  }
  return crc
}
