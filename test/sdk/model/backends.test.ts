/** The same nets on every backend give the same answers. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { test } from 'tap'
import { type BackendName, openModel } from '../../../runtime/sdk/models.ts'
import { backend } from '../../support/backend.ts'
import { writeNet } from '../../support/nets/files.ts'
import { gru, mlp, mobileNet, type Net } from '../../support/nets/layers.ts'
import '../../support/plain-children.ts'

const run = promisify(execFile)
/** Sums in another order, in single precision, through 28 layers. */
const TOLERANCE = 2e-5

interface Answer {
  outputs: { y: number | number[] }
  batch: { y: number | number[] }[]
  info: { backend: string }
}

async function answers(folder: string, name: BackendName, nets: string[]): Promise<Answer[]> {
  const file = join(import.meta.dirname, '../../support/nets/answer.ts')
  const { stdout } = await run(process.execPath, [file, folder, name, ...nets], { maxBuffer: 1 << 26 })
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer)
}

const numbers = ({ outputs, batch }: Answer): number[] => [outputs, ...batch].flatMap(({ y }) => y)
const farthest = (one: number[], other: number[]) =>
  Math.max(...one.map((value, index) => Math.abs(value - (other[index] ?? Number.NaN))))

const nets: Net[] = [mlp(), gru(), mobileNet(0.25)]

for (const name of ['wasm', 'tensorflow'] as const)
  test(`${name} and onnxruntime answer alike, and so do typed arrays on small nets`, async (t) => {
    if (!(await backend(t, name)) || !(await backend(t, 'onnxruntime'))) return
    const folder = t.testdir()
    const layers = nets.map((net) => writeNet(folder, net, 'tfjs-layers'))
    const onnx = nets.map((net) => writeNet(folder, net, 'onnx'))
    const theirs = await answers(folder, name, layers)
    const others = await answers(folder, 'onnxruntime', onnx)
    const plain = await answers(folder, 'plain', layers.slice(0, 2))
    for (const [index, { name: net }] of nets.entries()) {
      const [one, other] = [theirs[index], others[index]]
      if (!one || !other) throw new Error('an answer is missing')
      t.equal(one.info.backend, name)
      t.ok(numbers(one).length >= 3 && numbers(one).every(Number.isFinite), net)
      t.ok(farthest(numbers(one), numbers(other)) < TOLERANCE, `${net}: ${name} as onnxruntime`)
      const own = plain[index]
      if (own) t.ok(farthest(numbers(one), numbers(own)) < TOLERANCE, `${net}: ${name} as typed arrays`)
    }
  })

test('small layers models run by typed arrays, large ones on a library, and say why', async (t) => {
  const folder = t.testdir()
  const small = await openModel(writeNet(folder, mlp(), 'tfjs-layers'), [folder])
  t.match(small.info(), { backend: 'plain', passedOver: [] })
  const large = await openModel(writeNet(folder, mobileNet(0.25), 'tfjs-layers'), [folder])
  const { backend, passedOver } = large.info()
  t.match(passedOver[0], { backend: 'plain', reason: /467336 weights; a library is faster/ })
  if (backend === 'wasm') t.match(passedOver[1], { backend: 'tensorflow', reason: /./ })
  else t.equal(backend, 'tensorflow')
  large.close()
})

test('an operation that a backend lacks is named', async (t) => {
  const folder = t.testdir()
  const net = mobileNet(0.25)
  const name = writeNet(folder, net, 'onnx')
  const { readFileSync } = await import('node:fs')
  const { writeModel } = await import('../../../models/write.ts')
  const place = join(folder, name)
  const { files: _, ...description } = JSON.parse(readFileSync(join(place, 'model.json'), 'utf8')) as Parameters<
    typeof writeModel
  >[1] & { files: unknown }
  const strange = Buffer.from(
    readFileSync(join(place, 'net.onnx')).toString('latin1').replaceAll('Softmax', 'Hardmix'),
    'latin1',
  )
  writeModel(place, description, { 'net.onnx': strange })
  await t.rejects(openModel(name, [folder]), { code: 'ENDCAP_MODEL_UNSUPPORTED', message: /onnxruntime: .*Hardmix/ })
})
