/** Every backend inside bubblewrap, with what the permission `model` grants and nothing else. */
import { join } from 'node:path'
import { test } from 'tap'
import { openBox, writePlugin } from '../host/box.ts'
import { backend } from '../support/backend.ts'
import { writeNet } from '../support/nets/files.ts'
import { mobileNet, sampleInput } from '../support/nets/layers.ts'
import { findProgram, peer } from '../support/peer.ts'

const picture = [...sampleInput(mobileNet(0.25))]

for (const [name, format] of [
  ['wasm', 'tfjs-layers'],
  ['tensorflow', 'tfjs-layers'],
  ['onnxruntime', 'onnx'],
] as const)
  test(`${name} sees a picture inside bubblewrap`, async (t) => {
    if (!peer(t, 'bubblewrap', 'bwrap') || !(await backend(t, name))) return
    const bubblewrap = findProgram('bwrap') ?? false
    const models = join(t.testdirName, 'models')
    const box = await openBox(t, { models: [models], bubblewrap })
    const model = writeNet(models, mobileNet(0.25), format)
    await writePlugin(
      box.folders[0],
      'eye',
      { kind: 'inference', permissions: ['model'], commands: ['model.predict'], memoryMegabytes: 1024 },
      `const model = await ctx.model('${model}', { backend: '${name}' })
       ctx.command('model.predict', '+', ({ input }) => model.predict(input))`,
    )
    await box.host.start()
    t.match(box.host.plugin('eye'), { state: 'running', sandbox: 'bubblewrap' })
    const answer = (await box.commands.call({
      name: 'model.predict',
      to: `eye/${model}`,
      params: { input: picture },
      source: 'test',
    })) as { outputs: { y: number[] } }
    const sum = answer.outputs.y.reduce((total, share) => total + share, 0)
    t.ok(Math.abs(sum - 1) < 1e-3 && answer.outputs.y.length === 1000, 'probabilities of a thousand classes')
    t.ok(box.host.plugin('eye').lines.some(({ text }) => text.includes(`runs on ${name}`)))
  })
