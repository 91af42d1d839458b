/** Tries native TensorFlow with a small convolution; prints its version, or fails with the reason. */
import { pickTfjs } from '../model/tfjs-backend.ts'

try {
  const { version } = await pickTfjs('tensorflow')
  process.stdout.write(`Native TensorFlow ${version} works: a small convolution came out right.\n`)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
