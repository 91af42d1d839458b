import { test } from 'tap'
import { counter, openBox, writePlugin } from './box.ts'

const produces = { produces: ['shelf.weights'] }
const fast = { firstPause: 50 }

test('a plugin starts, speaks, is killed, and comes back; its neighbour does not notice', async (t) => {
  const box = await openBox(t, { timing: fast })
  await writePlugin(box.folders[0], 'scale', produces, counter(5))
  await writePlugin(box.folders[0], 'other', produces, counter(5))
  await box.host.start()

  const first = await box.next('shelf.weights', ({ source }) => source === 'scale/left')
  t.match(first, { type: 'shelf.weights', source: 'scale/left', subject: 'device/left', privacy: 'none' })
  t.match(first.id, /^[0-9a-f]{8}-[0-9a-f]{4}-7/, 'stamped with a UUIDv7')
  const { pid = 0 } = box.host.plugin('scale')
  const otherBefore = box.host.plugin('other')

  const told = box.next('plugin.failed')
  const again = box.next('plugin.started', ({ data }) => (data as { plugin: string }).plugin === 'scale')
  process.kill(pid, 'SIGKILL')
  t.match((await told).data, { plugin: 'scale', reason: 'ended by SIGKILL', restartSeconds: 0.05 })
  await again
  await box.next('shelf.weights', ({ source }) => source === 'scale/left')

  const scale = box.host.plugin('scale')
  t.match(scale, { state: 'running', restarts: 1, sandbox: 'node' })
  t.not(scale.pid, pid)
  const otherAfter = box.host.plugin('other')
  t.match(otherAfter, { state: 'running', restarts: 0, pid: otherBefore.pid })
  t.match(scale.devices, [{ source: 'scale/left', id: 'left' }])

  await box.host.stop()
  t.match(
    box.host.plugins().map(({ state }) => state),
    ['stopped', 'stopped'],
  )
})
