/** Lower triangle L, row after row, of a symmetric positive definite matrix A = L·Lᵀ. */
export function cholesky(matrix: Float64Array, size: number): Float64Array {
  const lower = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j] ?? 0
      for (let k = 0; k < j; k++) sum -= (lower[i * size + k] ?? 0) * (lower[j * size + k] ?? 0)
      lower[i * size + j] = i === j ? Math.sqrt(Math.max(sum, 1e-9)) : sum / (lower[j * size + j] ?? 1)
    }
  }
  return lower
}

/** Solves L·y = b. */
export function forwardSubstitute(lower: Float64Array, b: Float64Array): Float64Array {
  const size = b.length
  const y = new Float64Array(size)
  for (let i = 0; i < size; i++) {
    let sum = b[i] ?? 0
    for (let k = 0; k < i; k++) sum -= (lower[i * size + k] ?? 0) * (y[k] ?? 0)
    y[i] = sum / (lower[i * size + i] ?? 1)
  }
  return y
}

/** Solves A·x = b for A = L·Lᵀ. */
export function solveCholesky(lower: Float64Array, b: Float64Array): Float64Array {
  const size = b.length
  const x = forwardSubstitute(lower, b)
  for (let i = size - 1; i >= 0; i--) {
    let sum = x[i] ?? 0
    for (let k = i + 1; k < size; k++) sum -= (lower[k * size + i] ?? 0) * (x[k] ?? 0)
    x[i] = sum / (lower[i * size + i] ?? 1)
  }
  return x
}
