/** Boards of plates as a scale plugin would report them: noise, and now and then a hand. */
import { definePlugin } from '@endcap/sdk'

export interface Run {
  plates: number
  platesPerBoard: number
  hertz: number
  seconds: number
  /** Pieces that leave a plate in a second, each another plate; 1 where it is not given. */
  piecesPerSecond?: number
}
/** The answer: which slots a piece has left when, in milliseconds of clock(). */
export interface Ran {
  batches: number
  taken: [slot: string, at: number][]
}

/** Weights of all plates, and of a piece that leaves one of them. */
const STANDING_GRAMS = 5000
const PIECE_GRAMS = 500
const NOISE_GRAMS = 0.74
const TABLE = 4096
/** From one plate to the next that loses a piece: a prime, so that each has its turn. */
const HAND_STRIDE = 37

const slotOf = (plate: number): string => `F${Math.floor(plate / 8)}/1/${plate}`

export default definePlugin((ctx) => {
  const noise = Float64Array.from(
    { length: TABLE },
    () => NOISE_GRAMS * Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random()),
  )
  ctx.command('scales.run', 'bench', async (params) => {
    const { plates, platesPerBoard, hertz, seconds, piecesPerSecond = 1 } = params as Run
    const framesPerPiece = Math.round(hertz / piecesPerSecond)
    const taken: Ran['taken'] = []
    const weights = new Float64Array(plates).fill(STANDING_GRAMS)
    const boards = Array.from({ length: Math.ceil(plates / platesPerBoard) }, (_, board) => ({
      device: `board-${board}`,
      first: board * platesPerBoard,
      slots: Array.from({ length: Math.min(platesPerBoard, plates - board * platesPerBoard) }, (_, plate) =>
        slotOf(board * platesPerBoard + plate),
      ),
    }))
    let sent = 0
    let drawn = 0
    const from = performance.now()
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        const now = performance.now() - from
        for (; (sent * 1000) / hertz <= now; sent++) {
          if (sent % framesPerPiece === framesPerPiece - 1) {
            const hand = (taken.length * HAND_STRIDE) % plates
            weights[hand] = (weights[hand] ?? 0) - PIECE_GRAMS
            taken.push([slotOf(hand), performance.timeOrigin + performance.now()])
          }
          for (const { device, first, slots } of boards)
            ctx.emit('shelf.weights', {
              device,
              data: {
                plates: slots.map((slot, i) => ({
                  slot,
                  grams: Math.round(10 * ((weights[first + i] ?? 0) + (noise[drawn++ % TABLE] ?? 0))) / 10,
                })),
              },
            })
        }
        if (now > seconds * 1000 || ctx.signal.aborted) {
          clearInterval(timer)
          resolve()
        }
      }, 4)
    })
    return { batches: sent * boards.length, taken } satisfies Ran
  })
})
