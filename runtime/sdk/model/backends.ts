/** Finds the backend that runs a model here: the best that loads it and answers its first run. */
import { EndcapError, type ModelDescription, type ModelFormat } from '../../contract/child.ts'
import { readDense } from './dense.ts'
import { plainRunner } from './plain.ts'
import type { Described } from './read.ts'
import { reasonOf, runRows } from './run.ts'
import type { BackendName, ModelInfo, Runner } from './types.ts'
import { decode, sizeOf } from './values.ts'

export interface Loaded extends Pick<ModelInfo, 'passedOver' | 'loadMilliseconds' | 'warmUpMilliseconds'> {
  runner: Runner
}

/** The best first. */
const candidates: Record<ModelFormat, readonly BackendName[]> = {
  dense: ['plain'],
  'tfjs-layers': ['plain', 'tensorflow', 'wasm'],
  'tfjs-graph': ['tensorflow', 'wasm'],
  onnx: ['onnxruntime'],
}

/** Throws ENDCAP_MODEL_ALTERED, or ENDCAP_MODEL_UNSUPPORTED with the reason of each backend. */
export async function loadRunner(described: Described, only?: BackendName): Promise<Loaded> {
  const { description } = described
  const passedOver: ModelInfo['passedOver'] = []
  for (const backend of candidates[description.format]) {
    if (only !== undefined && backend !== only) continue
    const began = performance.now()
    let runner: Runner | undefined
    try {
      runner = await load(described, backend)
      const loaded = performance.now()
      await warmUp(description, runner)
      const warm = performance.now()
      return { runner, passedOver, loadMilliseconds: loaded - began, warmUpMilliseconds: warm - loaded }
    } catch (error) {
      runner?.close()
      if (error instanceof EndcapError && error.code !== 'ENDCAP_MODEL_FAILED') throw error
      passedOver.push({ backend, reason: reasonOf(error instanceof EndcapError ? error.values['reason'] : error) })
    }
  }
  const reason = passedOver.map((one) => `${one.backend}: ${one.reason}`).join('; ')
  throw new EndcapError('ENDCAP_MODEL_UNSUPPORTED', {
    model: description.name,
    reason: reason || `${only ?? 'no backend'} does not run ${description.format}`,
  })
}

async function load({ description, read }: Described, backend: BackendName): Promise<Runner> {
  if (backend === 'onnxruntime') return (await import('./onnx.ts')).loadOnnx(description, read(description.entry))
  if (description.format === 'dense') {
    const header = JSON.parse(read(description.entry).toString()) as { weights?: unknown }
    return plainRunner(description, readDense(header, read(String(header.weights))))
  }
  if (backend === 'plain') return (await import('./from-layers.ts')).loadPlain(description, read)
  return (await import('./tfjs.ts')).loadTfjs(description, read, backend === 'wasm' ? 'wasm' : 'tensorflow')
}

/** The first run, on baselines: builds what later runs use, and shows an operation that the backend lacks. */
async function warmUp(description: ModelDescription, runner: Runner): Promise<void> {
  const row = description.inputs.map(({ shape, features, minimum }) => {
    const tensor = new Float32Array(sizeOf(shape)).fill(Math.max(0, minimum ?? 0))
    if (features)
      for (let i = 0; i < tensor.length; i++) {
        const { baseline, default: standard, minimum: least } = features[i % features.length] ?? {}
        tensor[i] = baseline ?? standard ?? Math.max(0, least ?? 0)
      }
    return tensor
  })
  const [tensors] = await runRows(description, runner, [row])
  decode(description, tensors ?? [], 0)
}

/** Tries a backend by itself; resolves with its version, rejects with the reason. */
export async function backendWorks(backend: BackendName): Promise<string> {
  if (backend === 'plain') return process.versions.node
  if (backend === 'onnxruntime') return (await import('./onnx.ts')).onnxVersion()
  return (await (await import('./tfjs-backend.ts')).pickTfjs(backend)).version
}
