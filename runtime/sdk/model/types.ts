/** What a plugin meets when it runs a model. */
import type { Inference, ModelDescription } from '../../contract/child.ts'

/** `plain`: typed arrays; `tensorflow`: native, by tfjs-node; `wasm`: TensorFlow.js; `onnxruntime`: native. */
export type BackendName = 'plain' | 'tensorflow' | 'wasm' | 'onnxruntime'

/** Numbers by feature; what is missing or null takes the feature's `default`. */
export type Features = { readonly [feature: string]: number | null | undefined }

/**
 * All numbers of an input in row-major order, or, where its features are named, a row or rows of them. A Float32Array is
 * not copied: leave it as it is until the answer is there.
 */
export type Values = ArrayLike<number> | Features | readonly Features[]

/** Values by the name of the input; a model with a single input also takes the values themselves. */
export type ModelValues = Values | { readonly [input: string]: Values }

export interface Prediction {
  /** Which model said so, `name@version`: what an inference event carries. */
  model: string
  /** By output: one number, numbers by label, or all its numbers in row-major order. */
  outputs: Record<string, number | Record<string, number> | number[]>
  /** The most probable label of the first output that has labels, and its probability. */
  label?: string
  confidence?: number
  /** What mattered most, first; only with `explain`. */
  contributions?: Inference['contributions']
}

export interface PredictOptions {
  /** Also tell which inputs mattered: costs one run in a batch for each feature. Inputs without features are left out. */
  explain?: boolean
}

export interface ModelInfo {
  name: string
  version: string
  format: ModelDescription['format']
  backend: BackendName
  backendVersion: string
  /** Backends that would have been preferred, and why each is not used. */
  passedOver: { backend: BackendName; reason: string }[]
  /** How many weights it has. */
  parameters: number
  /** Bytes of the weights and of what the backend holds for them. */
  memoryBytes: number
  loadMilliseconds: number
  /** The first run, which builds what later ones use. */
  warmUpMilliseconds: number
  calls: number
  failed: number
  /** Of calls since the start, waiting in a batch included, in milliseconds. */
  latency: { p50: number; p99: number; max: number }
}

export interface Model {
  readonly description: ModelDescription
  /** Rejects with ENDCAP_MODEL_INPUT_INVALID, _OUTPUT_INVALID, _FAILED or _BUSY; the model can be used on. */
  predict(input: ModelValues, options?: PredictOptions): Promise<Prediction>
  /** In one run where the backend can; answers in the order of the inputs. */
  predictBatch(inputs: readonly ModelValues[], options?: PredictOptions): Promise<Prediction[]>
  info(): ModelInfo
  /** Gives its memory back; happens by itself when the plugin ends. */
  close(): void
}

export interface ModelOptions {
  /**
   * Calls of predict() that come within so many milliseconds run as one, `most` of them together: what a vision model
   * wants. Without it each runs at once.
   */
  batch?: { most: number; withinMilliseconds: number }
  /** Leave out the others; for measurement. */
  backend?: BackendName
}

/** A net that a backend has loaded. Inputs and outputs are in the order of model.json, one after the other in a batch. */
export interface Runner {
  backend: BackendName
  version: string
  parameters: number
  memoryBytes(): number
  run(inputs: readonly Float32Array[], batch: number): Float32Array[] | Promise<Float32Array[]>
  close(): void
}
