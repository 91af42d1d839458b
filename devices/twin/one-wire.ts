/**
 * A 1-wire tree in a folder, as the kernel's driver w1_therm shows one under /sys/bus/w1/devices: a folder for each
 * sensor, in it `w1_slave` with the nine bytes of the scratchpad twice, the checksum judged, and the temperature in
 * thousandths of a degree (Documentation/w1/slaves/w1_therm.rst of the kernel).
 */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc8 } from '../decoders/one-wire.ts'

/** `garbled`: bits fall over on the wire, the checksum is wrong. `reset`: 85 °C, before anything was measured. */
export type WireFault = 'garbled' | 'reset'

export interface OneWireTree {
  /** What a sensor says from now on. */
  set(sensor: string, celsius: number, fault?: WireFault): void
  /** A sensor is no longer on the bus. */
  remove(sensor: string): void
}

/** Makes the folder. A file changes whole, by rename, so that nobody reads half of it. */
export function createOneWireTree(folder: string): OneWireTree {
  mkdirSync(folder, { recursive: true })
  const written = new Map<string, string>()
  return {
    set(sensor, celsius, fault) {
      const text = slaveFile(celsius, fault)
      if (written.get(sensor) === text) return
      const path = join(folder, sensor)
      if (!written.has(sensor)) {
        mkdirSync(path, { recursive: true })
        writeFileSync(join(path, 'name'), `${sensor}\n`)
      }
      writeFileSync(join(path, '.w1_slave'), text)
      renameSync(join(path, '.w1_slave'), join(path, 'w1_slave'))
      written.set(sensor, text)
    },
    remove(sensor) {
      rmSync(join(folder, sensor), { recursive: true, force: true })
      written.delete(sensor)
    },
  }
}

/** Text of `w1_slave` of a DS18B20 with 12 bits: sixteenths of a degree, lowest byte first (data sheet 19-7487). */
export function slaveFile(celsius: number, fault?: WireFault): string {
  const raw = fault === 'reset' ? 0x0550 : Math.round(Math.max(-55, Math.min(125, celsius)) * 16)
  const bytes = new Uint8Array(9)
  // Alarms 75 and 70 °C, 12 bits; after power-up the sixth byte is 0x0c, after a conversion 0x10.
  bytes.set([raw & 0xff, (raw >> 8) & 0xff, 0x4b, 0x46, 0x7f, 0xff, fault === 'reset' ? 0x0c : 0x10, 0x10])
  const crc = crc8(bytes.subarray(0, 8))
  bytes[8] = crc
  if (fault === 'garbled') bytes.set([(bytes[0] ?? 0) ^ 0x21, (bytes[1] ?? 0) ^ 0x40])
  const computed = crc8(bytes.subarray(0, 8))
  const hex = (byte: number) => byte.toString(16).padStart(2, '0')
  const dump = [...bytes].map(hex).join(' ')
  const view = new DataView(bytes.buffer)
  const thousandths = Math.round((view.getInt16(0, true) * 1000) / 16)
  // The kernel prints the checksum that it computed.
  return `${dump} : crc=${hex(computed)} ${computed === crc ? 'YES' : 'NO'}\n${dump} t=${thousandths}\n`
}
