/**
 * A real board's firmware on a board that is emulated: an ATmega328P (avr8js) that runs a hex file, its serial port on
 * a pseudo terminal, its analog inputs and an I²C bus to drive. It runs in a process of its own, in real time.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface AvrBoard {
  /** Volts at an analog input, 0 to 5. */
  volts(input: number, volts: number): void
  /** What the load cell gives the NAU7802 at address 0x2a, in counts; every conversion adds some noise. */
  counts(counts: number): void
  /** How often pin 13 was switched. */
  blinks(): number
  /** Its socket of the USB cable: gone and back. The board starts anew, as one that was without power. */
  unplug(): Promise<void>
  plug(): Promise<void>
}

/** What is said to the board's process. */
export type AvrOrder = { volts: [number, number] } | { counts: number } | { plug: boolean }
/** What it says. */
export type AvrWord = { plugged: boolean } | { light: boolean }

/** Starts a board at `link`, plugged in. Needs socat. */
export async function startAvrBoard(
  t: { teardown(handler: () => Promise<void>): void },
  hex: string,
  link: string,
): Promise<AvrBoard> {
  const child: ChildProcess = fork(fileURLToPath(new URL('./avr/main.ts', import.meta.url)), [hex, link], {
    execArgv: [],
    env: { PATH: process.env['PATH'] },
  })
  let lights = 0
  child.on('message', (word: AvrWord) => {
    if ('light' in word) lights++
  })
  const order = (said: AvrOrder) => void child.send(said)
  const plugged = async (wanted: boolean) => {
    order({ plug: wanted })
    for (;;) {
      const [word] = (await once(child, 'message')) as [AvrWord]
      if ('plugged' in word && word.plugged === wanted) return
    }
  }
  t.teardown(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.disconnect()
    await ended
  })
  await plugged(true)
  return {
    volts: (input, volts) => order({ volts: [input, volts] }),
    counts: (counts) => order({ counts }),
    blinks: () => lights,
    plug: () => plugged(true),
    unplug: () => plugged(false),
  }
}
