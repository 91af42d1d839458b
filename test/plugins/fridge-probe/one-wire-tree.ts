/** A 1-wire bus in a folder, as the kernel's drivers show it. */
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { crc8 } from '../../../devices/decoders/index.ts'

/** The nine bytes of a DS18B20 at 12 bits. `powerOn` leaves 0x0c where a conversion leaves 0x10. */
export function scratchpad(celsius: number, { powerOn = false } = {}): Uint8Array {
  const raw = Math.round(celsius * 16) & 0xffff
  const bytes = [raw & 0xff, raw >> 8, 0x4b, 0x46, 0x7f, 0xff, powerOn ? 0x0c : 0x10, 0x10]
  return Uint8Array.from([...bytes, crc8(Uint8Array.from(bytes))])
}

/** What `w1_slave` holds. */
export function slaveText(bytes: Uint8Array, thousandths = 0, verdict = 'YES'): string {
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
  return `${hex} : crc=${hex.slice(-2)} ${verdict}\n${hex} t=${thousandths}\n`
}

export async function oneWireTree(t: { teardown(handler: () => Promise<void>): void }) {
  const folder = await mkdtemp(path.join(tmpdir(), 'endcap-w1-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  await mkdir(path.join(folder, 'w1_bus_master1'))
  const put = async (rom: string, file: string, text: string) => {
    await mkdir(path.join(folder, rom), { recursive: true })
    await writeFile(path.join(folder, rom, file), text)
  }
  return {
    folder,
    put,
    /** A probe that measures. */
    measures: (rom: string, celsius: number) => put(rom, 'w1_slave', slaveText(scratchpad(celsius), celsius * 1000)),
    unplug: (rom: string) => rm(path.join(folder, rom), { recursive: true }),
  }
}
