/** Seeded random numbers: the same seed gives the same day in the virtual shop. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number
  between(low: number, high: number): number
  /** Normal with mean 0 and deviation 1 (Box–Muller). */
  normal(): number
  pick<T>(list: readonly T[]): T
}

/** A 32-bit xorshift generator (Marsaglia 2003, triple 13, 17, 5); good enough for walks and noise, not for secrets. */
export function createRandom(seed: number): Random {
  let state = (Math.imul(seed, 0x9e3779b1) ^ 0x2545f491) >>> 0 || 1
  const next = () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state / 0x1_0000_0000
  }
  for (let i = 0; i < 8; i++) next()
  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    pick: (list) => {
      const chosen = list[Math.floor(next() * list.length)]
      if (chosen === undefined) throw new RangeError('pick() from an empty list')
      return chosen
    },
  }
}
