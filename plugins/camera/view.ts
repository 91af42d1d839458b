/**
 * Whether a camera shows anything of use: pictures that are black, that never change, or that show another view. It goes
 * by small grey pictures and keeps no others; nobody can be recognised in them.
 */

export const VIEW_WIDTH = 64
export const VIEW_HEIGHT = 36

export interface Look {
  /** VIEW_WIDTH × VIEW_HEIGHT values of brightness, 0 to 255, row by row. */
  grey: Uint8Array
  /** Of the whole picture: two that are equal to the last bit have the same. */
  digest: string
  /** Milliseconds, monotonic. */
  time: number
}

export type Trouble = 'black' | 'frozen' | 'moved'

export interface ViewSettings {
  blackSeconds: number
  frozenSeconds: number
  movedSeconds: number
}

/** The brightest tenth of a covered camera stays below this; a shop at night with one lamp does not. */
const BLACK_BRIGHTNESS = 32
/** Pictures with less structure than this (a grey wall, a dark room) tell nothing of the view. */
const LEAST_STRUCTURE = 2
/** Correlation of edges with the view that it has learnt, below which it is another one; passers-by leave more. */
const SAME_VIEW = 0.35
/** So many looks make the first view; then each moves it by so much, for shelves change over the day. */
const FIRST_LOOKS = 5
const LEARNING = 0.02

export interface ViewWatch {
  /** What is wrong, or undefined; and why, in words. */
  look(look: Look): { trouble: Trouble; reason: string } | undefined
  /** The view that it sees now is the right one. */
  accept(): void
}

export function createViewWatch({ blackSeconds, frozenSeconds, movedSeconds }: ViewSettings): ViewWatch {
  /** What it has learnt of edges to the right, and of edges downwards. */
  let reference: Float64Array[] = []
  let learnt = 0
  let blackSince: number | undefined
  let movedSince: number | undefined
  let same: { digest: string; since: number } | undefined

  const learn = (edges: readonly Float64Array[]) => {
    learnt++
    const share = learnt <= FIRST_LOOKS ? 1 / learnt : LEARNING
    reference = edges.map((one, which) =>
      one.map((edge, at) => (reference[which]?.[at] ?? 0) * (1 - share) + edge * share),
    )
  }

  return {
    look({ grey, digest, time }) {
      if (same?.digest !== digest) same = { digest, since: time }
      blackSince = brightness(grey) < BLACK_BRIGHTNESS ? (blackSince ?? time) : undefined
      if (blackSince !== undefined) {
        const seconds = (time - blackSince) / 1000
        if (seconds < blackSeconds) return undefined
        return { trouble: 'black', reason: `every picture of ${Math.round(seconds)} s was dark` }
      }
      const still = (time - same.since) / 1000
      if (still >= frozenSeconds)
        return { trouble: 'frozen', reason: `one and the same picture for ${Math.round(still)} s` }

      const edges = edgesOf(grey)
      const telling = edges.filter((one) => structure(one) >= LEAST_STRUCTURE)
      if (telling.length === 0) return undefined
      const likeness = Math.min(...telling.map((one) => correlation(one, reference[edges.indexOf(one)] ?? one)))
      if (learnt < FIRST_LOOKS || likeness >= SAME_VIEW) {
        movedSince = undefined
        learn(edges)
        return undefined
      }
      movedSince ??= time
      if ((time - movedSince) / 1000 < movedSeconds) return undefined
      return {
        trouble: 'moved',
        reason: `it shows another view than before (likeness ${Math.max(0, likeness).toFixed(2)}); if that is right, accept it`,
      }
    },
    accept() {
      reference = []
      learnt = 0
      movedSince = undefined
    },
  }
}

/** The value that nine tenths of the picture are darker than. */
function brightness(grey: Uint8Array): number {
  const sorted = Uint8Array.from(grey).sort()
  return sorted[Math.floor(sorted.length * 0.9)] ?? 0
}

/**
 * Differences to the right, and downwards: light that changes as a whole leaves them as they are. They are compared each
 * by itself, since a camera that is turned along a shelf still sees its boards where they were.
 */
function edgesOf(grey: Uint8Array): [Float64Array, Float64Array] {
  const cells = (VIEW_WIDTH - 1) * (VIEW_HEIGHT - 1)
  const right = new Float64Array(cells)
  const down = new Float64Array(cells)
  for (let cell = 0; cell < cells; cell++) {
    const at = Math.floor(cell / (VIEW_WIDTH - 1)) * VIEW_WIDTH + (cell % (VIEW_WIDTH - 1))
    const here = grey[at] ?? 0
    right[cell] = (grey[at + 1] ?? 0) - here
    down[cell] = (grey[at + VIEW_WIDTH] ?? 0) - here
  }
  return [right, down]
}

const structure = (edges: Float64Array): number => {
  let sum = 0
  for (const edge of edges) sum += Math.abs(edge)
  return sum / edges.length
}

/** Cosine of the angle between two lists of edges: 1 where they are the same, 0 where they have nothing in common. */
function correlation(one: Float64Array, other: Float64Array): number {
  let product = 0
  let ones = 0
  let others = 0
  for (const [index, a] of one.entries()) {
    const b = other[index] ?? 0
    product += a * b
    ones += a * a
    others += b * b
  }
  return ones === 0 || others === 0 ? 0 : product / Math.sqrt(ones * others)
}
