/** The boards under the shelves: an Uno with Firmata on the network, its load cells on NAU7802 converters behind a multiplexer. */
import {
  createBoard,
  createBus,
  createMultiplexer,
  createNau7802,
  NAU7802_ADDRESS,
  type Nau7802,
  type ServedBoard,
  serveBoard,
} from './firmata/index.ts'
import { type Board, boards } from './goods.ts'
import type { Scales } from './scales.ts'
import { GRAMS_PER_COUNT, inputOf, MUX_ADDRESS, MUX_PORTS } from './wiring.ts'

/** What 24 bits can hold: a converter whose cell is not there runs to its end. */
const FULL_SCALE = 0x7fffff

export interface Boards {
  /** Pulls the plug of a board, or puts it in again. */
  plug(board: string, on: boolean): void
  stop(): Promise<void>
}

/** Listens on these ports, one for each board, in the order of `boards`. */
export async function serveBoards(ports: readonly number[], scales: Scales): Promise<Boards> {
  const served = new Map<string, ServedBoard>()
  for (const [index, board] of boards.entries()) {
    const port = ports[index]
    if (port !== undefined) served.set(board.id, await serveBoard(createBoard({ i2c: wire(board, scales) }), port))
  }
  /** One after the other: pulled and put in again within a moment it must not end up pulled. */
  const plugged = new Map<string, boolean>()
  let last: Promise<unknown> = Promise.resolve()
  return {
    plug(board, on) {
      if ((plugged.get(board) ?? true) === on) return
      plugged.set(board, on)
      const one = served.get(board)
      last = last.then(() => (on ? one?.plug() : one?.unplug())).catch(() => undefined)
    },
    async stop() {
      await last
      for (const one of served.values()) await one.stop()
    },
  }
}

function wire(board: Board, scales: Scales) {
  const ports = new Map<number, Map<number, Nau7802>>()
  for (const [index, slot] of scales.slotsOf(board).entries()) {
    const { port, channel } = inputOf(index)
    let chip = ports.get(port)?.get(NAU7802_ADDRESS)
    if (!chip) {
      chip = createNau7802()
      ports.set(port, new Map([[NAU7802_ADDRESS, chip]]))
    }
    const others = chip.input
    chip.input = (asked) => (asked === channel ? counts(scales.shown(slot)) : others(asked))
  }
  if (ports.size > MUX_PORTS) throw new RangeError(`${board.id} has more converters than its multiplexer has ports`)
  return createBus(new Map([[MUX_ADDRESS, createMultiplexer(ports)]]))
}

const counts = (grams: number): number => (Number.isNaN(grams) ? FULL_SCALE : grams / GRAMS_PER_COUNT)
