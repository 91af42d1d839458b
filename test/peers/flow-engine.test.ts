import { test } from 'tap'
import { startBox } from '../flow-engine/box.ts'
import { peer } from '../support/peer.ts'

const at = { z: 'tab', x: 1, y: 1 }
/** The vm of a function node is no boundary: this is how one gets out of it. */
const escape = `const { process } = msg.constructor.constructor('return globalThis')()
const fs = process.getBuiltinModule('node:fs'), net = process.getBuiltinModule('node:net')
const look = (path) => { try { return fs.readdirSync(path).length } catch (error) { return error.code } }
const reached = await new Promise((done) => {
  const socket = net.connect({ host: '127.0.0.1', port: msg.payload.grams })
  socket.on('connect', () => done('reached')).on('error', (error) => done(error.code))
})
msg.content = { layout: 'message', title: look('/etc/ssh') + ' ' + look('/root') + ' ' + reached }
return msg`

test('even a function that gets out of its vm finds neither files nor network', async (t) => {
  if (!peer(t, 'bubblewrap', 'bwrap')) return
  const flows = [
    { id: 'tab', type: 'tab', label: 'Test' },
    { id: 'in', type: 'endcap-event-in', ...at, event: 'shelf.low', wires: [['f']] },
    { id: 'f', type: 'function', ...at, func: escape, outputs: 1, wires: [['sign']] },
    { id: 'catch', type: 'catch', ...at, scope: null, wires: [['sign']] },
    {
      id: 'sign',
      type: 'endcap-show-on-sign',
      ...at,
      action: 'show',
      screen: 'door',
      title: '{{error.message}}',
      wires: [[]],
    },
  ]
  const box = await startBox({ home: t.testdir(), flows, bubblewrap: '/usr/bin/bwrap' })
  t.teardown(() => box.stop())
  t.equal(box.host.plugin('flows').sandbox, 'bubblewrap')
  const port = Number(box.address.split(':')[1])
  box.publish('shelf.low', { data: { grams: port } as never })
  const { params } = await box.called(({ name }) => name === 'sign.show')
  t.match(
    (params['content'] as { title: string }).title,
    /^(ENOENT|ERR_ACCESS_DENIED) (ENOENT|ERR_ACCESS_DENIED) (ECONNREFUSED|ENETUNREACH)$/,
  )
  t.equal((await box.ask('GET', '/flows/')).status, 200, 'and the editor is carried into the sandbox')
})
