/**
 * Tells changes of level from everything else that a load cell shows. Weights come at any rate and are averaged over
 * blocks; a change counts when a plate was quiet before it, has come to rest after it, and stays there.
 * Struct of arrays: at 60 Hz nothing is allocated.
 */
import { atRest, BLOCKS, rest } from './rest.ts'

/** What the detector asks and tells. Grams are means of blocks, deviations their standard deviation. */
export interface Listener {
  /** First rest after start, fault or gap. */
  rests(plate: number, grams: number, deviation: number): void
  /** A quiet plate became restless. */
  stirs(plate: number): void
  /** How long the new level must last before it counts, in seconds; below zero: it is none of this plate's own. */
  hold(plate: number, change: number, deviation: number): number
  /** The level changed for good: by a step, by a slow pour, or because the neighbours pull. */
  changes(plate: number, change: number, deviation: number, how: 'step' | 'ramp' | 'crosstalk'): void
  /** Whether two changes, with a short rest between, explain better what one change from before to after does not. */
  splits(plate: number, first: number, second: number, deviation: number): boolean
}

export interface Detector {
  /** One sample; what is no weight is left out. */
  add(plate: number, grams: number): void
  /** Ends the block of a plate after so many seconds. */
  close(plate: number, seconds: number): void
  /** Forgets what it knew: the next rest is told anew. */
  reset(plate: number): void
  /** Weight at rest; NaN while it is not known. */
  level(plate: number): number
  /** Standard deviation of the level, grams. */
  deviation(plate: number): number
  isIdle(plate: number): boolean
  /** How far the plate was from its level within the last second or two, grams; for its neighbours. */
  disturbance(plate: number): number
  /** Seconds that it has been quiet at its level. */
  quietSeconds(plate: number): number
  /** Changes smaller than this are none; and the lightest piece on the plate, grams. */
  expect(plate: number, leastGrams: number, pieceGrams: number): void
  /** Takes over a plate of another detector, as it is, but for what is expected of it. */
  adopt(plate: number, from: Detector, there: number): void
  readonly rows: Rows
}

const FIELDS = [
  'sum',
  'samples',
  'blocks',
  'level',
  'support',
  'sigma',
  'sigmaSupport',
  'fast',
  'state',
  'activeSeconds',
  'pace',
  'up',
  'down',
  'quiet',
  'restLevel',
  'restSupport',
  'betweenLevel',
  'betweenSeconds',
  'disturbance',
  'least',
  'piece',
  'silent',
] as const
type Rows = Record<(typeof FIELDS)[number], Float64Array> & { ring: Float64Array }

/** No cell weighs more than a tonne: such a number is a fault of the line. */
const HIGHEST_GRAMS = 1_000_000
const UNKNOWN = 0
const IDLE = 1
const ACTIVE = 2
/** The level follows creep with this time constant, the noise with the longer one. */
const LEVEL_SECONDS = 6
const NOISE_SECONDS = 30
/** The level leaves out the last blocks: a hand that just begins to press must not move it. */
const DELAY = 2
const FIRST_SIGMA = 1
const LOWEST_SIGMA = 0.12
/** A block so many deviations from the level wakes the plate; or a running mean, which sees light pieces on noisy plates. */
const BLOCK_DEVIATIONS = 6
const FAST_DEVIATIONS = 3.4
const FAST_GAIN = 0.3
/** A plate that has trembled so long about its level is a noisier plate now; one that swung further was leant on. */
const TREMBLING_SECONDS = 6
const TREMBLING_SIGMAS = 4
/** Without a valid weight for so long, what comes next is a new beginning. */
const SILENT_SECONDS = 2
/** Four blocks of a plate at rest lie so close together, in standard deviations; once it rests, one in a hundred may not. */
const REST_RANGE = 4.5
const RESTING_RANGE = 6
/** The blocks of an elbow lie further apart than this share of what it presses (postural sway). */
const ELBOW_SHARE = 0.02
/** Window in which a step must happen, in blocks; a change over a longer time may be a pour. */
const STEP_BLOCKS = 5
const POUR_SECONDS = 1.2
/** A pour runs evenly: its fastest moment is not so many times its mean. */
const POUR_RATIO = 2.2
/** What was poured counts from its first pause on, so that a spoon that stirs afterwards is told from it. */
const POURED_SECONDS = 0.3
/** Where whole pieces come within the window, they may follow each other quickly and look almost even. */
const PIECE_SHARE = 0.75
const PIECE_RATIO = 1.5
/** What comes almost whole within one window is a step, however long the plate rings afterwards. */
const WHOLE_SHARE = 0.9
/** A rest so long between two changes may be a thing of its own: a stray that somebody reaches over. */
const BETWEEN_SECONDS = 0.8
/** Of a step, or of a piece, this share comes within the window. */
const STEP_SHARE = 0.6
const MEMORY_SECONDS = 0.7
/** A start that does not come to rest is taken as it is. */
const START_SECONDS = 10
/** No plate at rest is noisier (the worst of real ones); more is a hand. Such noise would hide whole pieces. */
const WORST_SIGMA = 14

export function createDetector(plates: number, listener: Listener): Detector {
  const rows = Object.fromEntries(FIELDS.map((name) => [name, new Float64Array(plates)])) as Rows
  rows.ring = new Float64Array(plates * BLOCKS)
  const { sum, samples, blocks, level, support, sigma, sigmaSupport, fast, state, activeSeconds, pace, ring } = rows
  const { up, down, quiet, restLevel, restSupport, betweenLevel, betweenSeconds } = rows
  const { disturbance, least, piece, silent } = rows
  const at = (values: Float64Array, plate: number): number => values[plate] as number
  const past = (plate: number, back: number): number =>
    ring[plate * BLOCKS + ((at(blocks, plate) - 1 - back + 4 * BLOCKS) % BLOCKS)] as number

  const reset = (plate: number) => {
    for (const name of FIELDS) if (name !== 'least' && name !== 'piece') rows[name][plate] = 0
    level[plate] = Number.NaN
    sigma[plate] = FIRST_SIGMA
  }
  for (let plate = 0; plate < plates; plate++) {
    reset(plate)
    least[plate] = 3
    piece[plate] = 50
  }

  const settle = (plate: number, grams: number, blocksAtRest: number) => {
    level[plate] = grams
    fast[plate] = grams
    support[plate] = blocksAtRest
    state[plate] = IDLE
    activeSeconds[plate] = 0
    quiet[plate] = 0
    betweenSeconds[plate] = 0
  }
  const deviation = (plate: number) => {
    // Blocks that hum are not independent: 1.5 for that.
    const gain = 1 / Math.max(1, Math.min(at(support, plate), 60))
    return 1.5 * at(sigma, plate) * Math.sqrt(gain / (2 - gain))
  }

  const start = (plate: number, seconds: number) => {
    activeSeconds[plate] = at(activeSeconds, plate) + seconds
    const window = Math.min(at(blocks, plate), 10)
    if (window < (seconds > 0.4 ? 3 : 10)) return
    rest(ring, plate, at(blocks, plate), window)
    const late = at(activeSeconds, plate) > START_SECONDS
    const moves = atRest.deviation > WORST_SIGMA || Math.abs(atRest.trend) > Math.max(0.6, 2 * atRest.deviation)
    if (moves && !late) return
    sigma[plate] = Math.min(WORST_SIGMA, Math.max(LOWEST_SIGMA, atRest.deviation))
    sigmaSupport[plate] = window
    settle(plate, atRest.mean, window)
    listener.rests(plate, atRest.mean, deviation(plate))
  }

  const idle = (plate: number, mean: number, seconds: number) => {
    const off = mean - at(level, plate)
    fast[plate] = at(fast, plate) + FAST_GAIN * (mean - at(fast, plate))
    const noise = at(sigma, plate)
    const drifted = Math.abs(at(fast, plate) - at(level, plate))
    const smallest = at(least, plate)
    if (
      Math.abs(off) > Math.max(BLOCK_DEVIATIONS * noise, smallest) ||
      drifted > Math.max(FAST_DEVIATIONS * noise, smallest)
    ) {
      state[plate] = ACTIVE
      activeSeconds[plate] = seconds
      pace[plate] = seconds
      up[plate] = Math.max(0, off)
      down[plate] = Math.min(0, off)
      quiet[plate] = 0
      listener.stirs(plate)
      return
    }
    quiet[plate] = at(quiet, plate) + seconds
    support[plate] = at(support, plate) + 1
    const gain = Math.max(1 / at(support, plate), Math.min(1, seconds / LEVEL_SECONDS))
    if (at(blocks, plate) > DELAY && at(support, plate) > DELAY)
      level[plate] = at(level, plate) + gain * (past(plate, DELAY) - at(level, plate))
    sigmaSupport[plate] = at(sigmaSupport, plate) + 1
    const noiseGain = Math.max(1 / (at(sigmaSupport, plate) + 5), Math.min(1, seconds / NOISE_SECONDS))
    const squared = Math.min(off * off, 9 * noise * noise)
    sigma[plate] = Math.max(LOWEST_SIGMA, Math.sqrt(noise * noise + noiseGain * (squared - noise * noise)))
  }

  const finish = (plate: number, change: number, spread: number, how: 'step' | 'ramp' | 'crosstalk') => {
    const first = at(betweenLevel, plate) - at(level, plate)
    const isTwo = how !== 'crosstalk' && at(betweenSeconds, plate) > 0 && splits(plate, at(restLevel, plate), spread)
    settle(plate, at(restLevel, plate), at(restSupport, plate))
    if (isTwo) listener.changes(plate, first, spread, 'step')
    listener.changes(plate, isTwo ? change - first : change, spread, isTwo ? 'step' : how)
  }
  const splits = (plate: number, grams: number, spread: number) => {
    const between = at(betweenLevel, plate)
    return listener.splits(plate, between - at(level, plate), grams - between, spread)
  }
  /** A rest ends before it was believed: it may still come to count, by what follows. */
  const leave = (plate: number) => {
    const rested = at(quiet, plate)
    quiet[plate] = 0
    if (rested < BETWEEN_SECONDS || Math.abs(at(restLevel, plate) - at(level, plate)) < at(least, plate)) return
    const spread = deviation(plate)
    if (at(betweenSeconds, plate) > 0 && splits(plate, at(restLevel, plate), spread)) {
      const before = at(level, plate)
      level[plate] = at(betweenLevel, plate)
      listener.changes(plate, at(level, plate) - before, spread, 'step')
    }
    betweenLevel[plate] = at(restLevel, plate)
    betweenSeconds[plate] = rested
  }

  const active = (plate: number, mean: number, seconds: number) => {
    const noise = at(sigma, plate)
    const wasActive = at(activeSeconds, plate)
    activeSeconds[plate] = wasActive + seconds
    // A board that says little of plates at rest sends long blocks between short ones; the short ones saw the hand.
    const block = Math.min(at(pace, plate), seconds)
    pace[plate] = block
    const moved = mean - past(plate, Math.min(STEP_BLOCKS, at(blocks, plate) - 1))
    up[plate] = Math.max(at(up, plate), moved)
    down[plate] = Math.min(at(down, plate), moved)

    const short = block > 0.4 ? 2 : 4
    rest(ring, plate, at(blocks, plate), short)
    const calm = Math.min(RESTING_RANGE * noise, ELBOW_SHARE * Math.abs(atRest.mean - at(level, plate)))
    let isRest = atRest.range <= Math.max(REST_RANGE * noise, at(quiet, plate) > 0 ? calm : 0, 0.8)
    let window = short
    if (!isRest && wasActive > 10 * block) {
      // Somewhere a compressor runs: a longer look, and the plate may tremble, but not as much as an elbow does.
      rest(ring, plate, at(blocks, plate), 10)
      const change = atRest.mean - at(level, plate)
      const most = Math.max(3 * noise, (change < 0 ? 0.03 : 0.01) * Math.abs(change))
      const trembles =
        wasActive > TREMBLING_SECONDS &&
        atRest.deviation <= WORST_SIGMA &&
        at(disturbance, plate) < TREMBLING_SIGMAS * WORST_SIGMA &&
        Math.abs(change) < Math.max(at(least, plate), atRest.deviation)
      isRest = Math.abs(atRest.trend) <= Math.max(0.6, 1.6 * atRest.deviation) && (atRest.deviation <= most || trembles)
      window = 10
      if (isRest && trembles) sigma[plate] = Math.max(noise, atRest.deviation)
    }
    if (!isRest) {
      leave(plate)
      return
    }
    if (at(quiet, plate) === 0) {
      restLevel[plate] = atRest.mean
      restSupport[plate] = window
    } else {
      const supported = at(restSupport, plate) + 1
      restSupport[plate] = supported
      restLevel[plate] = at(restLevel, plate) + (mean - at(restLevel, plate)) / supported
      // It crept away from where it seemed to rest: look anew.
      if (Math.abs(atRest.mean - at(restLevel, plate)) > Math.max(3 * noise, 0.8)) {
        leave(plate)
        return
      }
    }
    quiet[plate] = at(quiet, plate) + seconds
    const change = at(restLevel, plate) - at(level, plate)
    const spread = Math.hypot(
      deviation(plate),
      (1.5 * Math.max(noise, atRest.deviation)) / Math.sqrt(at(restSupport, plate)),
    )
    if (Math.abs(change) < Math.max(3.5 * spread, 0.8 * at(least, plate))) {
      // It came back. The old level is worth more than the new, but may be a little old.
      const first = at(betweenLevel, plate) - at(level, plate)
      const isTwo = at(betweenSeconds, plate) > 0 && listener.splits(plate, first, -first, spread)
      settle(plate, at(level, plate), Math.min(at(support, plate), 10))
      if (!isTwo) return
      listener.changes(plate, first, spread, 'step')
      listener.changes(plate, -first, spread, 'step')
      return
    }
    const hold = listener.hold(plate, change, spread)
    if (hold < 0) return finish(plate, change, spread, 'crosstalk')
    const how = howOf(plate, change, block, window)
    if (at(quiet, plate) - seconds >= (how === 'ramp' ? Math.min(hold, POURED_SECONDS) : hold))
      finish(plate, change, spread, how)
  }

  const howOf = (plate: number, change: number, seconds: number, window: number): 'step' | 'ramp' => {
    const whole = Math.abs(change)
    const fastest = change > 0 ? at(up, plate) : -at(down, plate)
    const lasted = at(activeSeconds, plate) - at(quiet, plate) - (window - 1) * seconds
    // What rested on the way came in two, and was not poured.
    if (at(betweenSeconds, plate) > 0) return 'step'
    if (fastest < STEP_SHARE * Math.min(whole, at(piece, plate))) return 'ramp'
    if (STEP_BLOCKS * seconds <= POUR_SECONDS && fastest >= WHOLE_SHARE * whole) return 'step'
    if (lasted <= Math.max(POUR_SECONDS, STEP_BLOCKS * seconds)) return 'step'
    const even = (whole * STEP_BLOCKS * seconds) / lasted
    const isPiece = fastest > PIECE_SHARE * at(piece, plate)
    return fastest <= (isPiece ? PIECE_RATIO : POUR_RATIO) * even ? 'ramp' : 'step'
  }

  return {
    rows,
    reset,
    deviation,
    add(plate, grams) {
      if (!(grams > -HIGHEST_GRAMS && grams < HIGHEST_GRAMS)) return
      sum[plate] = at(sum, plate) + grams
      samples[plate] = at(samples, plate) + 1
    },
    close(plate, seconds) {
      const count = at(samples, plate)
      if (count === 0) {
        silent[plate] = at(silent, plate) + seconds
        if (at(silent, plate) > Math.max(SILENT_SECONDS, 5 * seconds) && at(state, plate) !== UNKNOWN) reset(plate)
        return
      }
      const mean = at(sum, plate) / count
      sum[plate] = 0
      samples[plate] = 0
      silent[plate] = 0
      ring[plate * BLOCKS + (at(blocks, plate) % BLOCKS)] = mean
      blocks[plate] = at(blocks, plate) + 1
      const now = at(state, plate)
      const off = now === UNKNOWN ? 0 : Math.abs(mean - at(level, plate))
      disturbance[plate] = Math.max(off, at(disturbance, plate) * Math.exp(-seconds / MEMORY_SECONDS))
      if (now === IDLE) idle(plate, mean, seconds)
      else if (now === ACTIVE) active(plate, mean, seconds)
      else start(plate, seconds)
    },
    level: (plate) => at(level, plate),
    isIdle: (plate) => at(state, plate) === IDLE,
    disturbance: (plate) => at(disturbance, plate),
    quietSeconds: (plate) => (at(state, plate) === IDLE ? at(quiet, plate) : 0),
    expect(plate, leastGrams, pieceGrams) {
      least[plate] = leastGrams
      piece[plate] = pieceGrams
    },
    adopt(plate, { rows: others }, there) {
      for (const name of FIELDS) if (name !== 'least' && name !== 'piece') rows[name][plate] = at(others[name], there)
      ring.set(others.ring.subarray(there * BLOCKS, (there + 1) * BLOCKS), plate * BLOCKS)
    },
  }
}
