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

test('a plugin that crashes again and again is left alone, with the reason', async (t) => {
  const box = await openBox(t, { timing: { firstPause: 5 } })
  await writePlugin(box.folders[0], 'flaky', {}, `setTimeout(() => { throw new Error('no scale on the port') }, 5)`)
  const told = box.next('plugin.quarantined')
  await box.host.start()
  t.match((await told).data, { plugin: 'flaky', crashes: 3, reason: 'ended with code 1: Error: no scale on the port' })
  const status = box.host.plugin('flaky')
  t.match(status, { state: 'quarantined', restarts: 2, remedy: /press Restart/ })
  t.ok(
    status.lines.some(({ level, text }) => level === 'fatal' && text.includes('index.js:')),
    'with the stack',
  )

  await writePlugin(box.folders[0], 'flaky', produces, counter(5))
  const speaks = box.next('shelf.weights')
  await box.host.restart('flaky')
  t.equal((await speaks).source, 'flaky/left', 'after it was mended, Restart brings it back')
})

test('an endless loop is caught by its missing heartbeat', async (t) => {
  const box = await openBox(t, { timing: { ...fast, hung: 1500 } })
  const code = `setTimeout(() => { if (ctx.config.loop) for (;;) { /* never ends */ } }, 20)`
  await writePlugin(box.folders[0], 'looper', {}, code)
  box.settings['looper'] = { config: { loop: true } }
  const told = box.next('plugin.failed')
  await box.host.start()
  t.match((await told).data, { plugin: 'looper', reason: /^it hung: no heartbeat/ })
})

test('a plugin that eats memory is started again with the reason', async (t) => {
  const box = await openBox(t, { timing: { ...fast, sample: 50 } })
  const code = `const held = []; setInterval(() => held.push(Buffer.alloc(20e6, 1)), 10)`
  await writePlugin(box.folders[0], 'hog', { memoryMegabytes: 150 }, code)
  const told = box.next('plugin.failed')
  await box.host.start()
  t.match((await told).data, { plugin: 'hog', reason: /^it used \d+ MB of memory; 150 MB are allowed$/ })
})

test('a plugin that is never ready is given up, and one that cannot be loaded says why', async (t) => {
  const box = await openBox(t, { timing: { firstPause: 60_000 } })
  await writePlugin(box.folders[0], 'waiter', { startSeconds: 1 }, `await new Promise(() => undefined)`)
  await writePlugin(box.folders[0], 'typo', {}, `)`)
  await writePlugin(box.folders[0], 'good', produces, counter(5))
  await box.host.start()
  t.match(box.host.plugin('waiter'), { state: 'restarting', reason: 'waiter was not ready within 1 s' })
  t.match(box.host.plugin('typo'), { state: 'restarting', reason: /SyntaxError/ })
  t.match(box.host.plugin('good'), { state: 'running' }, 'none waits for another')
})

test('stopping is asked for first; a plugin that does not obey is ended', async (t) => {
  const box = await openBox(t, { timing: { stop: 200 } })
  const polite = `ctx.signal.addEventListener('abort', () => ctx.emit('shelf.weights', { device: 'left', data: { plates: [] } }))
    return async () => { await ctx.state.set('left', 'in order') }`
  await writePlugin(box.folders[0], 'polite', produces, polite)
  await writePlugin(box.folders[0], 'deaf', {}, `return () => new Promise(() => undefined)`)
  await box.host.start()
  const goodbye = box.next('shelf.weights')
  await box.host.stop()
  t.match((await goodbye).data, { plates: [] })
  t.equal(await box.ledger.documents.get('state/polite', 'left'), 'in order')
  t.equal(box.host.plugin('deaf').state, 'stopped')
})
