/** A model as a plugin meets it: what it answers, and how each kind of bad input and bad file is named. */
import { appendFileSync, cpSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'tap'
import { writeCard, writeModel } from '../../../models/write.ts'
import type { ModelDescription } from '../../../runtime/contract/index.ts'
import { openModel, packDense } from '../../../runtime/sdk/models.ts'
import { writeNet } from '../../support/nets/files.ts'
import { mlp, seeded } from '../../support/nets/layers.ts'

const feature = (name: string, more: object = {}) => ({ name, unit: 'dBm', meaning: 'signal', ...more })

/** Two signals to two zones: the stronger one wins, by softmax of their difference. */
const description: Omit<ModelDescription, 'files'> = {
  name: 'nearer',
  version: '2.1.0',
  meaning: 'Which of two receivers is nearer',
  format: 'dense',
  entry: 'net.json',
  inputs: [
    {
      name: 'signals',
      shape: [2],
      meaning: 'what both receivers hear',
      features: [
        feature('door', { minimum: -127, maximum: 20, baseline: -80 }),
        feature('dairy', { minimum: -127, maximum: 20, default: -100, baseline: -80 }),
      ],
    },
  ],
  outputs: [{ name: 'zone', shape: [2], meaning: 'the nearer one', labels: ['door', 'dairy'] }],
  trainedOn: 'nothing: written by hand',
  licence: 'Apache-2.0',
}

function writeNearer(folder: string, kernel = [0.1, 0, 0, 0.1], more: Partial<ModelDescription> = {}) {
  const { net, weights } = packDense([
    {
      type: 'dense',
      inputs: 2,
      units: 2,
      activation: 'softmax',
      weights: [Float32Array.from(kernel), new Float32Array(2)],
    },
  ])
  writeModel(join(folder, 'nearer'), { ...description, ...more }, { 'net.json': net, 'weights.bin': weights })
  writeCard(join(folder, 'nearer'), 'Measured: it is right by construction.')
}

test('it answers with a label, how sure it is, its version, and what it went by', async (t) => {
  const folder = t.testdir()
  writeNearer(folder)
  const model = await openModel('nearer', [join(folder, 'missing'), folder])
  const answer = await model.predict({ door: -50, dairy: -90 }, { explain: true })
  t.match(answer, { model: 'nearer@2.1.0', label: 'door' })
  t.ok((answer.confidence ?? 0) > 0.95 && (answer.confidence ?? 0) < 1)
  t.match(answer.contributions, [
    { input: 'door', value: -50 },
    { input: 'dairy', value: -90 },
  ])
  t.ok(
    answer.contributions?.every(({ contribution }) => contribution > 0),
    'a strong door and a weak dairy both speak for door',
  )
  t.match(
    await model.predict({ signals: [-90, -50] }),
    { label: 'dairy' },
    'numbers in order, by the name of the input',
  )
  t.match(await model.predict(Float32Array.of(-90, -50)), { label: 'dairy' }, 'typed arrays')
  t.match(await model.predict({ door: -90 }), { label: 'door' }, 'what is missing takes its default')
  const many = await model.predictBatch([{ door: -50 }, { door: -110, dairy: -50 }])
  t.same(
    many.map(({ label }) => label),
    ['door', 'dairy'],
  )
  t.match(model.info(), { backend: 'plain', version: '2.1.0', calls: 5, failed: 0, parameters: 6, memoryBytes: 24 })
  t.ok(model.info().latency.max > 0)
  model.close()
  await t.rejects(model.predict({ door: -50 }), { code: 'ENDCAP_MODEL_FAILED', message: /closed/ })
})

test('each bad input is named by its field, and the model answers the next one', async (t) => {
  const folder = t.testdir()
  writeNearer(folder)
  const model = await openModel('nearer', [folder])
  const bad: [unknown, string][] = [
    [{ door: Number.NaN }, '/door: is NaN'],
    [{ door: Infinity }, '/door: is Infinity'],
    [{ door: '-50' }, '/door: is string, not a number'],
    [{ door: -500 }, '/door: is -500, less than -127'],
    [{ dairy: -50 }, '/door: is missing'],
    [{ door: -50, till: -50 }, '/till: is not a feature'],
    [[-50], '/: has 1 numbers instead of 2'],
    [[-50, Number.NaN], '/1 (dairy): is NaN'],
    [{ signals: [-50, 400] }, '/signals/1 (dairy): is 400, more than 20'],
    ['loud', '/: must be numbers'],
    [null, '/: must be numbers'],
    [{ signals: [-50, -60], noise: 1 }, '/noise: is not an input'],
  ]
  for (const [input, words] of bad)
    await t.rejects(model.predict(input as never), { code: 'ENDCAP_MODEL_INPUT_INVALID', message: words }, words)
  t.match(await model.predict({ door: -50 }), { label: 'door' })
  t.match(model.info(), { calls: bad.length + 1, failed: bad.length })
})

test('an answer that is no number is refused, not passed on', async (t) => {
  const folder = t.testdir()
  writeNearer(folder, [3e36, 0, 0, 3e36])
  // Numbers beyond what a float holds become infinite, and their softmax is none.
  const model = await openModel('nearer', [folder])
  await t.rejects(model.predict({ door: -127, dairy: -127 }), {
    code: 'ENDCAP_MODEL_OUTPUT_INVALID',
    message: /is NaN/,
  })
})

test('a folder that is not whole is not loaded, and the reason is named', async (t) => {
  const good = t.testdir()
  writeNearer(good)
  const spoil = async (name: string, how: (folder: string) => void, error: { code: string; message: RegExp }) => {
    const folder = join(good, '..', `${t.name.length}-${name}`)
    t.teardown(() => rmSync(folder, { recursive: true, force: true }))
    cpSync(good, folder, { recursive: true })
    how(join(folder, 'nearer'))
    await t.rejects(openModel('nearer', [folder]), error, name)
  }
  const edit = (file: string, change: (text: string) => string) =>
    writeFileSync(file, change(readFileSync(file, 'utf8')))
  const altered = { code: 'ENDCAP_MODEL_ALTERED' }
  await spoil('cut short', (folder) => truncateSync(join(folder, 'weights.bin'), 8), {
    ...altered,
    message: /8 bytes instead of 24: it was cut short/,
  })
  await spoil('grown', (folder) => appendFileSync(join(folder, 'weights.bin'), 'x'), {
    ...altered,
    message: /25 bytes instead of 24/,
  })
  await spoil('changed', (folder) => edit(join(folder, 'net.json'), (text) => text.replace('softmax', 'sigmoid')), {
    ...altered,
    message: /net\.json has other content/,
  })
  await spoil('gone', (folder) => rmSync(join(folder, 'weights.bin')), {
    ...altered,
    message: /cannot be read \(ENOENT\)/,
  })
  await spoil(
    'a way out',
    (folder) => {
      rmSync(join(folder, 'weights.bin'))
      symlinkSync('/etc/hostname', join(folder, 'weights.bin'))
    },
    { ...altered, message: /outside the folder/ },
  )
  await spoil('no card', (folder) => rmSync(join(folder, 'card.md')), {
    code: 'ENDCAP_MODEL_CARD_MISSING',
    message: /is not there/,
  })
  await spoil('an old card', (folder) => edit(join(folder, 'card.md'), (text) => text.replace('2.1.0', '2.0.0')), {
    code: 'ENDCAP_MODEL_CARD_MISSING',
    message: /begins with "# nearer 2\.0\.0"/,
  })
  const invalid = { code: 'ENDCAP_MODEL_INVALID' }
  await spoil('no JSON', (folder) => truncateSync(join(folder, 'model.json'), 40), {
    ...invalid,
    message: /is not JSON/,
  })
  await spoil(
    'a stray field',
    (folder) => edit(join(folder, 'model.json'), (text) => text.replace('{', '{"author":"me",')),
    { ...invalid, message: /\/author is not a known field/ },
  )
  await spoil(
    'labels short',
    (folder) => edit(join(folder, 'model.json'), (text) => text.replace(/"door",\s*"dairy"/, '"door"')),
    { ...invalid, message: /must be 2, one for each number/ },
  )
  await spoil(
    'another name',
    (folder) => edit(join(folder, 'model.json'), (text) => text.replace('"nearer"', '"farther"')),
    { ...invalid, message: /must be nearer/ },
  )
  for (const name of ['farther', '../nearer', ''])
    await t.rejects(openModel(name, [good]), { code: 'ENDCAP_MODEL_UNKNOWN' })
})

test('what no backend takes is refused with the reason of each', async (t) => {
  const folder = t.testdir()
  writeNearer(folder, undefined, { outputs: [{ name: 'zone', shape: [3], meaning: 'three' }] })
  await t.rejects(openModel('nearer', [folder]), {
    code: 'ENDCAP_MODEL_OUTPUT_INVALID',
    message: /2 numbers instead of 3/,
  })
  writeNearer(folder, undefined, { inputs: [{ name: 'signals', shape: [3], meaning: 'three' }] })
  await t.rejects(openModel('nearer', [folder]), {
    code: 'ENDCAP_MODEL_UNSUPPORTED',
    message: /plain: takes rows of 2 numbers/,
  })
  writeModel(
    join(folder, 'broken'),
    { ...description, name: 'broken', format: 'onnx', entry: 'net.onnx' },
    { 'net.onnx': 'no protobuf' },
  )
  writeCard(join(folder, 'broken'), 'x')
  await t.rejects(openModel('broken', [folder]), {
    code: 'ENDCAP_MODEL_UNSUPPORTED',
    message: /onnxruntime: .*protobuf/i,
  })
})

test('calls that come together run as one batch; a flood is refused, not queued without end', async (t) => {
  const folder = t.testdir()
  const name = writeNet(folder, mlp(), 'dense')
  const model = await openModel(name, [folder], { batch: { most: 4, withinMilliseconds: 60_000 } })
  const random = seeded(4)
  const inputs = Array.from({ length: 4 }, () => Float32Array.from({ length: 16 }, () => random()))
  const alone = await openModel(name, [folder])
  // Four fill a batch; nothing waits for the deadline of a minute.
  t.same(
    await Promise.all(inputs.map((input) => model.predict(input))),
    await Promise.all(inputs.map((input) => alone.predict(input))),
  )
  const [input = new Float32Array()] = inputs
  const waiting = model.predict(input)
  model.close()
  await t.rejects(waiting, { message: /closed/ })

  const quick = await openModel(name, [folder], { batch: { most: 1000, withinMilliseconds: 1 } })
  const flood = await Promise.allSettled(Array.from({ length: 300 }, () => quick.predict(input)))
  t.equal(flood.filter(({ status }) => status === 'fulfilled').length, 256)
  t.match(
    flood.find(({ status }) => status === 'rejected'),
    { reason: { code: 'ENDCAP_MODEL_BUSY', status: 503 } },
  )
})
