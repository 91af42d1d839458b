/** The same nets on every backend, bare and through the runner, one process each. Weights are random and made here. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { BackendName } from '../../runtime/sdk/models.ts'
import { type Figure, rounded } from '../support/figure.ts'
import { writeNet } from '../support/nets/files.ts'
import { gru, mlp, mobileNet, type Net } from '../support/nets/layers.ts'

const run = promisify(execFile)

interface Ways {
  bare: Spread
  through: Spread
  backendVersion: string
  megabytes: number
}
interface Spread {
  n: number
  p50: number
  p99: number
  perSecond: number
}

/** Milliseconds measured before on the reference machine, bare. */
const references: Record<string, Partial<Record<BackendName, number>>> = {
  'mobilenet-0.25': { wasm: 11.7, onnxruntime: 3.2 },
  'mobilenet-1.00': { wasm: 92, onnxruntime: 18.4 },
  gru: { wasm: 11.9, onnxruntime: 0.07 },
  mlp: { wasm: 0.39, onnxruntime: 0.04, plain: 0.006 },
}
/** What the runner may add: to a net for pictures a share of its own time, to a small one milliseconds. */
const MOST_SHARE = 0.05
const MOST_MILLISECONDS = 0.1
const ANSWERS_A_SECOND = 10_000

/** Figures as they come; a backend that does not work here is named to `say` and left out. */
export async function* modelFigures(seconds: number, say: (text: string) => void): AsyncGenerator<Figure> {
  const folder = mkdtempSync(join(tmpdir(), 'endcap-bench-models-'))
  try {
    for (const net of [mobileNet(0.25), mobileNet(1), gru(), mlp()]) {
      const vision = net.input.length === 3
      for (const backend of ['tensorflow', 'wasm', 'onnxruntime', 'plain'] as const) {
        if (vision && backend === 'plain') continue
        try {
          yield* figures(net, backend, await measure(folder, net, backend, seconds), vision)
        } catch (error) {
          say(`${net.name} on ${backend} skipped: ${reason(error)}`)
        }
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measure(folder: string, net: Net, backend: BackendName, seconds: number): Promise<Ways> {
  const name = writeNet(folder, net, backend === 'onnxruntime' ? 'onnx' : backend === 'plain' ? 'dense' : 'tfjs-layers')
  const file = join(import.meta.dirname, 'models/measure.ts')
  const { stdout } = await run(process.execPath, [file, folder, name, backend, String(seconds)])
  return JSON.parse(stdout) as Ways
}

function* figures(net: Net, backend: BackendName, ways: Ways, vision: boolean): Generator<Figure> {
  const { bare, through, megabytes } = ways
  const what = `model ${net.name} on ${backend}`
  const reference = references[net.name]?.[backend]
  const lower = { better: 'lower' as const }
  const known = reference === undefined ? {} : { reference }
  yield { name: `${what}: bare, p50`, value: rounded(bare.p50, 4), unit: 'ms', ...lower, n: bare.n, ...known }
  yield {
    name: `${what}: ctx.model, p50`,
    value: rounded(through.p50, 4),
    unit: 'ms',
    ...lower,
    n: through.n,
    reference: rounded(bare.p50, 4),
  }
  yield {
    name: `${what}: ctx.model, p99`,
    value: rounded(through.p99, 4),
    unit: 'ms',
    ...lower,
    n: through.n,
    reference: rounded(bare.p99, 4),
  }
  const added = through.p50 - bare.p50
  yield vision
    ? {
        name: `${what}: ctx.model adds`,
        value: rounded((100 * added) / bare.p50, 2),
        unit: '%',
        ...lower,
        n: through.n,
        reference: 100 * MOST_SHARE,
      }
    : {
        name: `${what}: ctx.model adds`,
        value: rounded(added, 4),
        unit: 'ms',
        ...lower,
        n: through.n,
        reference: MOST_MILLISECONDS,
      }
  if (!vision && (backend === 'plain' || net.name === 'mlp'))
    yield {
      name: `${what}: ctx.model`,
      value: Math.round(through.perSecond),
      unit: 'answers/s',
      better: 'higher',
      n: through.n,
      reference: ANSWERS_A_SECOND,
    }
  yield { name: `${what}: resident, with Node`, value: Math.round(megabytes), unit: 'MB', ...lower, n: 1 }
}

const reason = (error: unknown): string => {
  const { stderr, message } = error as { stderr?: string; message: string }
  return /EndcapError: (.*)/.exec(stderr ?? '')?.[1] ?? message.split('\n', 1)[0] ?? ''
}
