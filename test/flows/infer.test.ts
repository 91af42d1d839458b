import { join, resolve } from 'node:path'
import { test } from 'tap'
import { writeCard, writeModel } from '../../models/write.ts'
import { packDense } from '../../runtime/sdk/models.ts'
import { startBox } from '../flow-engine/box.ts'

const tab = { id: 'tab', type: 'tab', label: 'Test' }
const at = { z: 'tab', x: 1, y: 1 }
const sign = (id: string, screen: string, title: string) => ({
  id,
  type: 'endcap-show-on-sign',
  ...at,
  action: 'show',
  screen,
  title,
  text: '{{inference.remedy}}',
  wires: [[]],
})

/** Says `warm` above 8 °C: twice the degrees above it are the log-odds. */
function writeThermometer(folder: string) {
  const { net, weights } = packDense([
    {
      type: 'dense',
      inputs: 1,
      units: 2,
      activation: 'softmax',
      weights: [Float32Array.of(-1, 1), Float32Array.of(8, -8)],
    },
  ])
  const features = [{ name: 'celsius', unit: '°C', meaning: 'of the fridge', minimum: -40, maximum: 60, baseline: 4 }]
  writeModel(
    join(folder, 'fridge'),
    {
      name: 'fridge',
      version: '1.2.0',
      meaning: 'Whether a fridge is too warm',
      format: 'dense',
      entry: 'net.json',
      inputs: [{ name: 'air', shape: [1], meaning: 'now', features }],
      outputs: [{ name: 'state', shape: [2], meaning: 'how it is', labels: ['cold', 'warm'] }],
      trainedOn: 'nothing: written by hand',
      licence: 'Apache-2.0',
    },
    { 'net.json': net, 'weights.bin': weights },
  )
  writeCard(join(folder, 'fridge'), 'Right by construction.')
}

test('infer asks a model about a message, explains itself, and says when it does not know', async (t) => {
  const models = join(t.testdirName, 'models')
  const home = t.testdir()
  writeThermometer(models)
  const box = await startBox({
    home,
    plugins: [resolve(import.meta.dirname, '../../plugins')],
    models: [models],
    flows: [
      tab,
      { id: 'in', type: 'endcap-event-in', ...at, event: 'probe.temperature', wires: [['mapped', 'bare', 'gone']] },
      {
        id: 'mapped',
        type: 'endcap-infer',
        ...at,
        model: 'fridge',
        map: [{ input: 'celsius', path: 'payload.celsius' }],
        least: 0.7,
        explain: true,
        wires: [['yes'], ['no']],
      },
      // The whole payload holds the name of the probe as well: not an input of the model.
      { id: 'bare', type: 'endcap-infer', ...at, model: 'fridge', map: [], wires: [[], ['odd']] },
      { id: 'gone', type: 'endcap-infer', ...at, model: 'freezer', map: [], wires: [[], ['lost']] },
      sign('yes', 'door', '{{inference.label}}: {{inference.explanation}}'),
      sign('no', 'counter', '{{inference.reason}}'),
      sign('odd', 'door', 'odd: {{inference.reason}}'),
      sign('lost', 'door', 'lost: {{inference.reason}}'),
    ],
  })
  t.teardown(() => box.stop())

  const warm = box.publish('probe.temperature', { data: { celsius: 11 } })
  const asked = await box.called(({ name, to }) => name === 'model.predict' && to === 'infer/fridge')
  t.same(asked.because, [warm.id], 'the question carries its cause')
  const titled = (words: string) => box.called(({ params }) => JSON.stringify(params).includes(`"title":"${words}`))
  const shown = await titled('warm: ')
  t.match(shown.params, { content: { title: 'warm: warm, 100 % (fridge@1.2.0): celsius 11 speaks for it' } })
  t.match((await titled('odd: ')).params, { content: { title: /\/probe: is not a feature/ } })
  t.match((await titled('lost: ')).params, { content: { title: /no model freezer/, text: /Put its folder/ } })
  t.notOk(box.calls.some(({ to }) => to === 'screen/counter'))

  box.publish('probe.temperature', { data: { celsius: 8 } })
  const unsure = await box.called(({ to }) => to === 'screen/counter')
  t.match(unsure.params, { content: { title: 'only 50 % sure of cold' } })
  const from = box.calls.length
  box.publish('probe.temperature', { data: { celsius: 200 } })
  const refused = await box.called(({ to }) => to === 'screen/counter', from)
  t.match(refused.params, { content: { title: /celsius: is 200, more than 60/, text: /inputs in the model\.json/ } })

  const lists = (await box.ask('GET', '/flows/endcap/lists')).json as { models: unknown[] }
  t.match(lists.models, [
    {
      name: 'fridge',
      version: '1.2.0',
      labels: ['cold', 'warm'],
      inputs: [{ features: [{ name: 'celsius', unit: '°C' }] }],
    },
  ])
})
