import { join } from 'node:path'
import { test } from 'tap'
import { examine } from '../runtime/doctor.ts'
import { writeNet } from './support/nets/files.ts'
import { mlp, mobileNet } from './support/nets/layers.ts'
import { rmSync } from 'node:fs'

test('the doctor names every backend and every model, and why not a better one', async (t) => {
  const home = t.testdir()
  writeNet(join(home, 'models'), mlp(), 'dense')
  const large = writeNet(join(home, 'models'), mobileNet(0.25), 'tfjs-layers')
  const broken = writeNet(join(home, 'models'), mlp(), 'onnx')
  rmSync(join(home, 'models', broken, 'card.md'))
  const findings = await examine(home, undefined)
  const find = (words: RegExp) => findings.find(({ text }) => words.test(text))
  for (const backend of ['tensorflow', 'wasm', 'onnxruntime'])
    t.match(find(new RegExp(`^backend ${backend} `)), { state: /good|note/ })
  t.match(find(/^backend tensorflow does not work/)?.text ?? 'setup:tensorflow', /setup:tensorflow|not installed/)
  t.match(find(/^model mlp-dense 1\.0\.0 runs on plain/), { state: 'good' })
  t.match(find(new RegExp(`^model ${large} 1\\.0\\.0 runs on (tensorflow|wasm)`)), {
    state: 'good',
    text: /not on plain: it has 467336 weights/,
  })
  t.match(find(/mlp-onnx was not loaded/), { state: 'bad', text: /card\.md is not there\. Run the evaluation/ })
  t.match(find(/no box runs/), { state: 'note' })
})

test('of a running box, it tells how plugins and their models do', async (t) => {
  const plugin = {
    name: 'infer',
    package: '@endcap/infer',
    version: '1.0.0',
    folder: '',
    kind: 'inference' as const,
    state: 'quarantined' as const,
    reason: 'it used 900 MB of memory',
    remedy: 'Raise endcap.memoryMegabytes',
    permissions: [],
    sandbox: 'bubblewrap' as const,
    restarts: 3,
    emitted: 0,
    refused: 0,
    received: 0,
    waiting: 0,
    dropped: 0,
    lines: [],
    devices: [],
    models: [
      {
        name: 'zone',
        version: '1.0.0',
        backend: 'wasm',
        passedOver: 'tensorflow: not installed',
        calls: 12,
        failed: 0,
        p50: 0.5,
        p99: 2,
        memoryBytes: 4000,
      },
    ],
  }
  const findings = await examine(t.testdir(), [plugin])
  t.match(
    findings.find(({ text }) => text.startsWith('plugin infer is')),
    { state: 'bad', text: 'plugin infer is quarantined: it used 900 MB of memory. Raise endcap.memoryMegabytes' },
  )
  t.ok(
    findings.some(
      ({ text }) =>
        text ===
        'plugin infer runs model zone 1.0.0 on wasm: 12 answers, median 0.50 ms, 99 % within 2.00 ms; not on tensorflow: not installed',
    ),
  )
})
