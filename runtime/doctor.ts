/** `endcap doctor`: what this machine can do, which backend each model gets, and why not a better one. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { EndcapError } from './contract/index.ts'
import { findBubblewrap, listModels, type PluginStatus } from './host/index.ts'
import { type BackendName, backendWorks, openModel } from './sdk/models.ts'

export interface Finding {
  /** `note`: it could be better, but nothing is wrong. */
  state: 'good' | 'note' | 'bad'
  text: string
}

/** Backends that are libraries, and what each is for. */
const backends: [BackendName, string][] = [
  ['tensorflow', 'native TensorFlow, for TensorFlow models'],
  ['wasm', 'TensorFlow.js by WebAssembly, where native TensorFlow is not there'],
  ['onnxruntime', 'ONNX Runtime, for ONNX models'],
]

/** Tries every backend and every model in this process. `plugins` are those of the running box, if one runs. */
export async function examine(home: string, plugins: readonly PluginStatus[] | undefined): Promise<Finding[]> {
  const findings: Finding[] = [
    { state: 'good', text: `Node ${process.versions.node}, ${process.platform} ${process.arch}` },
  ]
  const bubblewrap = await findBubblewrap()
  findings.push(
    bubblewrap
      ? { state: 'good', text: `plugins are kept apart by ${bubblewrap}` }
      : {
          state: 'note',
          text: 'bubblewrap is not usable: only our own and trusted plugins start (apt install bubblewrap)',
        },
  )
  for (const [backend, purpose] of backends) findings.push(await tried(backend, purpose))
  const folders = [join(home, 'models'), join(import.meta.dirname, '../models')].filter((folder) => existsSync(folder))
  for (const { name, version } of listModels(folders)) findings.push(await opened(name, version, folders))
  findings.push(...(plugins ? plugins.flatMap(told) : [{ state: 'note' as const, text: `no box runs in ${home}` }]))
  return findings
}

async function tried(backend: BackendName, purpose: string): Promise<Finding> {
  try {
    return { state: 'good', text: `backend ${backend} ${await backendWorks(backend)}: ${purpose}` }
  } catch (error) {
    return { state: 'note', text: `backend ${backend} does not work: ${words(error)} (${purpose})` }
  }
}

async function opened(name: string, version: string, folders: readonly string[]): Promise<Finding> {
  try {
    const model = await openModel(name, folders)
    const { backend, passedOver, memoryBytes, warmUpMilliseconds } = model.info()
    model.close()
    const why = passedOver.map((one) => `; not on ${one.backend}: ${one.reason}`).join('')
    const figures = `${Math.ceil(memoryBytes / 1000)} kB of weights, first answer in ${warmUpMilliseconds.toFixed(1)} ms`
    return { state: 'good', text: `model ${name} ${version} runs on ${backend} (${figures})${why}` }
  } catch (error) {
    return { state: 'bad', text: words(error) }
  }
}

function told({ name, state, reason, remedy, models = [] }: PluginStatus): Finding[] {
  const healthy = ['running', 'starting', 'disabled', 'stopped'].includes(state)
  const why = reason === undefined ? '' : `: ${reason}. ${remedy ?? ''}`.trimEnd()
  return [
    { state: healthy ? 'good' : 'bad', text: `plugin ${name} is ${state}${why}` },
    ...models.map(({ name: model, version, backend, passedOver, calls, p50, p99 }): Finding => {
      const speed = `${calls} answers, median ${p50.toFixed(2)} ms, 99 % within ${p99.toFixed(2)} ms`
      const better = passedOver === '' ? '' : `; not on ${passedOver}`
      return { state: 'good', text: `plugin ${name} runs model ${model} ${version} on ${backend}: ${speed}${better}` }
    }),
  ]
}

const words = (error: unknown): string => {
  if (error instanceof EndcapError) return `${error.message}. ${error.remedy}`
  return error instanceof Error ? error.message : String(error)
}
