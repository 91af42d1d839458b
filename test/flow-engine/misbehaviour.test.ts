import { test } from 'tap'
import { waitFor } from '../support/events.ts'
import { type Box, startBox } from './box.ts'

const tab = { id: 'tab', type: 'tab', label: 'Test' }
const begin = { id: 'in', type: 'endcap-event-in', z: 'tab', event: 'shelf.low', x: 1, y: 1, wires: [['f']] }
const work = (more: object) => ({
  id: 'f',
  type: 'function',
  z: 'tab',
  name: 'Work',
  func: 'return msg',
  outputs: 1,
  x: 2,
  y: 1,
  wires: [['sign']],
  ...more,
})
const sign = (title: string) => ({
  id: 'sign',
  type: 'endcap-show-on-sign',
  z: 'tab',
  action: 'show',
  screen: 'door',
  title,
  x: 3,
  y: 1,
  wires: [],
})
const title = ({ params }: Box['calls'][number]) => (params['content'] as { title?: string } | undefined)?.title
const pid = (box: Box) => box.host.plugin('flows').pid

test('an endless loop in a function becomes an error that can be caught', async (t) => {
  const caught = { id: 'c', type: 'catch', z: 'tab', scope: null, x: 2, y: 2, wires: [['sign']] }
  const box = await startBox({
    home: t.testdir(),
    flows: [
      tab,
      begin,
      work({ func: 'if (msg.payload.grams > 0) while (true) {}\nreturn msg' }),
      caught,
      sign('{{error.message}}{{payload.slot}}'),
    ],
  })
  t.teardown(() => box.stop())
  const before = pid(box)
  box.publish('shelf.low', { data: { grams: 1 } as never })
  t.match(title(await box.called((call) => /timed out/.test(title(call) ?? ''))), /timed out/)
  const from = box.calls.length
  box.publish('shelf.low', { data: { slot: 'A/1/1' } })
  t.match(title(await box.called((call) => title(call) === 'A/1/1', from)), 'A/1/1')
  t.equal(pid(box), before, 'Node-RED lived on')
})

test('flows that block Node-RED at their start are taken back', async (t) => {
  const good = [tab, begin, work({}), sign('good')]
  const box = await startBox({
    home: t.testdir(),
    flows: good,
    deploySeconds: 0.5,
    timing: { stop: 100, firstPause: 10, hung: 60_000 },
  })
  t.teardown(() => box.stop())
  const before = pid(box)
  const bad = [tab, begin, work({ initialize: 'while (true) {}' }), sign('bad')]
  void box.ask('POST', '/flows/flows', bad).catch(() => undefined)
  await waitFor(() => box.engine.state().state === 'running' && pid(box) !== before, 'the restart')
  const [newest, blocked] = await box.engine.versions()
  t.match(newest, { by: 'endcap', summary: /^put version 1 back, since version 2 did not start/ })
  t.match(blocked, { version: 2, by: 'manager' })
  box.publish('shelf.low')
  t.equal(title(await box.called((call) => title(call) !== undefined)), 'good')
})

test('what happens while Node-RED is away reaches its flows once, and telemetry does not', async (t) => {
  const listen = (id: string, event: string) => ({ ...begin, id, event, wires: [['sign']] })
  const flows = [tab, listen('in', 'shelf.*'), listen('probe', 'probe.temperature'), sign('{{payload.count}}')]
  const box = await startBox({ home: t.testdir(), flows, timing: { firstPause: 50, stop: 100 } })
  t.teardown(() => box.stop())
  const low = (count: number) => box.publish('shelf.low', { data: { count } })
  const told = () => box.calls.map(title)
  low(0)
  await box.called((call) => title(call) === '0')
  const before = pid(box)
  if (before === undefined) throw new Error('Node-RED has no process')
  process.kill(before, 'SIGKILL')
  // Nobody has noticed yet: this one goes to the dead.
  low(1)
  await waitFor(() => box.host.plugin('flows').state === 'restarting', 'its end')
  box.publish('probe.temperature')
  box.publish('presence.entered')
  low(2)
  await waitFor(() => box.host.plugin('flows').state === 'starting', 'its start')
  const last = low(3)
  const call = await box.called((call) => title(call) === '3')
  t.same(told(), ['0', '1', '2', '3'])
  t.same(call.because, [last.id], 'it may be named as a cause')
  await box.host.restart('flows')
  low(4)
  await box.called((call) => title(call) === '4')
  t.same(told(), ['0', '1', '2', '3', '4'], 'what was heard is not told again')
})

test('after three crashes the editor is reachable and no flow runs, until somebody deploys', async (t) => {
  const box = await startBox({
    home: t.testdir(),
    flows: [tab, begin, work({}), sign('again')],
    timing: { firstPause: 5, stop: 100 },
  })
  t.teardown(() => box.stop())
  for (let crash = 0; crash < 3; crash++) {
    const child = await waitFor(() => box.host.plugin('flows').state === 'running' && pid(box), 'Node-RED')
    process.kill(child, 'SIGKILL')
    await waitFor(() => pid(box) !== child, 'its end')
  }
  await waitFor(() => box.engine.state().state === 'safe', 'safe mode')
  t.match(box.engine.state().reason, 'crashed three times')
  const { json } = await box.ask('GET', '/flows/flows')
  t.equal((json as unknown[]).length, 4)
  await box.ask('POST', '/flows/flows', json)
  await waitFor(() => box.engine.state().state === 'running', 'the flows')
  box.publish('shelf.low')
  t.equal(title(await box.called((call) => title(call) === 'again')), 'again')
})
