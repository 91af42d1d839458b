/**
 * Runs models in a process of their own, so that each backend starts alone, as in a plugin:
 * `node answer.ts FOLDER BACKEND MODEL=SEED …` prints a JSON line for each with what it answered.
 */
import { openModel, type BackendName } from '../../../runtime/sdk/models.ts'
import { seeded } from './layers.ts'

const [folder = '', backend, ...asked] = process.argv.slice(2)
for (const one of asked) {
  const [name = '', seed = '9'] = one.split('=')
  const model = await openModel(name, [folder], { backend: backend as BackendName })
  const size = (model.description.inputs[0]?.shape ?? []).reduce((product, length) => product * length, 1)
  const random = seeded(Number(seed))
  const input = Float32Array.from({ length: size }, () => random())
  const { outputs } = await model.predict(input)
  const batch = await model.predictBatch([input, input.map((value) => 1 - value)])
  process.stdout.write(
    `${JSON.stringify({ name, outputs, batch: batch.map((other) => other.outputs), info: model.info() })}\n`,
  )
  model.close()
}
