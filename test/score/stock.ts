import { mean, quantile, rounded, type Figure } from '../support/figure.ts'
import { type Day, type MakeJudge, match, type Match, naive, ours, playDay } from './stock-play.ts'
import type { Deed } from './stock-world.ts'

/** Seeds that nothing was tuned on: thresholds were chosen on 101 to 108. */
const SEEDS = [9001, 9002, 9003, 9004]
const MINUTES = 20
/** What is told later than this after the hand let go is not of it, seconds. */
const WITHIN: Record<Deed, number> = { taken: 6, returned: 16, misplaced: 12, restocked: 25 }
const DEEDS = ['taken', 'returned', 'misplaced', 'restocked'] as const

/** Plates with people in front of them, against a plain detector of thresholds on the same weights. */
export function scoreStock(): Figure[] {
  const days = (make: MakeJudge) => SEEDS.map((seed) => playDay(seed, MINUTES, make))
  const here = days(ours)
  const plain = days(naive)
  return [...DEEDS.flatMap((deed) => deedFigures(deed, here, plain)), ...countFigures(here, plain), ...sureFigures()]
}

function all(days: Day[], deed: Deed): Match {
  const matches = days.map((day) => match(day, deed, WITHIN[deed]))
  return {
    matched: matches.flatMap(({ matched }) => matched),
    missed: matches.flatMap(({ missed }) => missed),
    invented: matches.flatMap(({ invented }) => invented),
  }
}

function deedFigures(deed: Deed, here: Day[], plain: Day[]): Figure[] {
  const ours = all(here, deed)
  const theirs = all(plain, deed)
  const figure = (what: string, of: (match: Match) => number, n: number): Figure => {
    const reference = of(theirs)
    return {
      name: `stock/${deed}/${what}`,
      value: rounded(of(ours)),
      unit: 'share',
      ...(Number.isFinite(reference) ? { reference: rounded(reference) } : {}),
      better: 'higher',
      n,
    }
  }
  const pieces = ours.matched.length + ours.missed.length
  const said = ours.matched.length + ours.invented.length
  const figures = [
    figure('precision', ({ matched, invented }) => matched.length / (matched.length + invented.length), said),
    figure('recall', ({ matched, missed }) => matched.length / (matched.length + missed.length), pieces),
  ]
  if (deed === 'misplaced') return figures
  figures.push(
    figure(
      'product',
      ({ matched }) => mean(matched.map(({ truth, said }) => (truth.product === said.product ? 1 : 0))),
      ours.matched.length,
    ),
  )
  if (deed !== 'taken') return figures
  const late = ours.matched.map(({ truth, said }) => said.seconds - truth.seconds)
  for (const [what, share] of [
    ['median', 0.5],
    ['p95', 0.95],
  ] as const)
    figures.push({
      name: `stock/taken/latency-${what}`,
      value: rounded(quantile(late, share)),
      unit: 's',
      reference: 1,
      better: 'lower',
      n: late.length,
    })
  return figures
}

function countFigures(here: Day[], plain: Day[]): Figure[] {
  const errors = here.flatMap(({ countErrors }) => countErrors)
  const theirs = plain.flatMap(({ countErrors }) => countErrors)
  const exact = (all: number[]) => rounded(mean(all.map((error) => (error === 0 ? 1 : 0))))
  const n = errors.length
  return [
    {
      name: 'stock/count/mean-error',
      value: rounded(mean(errors)),
      unit: 'pieces',
      reference: rounded(mean(theirs)),
      better: 'lower',
      n,
    },
    { name: 'stock/count/exact', value: exact(errors), unit: 'share', reference: exact(theirs), better: 'higher', n },
  ]
}

/** Expected calibration error (Guo et al. 2017, ten bins): how far the confidence of a guess is from how often it is right. */
function sureFigures(): Figure[] {
  const alike = SEEDS.map((seed) => playDay(seed, MINUTES, ours, { alike: true }))
  const guesses = alike.flatMap((day) =>
    (['taken', 'returned'] as const).flatMap((deed) =>
      match(day, deed, WITHIN[deed]).matched.map(({ truth, said }) => ({
        confidence: said.confidence,
        isRight: truth.product === said.product ? 1 : 0,
      })),
    ),
  )
  const bins = Map.groupBy(guesses, ({ confidence }) => Math.min(9, Math.floor(confidence * 10)))
  let error = 0
  for (const bin of bins.values()) {
    const off = mean(bin.map(({ isRight }) => isRight)) - mean(bin.map(({ confidence }) => confidence))
    error += (bin.length / guesses.length) * Math.abs(off)
  }
  const right = mean(guesses.map(({ isRight }) => isRight))
  const n = guesses.length
  return [
    { name: 'stock/alike/product', value: rounded(right), unit: 'share', reference: 0.5, better: 'higher', n },
    { name: 'stock/alike/calibration-error', value: rounded(error), unit: 'share', better: 'lower', n },
  ]
}
