import type { Plan } from './plan.ts'

const smallestCellMetres = 0.5

/** The floor plan cut into square cells; cell 0 is the upper left one, rows follow each other. */
export interface Grid {
  columns: number
  rows: number
  count: number
  cellMetres: number
  /** Middle of each cell in metres. */
  x: Float64Array
  y: Float64Array
}

/** A grid over the floor of at most about `maxCells` cells. */
export function makeGrid({ floor }: Plan, maxCells: number): Grid {
  const cellMetres = Math.max(smallestCellMetres, Math.sqrt((floor.width * floor.depth) / maxCells))
  const columns = Math.max(1, Math.min(maxCells, Math.round(floor.width / cellMetres)))
  const rows = Math.max(1, Math.min(maxCells, Math.round(floor.depth / cellMetres)))
  const count = columns * rows
  const x = Float64Array.from({ length: count }, (_, cell) => ((cell % columns) + 0.5) * (floor.width / columns))
  const y = Float64Array.from({ length: count }, (_, cell) => (Math.floor(cell / columns) + 0.5) * (floor.depth / rows))
  return { columns, rows, count, cellMetres, x, y }
}

/** Weights of a Gaussian with this standard deviation (in cells), from the middle outwards; they sum to 1. */
function halfKernel(sigmaCells: number): Float64Array {
  const reach = Math.max(1, Math.ceil(2.5 * sigmaCells))
  const kernel = new Float64Array(reach + 1)
  let sum = 0
  for (let i = 0; i <= reach; i++) {
    // The Gaussian's share of the whole cell, not its value in the middle: else a small step would move nobody.
    kernel[i] = normalShare((i - 0.5) / sigmaCells, (i + 0.5) / sigmaCells)
    sum += (kernel[i] ?? 0) * (i === 0 ? 1 : 2)
  }
  return kernel.map((weight) => weight / sum)
}

/** Probability of a standard normal variable between two bounds. */
function normalShare(from: number, to: number): number {
  return normalCdf(to) - normalCdf(from)
}

/** Standard normal distribution function (Abramowitz and Stegun 7.1.26; absolute error below 1.5e-7). */
export function normalCdf(z: number): number {
  const t = 1 / (1 + (0.3275911 * Math.abs(z)) / Math.SQRT2)
  const poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
  const erf = 1 - poly * Math.exp((-z * z) / 2)
  return z >= 0 ? (1 + erf) / 2 : (1 - erf) / 2
}

const kernels = new Map<string, Float64Array>()

/**
 * Spreads a belief over the grid as a random walk does: a Gaussian of `sigmaMetres` along each axis, nobody walks off
 * the plan. In place; `scratch` has the belief's size.
 */
export function diffuse(grid: Grid, belief: Float32Array, scratch: Float32Array, sigmaMetres: number): void {
  const sigmaCells = Math.round((sigmaMetres / grid.cellMetres) * 20) / 20
  if (sigmaCells === 0) return
  const key = sigmaCells.toFixed(2)
  let kernel = kernels.get(key)
  if (!kernel) kernels.set(key, (kernel = halfKernel(sigmaCells)))
  spread(belief, scratch, kernel, grid.rows, grid.columns, grid.columns, 1)
  spread(scratch, belief, kernel, grid.columns, grid.rows, 1, grid.columns)
}

/** One axis: `lines` lines of `length` cells, `step` apart; what would leave a line stays in its last cell. */
function spread(
  from: Float32Array,
  to: Float32Array,
  kernel: Float64Array,
  lines: number,
  length: number,
  lineStep: number,
  step: number,
): void {
  const reach = kernel.length - 1
  const middle = kernel[0] ?? 1
  for (let line = 0; line < lines; line++) {
    const start = line * lineStep
    for (let i = 0; i < length; i++) {
      let sum = middle * (from[start + i * step] ?? 0)
      for (let k = 1; k <= reach; k++) {
        // Mirrored at the walls, which keeps the total.
        const left = i - k < 0 ? Math.min(length - 1, k - i - 1) : i - k
        const right = i + k >= length ? Math.max(0, 2 * length - 1 - i - k) : i + k
        sum += (kernel[k] ?? 0) * ((from[start + left * step] ?? 0) + (from[start + right * step] ?? 0))
      }
      to[start + i * step] = sum
    }
  }
}
