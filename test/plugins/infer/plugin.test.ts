import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'tap'
import { testPlugin } from '../../../runtime/sdk/testing.ts'
import '../../support/plain-children.ts'

const root = join(import.meta.dirname, '../../..')
const zone = JSON.parse(readFileSync(join(root, 'models/zone/model.json'), 'utf8')) as {
  inputs: { features: { name: string; minimum?: number; maximum?: number }[] }[]
}

test('an explained answer is an event that says which model, and what it went by', async (t) => {
  const plugin = await testPlugin(join(root, 'plugins/infer'), { models: [join(root, 'models')] })
  t.teardown(() => plugin.stop())
  const input = Object.fromEntries(
    (zone.inputs[0]?.features ?? []).map(({ name, minimum = 0, maximum = 1 }) => [name, (minimum + maximum) / 2]),
  )
  const answered = plugin.next('model.answered')
  t.match(await plugin.command('model.predict', 'zone', { input, explain: true }), { model: /^zone@\d/ })
  const event = await answered
  t.equal(event.fault, undefined, 'it fits the vocabulary')
  t.match(event, { subject: 'model/zone', data: { inference: { model: /^zone@\d/ } } })
  const { contributions } = (event.data as { inference: { contributions: { input: string }[] } }).inference
  t.ok(contributions.length > 0 && contributions.every((one) => one.input in input))

  await t.rejects(
    plugin.command('model.predict', 'zone', { input: { ...input, share: 'much' }, explain: true }),
    /share/,
    'a wrong input is named',
  )
  t.equal(plugin.events.filter(({ type }) => type === 'model.answered').length, 1, 'and answers nothing')
})
