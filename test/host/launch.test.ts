import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'tap'
import { openBox } from './box.ts'

const contract = path.resolve(import.meta.dirname, '../../runtime/contract/child.ts')

/** A program of ours that speaks the protocol itself, as Node-RED's child does; it crashes unless it starts safely. */
const program = `
import { Socket } from 'node:net'
import { createLink } from ${JSON.stringify(contract)}
const link = createLink(new Socket({ fd: 3, readable: true, writable: true }), {
  message(message) {
    if (message.t === 'stop') process.exit()
    if (message.t !== 'start') return
    link.send({ t: 'ready' })
    if (!message.start.config.safe) return setTimeout(() => process.exit(7), 20)
    setInterval(() => link.send({ t: 'beat', beat: { heapBytes: 1, loopDelay: 0 } }), 500)
    link.request('flows.load', null).then((flows) => link.request('state.set', { key: 'got', value: flows }))
      .then(() => link.send({ t: 'emit', e: { type: 'flows.deployed', subject: 'flows', data: { version: 1, by: 'test', summary: '' } } }))
  },
  request: () => undefined,
  end: () => process.exit(),
})`

test('a program of ours that crashes three times starts again with its safe configuration', async (t) => {
  const box = await openBox(t, { timing: { firstPause: 5 } })
  const folder = box.folders[1]
  await writeFile(path.join(folder, 'main.mjs'), program)
  box.host.answer('flows.load', ({ name, flows }) => ({ to: name, flows }))
  const deployed = box.next('flows.deployed')
  await box.host.launch({
    name: 'flows',
    version: '1.0.0',
    folder,
    entry: 'main.mjs',
    manifest: { api: '^1', kind: 'inference', permissions: [], produces: ['flows.*'], consumes: [], commands: [] },
    config: {},
    safe: () => ({ safe: true }),
  })
  t.match(await deployed, { source: 'flows' })
  t.same(await box.ledger.documents.get('state/flows', 'got'), { to: 'flows', flows: true })
  t.match(box.host.plugin('flows'), { kind: 'flows', state: 'running', restarts: 3, reason: /safe configuration/ })
})

test('Node-RED may give any command but one that shows what a camera sees', async (t) => {
  const box = await openBox(t)
  const folder = box.folders[1]
  const asks = program
    .replace('if (!message.start.config.safe) return setTimeout(() => process.exit(7), 20)', '')
    .replace(
      "link.request('flows.load', null)",
      "link.request('command', { name: 'camera.snapshot', to: 'camera/door', params: {} }).catch(({ code }) => code)",
    )
  await writeFile(path.join(folder, 'main.mjs'), asks)
  const deployed = box.next('flows.deployed')
  let shown = 0
  box.commands.handle('camera/', ['camera.snapshot'], () => ({ jpeg: String(shown++) }))
  await box.host.launch({
    name: 'flows',
    version: '1.0.0',
    folder,
    entry: 'main.mjs',
    manifest: {
      api: '^1',
      kind: 'inference',
      permissions: [],
      produces: ['flows.*'],
      consumes: [],
      commands: [],
      gives: ['*'],
    },
    config: {},
  })
  await deployed
  t.equal(await box.ledger.documents.get('state/flows', 'got'), 'ENDCAP_PLUGIN_DENIED')
  t.equal(shown, 0)
  t.match(await box.commands.call({ name: 'camera.snapshot', to: 'camera/door', params: {}, source: 'api/manager' }), {
    jpeg: '0',
  })
})
