/** The process of an emulated board: `main.ts <hex> <link>`, driven by its parent (avr-board.ts). */
import { readFileSync } from 'node:fs'
import { createBus, createNau7802, NAU7802_ADDRESS } from '../../../devices/twin/firmata/index.ts'
import type { AvrOrder, AvrWord } from '../avr-board.ts'
import { openPty, type Pty } from '../firmata-peer.ts'
import { programOf } from './intel-hex.ts'
import { createMicrocontroller, type Microcontroller } from './microcontroller.ts'

const [, , hex = '', link = ''] = process.argv
const TICK_MS = 4
/** What a machine that is too slow cannot make up is let go, so that it never runs at full speed for long. */
const MOST_SECONDS = 0.02
const NOISE_COUNTS = 40

const text = readFileSync(hex, 'utf8')
const chip = createNau7802()
let counts = 0
chip.input = () => counts + NOISE_COUNTS * (Math.random() - 0.5)
const bus = createBus(new Map([[NAU7802_ADDRESS, chip]]))
const say = (word: AvrWord) => void process.send?.(word)
const volts: number[] = []

let board: Microcontroller | undefined
let pty: Pty | undefined
let spoken: number[] = []

async function plug() {
  pty = await openPty(link, (bytes) => board?.receive(bytes))
  board = createMicrocontroller((words) => programOf(text, words), bus, {
    byte: (value) => void spoken.push(value),
    light: (light) => say({ light }),
  })
  for (const [input, value] of volts.entries()) board.volts[input] = value ?? 0
  say({ plugged: true })
}

async function unplug() {
  board = undefined
  chip.powerCycle()
  await pty?.close()
  say({ plugged: false })
}

let last = performance.now()
setInterval(() => {
  const now = performance.now()
  board?.run(Math.min((now - last) / 1000, MOST_SECONDS))
  last = now
  if (spoken.length === 0) return
  pty?.send(Uint8Array.from(spoken))
  spoken = []
}, TICK_MS)

process.on('message', (order: AvrOrder) => {
  if ('counts' in order) ({ counts } = order)
  else if ('plug' in order) void (order.plug ? plug() : unplug())
  else {
    const [input, value] = order.volts
    volts[input] = value
    if (board) board.volts[input] = value
  }
})
process.on('disconnect', () => {
  void Promise.resolve(pty?.close()).then(() => process.exit())
})
