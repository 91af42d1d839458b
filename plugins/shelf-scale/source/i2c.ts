/** An I²C bus as chips are read over it; here that of a Firmata board: each answer checked, and asked for again where it lacks. */
import type { Firmata } from 'firmata-io'

/** A board answers within some 10 ms, a chip that is missing too; only one on a busy network takes longer. */
const ANSWER_MS = 400
const TRIES = 3

export class I2cError extends Error {}

export interface I2c {
  counts: { reads: number; retries: number }
  /** Bytes from a register on. Rejects with I2cError where the chip does not answer. */
  read(address: number, register: number, count: number): Promise<number[]>
  write(address: number, bytes: number[]): void | Promise<void>
  /** Sets a register of one byte. */
  set(address: number, register: number, value: number): void | Promise<void>
}

/** One request after the other. */
export function createI2c(io: Firmata): I2c {
  const counts = { reads: 0, retries: 0 }
  io.i2cConfig({ delay: 0 })

  /** Bytes from a register on; undefined where they did not come in time. */
  const ask = (address: number, register: number, count: number) =>
    new Promise<number[] | undefined>((resolve) => {
      const heard = (bytes: number[]) => {
        clearTimeout(timer)
        resolve(bytes)
      }
      const timer = setTimeout(() => {
        io.removeListener(`I2C-reply-${address}-${register}`, heard)
        resolve(undefined)
      }, ANSWER_MS)
      io.i2cReadOnce(address, register, count, heard)
    })

  /** Answers come in the order of the questions: after this one, no late answer is on its way any more. */
  const settle = () =>
    new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer)
        io.removeListener('reportversion', done)
        resolve()
      }
      const timer = setTimeout(done, ANSWER_MS)
      io.reportVersion(done)
    })

  return {
    counts,
    async read(address, register, count) {
      counts.reads++
      let came: number[] | undefined
      for (let attempt = 0; attempt < TRIES; attempt++) {
        if (attempt > 0) counts.retries++
        came = await ask(address, register, count)
        if (came?.length === count) return came
        await settle()
      }
      const what = came ? `${came.length} of ${count} bytes` : 'nothing'
      throw new I2cError(`the chip at address 0x${address.toString(16)} answers ${what}`)
    },
    write: (address, bytes) => io.i2cWrite(address, bytes),
    set: (address, register, value) => io.i2cWriteReg(address, register, value),
  }
}
