import { test } from 'tap'
import { plan, startBox } from '../flow-engine/box.ts'

const tab = { id: 'tab', type: 'tab', label: 'Odd' }
const at = { z: 'tab', x: 1, y: 1 }
/** A node of each kind that takes messages, as it is dragged in and as one that takes all that a message has. */
const nodes = [
  { type: 'endcap-consent-gate', purpose: 'arrival' },
  { type: 'endcap-infer', model: 'none' },
  { type: 'endcap-product', field: 'payload' },
  { type: 'endcap-planogram', by: 'product', field: 'payload' },
  { type: 'endcap-planogram', by: 'slot', field: 'payload' },
  { type: 'endcap-staff-on-shift', mode: 'best' },
  { type: 'endcap-show-on-sign', action: 'show', screen: '@zone', title: '{{payload}}' },
  { type: 'endcap-show-on-sign', action: 'show', screen: 'door', title: '{{payload}}' },
  { type: 'endcap-product-on-sign', action: 'show', layout: 'pick', screen: '@shelf', kicker: '{{payload}}' },
  { type: 'endcap-product-on-sign', action: 'clear', layout: 'product', screen: '@message' },
  { type: 'endcap-notify-staff', to: '@chosen', title: '{{payload}}' },
  { type: 'endcap-notify-staff', to: '+', title: '{{payload}}', onceMinutes: 1, onceKey: '{{payload}}' },
  { type: 'endcap-open-task', action: 'open', to: '+', title: '{{payload}}', key: '{{payload}}' },
  { type: 'endcap-open-task', action: 'close', key: '{{payload}}' },
  { type: 'endcap-device-command' },
  { type: 'endcap-device-command', command: 'sign.show', to: 'screen/door', from: 'message' },
  { type: 'endcap-device-command', command: 'sign.show', to: 'screen/door', from: 'form', params: '{"content":' },
]
const odd = {
  text: "'oat milk'",
  nothing: 'null',
  list: "[1, { zone: [] }, 'a']",
  bytes: 'Buffer.alloc(10_000_000)',
  many: 'Buffer.alloc(20_000_000)',
  circle: '(() => { const circle = { zone: {} }; circle.zone.circle = circle; return circle })()',
  code: '{ zone: () => 1, slot: 5n }',
  long: "'x'.repeat(5_000_000)",
}

void test('a message of any shape ends no node: it does its work or says what is wrong', async (t) => {
  const flows = [
    tab,
    { id: 'in', type: 'endcap-event-in', ...at, event: 'shelf.low', wires: [['make']] },
    {
      id: 'make',
      type: 'function',
      ...at,
      outputs: 1,
      func: `const made = { ${Object.entries(odd)
        .map(([name, code]) => `${name}: () => (${code})`)
        .join(', ')} }\nmsg.payload = made[msg.payload.slot]()\nreturn msg`,
      wires: [nodes.map((_, i) => `node-${i}`)],
    },
    ...nodes.map((node, i) => ({ ...at, id: `node-${i}`, ...node, wires: [[], []] })),
    { id: 'caught', type: 'catch', ...at, scope: null, wires: [['count']] },
    { id: 'done', type: 'complete', ...at, scope: nodes.map((_, i) => `node-${i}`), wires: [['count']] },
    {
      id: 'count',
      type: 'function',
      ...at,
      outputs: 1,
      func: `const told = context.get('told') || []
told.push(msg.error ? msg.error.message : '')
context.set('told', told.length === ${nodes.length} ? [] : told)
return told.length === ${nodes.length} ? { payload: { content: { layout: 'message', title: 'all', text: 'raw: ' + told.filter((one) => /undefined|TypeError|RangeError|SyntaxError|Cannot read|circular/.test(one)).join().slice(0, 200) } , key: 'all' } } : null`,
      wires: [['say']],
    },
    {
      id: 'say',
      type: 'endcap-device-command',
      ...at,
      command: 'sign.show',
      to: 'screen/counter',
      from: 'message',
      wires: [[]],
    },
  ]
  const box = await startBox({ home: t.testdir(), plan, flows })
  t.teardown(() => box.stop())
  const { pid } = box.host.plugin('flows')
  for (const name of Object.keys(odd)) {
    const from = box.calls.length
    box.publish('shelf.low', { data: { slot: name } })
    const { params } = await box.called(({ to }) => to === 'screen/counter', from)
    const { text = '' } = params['content'] as { text?: string }
    t.equal(text, 'raw: ', `${name}: each node did its work, or told in our words what is wrong`)
  }
  t.equal(box.host.plugin('flows').pid, pid, 'Node-RED lived on')
})
