/**
 * The I²C bus of the box itself, by the kernel's /dev/i2c-N (Documentation/i2c/dev-interface). Each chip has a
 * descriptor of its own, told its address once by ioctl; from then on bytes are written to it and read from it.
 *
 * No package on npm loads on this Node without a compiler, so ioctl is called through node:ffi of Node 26.1 and later:
 * with three plain numbers, no pointer and nothing that lives longer than the call.
 */
import { type FileHandle, open } from 'node:fs/promises'
import { type I2c, I2cError } from './i2c.ts'

/** <linux/i2c-dev.h>; refused where a driver of the kernel has the chip already. */
const I2C_SLAVE = 0x0703n
const TRIES = 3

/** A chip at its address. */
export interface Chip {
  write(bytes: Uint8Array): Promise<unknown>
  /** Fills the bytes; rejects where nobody acknowledges. */
  read(bytes: Uint8Array): Promise<unknown>
  close(): Promise<void>
}

/** Rejects with a sentence for the technician. */
export type OpenChip = (address: number) => Promise<Chip>

export function createBoxI2c(openChip: OpenChip): I2c & { close(): Promise<void> } {
  const chips = new Map<number, Promise<Chip>>()
  const counts = { reads: 0, retries: 0 }
  const at = (address: number) => {
    const chip = chips.get(address) ?? openChip(address)
    chips.set(address, chip)
    chip.catch(() => chips.delete(address))
    return chip
  }
  const attempt = async <T>(address: number, act: (chip: Chip) => Promise<T>): Promise<T> => {
    const chip = await at(address)
    for (let left = TRIES; ; left--) {
      try {
        return await act(chip)
      } catch (error) {
        const { code = '' } = error as NodeJS.ErrnoException
        if (left <= 1)
          throw new I2cError(`the chip at address 0x${address.toString(16)} does not answer (${code})`, {
            cause: error,
          })
        counts.retries++
      }
    }
  }
  const write = (address: number, bytes: number[]) =>
    attempt(address, async (chip) => void (await chip.write(Uint8Array.from(bytes))))
  return {
    counts,
    write,
    set: (address, register, value) => write(address, [register, value]),
    read: (address, register, count) => {
      counts.reads++
      return attempt(address, async (chip) => {
        const bytes = new Uint8Array(count)
        await chip.write(Uint8Array.of(register))
        await chip.read(bytes)
        return [...bytes]
      })
    },
    async close() {
      for (const chip of await Promise.allSettled(chips.values()))
        if (chip.status === 'fulfilled') await chip.value.close()
      chips.clear()
    },
  }
}

/** Chips on a bus of Linux, `/dev/i2c-1`. */
export const openOn =
  (bus: string): OpenChip =>
  async (address) => {
    const file = await open(bus, 'r+').catch((error: NodeJS.ErrnoException) => {
      throw new Error(wordsOf(bus, error), { cause: error })
    })
    try {
      await choose(file, bus, address)
    } catch (error) {
      await file.close()
      throw error
    }
    return {
      write: (bytes) => file.write(bytes),
      read: (bytes) => file.read(bytes, 0, bytes.length, null),
      close: () => file.close(),
    }
  }

async function choose(file: FileHandle, bus: string, address: number): Promise<void> {
  const { dlopen } = await import('node:ffi').catch((error: unknown) => {
    throw new Error(
      `this Node cannot call the kernel for ${bus} (node:ffi is missing); let Linux read the chip, or connect it to a board with Firmata (docs/scales.md)`,
      { cause: error },
    )
  })
  // The C library of this very process.
  const { functions, lib } = dlopen(null, { ioctl: { arguments: ['i32', 'u64', 'u64'], return: 'i32' } })
  const answer = functions.ioctl(file.fd, I2C_SLAVE, BigInt(address))
  lib.close()
  if (answer < 0)
    throw new Error(
      `${bus} does not give the chip at address 0x${address.toString(16)} away: Linux reads it itself (write port iio:nau7802 and input voltage0 then), or ${bus} is no I²C bus`,
    )
}

function wordsOf(bus: string, { code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT' || code === 'ERR_ACCESS_DENIED')
    return `there is no I²C bus ${bus}; switch it on (on a Raspberry Pi: sudo raspi-config nonint do_i2c 0), then restart this plugin`
  if (code === 'EACCES' || code === 'EPERM')
    return `${bus} may not be opened; let the user of Endcap into its group: sudo usermod -aG i2c <user>`
  return `${bus} cannot be opened: ${message}`
}
