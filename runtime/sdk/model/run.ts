/** Runs rows of tensors on a backend as one batch, and puts its failures into words. */
import { EndcapError, type ModelDescription } from '../../contract/child.ts'
import type { Runner } from './types.ts'

/** One run for all rows; the tensors of each row come back. */
export async function runRows(
  { name, inputs, outputs }: Pick<ModelDescription, 'name' | 'inputs' | 'outputs'>,
  runner: Runner,
  rows: readonly Float32Array[][],
): Promise<Float32Array[][]> {
  if (rows.length === 0) return []
  const [first] = rows
  const joined =
    rows.length === 1 && first ? first : inputs.map((_, input) => join(rows.map((row) => row[input] ?? NONE)))
  let tensors: Float32Array[]
  try {
    const running = runner.run(joined, rows.length)
    tensors = running instanceof Promise ? await running : running
  } catch (error) {
    throw new EndcapError('ENDCAP_MODEL_FAILED', {
      model: name,
      backend: runner.backend,
      reason: reasonOf(error),
      cause: error,
    })
  }
  if (rows.length === 1) return [tensors]
  return rows.map((_, row) =>
    outputs.map((_, output) => {
      const tensor = tensors[output] ?? NONE
      const size = tensor.length / rows.length
      return tensor.subarray(row * size, (row + 1) * size)
    }),
  )
}

const NONE = new Float32Array()

function join(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let offset = 0
  for (const part of parts) {
    all.set(part, offset)
    offset += part.length
  }
  return all
}

/** The first line of what a backend threw. */
export const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]?.slice(0, 300) ?? ''
