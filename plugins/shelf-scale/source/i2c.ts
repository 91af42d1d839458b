/** The I²C bus of a Firmata board: one request after the other, each answer checked, and asked for again where it lacks. */
import type { Firmata } from 'firmata-io'

/** A board answers within some 10 ms, a chip that is missing too; only one on a busy network takes longer. */
const ANSWER_MS = 400
const TRIES = 3

export class I2cError extends Error {}

export type I2c = ReturnType<typeof createI2c>

export function createI2c(io: Firmata) {
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
    /** Rejects with I2cError where the chip does not answer three times. */
    async read(address: number, register: number, count: number): Promise<number[]> {
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
    write: (address: number, bytes: number[]) => io.i2cWrite(address, bytes),
    /** Sets a register of one byte. */
    set: (address: number, register: number, value: number) => io.i2cWriteReg(address, register, value),
  }
}
