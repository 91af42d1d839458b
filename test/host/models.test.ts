/** Plugins with models, as the host runs them. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { test } from 'tap'
import { writeCard, writeModel } from '../../models/write.ts'
import type { ModelReport } from '../../runtime/contract/index.ts'
import { writeNet } from '../support/nets/files.ts'
import { mlp, seeded } from '../support/nets/layers.ts'
import { type Box, openBox, writePlugin } from './box.ts'

const inference = { kind: 'inference', permissions: ['model'], commands: ['model.predict'] }
/** Answers with the model that the command names. */
const answers = `ctx.command('model.predict', '+', async ({ input, explain }, { to }) => (await ctx.model(to.split('/')[1])).predict(input, { explain }))`

const ask = (box: Box, to: string, input: unknown) =>
  box.commands.call({ name: 'model.predict', to, params: { input, explain: true }, source: 'test' })

/** With the next heartbeats. */
async function reported(box: Box, plugin: string): Promise<ModelReport[]> {
  for (;;) {
    const { models } = box.host.plugin(plugin)
    if (models) return models
    await delay(20)
  }
}

test('a model of the box answers through a plugin, its own come first, and the console learns how it runs', async (t) => {
  const models = join(t.testdirName, 'models')
  const box = await openBox(t, { models: [models] })
  const name = writeNet(models, mlp(), 'dense')
  const random = seeded(7)
  const input = Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`f${index}`, random()]))
  const place = await writePlugin(box.folders[0], 'judge', inference, answers)
  await box.host.start()

  const first = (await ask(box, `judge/${name}`, input)) as {
    model: string
    outputs: { y: number }
    contributions: unknown[]
  }
  t.match(first, { model: `${name}@1.0.0`, contributions: [{ input: /^f\d+$/ }] })
  t.equal(first.contributions.length, 8)
  t.match(await reported(box, 'judge'), [
    { name, version: '1.0.0', backend: 'plain', passedOver: '', memoryBytes: 4356 },
  ])
  t.ok(
    box.host.plugin('judge').lines.some(({ text }) => text.startsWith(`model ${name} 1.0.0 runs on plain`)),
    'and a line',
  )

  writeNet(join(place, 'models'), { ...mlp(99), name: 'mlp' }, 'dense')
  await box.host.restart('judge')
  const second = (await ask(box, `judge/${name}`, input)) as { outputs: { y: number } }
  t.not(second.outputs.y, first.outputs.y, 'another net of that name lies in the plugin')
})

test('bad input and bad files are told to who asked; the plugin lives on', async (t) => {
  const models = join(t.testdirName, 'models')
  const box = await openBox(t, { models: [models] })
  const name = writeNet(models, mlp(), 'dense')
  await writePlugin(box.folders[0], 'judge', inference, answers)
  await box.host.start()
  const { pid } = box.host.plugin('judge')
  const broken = writeNet(models, { ...mlp(), name: 'broken' }, 'dense')
  const { truncateSync } = await import('node:fs')
  truncateSync(join(models, broken, 'weights.bin'), 100)

  await t.rejects(ask(box, `judge/${name}`, { f0: Number.NaN }), {
    code: 'ENDCAP_MODEL_INPUT_INVALID',
    message: /\/f0: is NaN/,
    remedy: /model\.json/,
  })
  await t.rejects(ask(box, `judge/${name}`, { f1: 0.5 }), {
    code: 'ENDCAP_MODEL_INPUT_INVALID',
    message: /\/f0: is missing/,
  })
  await t.rejects(ask(box, `judge/${broken}`, { f0: 0 }), { code: 'ENDCAP_MODEL_ALTERED', message: /cut short/ })
  await t.rejects(ask(box, 'judge/nothing', { f0: 0 }), { code: 'ENDCAP_MODEL_UNKNOWN' })
  t.match(await ask(box, `judge/${name}`, { f0: 0.5 }), { model: `${name}@1.0.0` })
  writeNet(models, { ...mlp(), name: 'broken' }, 'dense')
  t.match(await ask(box, `judge/${broken}`, { f0: 0.5 }), { model: `${broken}@1.0.0` }, 'mended, it opens')
  t.match(box.host.plugin('judge'), { state: 'running', pid, restarts: 0 })
})

test('without the permission there is no model', async (t) => {
  const models = join(t.testdirName, 'models')
  const box = await openBox(t, { models: [models] })
  const name = writeNet(models, mlp(), 'dense')
  await writePlugin(box.folders[0], 'nosy', { ...inference, permissions: [] }, answers)
  await box.host.start()
  await t.rejects(ask(box, `nosy/${name}`, { f0: 0.5 }), {
    code: 'ENDCAP_PLUGIN_DENIED',
    message: /the model mlp-dense/,
  })
})

test('a model that eats all memory ends its plugin, which comes back, and the reason names memory', async (t) => {
  const models = join(t.testdirName, 'models')
  const box = await openBox(t, { models: [models], timing: { sample: 50, firstPause: 20 } })
  const units = 60_000
  mkdirSync(models, { recursive: true })
  const layer = { type: 'dense', inputs: 1000, units, activation: 'linear' }
  const name = 'glutton'
  writeModel(
    join(models, name),
    {
      name,
      version: '1.0.0',
      meaning: 'Far too large',
      format: 'dense',
      entry: 'net.json',
      inputs: [{ name: 'x', shape: [1000], meaning: 'anything' }],
      outputs: [{ name: 'y', shape: [units], meaning: 'anything' }],
      trainedOn: 'nothing',
      licence: 'Apache-2.0',
    },
    {
      'net.json': JSON.stringify({ weights: 'weights.bin', layers: [layer] }),
      'weights.bin': new Uint8Array(4 * (1000 * units + units)),
    },
  )
  writeCard(join(models, name), 'It does not fit.')
  await writePlugin(box.folders[0], 'judge', { ...inference, memoryMegabytes: 200 }, answers)
  await box.host.start()
  const failed = box.next('plugin.failed')
  const asked = t.rejects(ask(box, `judge/${name}`, new Float32Array(1000)))
  t.match((await failed).data, { plugin: 'judge', reason: /MB of memory; 200 MB are allowed/ })
  await asked
  await box.state('judge', 'running')
  t.equal(box.host.plugin('judge').restarts, 1)
})
