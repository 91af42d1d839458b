/** What TensorFlow.js saves: a JSON file with topology and weights manifest, beside files of weights. */
import path from 'node:path'
import type { Described } from './read.ts'

export interface WeightSpec {
  name: string
  shape: number[]
  dtype: string
  quantization?: unknown
}

export interface Artifacts {
  /** Of Keras (layers) or a GraphDef as JSON. */
  modelTopology: Record<string, unknown>
  weightSpecs: WeightSpec[]
  weightData: ArrayBuffer
  /** The rest of the file: signature, format, … */
  rest: Record<string, unknown>
}

interface Saved extends Record<string, unknown> {
  modelTopology: Record<string, unknown>
  weightsManifest: { paths: string[]; weights: WeightSpec[] }[]
}

/** Reads them through the checksums. Throws where the file is not one of TensorFlow.js. */
export function readArtifacts(entry: string, read: Described['read']): Artifacts {
  const { modelTopology, weightsManifest, ...rest } = JSON.parse(read(entry).toString()) as Saved
  if (!modelTopology || !Array.isArray(weightsManifest)) throw new TypeError(`${entry} has no topology or no weights`)
  const folder = path.posix.dirname(entry)
  const parts = weightsManifest.flatMap(({ paths }) => paths.map((file) => read(path.posix.join(folder, file))))
  const data = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let offset = 0
  for (const part of parts) {
    data.set(part, offset)
    offset += part.length
  }
  return {
    modelTopology,
    weightSpecs: weightsManifest.flatMap(({ weights }) => weights),
    weightData: data.buffer,
    rest,
  }
}
