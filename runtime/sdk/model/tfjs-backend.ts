/** TensorFlow.js on one of its backends, proved by a small convolution: a backend that loads may still not compute. */
import { createRequire } from 'node:module'
import path from 'node:path'
import util from 'node:util'
import type * as Tf from '@tensorflow/tfjs-core'
import { reasonOf } from './run.ts'

export interface Tfjs {
  tf: typeof Tf
  backend: 'tensorflow' | 'wasm'
  version: string
}

const require = createRequire(import.meta.url)
const picked = new Map<string, Promise<Tfjs>>()

/**
 * Loads the backend once and tries it. Rejects with the reason in words. TensorFlow.js holds which backend is current
 * in one place for all models: who runs one sets it first.
 */
export function pickTfjs(backend: Tfjs['backend']): Promise<Tfjs> {
  let pick = picked.get(backend)
  if (!pick) picked.set(backend, (pick = load(backend)))
  return pick
}

async function load(backend: Tfjs['backend']): Promise<Tfjs> {
  const own = handlers()
  const version = backend === 'tensorflow' ? await loadNative() : await loadWasm()
  const tf = await import('@tensorflow/tfjs-core')
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js could not start ${backend}`)
  await tf.ready()
  // Its WebAssembly rethrows what nobody caught, before the plugin could tell the box why it ends.
  for (const [event, listener] of handlers())
    if (!own.some(([, known]) => known === listener)) process.removeListener(event, listener)
  await smokeTest(tf)
  return { tf, backend, version }
}

type Listener = (...given: unknown[]) => void

const handlers = (): [string, Listener][] =>
  ['uncaughtException', 'unhandledRejection'].flatMap((event) =>
    process.listeners(event as NodeJS.Signals).map((listener): [string, Listener] => [event, listener as Listener]),
  )

async function loadNative(): Promise<string> {
  // tfjs-node calls these at its first operation; Node has removed them (DEP0045, DEP0044).
  Object.assign(util, {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: Array.isArray,
  })
  // Its notes about processor features would stand in each plugin's lines.
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2'
  let folder: string
  try {
    folder = path.dirname(require.resolve('@tensorflow/tfjs-node/package.json'))
  } catch {
    throw new Error('@tensorflow/tfjs-node is not installed')
  }
  // The name in a variable: where the optional package is missing, types must not be.
  const entry = path.join(folder, 'dist/index.js')
  try {
    const { default: node } = (await import(entry)) as { default: { backend(): { binding?: { TF_Version?: string } } } }
    return node.backend().binding?.TF_Version ?? 'of unknown version'
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    if (/tfjs_binding\.node|libtensorflow/.test(reason))
      throw new Error('its native library is not there: npm run setup:tensorflow', { cause: error })
    throw error
  }
}

async function loadWasm(): Promise<string> {
  const wasm = await import('@tensorflow/tfjs-backend-wasm')
  const { env } = await import('@tensorflow/tfjs-core')
  const folder = path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))
  wasm.setWasmPaths(`${folder}${path.sep}`)
  // Its threads do not work in Node.
  env().set('WASM_HAS_MULTITHREAD_SUPPORT', false)
  return wasm.version_wasm
}

/** [[1,2,3],[4,5,6],[7,8,9]] summed over windows of 2 × 2 is [[12,16],[24,28]]. */
async function smokeTest(tf: typeof Tf): Promise<void> {
  const expected = [12, 16, 24, 28]
  let found: ArrayLike<number>
  try {
    const sums = tf.tidy(() => {
      const picture = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1])
      return tf.conv2d(picture, tf.ones([2, 2, 1, 1]), 1, 'valid')
    })
    found = await sums.data()
    sums.dispose()
  } catch (error) {
    throw new Error(`it fails at its first operation: ${reasonOf(error)}`, { cause: error })
  }
  if (expected.some((value, index) => Math.abs((found[index] ?? Number.NaN) - value) > 1e-4))
    throw new Error(`it computes wrongly: ${Array.from(found).join(', ')} instead of ${expected.join(', ')}`)
}
