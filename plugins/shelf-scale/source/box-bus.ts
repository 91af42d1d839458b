/** NAU7802 on the I²C pins of the box itself. */
import { setTimeout as delay } from 'node:timers/promises'
import type { BoardInput } from '../config.ts'
import { createChips, wordsOf } from './chips.ts'
import { createBoxI2c, type OpenChip, openOn } from './i2c-dev.ts'
import { nau7802Range } from './nau7802.ts'
import type { Reading, Source, SourceEvents } from './types.ts'

export interface BoxBusOptions {
  bus: number
  inputs: readonly BoardInput[]
  ratePerSecond: number
  signal: AbortSignal
  openChip?: OpenChip
}

/** Rejects with a sentence where the bus cannot be had. */
export async function openBoxBus(options: BoxBusOptions, events: SourceEvents): Promise<Source> {
  const { bus, inputs, ratePerSecond, signal, openChip = openOn(`/dev/i2c-${bus}`) } = options
  if (inputs.some(({ kind }) => kind === 'analog'))
    throw new Error('the I²C bus of the box has no analog pins; write nau7802, or mux0/nau7802 behind a multiplexer')
  const stopping = new AbortController()
  const over = AbortSignal.any([signal, stopping.signal])
  const wait = (ms: number): Promise<void> => delay(ms, undefined, { signal: over }).catch(() => undefined)
  // Told at once where the bus is not there, instead of as a fault of each plate.
  await (await openChip(ANY_ADDRESS)).close()
  const i2c = createBoxI2c(openChip)
  const chips = createChips(inputs, ratePerSecond, wait)
  const period = 1000 / ratePerSecond
  const running = (async () => {
    while (!over.aborted) {
      const began = performance.now()
      const readings: Reading[] = inputs.map(() => undefined)
      await chips.read(i2c, readings)
      if (over.aborted) return
      if (readings.some(Boolean)) events.batch(readings)
      await wait(Math.max(1, period - (performance.now() - began)))
    }
  })()
  return {
    ranges: inputs.map(() => nau7802Range),
    describe: () => Promise.resolve([`It is on I²C bus ${bus} of the box.`, wordsOf(i2c)]),
    async close() {
      stopping.abort()
      await running
      await i2c.close()
    },
  }
}

/** Of a NAU7802, behind a multiplexer or not. */
const ANY_ADDRESS = 0x2a
