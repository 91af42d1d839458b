/**
 * `npm run setup:tensorflow`: native TensorFlow for @tensorflow/tfjs-node where the package's own download cannot bring
 * it: closed networks, and 64-bit Arm. Takes TensorFlow's wheel from the package index that pip is set up for, lays its
 * library and C headers where the addon looks, builds the addon, and tries it. Says in words what it did or what stopped it.
 *
 *   npm run setup:tensorflow [-- --from FILE] [--force]     FILE: a wheel of tensorflow
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { buildAddon } from './addon.ts'
import { fetchArchive, layLibrary } from './library.ts'
import { Stopped } from './stopped.ts'

const say = (text: string) => void process.stdout.write(`${text}\n`)
const run = promisify(execFile)

/** Tries native TensorFlow in a process of its own: a broken library may take that down. */
async function tryIt(): Promise<{ works: boolean; said: string }> {
  const file = path.join(import.meta.dirname, 'try.ts')
  try {
    const { stdout } = await run(process.execPath, [file], { timeout: 120_000 })
    return { works: true, said: stdout.trim() }
  } catch (error) {
    const { stderr = '', message } = error as { stderr?: string; message: string }
    return { works: false, said: (stderr.trim() || message).split('\n').slice(-1)[0] ?? '' }
  }
}

async function setup(): Promise<void> {
  const { values } = parseArgs({ options: { from: { type: 'string' }, force: { type: 'boolean', default: false } } })
  const manifest = packageFile()
  const folder = path.dirname(manifest)
  if (!values.force) {
    const before = await tryIt()
    if (before.works) return say(`Nothing to do: ${before.said}`)
    say(`Native TensorFlow does not work yet: ${before.said}`)
  }
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch))
    throw new Stopped(
      `This is ${process.platform} on ${process.arch}; the libraries are for Linux on x64 and arm64. Models run by WebAssembly.`,
    )
  const scratch = await mkdtemp(path.join(tmpdir(), 'endcap-tensorflow-'))
  try {
    const archive = await find(values.from, scratch)
    say(`The library comes from ${path.basename(archive)}`)
    await layLibrary(archive, folder, say)
    say('Building the addon (about half a minute on a small machine) …')
    await buildAddon(folder, scratch)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
  const { works, said } = await tryIt()
  if (!works) throw new Stopped(`Everything is in place, but the trial failed: ${said}`)
  say(said)
}

/** A given file, else the wheel by pip. */
async function find(given: string | undefined, scratch: string): Promise<string> {
  if (given !== undefined) {
    if (!existsSync(given)) throw new Stopped(`There is no file ${given}.`)
    return path.resolve(given)
  }
  say('Fetching the wheel with pip (about 280 MB) …')
  return await fetchArchive(scratch)
}

function packageFile(): string {
  try {
    return createRequire(import.meta.url).resolve('@tensorflow/tfjs-node/package.json')
  } catch {
    throw new Stopped('The package @tensorflow/tfjs-node is not installed: run `npm ci` first, with optional packages.')
  }
}

setup().catch((error: unknown) => {
  process.stderr.write(
    error instanceof Stopped
      ? `Stopped: ${error.message}\nEndcap works without it: models run by WebAssembly. docs/tensorflow.md tells more.\n`
      : `${String(error instanceof Error ? (error.stack ?? error) : error)}\n`,
  )
  process.exitCode = 1
})
